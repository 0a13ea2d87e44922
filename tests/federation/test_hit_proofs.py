"""A member without the row cannot make an accepted hit proof short of guessing the stretched value (rule 3).

Kalianda lies: it has no such row, holds the epoch key, the inquiry and whatever proofs it has ever seen, and signs
well-formed answers with hits. The asker says *unknown*, names the cause, and sends nobody's data.
"""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from office_node.domain.keys import index_keys
from office_node.domain.tokens import hit_proof, index_token, stretch
from office_node.signing.messages import QuestionRef, sign_answer
from office_node.signing.statements import sign_statement
from services.simulator.federation import Office, Simulation, simulate
from services.simulator.loop import run_virtual, seeded
from shared_schemas.person import Person

KALIANDA, KOTABUMI = "kanim-kalianda", "kanim-kotabumi"
EPOCH = "2026"
PERSON: dict[str, Any] = {
    "name": "Dewi Lestari Putri",
    "birth_date": "1999-02-03",
    "mother_name": "Sukarsih",
    "phones": ["081234509876"],
    "village": "18.01.04.2001",
}
Proof = dict[str, str]


@dataclass(frozen=True)
class Knows:
    """What the liar has: the epoch key, the inquiry with its notice, and proofs that it saw elsewhere."""

    epoch_key: bytes
    inquiry: bytes
    tokens: dict[str, Any]
    seen: dict[str, bytes]
    """Stretched values by kind, only to make what it could have *seen*: true proofs for other questions."""

    def proof(
        self, kind: str, *, inquiry: bytes | None = None, office: str = KALIANDA, stretched: bytes | None = None
    ) -> bytes:
        value = stretched or self.seen[kind]
        return hit_proof(self.epoch_key, inquiry or self.inquiry, office=office, kind=kind, stretched=value)


def as_proof(kind: str, proof: bytes, *, epoch: str = EPOCH) -> Proof:
    return {"kind": kind, "epoch": epoch, "proof": proof.hex()}


def _per_kind(make: Callable[[Knows, dict[str, str]], bytes]) -> Callable[[Knows], list[Proof]]:
    """One forged proof for each index token of the question."""
    return lambda knows: [as_proof(one["kind"], make(knows, one)) for one in knows.tokens["index"]]


def _digest(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def _padded(text: str) -> bytes:
    return (bytes.fromhex(text) * 4)[:32]


def _other_kinds(knows: Knows) -> list[Proof]:
    """True proofs of this question, each under the name of another kind (had it ever seen one)."""
    kinds = sorted(knows.seen)
    return [as_proof(kind, knows.proof(other)) for kind in kinds for other in kinds if kind != other][:24]


FORGERIES: dict[str, Callable[[Knows], list[Proof]]] = {
    "random": _per_kind(lambda _knows, one: seeded(one["kind"])(32)),
    "the index token itself": _per_kind(lambda _knows, one: _padded(one["token"])),
    "the wrapped nonce itself": _per_kind(lambda _knows, one: _padded(one["nonce"])),
    "made from the index token": _per_kind(
        lambda knows, one: knows.proof(one["kind"], stretched=_padded(one["token"]))
    ),
    "made from the wrapped nonce": _per_kind(lambda k, one: k.proof(one["kind"], stretched=_padded(one["nonce"]))),
    "made from a hash": _per_kind(lambda k, one: k.proof(one["kind"], stretched=_digest(k.epoch_key, k.inquiry))),
    "made from somebody else's value": _per_kind(
        lambda knows, one: knows.proof(
            one["kind"], stretched=stretch(knows.epoch_key, one["kind"], value="budi|1980-01-01", n=2)
        )
    ),
    "a true proof for another question": _per_kind(lambda k, one: k.proof(one["kind"], inquiry=_digest(b"q")[:16])),
    "a true proof of another kind": _other_kinds,
    "a true proof of another office": lambda knows: [
        as_proof(kind, knows.proof(kind, office="kanim-bandarlampung")) for kind in sorted(knows.seen)
    ],
    "a true proof under another epoch's name": lambda knows: [
        as_proof(kind, knows.proof(kind), epoch="2025") for kind in sorted(knows.seen)
    ],
}


def knows_of(simulation: Simulation, sent: bytes) -> Knows:
    """What the liar reads in the question; the stretched values serve only to make what it could have seen."""
    body = json.loads(sent)
    inquiry, notice = (json.loads(base64.b64decode(body[name]["payload"])) for name in ("inquiry", "notice"))
    key = simulation.federation.epoch_keys[EPOCH]
    person = Person.model_validate_json(json.dumps(PERSON))
    seen = {one.kind: stretch(key, one.kind, value=one.value, n=2) for one in index_keys(person)}
    wanted = {(one["kind"], one["token"]) for one in notice["tokens"]["index"]}
    assert {(kind, index_token(key, kind, stretched=s).hex()) for kind, s in seen.items()} <= wanted
    return Knows(key, bytes.fromhex(inquiry["inquiry"]), notice["tokens"], seen)


@dataclass
class Liar:
    """Stands before Kalianda's node: signs, with its keys, answers that claim a hit with these proofs."""

    simulation: Simulation
    prove: Callable[[Knows], list[Proof]]
    repeat: dict[str, Any] | None = None
    """An earlier answer to give in place of a new one."""
    given: list[dict[str, Any]] = field(default_factory=list)

    def install(self) -> None:
        apps = self.simulation.network.apps
        self.honest = apps[f"{KALIANDA}.test"]
        apps[f"{KALIANDA}.test"] = self.handle

    async def handle(self, request: httpx.Request) -> httpx.Response:
        response = await self.honest(request)
        body = await response.aread()
        if not request.url.path.endswith("/inquiries") or response.status_code != 200:
            return httpx.Response(response.status_code, headers=response.headers, content=body, request=request)
        answer = json.loads(base64.b64decode(json.loads(body)["answer"]["payload"]))
        proofs = self.prove(knows_of(self.simulation, request.content))
        answer |= {"outcome": "hit", "hits": [{"case": "ab" * 16, "revision": 1, "proofs": proofs}]}
        key = self.simulation[KALIANDA].node.keys.signing
        forged = {"answer": sign_statement(answer, type="answer", key=key).to_dict()}
        return self.carry(forged if self.repeat is None else self.repeat, question=request)

    def carry(self, answer: dict[str, Any], *, question: httpx.Request) -> httpx.Response:
        """This answer, carried freshly for this question."""
        self.given.append(answer)
        body, office = json.dumps(answer).encode(), self.simulation[KALIANDA]
        headers = sign_answer(
            200,
            content_type="application/json",
            body=body,
            question=QuestionRef("POST", str(question.url), question.headers["signature"]),
            key=office.node.keys.signing,
            now=int(office.clock.now().timestamp()),
            nonce=f"{len(self.given):032x}",
        )
        return httpx.Response(200, headers=headers, content=body, request=question)


async def file(office: Office, *, number: int = 1) -> str:
    """File her here; the screening, three seconds later."""
    filed = await office.call(
        "POST",
        "/office/v1/cases",
        json={"application_no": f"A-{number}", "person": PERSON},
        headers={"Idempotency-Key": f"request-000{number}"},
    )
    await office.clock.sleep(3)
    return str(filed.json()["screening"])


async def ended(office: Office, screening: str) -> dict[str, Any]:
    """How Kalianda ended in this screening, and the whole history."""
    seen = (await office.call("GET", f"/office/v1/screenings/{screening}")).json()
    row: dict[str, Any] = next(one for one in seen["coverage"] if one["office"] == KALIANDA)
    return row | {"history": seen["history"]}


def reveals(simulation: Simulation, *, screening: str | None = None) -> list[str]:
    """Hosts that were sent a person, in this screening if one is named."""
    sent = [(host, body) for host, path, body in simulation.network.carried if path.endswith("/reveals")]
    payloads = [(host, json.loads(base64.b64decode(json.loads(body)["reveal"]["payload"]))) for host, body in sent]
    return [host for host, reveal in payloads if screening in (None, reveal["inquiry"])]


def told(tmp_path: Path, prove: Callable[[Knows], list[Proof]]) -> tuple[dict[str, Any], list[str], int]:
    """(how Kalianda ended, who was sent the person, how often Kalianda lied)."""

    async def story() -> tuple[dict[str, Any], list[str], int]:
        async with simulate(tmp_path, offices=(KALIANDA, KOTABUMI)) as simulation:
            await simulation[KALIANDA].clock.sleep(2)
            liar = Liar(simulation, prove)
            liar.install()
            screening = await file(simulation[KOTABUMI])
            return await ended(simulation[KOTABUMI], screening), reveals(simulation), len(liar.given)

    return run_virtual(story())


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_hit_without_the_row_is_unknown_and_nobody_is_revealed(tmp_path: Path, forgery: str) -> None:
    row, sent_to, lies = told(tmp_path, FORGERIES[forgery])
    assert lies >= 1
    assert (row["outcome"], row["cause"], row["history"]) == ("unknown", "hit-unproven", [])
    assert sent_to == []


@pytest.mark.parametrize("kind", ["phone/1", "name-mother-year/1"])
def test_one_guessed_stretched_value_is_the_price_and_is_enough(tmp_path: Path, kind: str) -> None:
    """The control: the threat model states it. The reveal goes to the liar, who must sign for having it."""

    def prove(knows: Knows) -> list[Proof]:
        known = kind if kind in knows.seen else "name-mother/1"
        return [as_proof(known, knows.proof(known))]

    row, sent_to, _ = told(tmp_path, prove)
    assert row["outcome"] == "hit"
    assert f"{KALIANDA}.test" in sent_to


def test_one_true_proof_among_false_ones_is_still_only_that_one(tmp_path: Path) -> None:
    """A hit is believed for the kinds that it proves; the noise beside it proves nothing more and breaks nothing."""

    def prove(knows: Knows) -> list[Proof]:
        return [*FORGERIES["random"](knows)[:3], as_proof("phone/1", knows.proof("phone/1"))]

    row, sent_to, _ = told(tmp_path, prove)
    assert row["outcome"] == "hit"
    assert set(sent_to) == {f"{KALIANDA}.test"}


def test_an_answer_to_another_question_is_refused_whatever_it_proves(tmp_path: Path) -> None:
    async def story() -> tuple[dict[str, Any], list[str]]:
        async with simulate(tmp_path, offices=(KALIANDA, KOTABUMI)) as simulation:
            kotabumi = simulation[KOTABUMI]
            await kotabumi.clock.sleep(2)
            liar = Liar(simulation, lambda knows: [as_proof("phone/1", knows.proof("phone/1"))])
            liar.install()
            first = await file(kotabumi)
            assert reveals(simulation, screening=first)
            liar.repeat = liar.given[0]
            second = await file(kotabumi, number=2)
            assert await ended(kotabumi, first) != await ended(kotabumi, second)
            return await ended(kotabumi, second), reveals(simulation, screening=second)

    row, sent_to = run_virtual(story())
    assert (row["outcome"], row["cause"]) == ("unknown", "wrong-audience")
    assert sent_to == []
