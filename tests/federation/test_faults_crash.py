"""A node that dies at any moment loses nothing: its questions end, its notices arrive, its feed has no gap."""

from pathlib import Path

import pytest

from services.simulator import acts
from services.simulator.acts import Fields, settle
from services.simulator.federation import Office, Simulation, simulate
from services.simulator.loop import run_virtual
from services.simulator.network import lose_answer, on, refuse, slow_back
from tests.federation.cast import AGAIN, BANDAR, FIRST, KALIANDA, KOTABUMI, STRANGER, postponed_in_kalianda


async def crash(simulation: Simulation, office: str, *, off_s: float = 20) -> None:
    """The power goes, and comes back after a while."""
    await simulation.stop(simulation[office])
    await settle(simulation, off_s)
    await simulation.start(simulation[office])


async def until_carried(simulation: Simulation, office: str, path: str) -> None:
    """Wait until a request is on its way to an office."""
    before = len(simulation.network.sent_to(office, path))
    while len(simulation.network.sent_to(office, path)) == before:
        await settle(simulation, 0.001)


def newest(office: Office) -> dict[str, tuple[int, str]]:
    """Every own case of an office: its revision and standing."""
    return {ref: (one.revision, one.standing) for ref, one in acts.held(office, office.id).items()}


def told_everybody(simulation: Simulation, issuer: str) -> bool:
    """Whether every other office holds what the issuer holds of its own cases, and lacks no number."""
    own = newest(simulation[issuer])
    others = [office for office in simulation.offices.values() if office.id != issuer]
    return all(
        {ref: (one.revision, one.standing) for ref, one in acts.held(office, issuer).items()} == own
        and acts.gaps(office, [issuer]) == {issuer: None}
        for office in others
    )


def test_a_case_committed_but_not_yet_sent_is_asked_about_after_the_restart(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await simulation.stop(simulation[KOTABUMI])
            assert not simulation.network.sent_to(KALIANDA, "/inquiries")
            await settle(simulation, 20)
            await simulation.start(simulation[KOTABUMI])
            await settle(simulation, 30)
            view = await acts.screening(simulation[KOTABUMI], filed.screening)
            assert {row.office: row.outcome for row in view.coverage} == {KALIANDA: "hit", BANDAR: "no_hit"}
            assert [row.office for row in view.history] == [KALIANDA]
            assert told_everybody(simulation, KOTABUMI)
            assert not acts.acted(simulation[BANDAR], type="refusal")

    run_virtual(story())


@pytest.mark.parametrize("after_s", [0.0, 0.01, 0.025, 0.035, 0.045, 0.055, 0.065, 0.075, 0.09, 0.12, 0.5])
def test_an_asker_that_dies_in_the_middle_of_a_screening_still_gets_every_answer(
    tmp_path: Path, after_s: float
) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation, after_s)
            await crash(simulation, KOTABUMI)
            await settle(simulation, 40)
            view = await acts.screening(simulation[KOTABUMI], filed.screening)
            assert {row.office: row.outcome for row in view.coverage} == {KALIANDA: "hit", BANDAR: "no_hit"}
            assert [row.office for row in view.history] == [KALIANDA]
            assert told_everybody(simulation, KOTABUMI)
            assert list(acts.held(simulation[BANDAR], KOTABUMI)) == [filed.case]

    run_virtual(story())


@pytest.mark.parametrize("path", ["/inquiries", "/reveals"])
def test_an_answering_office_that_dies_after_its_commit_has_its_evidence_and_answers_again(
    tmp_path: Path, path: str
) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            simulation.network.faults[KALIANDA] = on(path, lose_answer)
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await until_carried(simulation, KALIANDA, path)
            await settle(simulation, 0.03)
            kind = {"/inquiries": "answer", "/reveals": "history"}[path]
            assert len(acts.acted(simulation[KALIANDA], type=kind, peer=KOTABUMI)) == 1
            simulation.network.heal(KALIANDA)
            await crash(simulation, KALIANDA)
            await settle(simulation, 60)
            view = await acts.screening(simulation[KOTABUMI], filed.screening)
            assert [row.office for row in view.history] == [KALIANDA]
            assert len(acts.acted(simulation[KALIANDA], type=kind, peer=KOTABUMI)) == 2
            assert len(acts.held(simulation[KALIANDA], KOTABUMI)) == 1

    run_virtual(story())


def test_a_decision_in_the_outbox_outlives_the_crash_of_its_office(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            case = (await acts.file(simulation[KALIANDA], FIRST)).case
            await settle(simulation)
            for office in (KOTABUMI, BANDAR):
                simulation.network.down(office)
            await acts.postpone(simulation[KALIANDA], case)
            await settle(simulation, 5)
            assert not told_everybody(simulation, KALIANDA)
            await simulation.stop(simulation[KALIANDA])
            for office in (KOTABUMI, BANDAR):
                simulation.network.heal(office)
            await settle(simulation, 20)
            await simulation.start(simulation[KALIANDA])
            await settle(simulation, 120)
            assert newest(simulation[KALIANDA]) == {case: (2, "postponed")}
            assert told_everybody(simulation, KALIANDA)

    run_virtual(story())


def test_a_decision_right_before_the_crash_arrives(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            case = (await acts.file(simulation[KALIANDA], FIRST)).case
            await simulation.stop(simulation[KALIANDA])
            await simulation.start(simulation[KALIANDA])
            await acts.postpone(simulation[KALIANDA], case)
            await crash(simulation, KALIANDA)
            await settle(simulation, 60)
            assert newest(simulation[KALIANDA]) == {case: (2, "postponed")}
            assert told_everybody(simulation, KALIANDA)

    run_virtual(story())


def test_a_delivery_whose_acknowledgement_was_lost_by_the_crash_has_one_effect(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            case = (await acts.file(simulation[KALIANDA], FIRST)).case
            await settle(simulation)
            simulation.network.faults[KOTABUMI] = on("/notices", slow_back(5))
            await acts.postpone(simulation[KALIANDA], case)
            await until_carried(simulation, KOTABUMI, "/notices")
            await settle(simulation, 1)
            await crash(simulation, KALIANDA)
            simulation.network.heal(KOTABUMI)
            await settle(simulation, 60)
            assert len(set(simulation.network.sent_to(KOTABUMI, "/notices"))) == 1
            assert len(simulation.network.sent_to(KOTABUMI, "/notices")) == 2
            assert told_everybody(simulation, KALIANDA)

    run_virtual(story())


def test_an_office_that_slept_through_everything_catches_up(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            await simulation.stop(simulation[BANDAR])
            people: list[Fields] = [FIRST, STRANGER]
            cases = [
                (await acts.file(simulation[KALIANDA], person, key=f"request-{number:04d}")).case
                for number, person in enumerate(people)
            ]
            await acts.postpone(simulation[KALIANDA], cases[0])
            await acts.clear(simulation[KALIANDA], cases[1])
            await settle(simulation, 400)
            await simulation.start(simulation[BANDAR])
            await settle(simulation, 60)
            assert told_everybody(simulation, KALIANDA)
            filed = await acts.file(simulation[BANDAR], AGAIN)
            await settle(simulation)
            view = await acts.screening(simulation[BANDAR], filed.screening)
            assert [(one.office, one.case) for one in view.history] == [(KALIANDA, cases[0])]

    run_virtual(story())


def test_a_screening_settles_after_the_crash_and_what_comes_later_alerts(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            simulation.network.faults[KALIANDA] = refuse
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation, 0.01)
            await crash(simulation, KOTABUMI)
            await settle(simulation, 20)
            assert (await acts.screening(simulation[KOTABUMI], filed.screening)).state == "settled"
            simulation.network.heal(KALIANDA)
            await settle(simulation, 120)
            assert [one.kind for one in await acts.alerts(simulation[KOTABUMI])] == ["late_hit"]

    run_virtual(story())
