"""A member that lies is *unknown* with a cause: nothing is revealed to it, nothing it forges is believed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.simulator import acts
from services.simulator.acts import settle
from services.simulator.federation import Office, Simulation, simulate
from services.simulator.loop import run_virtual
from services.simulator.lying import Json, body_of, lie, restate
from services.simulator.network import Fault, Handler, on, slow
from tests.federation.cast import AGAIN, BANDAR, KALIANDA, KOTABUMI, STRANGER, postponed_in_kalianda

HIT: Json = {"case": "ab" * 16, "revision": 1, "proofs": [{"kind": "name-dob/1", "epoch": "2026", "proof": "cd" * 32}]}


def says(**members: Any) -> Callable[[Office], Fault]:
    """The liar's answer with these members."""
    return lambda liar: restate(liar, lambda body: body.update(members))


def claims(*hits: Json) -> Callable[[Office], Fault]:
    """The liar's answer with these hits."""
    return says(outcome="hit", hits=list(hits))


def hides(member: str, value: str) -> Callable[[Office], Fault]:
    """The liar did not search one epoch or kind, and says so."""

    def change(body: Json) -> None:
        body["searched"][member].remove(value)

    return lambda liar: restate(liar, change)


async def unknown_because(simulation: Simulation, fault: Fault, *, key: str = "request-0001") -> str | None:
    """Kotabumi asks while Bandar Lampung lies: unknown, nobody revealed; then the lie ends and the answer counts."""
    await settle(simulation)
    simulation.network.faults[BANDAR] = on("/inquiries", fault)
    filed = await acts.file(simulation[KOTABUMI], STRANGER, key=key)
    await settle(simulation)
    row = (await acts.coverage(simulation[KOTABUMI], filed.screening))[BANDAR]
    assert row.outcome == "unknown"
    assert not simulation.network.sent_to(BANDAR, "/reveals")
    assert not acts.acted(simulation[KOTABUMI], type="reveal", peer=BANDAR)
    simulation.network.heal(BANDAR)
    await settle(simulation, 60)
    assert (await acts.coverage(simulation[KOTABUMI], filed.screening))[BANDAR].outcome == "no_hit"
    return row.cause


@pytest.mark.parametrize(
    ("lied", "cause"),
    [
        (claims(HIT | {"proofs": []}), "malformed-statement"),
        (claims(HIT), "hit-unproven"),
        (claims(HIT | {"proofs": [HIT["proofs"][0] | {"epoch": "1999"}]}), "hit-unproven"),
        (claims(*[HIT] * 21), "malformed-statement"),
        (claims(*[HIT] * 10_000), "peer-too-large"),
        (says(outcome="hit"), "malformed-statement"),
        (says(hits=[HIT]), "malformed-statement"),
        (says(truncated=True), "truncated"),
        (hides("epochs", "2026"), "epoch-missing"),
        (hides("kinds", "nik/1"), "kind-missing"),
        (hides("kinds", "birth-date/1"), "kind-missing"),
        (says(inquiry="ef" * 16), "wrong-inquiry"),
        (says(in_reply_to="ef" * 32), "wrong-audience"),
        (says(audience=KALIANDA), "wrong-audience"),
        (says(issuer=KALIANDA), "issuer-mismatch"),
        (says(favourite_colour="blue"), "malformed-statement"),
        (says(version=True), "malformed-statement"),
        (says(version=1), "protocol-too-old"),
        (says(version=3), "protocol-too-new"),
        (says(type="history"), "malformed-statement"),
    ],
    ids=lambda value: value if isinstance(value, str) else "lie",
)
def test_a_lying_answer_is_unknown_and_names_why(tmp_path: Path, lied: Callable[[Office], Fault], cause: str) -> None:
    async def story() -> None:
        async with simulate(tmp_path, longest_backoff_s=30) as simulation:
            assert await unknown_because(simulation, lied(simulation[BANDAR])) == cause

    run_virtual(story())


def test_another_offices_signature_does_not_count_on_statement_or_carriage(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            liar, other = simulation[BANDAR], simulation[KALIANDA]
            signed = restate(liar, lambda _body: None, key=other.signing)
            assert await unknown_because(simulation, signed) == "issuer-mismatch"
            carried = lie(liar, lambda _told: None, carried_by=other)
            assert await unknown_because(simulation, carried, key="request-0002") == "unknown-key"

    run_virtual(story())


def test_the_proofs_of_an_earlier_hit_prove_nothing_for_the_next_question(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            heard: list[Json] = []
            simulation.network.faults[KALIANDA] = on(
                "/inquiries", lie(simulation[KALIANDA], lambda told: heard.append(body_of(told["answer"])))
            )
            first = await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation)
            assert (await acts.coverage(simulation[KOTABUMI], first.screening))[KALIANDA].outcome == "hit"
            told_before = len(simulation.network.sent_to(KALIANDA, "/reveals"))
            simulation.network.faults[KALIANDA] = on("/inquiries", claims(*heard[0]["hits"])(simulation[KALIANDA]))
            second = await acts.ask_again(simulation[KOTABUMI], first.case)
            await settle(simulation)
            row = (await acts.coverage(simulation[KOTABUMI], second))[KALIANDA]
            assert (row.outcome, row.cause) == ("unknown", "hit-unproven")
            assert len(simulation.network.sent_to(KALIANDA, "/reveals")) == told_before

    run_virtual(story())


def test_one_hit_without_proof_among_proven_ones_spoils_the_answer(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            lied = restate(simulation[KALIANDA], lambda body: body["hits"].append(HIT))
            simulation.network.faults[KALIANDA] = on("/inquiries", lied)
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation)
            row = (await acts.coverage(simulation[KOTABUMI], filed.screening))[KALIANDA]
            assert (row.outcome, row.cause) == ("unknown", "hit-unproven")
            assert not simulation.network.sent_to(KALIANDA, "/reveals")

    run_virtual(story())


def test_a_hit_that_compares_as_none_confirms_no_trace_and_alerts_nobody(tmp_path: Path) -> None:
    def another_person(body: Json) -> None:
        for row in body["rows"]:
            row.update(zone="none", probability_permille=1, person=None, condition=None, agreeing=[], evidence=[])

    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            lied = restate(simulation[KALIANDA], another_person, member="history")
            simulation.network.faults[KALIANDA] = on("/reveals", slow_lie(lied))
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation, 6)
            view = await acts.screening(simulation[KOTABUMI], filed.screening)
            assert [(one.zone, one.person) for one in view.history] == [("none", None)]
            assert [one.confirmed for one in view.traces] == [False]
            assert not await acts.alerts(simulation[KOTABUMI])
            seen = await acts.peers(simulation[KOTABUMI])
            assert {office: (one.hits_revealed, one.hits_unfounded) for office, one in seen.items()} == {
                KALIANDA: (1, 1),
                BANDAR: (0, 0),
            }

    run_virtual(story())


def slow_lie(lied: Fault) -> Fault:
    """The lie comes after the soft limit, when a hit would alert."""

    async def fault(request: httpx.Request, handler: Handler) -> httpx.Response:
        return await slow(4)(request, lambda question: lied(question, handler))

    return fault


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        (lambda body: body.update(audience=BANDAR), "wrong-audience"),
        (lambda body: body.update(in_reply_to="ef" * 32), "wrong-audience"),
        (lambda body: body.update(rows=body["rows"] * 21), "malformed-statement"),
        (lambda body: body["rows"][0].update(zone="none"), "malformed-statement"),
    ],
    ids=["audience", "other-reveal", "21-rows", "person-below-possible"],
)
def test_a_lying_history_is_not_kept_and_the_hit_stays_owed(
    tmp_path: Path, change: Callable[[Json], None], cause: str
) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            lied = restate(simulation[KALIANDA], change, member="history")
            simulation.network.faults[KALIANDA] = on("/reveals", lied)
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation)
            view = await acts.screening(simulation[KOTABUMI], filed.screening)
            row = next(one for one in view.coverage if one.office == KALIANDA)
            assert (row.outcome, row.cause, view.history) == ("hit", cause, ())
            simulation.network.heal(KALIANDA)
            await settle(simulation, 60)
            assert len((await acts.screening(simulation[KOTABUMI], filed.screening)).history) == 1

    run_virtual(story())
