"""Learning with invented people, and the first office before there is a second one."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from office_node.errors import NodeNotReadyError
from office_node.usecases.refresh_roster import refresh_roster
from services.simulator import acts
from services.simulator.acts import file, postpone, settle
from services.simulator.federation import simulate
from services.simulator.loop import run_virtual, seeded
from services.stewards.drafts import amended
from services.stewards.roster_maker import next_version
from tests.federation.cast import AGAIN, FIRST, KALIANDA, STRANGER
from tests.federation.test_joining import admit, held, wait_ready

MARK = "invented-people"


@pytest.mark.parametrize("training", [True, False])
def test_every_answer_of_a_training_node_says_so_and_none_of_a_real_one(
    tmp_path: Path, urls: Sequence[str | None], training: bool
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, offices=(KALIANDA,), urls=urls[:1], training=training) as simulation:
            await settle(simulation)
            office = simulation[KALIANDA]
            case = (await file(office, STRANGER)).case
            paths = (f"/office/v1/cases/{case}", "/office/v1/alerts", "/readyz", "/office/v1/nowhere", "/docs")
            answers = [await office.call("GET", path) for path in paths]
            assert {one.headers.get("jejak-training") for one in answers} == {MARK if training else None}
            assert (await office.call("GET", "/office/v1/node")).json()["training"] == training

    run_virtual(story())


@pytest.mark.parametrize("training", [True, False])
def test_invented_and_real_people_never_meet(tmp_path: Path, urls: Sequence[str | None], training: bool) -> None:
    async def story() -> None:
        async with simulate(tmp_path, offices=(KALIANDA,), urls=urls[:1], training=training) as simulation:
            await settle(simulation)
            office = simulation[KALIANDA]
            now = office.clock.now()
            simulation.federation = next_version(
                simulation.federation, lambda draft: amended(draft, training=not training), now=now, random=seeded("x")
            )
            await refresh_roster(office.node)
            held_now = office.node.roster.current().roster
            assert (held_now.training, held_now.version) == (training, simulation.federation.roster.version - 1)
            await simulation.stop(office)
            office.settings = office.settings.model_copy(update={"training": not training})
            with pytest.raises(NodeNotReadyError):
                await simulation.start(office)

    run_virtual(story())


def test_one_office_alone_is_useful_says_that_it_is_alone_and_takes_its_cases_along(
    tmp_path: Path, urls: Sequence[str | None]
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, offices=(KALIANDA,), urls=urls[:1]) as simulation:
            await settle(simulation)
            office = simulation[KALIANDA]
            assert (await office.call("GET", "/readyz")).json()["alone"] is True
            first = (await file(office, FIRST)).case
            await postpone(office, first)
            again = await file(office, AGAIN, key="again-00001")
            await settle(simulation)
            seen = await acts.screening(office, again.screening)
            assert (seen.alone, seen.complete, seen.asked) == (True, True, 0)
            assert [(row.case, row.standing) for row in seen.history] == [(first, "postponed")]
            simulation.offices["kanim-kotabumi"] = office  # `admit` asks it for the time
            metro = admit(simulation)
            del simulation.offices["kanim-kotabumi"]
            await refresh_roster(office.node)
            await simulation.start(metro)
            await wait_ready(metro, seconds=60)
            assert {case for issuer, case in held(metro) if issuer == KALIANDA} >= {first}
            there = await file(metro, FIRST, key="there-00001")
            await settle(simulation)
            shown = await acts.screening(metro, there.screening)
            assert (shown.alone, first in {row.case for row in shown.history}) == (False, True)

    run_virtual(story())
