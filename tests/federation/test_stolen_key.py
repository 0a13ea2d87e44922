"""A stolen key stops working tonight: what the thief said is void, what the office had said is found again."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from office_node.domain.roster import suspension_digest
from office_node.usecases.discredit import discredit
from office_node.usecases.refresh_roster import refresh_roster
from office_node.usecases.suspend import suspend_self
from services.simulator import acts
from services.simulator.acts import settle
from services.simulator.federation import Simulation, simulate
from services.simulator.loop import run_virtual, seeded
from services.stewards.drafts import lifting
from services.stewards.roster_maker import next_version, suspend
from tests.federation.cast import AGAIN, BANDAR, KALIANDA, KOTABUMI, postponed_in_kalianda
from tests.federation.sending import notice, send


async def suspended(simulation: Simulation, *, since_s: float) -> None:
    """A steward's suspension of Kalianda for a stolen key; everybody but Kalianda hears of it."""
    now = simulation[BANDAR].clock.now()
    since = now - timedelta(seconds=since_s)
    simulation.federation = suspend(simulation.federation, KALIANDA, now=now, since=since)
    for office in (BANDAR, KOTABUMI):
        await refresh_roster(simulation[office].node)


async def lifted(simulation: Simulation) -> None:
    digests = [suspension_digest(one) for one in simulation[BANDAR].node.roster.current().suspensions]
    simulation.federation = next_version(
        simulation.federation, lifting(digests), now=simulation[BANDAR].clock.now(), random=seeded("lifted")
    )
    for office in simulation.offices.values():
        await refresh_roster(office.node)


async def thief_clears(simulation: Simulation, case: str) -> None:
    """Somebody with Kalianda's key tells Kotabumi that the postponed case is cleared."""
    said = notice(
        simulation[KALIANDA], case=case, revision=900, number=900, standing="cleared", tokens=None, until=None
    )  # fmt: skip
    response = await send(simulation, simulation[KALIANDA], KOTABUMI, "/notices", notice=said)
    assert response.status_code == 200, response.text
    assert acts.held(simulation[KOTABUMI], KALIANDA)[case].standing == "cleared"


def test_what_a_thief_overwrote_is_void_and_found_again_when_the_office_is_back(
    tmp_path: Path, urls: Sequence[str | None]
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            case = await postponed_in_kalianda(simulation)
            await thief_clears(simulation, case)
            await settle(simulation, 60)
            await suspended(simulation, since_s=60.5)
            kotabumi = simulation[KOTABUMI]
            await settle(simulation, 1)
            assert case not in acts.held(kotabumi, KALIANDA)
            [entry] = acts.acted(kotabumi, type="notice-discredited", peer=KALIANDA)
            assert acts.said(kotabumi, entry)["case"] == case
            assert acts.held(simulation[BANDAR], KALIANDA)[case].standing == "postponed"
            assert await discredit(kotabumi.node) == 0
            again = await send(
                simulation, simulation[KALIANDA], KOTABUMI, "/notices", notice=notice(simulation[KALIANDA])
            )
            assert again.json()["code"] == "revoked-key"
            await lifted(simulation)
            await settle(simulation, 180)
            assert acts.held(kotabumi, KALIANDA)[case].standing == "postponed"
            simulation.network.down(KALIANDA)
            filed = await acts.file(kotabumi, AGAIN)
            await settle(simulation, 5)
            view = await acts.screening(kotabumi, filed.screening)
            assert [(trace.office, trace.case) for trace in view.traces] == [(KALIANDA, case)]

    run_virtual(story())


def test_until_it_is_cleaned_up_nothing_from_a_stolen_key_is_shown_or_told(tmp_path: Path) -> None:
    """What arrived in time is still shown, what came after the theft is not, whatever it says."""

    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            case = await postponed_in_kalianda(simulation)
            kotabumi = simulation[KOTABUMI]
            simulation.network.down(KALIANDA)
            filed = await acts.file(kotabumi, AGAIN)
            await settle(simulation, 5)
            before = (await acts.screening(kotabumi, filed.screening)).traces
            assert [trace.case for trace in before] == [case]
            await suspended(simulation, since_s=0)
            assert [trace.case for trace in (await acts.screening(kotabumi, filed.screening)).traces] == [case]
            await suspended(simulation, since_s=3600)
            assert (await acts.screening(kotabumi, filed.screening)).traces == ()

    run_virtual(story())


def test_a_relay_that_has_not_heard_of_the_theft_is_no_forger(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            case = await postponed_in_kalianda(simulation)
            now = simulation[BANDAR].clock.now()
            since = now - timedelta(hours=1)
            simulation.federation = suspend(simulation.federation, KALIANDA, now=now, since=since)
            await refresh_roster(simulation[KOTABUMI].node)
            await settle(simulation, 1)
            assert case not in acts.held(simulation[KOTABUMI], KALIANDA)
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation, 5)
            row = (await acts.coverage(simulation[KOTABUMI], filed.screening))[BANDAR]
            assert (row.outcome, row.cause) == ("no_hit", None)
            assert case not in acts.held(simulation[KOTABUMI], KALIANDA)

    run_virtual(story())


SIX = tuple(f"kanim-{name}" for name in ("kalianda", "kotabumi", "bandarlampung", "metro", "liwa", "krui"))


@pytest.mark.parametrize("directory", [True, False], ids=["directory", "no-directory"])
def test_a_suspension_reaches_everybody_within_a_quarter_of_an_hour(tmp_path: Path, directory: bool) -> None:
    """Without the directory the office suspends itself, and its node and the hellos of the others carry it."""

    async def story() -> None:
        async with simulate(tmp_path, offices=SIX) as simulation:
            await settle(simulation, 30)
            now = simulation[BANDAR].clock.now()
            if directory:
                simulation.federation = suspend(simulation.federation, KALIANDA, now=now)
            else:
                simulation.network.down("directory")
                await suspend_self(simulation[KALIANDA].node, reason="key_compromised")
            await settle(simulation, 15 * 60)
            others = [office for office in simulation.offices.values() if office.id != KALIANDA]
            heard = [not o.node.roster.current().in_good_standing(KALIANDA, o.clock.now()) for o in others]
            assert all(heard)

    run_virtual(story())


def test_a_week_without_directory_and_stewards_affects_no_screening(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(
            tmp_path, sweep_every_s=3600, deliver_every_s=60, roster_refresh_s=3600, log_every_s=600
        ) as simulation:
            await postponed_in_kalianda(simulation)
            simulation.network.down("directory")
            for day in range(7):
                filed = await acts.file(simulation[KOTABUMI], AGAIN, key=f"day-{day:06}")
                await settle(simulation, 120)
                view = await acts.screening(simulation[KOTABUMI], filed.screening)
                assert {row.office: row.outcome for row in view.coverage} == {KALIANDA: "hit", BANDAR: "no_hit"}
                assert (view.complete, view.roster_stage) == (True, "valid")
                await settle(simulation, 86_400 - 240)

    run_virtual(story())
