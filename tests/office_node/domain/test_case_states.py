"""The case's state machine, gone through whole: every state, every step, every path up to a length, against rule 5."""

from collections.abc import Iterator

import pytest

from office_node.domain.case_states import (
    EXAMINED,
    FINAL,
    NAMES,
    STEPS,
    Step,
    standing_of,
    state_of,
    step_from,
    steps_from,
    takes_two,
    too_early,
)
from office_node.domain.standings import ADVERSE
from shared_schemas.cases import STATES, TRANSITIONS, State
from shared_schemas.trace import NoticeStanding

HARMFUL = {"postponed", "suspended", "refused"}


def paths(length: int) -> Iterator[tuple[Step, ...]]:
    """Every path from filing of at most so many steps."""
    waiting: list[tuple[State, tuple[Step, ...]]] = [("filed", ())]
    while waiting:
        state, taken = waiting.pop()
        if taken:
            yield taken
        if len(taken) < length:
            waiting += [(step.target, (*taken, step)) for step in steps_from(state)]


def test_every_state_and_every_transition_is_in_the_machine_and_has_its_words() -> None:
    assert set(NAMES) == set(STATES) == {"filed"} | {step.target for step in STEPS}
    assert {step.name for step in STEPS} == set(TRANSITIONS)
    assert all(step.roles and all(step.text) for step in STEPS)
    for name in TRANSITIONS:
        sources = [source for step in STEPS if step.name == name for source in step.sources]
        assert len(sources) == len(set(sources)), name


def test_only_what_is_final_leads_nowhere() -> None:
    for state in STATES:
        assert (not list(steps_from(state))) == (state in FINAL), state


@pytest.mark.parametrize("state", STATES)
def test_every_state_can_come_to_a_good_end(state: State) -> None:
    reached, waiting = {state}, [state]
    while waiting:
        for step in steps_from(waiting.pop()):
            if step.target not in reached:
                reached.add(step.target)
                waiting.append(step.target)
    assert any(standing_of(one, has_end=False) == "cleared" for one in reached)


def test_no_path_harms_or_lifts_with_one_officer() -> None:
    checked = 0
    for path in paths(8):
        before: NoticeStanding = standing_of(path[-2].target if len(path) > 1 else "filed", has_end=False)
        after = standing_of(path[-1].target, has_end=False)
        if after in HARMFUL or before in ADVERSE:
            assert takes_two(path[-1], before=before), [step.name for step in path]
            checked += 1
    assert checked > 100


def test_no_path_refuses_for_its_purpose_without_an_examination() -> None:
    early = 0
    for path in paths(7):
        if path[-1].target == "refused":
            names = [step.name for step in path]
            assert "receive" in names or "request_documents" in names
            been: list[State] = ["filed", *(step.target for step in path[:-1])]
            examined = "examine" in names or "adjudicate" in names
            assert too_early(path[-1], been=been, group="B") == (not examined)
            assert not too_early(path[-1], been=been, group="C")
            early += not examined
    assert early > 10


def test_nothing_is_issued_without_interview_adjudication_and_approval() -> None:
    seen = 0
    for path in paths(8):
        names = [step.name for step in path]
        if names[-1] == "issue":
            seen += 1
            if not {"resume", "reopen"} & set(names):  # else the interview is held anew
                order = [names.index(one) for one in ("receive", "take_biometrics", "begin_interview", "approve")]
                assert order == sorted(order)
            assert "approve" in names
            assert "adjudicate" in names
            assert names[-2] == "approve"
    assert seen > 0


def test_whoever_is_in_no_desk_role_takes_no_step() -> None:
    for step in STEPS:
        assert not set(step.roles) & {"auditor", "administrator", "data_protection", "pimpasa", "node", "steward"}


def test_counter_and_interview_alone_end_no_decision() -> None:
    for step in STEPS:
        if step.name in ("reopen", "annul", "suspend", "refuse") or step.target.startswith("passport"):
            assert not {"counter", "interview"} & set(step.roles), step.name


def test_standings_follow_the_table_of_the_protocol() -> None:
    assert {standing_of(state, has_end=False) for state in EXAMINED} == {"under_examination"}
    assert standing_of("passport_withdrawn", has_end=True) == "suspended"
    assert standing_of("departure_postponed", has_end=False) == "postponed"
    for standing in ("postponed", "suspended", "refused", "withdrawn", "cleared", "under_examination"):
        assert standing_of(state_of(standing), has_end=False) == standing


def test_a_step_from_elsewhere_is_none() -> None:
    assert step_from("filed", "refuse") is None
    assert step_from("annulled", "reopen") is None
    found = step_from("examination", "adjudicate")
    assert found is not None
    assert "interview" not in found.roles
