"""What must be said with a step, and when it is due: in the office's own days."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from office_node.domain.case_states import STEPS, step_from
from office_node.domain.reasons import LEGAL_BASES, REASONS, basis_of, group_of
from office_node.domain.step_rules import Periods, broken_rule, due_at
from office_node.domain.workdays import Workdays
from shared_schemas.cases import MoveCase, State, Transition

NOW = datetime(2026, 12, 18, 3, 0, tzinfo=UTC)  # a Friday, ten in the morning in Lampung
WIB = Workdays()
POSTPONE: dict[str, Any] = {"reason_code": "B1", "reason": "Belum jelas", "condition": ["Surat Disnaker"]}


def rule(state: State, transition: Transition, *, been: tuple[State, ...] = (), **said: Any) -> str | None:
    step = step_from(state, transition)
    assert step is not None
    return broken_rule(step, MoveCase(transition=transition, **said), been=[state, *been], now=NOW)


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ({}, None),
        ({"reason_code": None}, "reason-code-missing"),
        ({"reason": None}, "reason-missing"),
        ({"condition": []}, "condition-missing"),
        ({"reason_code": "X1"}, "reason-code-not-for-this"),
        ({"until": NOW + timedelta(days=9)}, "until-not-for-this"),
        ({"due": NOW}, "due-out-of-range"),
        ({"due": NOW + timedelta(days=400)}, "due-out-of-range"),
        ({"due": NOW + timedelta(days=14)}, None),
    ],
)
def test_a_postponement_says_why_and_what_is_missing(change: dict[str, Any], broken: str | None) -> None:
    assert rule("interview", "postpone", **(POSTPONE | change)) == broken


@pytest.mark.parametrize(
    ("until", "broken"),
    [
        (None, "until-missing"), (NOW, "until-in-the-past"), (NOW + timedelta(days=800), "until-too-far"),
        (NOW + timedelta(days=200), None),
    ],
)  # fmt: skip
def test_a_suspension_has_an_end_within_two_years(until: datetime | None, broken: str | None) -> None:
    assert rule("adjudication", "suspend", reason_code="A4", reason="Lalai", until=until) == broken


def test_a_refusal_for_its_purpose_waits_for_the_examination() -> None:
    assert rule("received", "refuse", reason_code="B1", reason="Belum jelas") == "refused-too-early"
    assert rule("received", "refuse", reason_code="C1", reason="Daftar cegah") is None
    assert rule("examination", "refuse", reason_code="B1", reason="Belum jelas") is None
    assert rule("postponed", "refuse", reason_code="B1", reason="Belum jelas") == "refused-too-early"
    assert rule("postponed", "refuse", been=("adjudication",), reason_code="B1", reason="Belum jelas") is None
    assert rule("filed", "receive", due=NOW + timedelta(days=1)) == "due-not-for-this"


def test_every_code_has_its_law_its_steps_and_its_group() -> None:
    names = {step.name for step in STEPS}
    for code, reason in REASONS.items():
        assert group_of(code) == code[0]
        assert set(reason.steps) <= names
        assert basis_of(code, None) in LEGAL_BASES
        assert basis_of(code, "UU-30-2014") == "UU-30-2014"
    coded = {step.name for step in STEPS if "reason_code" in step.needs}
    assert coded <= {name for reason in REASONS.values() for name in reason.steps}


def due(state: State, transition: Transition, **said: Any) -> datetime | None:
    step = step_from(state, transition)
    assert step is not None
    move = MoveCase(transition=transition, **said)
    return due_at(step, move, now=NOW, before=NOW + timedelta(hours=5), days=WIB, periods=Periods())


def test_working_days_leave_out_weekends_public_holidays_and_joint_leave() -> None:
    assert due("interview", "adjudicate") == datetime(2026, 12, 28, 16, 59, 59, tzinfo=UTC)
    assert WIB.after(NOW, 1) == datetime(2026, 12, 21, 16, 59, 59, tzinfo=UTC)
    assert Workdays(extra=[date(2026, 12, 21)]).after(NOW, 1).date() == date(2026, 12, 22)


def test_an_approval_puts_nothing_off_and_what_is_closed_waits_for_nothing() -> None:
    assert due("adjudication", "approve") == NOW + timedelta(hours=5)
    assert due("approved", "issue") == datetime(2027, 1, 18, 16, 59, 59, tzinfo=UTC)
    assert due("filed", "receive") is None
    assert due("interview", "postpone", **POSTPONE, due=NOW + timedelta(days=9)) == NOW + timedelta(days=9)


def test_a_day_ends_at_the_offices_own_midnight() -> None:
    late = datetime(2026, 12, 18, 16, 30, tzinfo=UTC)
    ends = {zone: Workdays(zone).after(late, 0) for zone in ("WIB", "WITA", "WIT")}
    assert [str(end) for end in ends.values()] == [
        "2026-12-18 16:59:59+00:00",
        "2026-12-19 15:59:59+00:00",
        "2026-12-19 14:59:59+00:00",
    ]
