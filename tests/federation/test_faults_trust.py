"""Clocks that are wrong, members that are suspended or denied, too old a roster: *unknown*, nothing revealed."""

from datetime import timedelta
from pathlib import Path

import pytest

from office_node.domain.roster import suspension_digest
from office_node.store import rosters
from office_node.usecases.refresh_roster import refresh_roster
from services.simulator import acts
from services.simulator.acts import settle
from services.simulator.federation import Simulation, simulate
from services.simulator.loop import run_virtual, seeded
from services.simulator.network import on, slow_back
from services.stewards.drafts import lifting
from services.stewards.roster_maker import next_version, suspend
from tests.federation.cast import AGAIN, BANDAR, KALIANDA, KOTABUMI, postponed_in_kalianda


@pytest.mark.parametrize(("seconds", "cause"), [(500, "not-yet-valid"), (-500, "expired")])
def test_an_asker_with_a_wrong_clock_hears_unknown_until_its_clock_is_right(
    tmp_path: Path, seconds: int, cause: str
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, longest_backoff_s=30) as simulation:
            await postponed_in_kalianda(simulation)
            simulation[KOTABUMI].clock.skew = timedelta(seconds=seconds)
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation)
            rows = await acts.coverage(simulation[KOTABUMI], filed.screening)
            assert {row.outcome for row in rows.values()} == {"unknown"}
            assert all((row.cause or "").startswith(cause) for row in rows.values())
            assert not acts.held(simulation[KALIANDA], KOTABUMI)
            assert not simulation.network.sent_to(KALIANDA, "/reveals")
            assert acts.counted(simulation[KALIANDA], f"{KOTABUMI}/sign-2026")[cause] >= 1
            disputed = [one.clock_skew_s for one in (await acts.peers(simulation[KOTABUMI])).values()]
            assert all(one is not None and abs(one - seconds) <= 2 for one in disputed)
            simulation[KOTABUMI].clock.skew = timedelta()
            await settle(simulation, 600 if seconds > 0 else 60)
            assert [one.clock_skew_s for one in (await acts.peers(simulation[KOTABUMI])).values()] == [None, None]
            rows = await acts.coverage(simulation[KOTABUMI], filed.screening)
            assert {office: row.outcome for office, row in rows.items()} == {KALIANDA: "hit", BANDAR: "no_hit"}

    run_virtual(story())


@pytest.mark.parametrize("seconds", [110, -110])
def test_clocks_may_differ_by_less_than_two_minutes(tmp_path: Path, seconds: int) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            simulation[KOTABUMI].clock.skew = timedelta(seconds=seconds)
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation)
            rows = await acts.coverage(simulation[KOTABUMI], filed.screening)
            assert {office: row.outcome for office, row in rows.items()} == {KALIANDA: "hit", BANDAR: "no_hit"}

    run_virtual(story())


def test_an_answering_office_with_a_wrong_clock_is_alone_unknown(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            simulation[KALIANDA].clock.skew = timedelta(seconds=-500)
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation)
            rows = await acts.coverage(simulation[KOTABUMI], filed.screening)
            assert {office: row.outcome for office, row in rows.items()} == {KALIANDA: "unknown", BANDAR: "no_hit"}
            simulation[KALIANDA].clock.skew = timedelta()
            await settle(simulation, 120)
            assert (await acts.coverage(simulation[KOTABUMI], filed.screening))[KALIANDA].outcome == "hit"

    run_virtual(story())


async def publish_suspension(simulation: Simulation, member: str, *, to: tuple[str, ...]) -> None:
    """A steward suspends a member, and these offices hear of it."""
    now = simulation[BANDAR].clock.now()
    simulation.federation = suspend(simulation.federation, member, now=now)
    for office in to:
        await refresh_roster(simulation[office].node)


def test_a_suspended_offices_question_is_refused_and_leaves_a_refusal_but_no_trace(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            await publish_suspension(simulation, KOTABUMI, to=(KALIANDA,))
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation)
            row = (await acts.coverage(simulation[KOTABUMI], filed.screening))[KALIANDA]
            assert (row.outcome, row.cause) == ("unknown", "revoked-key")
            assert not acts.held(simulation[KALIANDA], KOTABUMI)
            assert not acts.acted(simulation[KALIANDA], type="answer", peer=KOTABUMI)
            assert not await acts.alerts(simulation[KALIANDA])
            assert acts.counted(simulation[KALIANDA], simulation[KOTABUMI].signing.keyid)["revoked-key"] >= 1
            assert acts.acted(simulation[KALIANDA], type="refusal", peer=KOTABUMI)

    run_virtual(story())


def test_a_suspended_office_is_not_asked_and_its_answer_on_the_way_does_not_count(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, longest_backoff_s=60) as simulation:
            await postponed_in_kalianda(simulation)
            simulation.network.down(KALIANDA)
            before = await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation)
            await publish_suspension(simulation, KALIANDA, to=(KOTABUMI,))
            simulation.network.heal(KALIANDA)
            await settle(simulation, 120)
            rows = await acts.coverage(simulation[KOTABUMI], before.screening)
            assert rows[KALIANDA].outcome == "unknown"
            assert not simulation.network.sent_to(KALIANDA, "/reveals")
            again = await acts.ask_again(simulation[KOTABUMI], before.case)
            await settle(simulation)
            assert set(await acts.coverage(simulation[KOTABUMI], again)) == {BANDAR}
            await lift(simulation)
            await settle(simulation, 200)
            rows = await acts.coverage(simulation[KOTABUMI], before.screening)
            assert rows[KALIANDA].outcome == "hit"

    run_virtual(story())


async def lift(simulation: Simulation) -> None:
    """A new roster lifts all suspensions, and all offices take it."""
    current = simulation[KOTABUMI].node.roster.current()
    digests = [suspension_digest(one) for one in current.suspensions]
    simulation.federation = next_version(
        simulation.federation, lifting(digests), now=simulation[BANDAR].clock.now(), random=seeded("lifted")
    )
    for office in simulation.offices.values():
        await refresh_roster(office.node)


def test_an_office_denied_here_is_refused_and_not_asked_until_it_is_allowed_again(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            kotabumi = simulation[KOTABUMI].node
            now = kotabumi.clock.now()
            await kotabumi.run.write(lambda connection: rosters.deny(connection, KALIANDA, now=now, reason="uji"))
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation, 5)
            assert set(await acts.coverage(simulation[KOTABUMI], filed.screening)) == {BANDAR}
            assert not simulation.network.sent_to(KALIANDA, "/reveals")
            await kotabumi.run.write(lambda connection: rosters.allow(connection, KALIANDA))
            again = await acts.ask_again(simulation[KOTABUMI], filed.case)
            await settle(simulation, 5)
            assert (await acts.coverage(simulation[KOTABUMI], again))[KALIANDA].outcome == "hit"

    run_virtual(story())


@pytest.mark.parametrize(("days", "outcome"), [(8, "hit"), (36, "hit"), (38, "unknown")])
def test_a_roster_too_long_expired_answers_nothing_and_reveals_nothing(tmp_path: Path, days: int, outcome: str) -> None:
    async def story() -> None:
        async with simulate(tmp_path, roster_refresh_s=1e9) as simulation:
            await postponed_in_kalianda(simulation)
            for office in simulation.offices.values():
                office.clock.skew = timedelta(days=days)
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation, 5)
            view = await acts.screening(simulation[KOTABUMI], filed.screening)
            assert {row.office: row.outcome for row in view.coverage}[KALIANDA] == outcome
            assert view.roster_stage == ("expired" if outcome == "hit" else "untrusted")
            if outcome == "unknown":
                assert {row.cause for row in view.coverage} == {"roster-expired"}
                assert not simulation.network.sent_to(KALIANDA, "/reveals")
                assert not acts.acted(simulation[KALIANDA], type="answer", peer=KOTABUMI)

    run_virtual(story())


def test_an_asker_whose_roster_is_too_old_believes_no_answer_and_reveals_nobody(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, roster_refresh_s=1e9) as simulation:
            await postponed_in_kalianda(simulation)
            now = simulation[BANDAR].clock.now() + timedelta(days=38)
            simulation.federation = next_version(simulation.federation, now=now, random=seeded("next"))
            for office in simulation.offices.values():
                office.clock.skew = timedelta(days=38)
                if office.id != KOTABUMI:
                    await refresh_roster(office.node)
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation, 5)
            rows = await acts.coverage(simulation[KOTABUMI], filed.screening)
            assert {(row.outcome, row.cause) for row in rows.values()} == {("unknown", "roster-expired")}
            assert not simulation.network.sent_to(KALIANDA, "/reveals")

    run_virtual(story())


@pytest.mark.parametrize("path", ["/inquiries", "/reveals"])
def test_an_office_denied_while_its_answer_is_on_the_way_is_not_believed(tmp_path: Path, path: str) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            kotabumi = simulation[KOTABUMI].node
            simulation.network.faults[KALIANDA] = on(path, slow_back(1))
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation, 0.5)
            now = kotabumi.clock.now()
            # The database alone is told, as when `jejak node deny` runs beside the serving process.
            await kotabumi.run.write(lambda connection: rosters.deny(connection, KALIANDA, now=now, reason="uji"))
            await settle(simulation, 5)
            view = await acts.screening(simulation[KOTABUMI], filed.screening)
            row = next(one for one in view.coverage if one.office == KALIANDA)
            assert view.history == ()
            assert row.outcome == ("unknown" if path == "/inquiries" else "hit")
            assert len(simulation.network.sent_to(KALIANDA, "/reveals")) == (0 if path == "/inquiries" else 1)

    run_virtual(story())
