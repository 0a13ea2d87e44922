"""A silent office is asked until 30 days after the decision (`ask_again_days`), however late that comes."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from office_node.store import cases, screenings
from office_node.usecases.sweep import sweep
from services.simulator.acts import ask_again, clear, coverage, decide, file, postpone, settle
from services.simulator.federation import Office, simulate
from services.simulator.loop import run_virtual
from tests.federation.cast import AGAIN, KALIANDA, KOTABUMI, STRANGER, postponed_in_kalianda

DAY = 86400.0
SELDOM: dict[str, Any] = {"deliver_every_s": 3600, "sweep_every_s": 10 * DAY, "roster_refresh_s": DAY}
"""So that days of virtual time are a second."""


def last(office: Office, screening: str) -> timedelta:
    """From now until nobody is asked again."""
    with office.engine.begin() as connection:
        return screenings.get(connection, screening).ask_until - office.clock.now()


def test_an_office_that_was_silent_for_long_before_the_decision_is_asked_after_it(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, ask_again_days=1, **SELDOM) as simulation:
            await postponed_in_kalianda(simulation)
            simulation.network.down(KALIANDA)
            again = await file(simulation[KOTABUMI], AGAIN)
            await settle(simulation, 2 * DAY)
            await postpone(simulation[KOTABUMI], again.case)
            simulation.network.heal(KALIANDA)
            await settle(simulation, 3 * 3600)
            assert (await coverage(simulation[KOTABUMI], again.screening))[KALIANDA].outcome == "hit"

    run_virtual(story())


def test_asking_ends_30_days_after_the_decision_and_until_then_after_the_notice(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            office = simulation[KOTABUMI]
            filed = await file(office, STRANGER)
            assert last(office, filed.screening).days == 120 + 90 + 30
            await decide(office, filed.case, "under_examination")
            assert last(office, filed.screening).days == 120 + 90 + 30
            await postpone(office, filed.case)
            assert last(office, filed.screening).days == 30
            assert last(office, await ask_again(office, filed.case)).days == 30
            await clear(office, filed.case)
            assert last(office, filed.screening).days == 30

    run_virtual(story())


def test_a_question_that_had_been_given_up_is_due_again_with_the_decision(tmp_path: Path, database_url: str) -> None:
    async def story() -> None:
        async with simulate(
            tmp_path, urls=[None, None, database_url], deliver_every_s=20, sweep_every_s=10 * DAY
        ) as simulation:
            await postponed_in_kalianda(simulation)
            simulation.network.down(KALIANDA)
            office = simulation[KOTABUMI]
            again = await file(office, AGAIN)
            soon = office.clock.now() + timedelta(minutes=10)
            with office.engine.begin() as connection:
                cases.ask_until(connection, again.case, at=soon, now=office.clock.now())
            await settle(simulation, 1200)
            await sweep(office.node)
            await postpone(office, again.case)
            simulation.network.heal(KALIANDA)
            await settle(simulation, 600)
            assert (await coverage(office, again.screening))[KALIANDA].outcome == "hit"

    run_virtual(story())
