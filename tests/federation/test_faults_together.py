"""At the same moment: two offices on one person, one request sent twice, two screenings of one case."""

import asyncio
from pathlib import Path

from services.simulator import acts
from services.simulator.acts import settle
from services.simulator.federation import simulate
from services.simulator.loop import run_virtual
from tests.federation.cast import AGAIN, BANDAR, FIRST, KALIANDA, KOTABUMI, postponed_in_kalianda


def test_two_offices_that_file_the_same_person_at_the_same_moment_see_each_other(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            filed = await asyncio.gather(acts.file(simulation[KALIANDA], FIRST), acts.file(simulation[KOTABUMI], AGAIN))
            await settle(simulation)
            for office, other, own in ((KALIANDA, KOTABUMI, filed[0]), (KOTABUMI, KALIANDA, filed[1])):
                view = await acts.screening(simulation[office], own.screening)
                assert {row.office: row.outcome for row in view.coverage} == {other: "hit", BANDAR: "no_hit"}
                assert [row.office for row in view.history] == [other]
                assert [one.kind for one in await acts.alerts(simulation[office])] == ["asked_about"]

    run_virtual(story())


def test_three_offices_at_once_all_see_one_another(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            offices = list(simulation.offices.values())
            filed = await asyncio.gather(*(acts.file(office, FIRST) for office in offices))
            await settle(simulation)
            for office, own in zip(offices, filed, strict=True):
                view = await acts.screening(office, own.screening)
                others = {other.id for other in offices if other is not office}
                assert {row.office for row in view.history} == others
                assert view.complete

    run_virtual(story())


def test_the_same_request_sent_twice_at_once_is_one_case_with_one_trace(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            office = simulation[KOTABUMI]
            filed = await asyncio.gather(*(acts.file(office, AGAIN) for _ in range(3)))
            await settle(simulation)
            assert len({(one.case, one.screening) for one in filed}) == 1
            assert list(acts.held(office, KOTABUMI)) == [filed[0].case]
            for other in (KALIANDA, BANDAR):
                assert list(acts.held(simulation[other], KOTABUMI)) == [filed[0].case]
                assert len(acts.acted(simulation[other], type="answer", peer=KOTABUMI)) == 1

    run_virtual(story())


def test_two_screenings_of_one_case_at_once_leave_one_trace_and_both_end(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            office = simulation[KOTABUMI]
            filed = await acts.file(office, AGAIN)
            again = await asyncio.gather(acts.ask_again(office, filed.case), acts.ask_again(office, filed.case))
            await settle(simulation)
            assert len({filed.screening, *again}) == 3
            for reference in (filed.screening, *again):
                view = await acts.screening(office, reference)
                assert (view.state, view.complete) == ("settled", True)
                assert {row.office: row.outcome for row in view.coverage} == {KALIANDA: "hit", BANDAR: "no_hit"}
                assert [row.office for row in view.history] == [KALIANDA]
            for other in (KALIANDA, BANDAR):
                assert {ref: one.revision for ref, one in acts.held(simulation[other], KOTABUMI).items()} == {
                    filed.case: 1
                }
                asked = [one.inquiry for one in acts.acted(simulation[other], type="answer", peer=KOTABUMI)]
                assert sorted(map(str, asked)) == sorted([filed.screening, *again])

    run_virtual(story())


def test_a_decision_during_the_screening_reaches_everybody_as_the_last_word(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await acts.postpone(simulation[KOTABUMI], filed.case)
            await acts.clear(simulation[KOTABUMI], filed.case)
            await settle(simulation, 30)
            for other in (KALIANDA, BANDAR):
                one = acts.held(simulation[other], KOTABUMI)[filed.case]
                assert (one.revision, one.standing, one.postings) == (3, "cleared", 0)
                assert b'"index"' not in one.payload
            assert {row.outcome for row in (await acts.coverage(simulation[KOTABUMI], filed.screening)).values()} == {
                "no_hit"
            }

    run_virtual(story())
