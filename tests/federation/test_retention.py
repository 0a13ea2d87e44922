"""Everything that says something of a person ends, each at its own time, and nothing that is still needed goes."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from office_node.errors import UnsealError
from office_node.store import log
from office_node.usecases.sweep import sweep, would_sweep
from office_node.usecases.verify_log import verify_log
from office_node.usecases.view_node import view_node
from services.simulator import acts
from services.simulator.acts import file, postpone, screening, settle
from services.simulator.federation import Office, Simulation, simulate
from services.simulator.loop import VirtualClock, run_virtual
from shared_schemas.office import CaseFiled
from tests.federation.cast import AGAIN, BANDAR, KALIANDA, KOTABUMI, postponed_in_kalianda

YEARS = timedelta(days=366)
PERSONAL = (
    "office_case", "own_key", "screening", "asked", "screening_event", "hit_given", "alert", "delivery", "verdict",
)  # fmt: skip


async def swept(office: Office, ahead: timedelta) -> None:
    """The office's own sweep, as if so much time had passed."""
    clock = VirtualClock()
    clock.skew = ahead
    await sweep(replace(office.node, clock=clock))


def rows(office: Office, tables: Iterable[str] = PERSONAL) -> dict[str, int]:
    with office.engine.begin() as connection:
        return {one: int(connection.exec_driver_sql(f"SELECT count(*) FROM {one}").scalar_one()) for one in tables}


def histories(office: Office) -> list[int]:
    """The size of each history that is kept."""
    with office.engine.begin() as connection:
        found = connection.exec_driver_sql("SELECT history_sealed FROM asked WHERE history_sealed IS NOT NULL").all()
    return [len(sealed) for (sealed,) in found]


async def asked_and_signed(simulation: Simulation) -> CaseFiled:
    """Kalianda has postponed her, Kotabumi has asked and has its history and decided; all alerts are signed."""
    await postponed_in_kalianda(simulation)
    again = await file(simulation[KOTABUMI], AGAIN)
    await settle(simulation)
    [row] = (await screening(simulation[KOTABUMI], again.screening)).history
    await acts.judge(simulation[KOTABUMI], again.screening, row, "same")
    await postpone(simulation[KOTABUMI], again.case)
    await settle(simulation)
    for office in simulation.offices.values():
        for one in await acts.alerts(office):
            await office.call("POST", f"/office/v1/alerts/{one.alert}/signature", json={"note": "Sudah dilihat"})
    return again


@pytest.mark.parametrize("office", [KALIANDA, KOTABUMI])
def test_after_ten_years_nothing_is_left_of_anybody(tmp_path: Path, database_url: str, office: str) -> None:
    async def story() -> None:
        urls = [database_url if one == office else None for one in (BANDAR, KALIANDA, KOTABUMI)]
        async with simulate(tmp_path, urls=urls) as simulation:
            await asked_and_signed(simulation)
            empty = {table for table, count in rows(simulation[office]).items() if not count}
            assert empty == ({"hit_given", "alert"} if office == KOTABUMI else {"verdict"})
            await swept(simulation[office], 10 * YEARS)
            assert set(rows(simulation[office], (*PERSONAL, "notice", "posting", "idempotency")).values()) == {0}
            with simulation[office].engine.begin() as connection:
                said = "SELECT count(*) FROM entry WHERE {} IS NOT NULL AND type <> 'retention'"
                left = {
                    column: connection.exec_driver_sql(said.format(column)).scalar_one()
                    for column in ("body_sealed", "attached_sealed", "salt", "case_ref", "inquiry", "actor_officer")
                }
            assert set(left.values()) == {0}

    run_virtual(story())


def test_another_offices_history_goes_with_its_owners_until_and_the_screening_stays(
    tmp_path: Path, database_url: str
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=[None, None, database_url]) as simulation:
            office = simulation[KOTABUMI]
            again = await asked_and_signed(simulation)
            await swept(office, timedelta(days=360))
            assert [size > 0 for size in histories(office)] == [True]
            await swept(office, timedelta(days=370))
            assert histories(office) == [0]
            assert (await screening(office, again.screening)).history == ()
            assert rows(office)["screening"] == 1

    run_virtual(story())


def test_of_a_history_each_row_goes_at_its_own_time(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            office = simulation[KOTABUMI]
            await postponed_in_kalianda(simulation)
            await file(simulation[KALIANDA], AGAIN, key="request-0009")  # under examination: 210 days, not 12 months
            again = await file(office, AGAIN)
            await settle(simulation)
            assert len((await screening(office, again.screening)).history) == 2
            await swept(office, timedelta(days=220))
            seen = await screening(office, again.screening)
            assert [(row.office, row.standing, row.zone) for row in seen.history] == [(KALIANDA, "postponed", "match")]
            await swept(office, timedelta(days=370))
            assert histories(office) == [0]

    run_virtual(story())


def test_a_history_that_does_not_open_keeps_nothing_else(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            office = simulation[KOTABUMI]
            await asked_and_signed(simulation)
            with office.engine.begin() as connection:
                connection.exec_driver_sql("UPDATE asked SET history_sealed = x'00' WHERE history_sealed IS NOT NULL")
            with pytest.raises(UnsealError):
                await swept(office, 10 * YEARS)
            assert set(rows(office).values()) == {0}

    run_virtual(story())


def test_nothing_goes_of_a_case_that_waits_for_a_signature_or_an_answer(tmp_path: Path, database_url: str) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=[None, None, database_url]) as simulation:
            office = simulation[KOTABUMI]
            await settle(simulation)
            simulation.network.down(KALIANDA)
            filed = await file(office, AGAIN)
            await settle(simulation)
            with office.engine.begin() as connection:  # as if it had been filed six years ago, and be asked about still
                connection.exec_driver_sql("UPDATE office_case SET keep_until = 0, until = 0")
            await swept(office, timedelta())
            assert rows(office)["office_case"] == 1
            assert (await screening(office, filed.screening)).unknown == 1
            simulation.network.heal(KALIANDA)
            await settle(simulation, 120)
            await swept(office, timedelta())
            assert rows(office)["office_case"] == 0

    run_virtual(story())


def removed_entries(office: Office) -> list[dict[str, int]]:
    """What the log says that the retention job did."""
    return [acts.said(office, entry)["removed"] for entry in acts.acted(office, type="retention")]


def test_the_job_says_what_it_did_and_a_trial_of_it_does_nothing(tmp_path: Path, database_url: str) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=[None, None, database_url]) as simulation:
            office = simulation[KOTABUMI]
            await asked_and_signed(simulation)
            before = rows(office)
            clock = VirtualClock()
            clock.skew = 10 * YEARS
            later = replace(office.node, clock=clock)
            due = await would_sweep(later)
            assert rows(office) == before
            assert {"cases", "entries", "screenings", "notices"} <= due.keys()
            assert await sweep(later) == due
            seen = (await view_node(later)).retention
            assert seen is not None
            assert seen.removed == due
            assert not await would_sweep(later)
            clock.skew += timedelta(days=1)
            await sweep(later)
            assert removed_entries(office)[-1] == due
            await sweep(later)
            assert removed_entries(office)[-1] == due

    run_virtual(story())


def test_what_an_entry_said_is_erased_and_the_tree_stays_the_one_that_was_signed(
    tmp_path: Path, database_url: str
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=[None, None, database_url]) as simulation:
            office = simulation[KOTABUMI]
            await asked_and_signed(simulation)
            await settle(simulation, 60)
            leaves = [one.leaf for one in acts.acted(office)]
            note = await office.node.run.read(log.checkpoint)
            await swept(office, 3 * YEARS)
            assert [one.leaf for one in acts.acted(office)][: len(leaves)] == leaves
            assert all(one.body_sealed is None for one in acts.acted(office)[: len(leaves)])
            assert await office.node.run.read(log.checkpoint) == note
            assert await verify_log(office.node, progress=lambda _count: None) == []

    run_virtual(story())
