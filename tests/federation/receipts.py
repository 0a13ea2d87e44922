"""Receipts of a simulated federation for tests, and others that whoever holds all the keys has forged from them."""

import copy
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from office_node.domain.anchor import Anchor
from office_node.domain.facts import Fact
from office_node.domain.merkle import appended, inclusion_proof, root
from office_node.domain.verify_receipt import verify_receipt
from office_node.signing.canonical import canonical
from office_node.signing.keys import SigningKey
from office_node.signing.notes import Checkpoint, SignedCheckpoint, cosign, sign_checkpoint
from office_node.signing.statements import Statement, leaf_of, seal_body
from office_node.usecases.give_receipt import give_receipt
from office_node.usecases.prove_at_peers import prove_at_peers
from office_node.usecases.refresh_roster import refresh_roster
from services.simulator import acts
from services.simulator.acts import settle
from services.simulator.federation import LAMPUNG, Office, Simulation, simulate
from services.simulator.loop import run_virtual, seeded
from services.stewards.drafts_members import with_witnesses
from services.stewards.roster_maker import Federation, next_version
from shared_schemas.receipt import Receipt
from shared_schemas.statement import Actor
from tests.federation.cast import AGAIN, KALIANDA, KOTABUMI, STRANGER, postponed_in_kalianda

Json = dict[str, Any]
Change = Callable[[Json], None]
SALT = bytes(range(32))


@dataclass(frozen=True)
class Made:
    """Two receipts of Kotabumi, of a woman with a hit in Kalianda and of a man nobody knows; and everybody's keys."""

    receipt: Json
    other: Json
    federation: Federation
    keys: Mapping[str, SigningKey]
    now: datetime

    @property
    def anchor(self) -> Anchor:
        return Anchor(self.federation.fingerprint)

    def copy(self) -> Json:
        return copy.deepcopy(self.receipt)

    def verified(self, receipt: Json, anchor: Anchor | None = None) -> list[Fact]:
        return verify_receipt(json.dumps(receipt).encode(), anchor or self.anchor)


async def witnessed_by_all(simulation: Simulation) -> None:
    """Each office's log has all the others as witnesses."""
    now = next(iter(simulation.offices.values())).clock.now()
    changes = [with_witnesses(one, tuple(o for o in LAMPUNG if o != one)) for one in LAMPUNG]
    simulation.federation = next_version(simulation.federation, *changes, now=now, random=seeded("witnesses"))
    for office in simulation.offices.values():
        await refresh_roster(office.node)


async def receipt_of(office: Office, case: str) -> Receipt:
    officer = Actor(office=office.id, role="administrator")
    return await give_receipt(office.node, case, purpose="passport_application", officer=officer)


def make(folder: Path) -> Made:
    """Tell the story once."""
    made: list[Made] = []

    async def story() -> None:
        async with simulate(folder, log_every_s=0.5) as simulation:
            await postponed_in_kalianda(simulation)
            await witnessed_by_all(simulation)
            await settle(simulation, 300)
            office = simulation[KOTABUMI]
            filed = await acts.file(office, AGAIN)
            stranger = await acts.file(office, STRANGER, key="request-0002")
            await settle(simulation, 5)
            first = await prove_at_peers(office.node, await receipt_of(office, filed.case))
            second = await receipt_of(office, stranger.case)
            keys = {one.id: one.signing for one in simulation.offices.values()}
            shown = [one.model_dump(mode="json") for one in (first, second)]
            made.append(Made(shown[0], shown[1], simulation.federation, keys, office.clock.now()))

    run_virtual(story())
    return made[0]


def row(receipt: Json, office: str) -> Json:
    """What a receipt says of one office."""
    found: Json = next(one for one in receipt["screenings"][0]["asked"] if one["office"] == office)
    return found


def body_of(envelope: Json) -> Json:
    return Statement.from_dict(envelope).body()


def forged(
    made: Made,
    *,
    inquiry: Change | None = None,
    answer: Change | None = None,
    arrival: Change | None = None,
    cosigners: Sequence[str] | None = None,
    at: datetime | None = None,
) -> Json:
    """The receipt with other statements in it, of which all signatures and all proofs are right.

    `answer` and `arrival` change Kalianda's. The log is another one, cosigned by Kotabumi's witnesses at `at`.
    """
    receipt, leaves = made.copy(), [bytes(32)]
    [screening] = receipt["screenings"]
    asking = _sealed(body_of(screening["inquiry"]), inquiry, key=made.keys[KOTABUMI], type="inquiry")
    screening["inquiry"] = asking.statement.to_dict()
    leaves.append(asking.leaf)
    screening["entry"] = {"index": 1, "proof": [], "salt": SALT.hex()}
    placed: list[Json] = [screening["entry"]]
    for one in screening["asked"]:
        changes = (answer, arrival) if one["office"] == KALIANDA else (None, None)
        placed += _answered(made, one, asking.statement.digest, changes=changes, leaves=leaves)
    proofs, top = _tree(leaves)
    for entry in placed:
        entry["proof"] = [step.hex() for step in proofs[entry["index"]]]
    point = Checkpoint(f"jejak/{KOTABUMI}/1", len(leaves), top)
    receipt["checkpoint"] = cosigned(made, point, cosigners=cosigners, at=at).note()
    return receipt


def cosigned(
    made: Made, point: Checkpoint, *, cosigners: Sequence[str] | None = None, at: datetime | None = None
) -> SignedCheckpoint:
    seconds = int((at or made.now).timestamp())
    signed = sign_checkpoint(point, key=made.keys[KOTABUMI])
    who = [one for one in LAMPUNG if one != KOTABUMI] if cosigners is None else cosigners
    lines = [cosign(point, name=one, key=made.keys[one], at=seconds) for one in who]
    return SignedCheckpoint(point, (*signed.signatures, *lines))


def _answered(
    made: Made, one: Json, digest: str, *, changes: tuple[Change | None, Change | None], leaves: list[bytes]
) -> list[Json]:
    """Answer, arrival and history of one office, for another inquiry; the entries to be placed in the tree."""
    body = {**body_of(one["answer"]), "in_reply_to": digest}
    told = _sealed(body, changes[0], key=made.keys[one["office"]], type="answer")
    one["answer"], one["peer"] = told.statement.to_dict(), None
    placed = []
    for name in ("arrival", "history"):
        if one[name] is None:
            continue
        says = json.loads(one[name]["body"])
        if name == "arrival":
            says["digest"] = told.statement.digest
            if changes[1] is not None:
                changes[1](says)
        one[name] = {"index": len(leaves), "proof": [], "salt": SALT.hex(), "body": canonical(says).decode()}
        leaves.append(leaf_of(canonical(says), SALT)[1])
        placed.append(one[name])
    return placed


def _sealed(body: Json, change: Change | None, *, key: SigningKey, type: str) -> Any:
    body.pop("leaf")
    if change is not None:
        change(body)
    return seal_body(body, salt=SALT, key=key, type=type)


def _tree(leaves: list[bytes]) -> tuple[list[list[bytes]], bytes]:
    nodes = {(0, place): leaf for place, leaf in enumerate(leaves)}
    nodes |= appended(0, leaves, lambda level, place: nodes[level, place])
    size = len(leaves)

    def get(level: int, place: int) -> bytes:
        return nodes[level, place]

    return [inclusion_proof(place, size, get) for place in range(size)], root(size, get)
