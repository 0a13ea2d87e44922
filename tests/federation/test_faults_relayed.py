"""What a member says of others proves itself or counts for nothing, and its own word reaches no further than now."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from services.simulator import acts
from services.simulator.acts import settle
from services.simulator.federation import Office, Simulation, simulate
from services.simulator.loop import run_virtual
from services.simulator.lying import Json, lie, resigned, restate
from services.simulator.network import Fault, on, refuse
from shared_schemas.base import rfc3339
from tests.federation.cast import AGAIN, BANDAR, FIRST, KALIANDA, KOTABUMI, STRANGER

FOURTH = "kanim-metro"
FOUR = (BANDAR, KALIANDA, KOTABUMI, FOURTH)
Forgery = Callable[[Simulation, Json], Json]


def under_its_own_key(simulation: Simulation, notice: Json) -> Json:
    """Kalianda's notice, changed and signed by Bandar Lampung in its own name."""
    return resigned(notice, lambda body: body.update(standing="refused"), key=simulation[BANDAR].signing)


def under_kaliandas_name(simulation: Simulation, notice: Json) -> Json:
    """The same, with Kalianda's key id on it."""
    keyid = simulation[KALIANDA].signing.keyid
    key = simulation[BANDAR].signing
    return resigned(notice, lambda body: body.update(standing="refused"), key=key, keyid=keyid)


def relaying(simulation: Simulation, forge: Forgery) -> Fault:
    """Bandar Lampung forges every notice that it relays of others."""

    def change(told: Json) -> None:
        if told["issuer"] != BANDAR:
            told["notices"] = [forge(simulation, notice) for notice in told["notices"]]

    return on("/federation/v1/notices", lie(simulation[BANDAR], change), method="GET")


async def kotabumi_missed_it(simulation: Simulation) -> str:
    """Kalianda postponed her; Kotabumi knows from a hello that it lacks that notice; Kalianda is silent. The case."""
    await settle(simulation)
    simulation.network.faults[KOTABUMI] = on(("/notices", "/inquiries"), refuse)
    others = [office for office in simulation.offices if office != KOTABUMI]
    for office in others:
        simulation.network.faults[office] = on("/notices", refuse, method="GET")
    case = (await acts.file(simulation[KALIANDA], FIRST)).case
    await acts.postpone(simulation[KALIANDA], case)
    await settle(simulation, 75)
    await simulation.stop(simulation[KALIANDA])
    assert acts.gaps(simulation[KOTABUMI], [KALIANDA]) == {KALIANDA: 2}
    for office in (KOTABUMI, *others):
        simulation.network.heal(office)
    return case


@pytest.mark.parametrize("forge", [under_its_own_key, under_kaliandas_name])
def test_a_forged_trace_of_a_third_office_is_not_believed_and_said(tmp_path: Path, forge: Forgery) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            case = await kotabumi_missed_it(simulation)
            simulation.network.faults[BANDAR] = relaying(simulation, forge)
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation)
            assert case not in acts.held(simulation[KOTABUMI], KALIANDA)
            assert case not in acts.held(simulation[KOTABUMI], BANDAR)
            view = await acts.screening(simulation[KOTABUMI], filed.screening)
            assert view.traces == ()
            assert set(acts.causes(simulation[KOTABUMI], filed.screening, of=BANDAR)) <= {
                "issuer-mismatch", "statement-bad-signature", "statement-unknown-key",
            }  # fmt: skip
            assert acts.causes(simulation[KOTABUMI], filed.screening, of=BANDAR)
            simulation.network.heal(BANDAR)
            await settle(simulation, 150)
            assert case in acts.held(simulation[KOTABUMI], KALIANDA)
            view = await acts.screening(simulation[KOTABUMI], filed.screening)
            assert [(one.office, one.standing, one.confirmed) for one in view.traces] == [
                (KALIANDA, "postponed", False)
            ]

    run_virtual(story())


def test_a_gap_is_closed_by_an_honest_member_although_another_one_forges(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, offices=FOUR) as simulation:
            case = await kotabumi_missed_it(simulation)
            simulation.network.faults[BANDAR] = relaying(simulation, under_kaliandas_name)
            await settle(simulation, 200)
            held = acts.held(simulation[KOTABUMI], KALIANDA)
            assert {ref: (one.revision, one.standing) for ref, one in held.items()} == {case: (2, "postponed")}

    run_virtual(story())


def test_a_page_that_does_not_go_on_ends_the_pull(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, offices=FOUR) as simulation:
            case = await kotabumi_missed_it(simulation)

            def stand_still(told: Json) -> None:
                told.update(notices=[], next_after=1)

            simulation.network.faults[BANDAR] = on("/federation/v1/notices", lie(simulation[BANDAR], stand_still))
            await settle(simulation, 200)
            assert len(simulation.network.sent_to(BANDAR, "/federation/v1/notices")) < 100
            assert case in acts.held(simulation[KOTABUMI], KALIANDA)

    run_virtual(story())


def ahead(office: Office) -> str:
    return rfc3339(office.clock.now() + timedelta(days=900))


def test_an_office_cannot_be_covered_beyond_now_by_its_own_word(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, deliver_every_s=60, sweep_every_s=1800, roster_refresh_s=3600) as simulation:
            await settle(simulation)
            liar = simulation[BANDAR]
            lied = restate(liar, lambda body: body["hello"].update(at=ahead(liar)))
            simulation.network.faults[BANDAR] = on("/inquiries", lied)
            await acts.file(simulation[KOTABUMI], STRANGER)
            await settle(simulation)
            await simulation.stop(simulation[BANDAR])
            await settle(simulation, 100_000)
            filed = await acts.file(simulation[KOTABUMI], AGAIN, key="request-0002")
            await settle(simulation)
            view = await acts.screening(simulation[KOTABUMI], filed.screening)
            row = next(one for one in view.coverage if one.office == BANDAR)
            assert row.outcome == "unknown"
            assert row.covered_to is None or row.covered_to <= view.started_at
            assert view.complete is False

    run_virtual(story())


def test_a_relayed_notice_carries_its_issuers_own_bytes(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, offices=FOUR) as simulation:
            case = await kotabumi_missed_it(simulation)
            await settle(simulation, 200)
            original = acts.held(simulation[KALIANDA], KALIANDA)[case]
            relayed = acts.held(simulation[KOTABUMI], KALIANDA)[case]
            assert relayed.payload == original.payload

    run_virtual(story())
