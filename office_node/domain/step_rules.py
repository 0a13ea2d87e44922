"""What officers must say with a step of a case, when it is due, and how long it may last.

Periods are settings; that a suspension lasts at most 24 months is Permenkumham 8/2014 Pasal 41 as press reports it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from office_node.domain.case_states import Step, too_early
from office_node.domain.reasons import group_of, may_be_for
from office_node.domain.standings import MAX_SUSPENSION_MONTHS, add_months
from office_node.domain.workdays import Workdays
from shared_schemas.cases import MoveCase, State

_WITH_END = frozenset({"suspend", "cancel_passport", "revoke_passport", "withdraw_passport", "postpone_departure"})
_WITH_DUE = frozenset({"request_documents", "examine", "postpone"})
_LONGEST_DUE = timedelta(days=366)


@dataclass(frozen=True)
class Periods:
    """How long each waits. `issue` and `examination` in working days, the others in calendar days."""

    completion: int = 30
    examination: int = 10
    issue: int = 4
    collect: int = 30


def broken_rule(step: Step, move: MoveCase, *, been: Collection[State], now: datetime) -> str | None:
    """The rule that what was said breaks; None if it may be taken so. `been`: every state of the case so far."""
    return _missing(step, move) or _code_rule(step, move, been=been) or _time_rule(step, move, now=now)


def _missing(step: Step, move: MoveCase) -> str | None:
    return next((f"{need.replace('_', '-')}-missing" for need in step.needs if not getattr(move, need)), None)


def _code_rule(step: Step, move: MoveCase, *, been: Collection[State]) -> str | None:
    if move.reason_code is not None and not may_be_for(step.name, move.reason_code):
        return "reason-code-not-for-this"
    return "refused-too-early" if too_early(step, been=been, group=group_of(move.reason_code)) else None


def _time_rule(step: Step, move: MoveCase, *, now: datetime) -> str | None:
    if move.until is not None:
        if step.name not in _WITH_END:
            return "until-not-for-this"
        if move.until <= now:
            return "until-in-the-past"
        if move.until > add_months(now, MAX_SUSPENSION_MONTHS):
            return "until-too-far"
    if move.due is not None:
        if step.name not in _WITH_DUE:
            return "due-not-for-this"
        if not now < move.due <= now + _LONGEST_DUE:
            return "due-out-of-range"
    return None


def due_at(
    step: Step, move: MoveCase, *, now: datetime, before: datetime | None, days: Workdays, periods: Periods
) -> datetime | None:
    """When something must have happened after this step; None if nothing is waited for.

    `before`: when it was due until now; an approval does not put off when the passport must be issued.
    """
    if move.due is not None:
        return move.due
    match step.target:
        case "incomplete" | "postponed":
            return days.within(now, periods.completion)
        case "examination":
            return days.after(now, periods.examination)
        case "adjudication":
            return days.after(now, periods.issue)
        case "approved":
            return before or days.after(now, periods.issue)
        case "issued":
            return days.within(now, periods.collect)
        case "suspended":
            return move.until
    return None
