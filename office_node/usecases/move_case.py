"""Recording one step of a case. The system takes none by itself; rule 5 says which of them two officers must sign.

What may follow what, and who may do it, is in `domain/case_states.py`; what must be said with it in
`domain/step_rules.py`. Where peers see another standing than before, the step is a notice too.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from office_node.domain.case_states import Step, standing_of, step_from, takes_two
from office_node.domain.reasons import basis_of, group_of
from office_node.domain.standings import Visibility, asked_until, standing_at, visibility
from office_node.domain.step_rules import broken_rule, due_at
from office_node.node import Node
from office_node.store import case_steps, cases
from office_node.store.access_keys import AccessKey
from office_node.store.transactions import Connection
from office_node.usecases.account_refusals import RoleNotAllowedError
from office_node.usecases.approval import check_approval
from office_node.usecases.case_flags import raise_flag
from office_node.usecases.moved import moved_to
from office_node.usecases.once import Once, remember, seen_before
from office_node.usecases.publish_notice import Standing, publish_notice
from office_node.usecases.record import Act, enter
from office_node.usecases.refusals import (
    CaseChangedError,
    CaseMovedError,
    CaseUnknownError,
    DecisionInvalidError,
    SecondOfficerNeededError,
    StepImpossibleError,
)
from office_node.usecases.refused import refusals_written
from office_node.usecases.renewed import open_renewed, write_renewed
from office_node.usecases.screen_case import follow, open_screening
from office_node.usecases.second_signature import Signed, check_second, sign_second
from office_node.usecases.visible import OwnCase
from shared_schemas.base import rfc3339
from shared_schemas.cases import MoveCase, State
from shared_schemas.statement import Actor
from shared_schemas.trace import NoticeStanding

NEWS_AFTER = timedelta(days=60)
"""Peers hear anew of a case that is still examined when less than this is left before it lapses."""
_SCREENED_ANEW = frozenset({"resume", "reopen"})


@dataclass(frozen=True)
class _Taking:
    """One step as it is taken: the case as it was, what the officer said, and who signs."""

    case: OwnCase
    step: Step
    move: MoveCase
    officer: Actor
    second: dict[str, Any] | None
    level: str | None
    now: datetime

    @property
    def number(self) -> int:
        return self.case.row.step + 1

    @property
    def standing(self) -> NoticeStanding:
        return standing_of(self.step.target, has_end=self.move.until is not None)


async def move_case(
    node: Node, case_ref: str, move: MoveCase, *, officer: Actor, key: AccessKey, once: Once | None = None
) -> None:
    """Commit the step, its entry and, where peers see it, the next notice. Refusals as named in `refusals`.

    `key` is the calling system's, or the officer's session: it says whether a second officer may be named. With `once`
    the same request sent again changes nothing. What her role may not do, or not from here, is entered as refused.
    """
    now = node.clock.now()
    members = {"case": case_ref, "transition": move.transition}
    async with refusals_written(node, "step-refused", officer=officer, members=members, case_ref=case_ref):
        if move.second is not None:
            check_second(move.second, officer=officer)
        step = partial(take_step, node=node, case_ref=case_ref, move=move, officer=officer, key=key, once=once, now=now)
        screening = await write_renewed(node, step)
    if screening is not None:
        await follow(node, screening)


def take_step(
    connection: Connection, *, node: Node, case_ref: str, move: MoveCase, officer: Actor, key: AccessKey,
    once: Once | None, now: datetime,
) -> str | None:  # fmt: skip
    """One step in the caller's transaction; the screening that was opened with it, if the case goes on again."""
    node.roster.check(connection)
    if once is not None and seen_before(connection, once) is not None:
        return None
    case = own_case(connection, node, case_ref, now=now)
    been = {case.row.state, *(one.before_state for one in case_steps.of_case(connection, case_ref))}
    step = _allowed(case, move, been=been, officer=officer, now=now)
    level = check_approval(connection, node, case, move=move, officer=officer, now=now)
    second = None
    if move.second is not None:
        signed = Signed(case_ref, "decision", move.transition)
        second = sign_second(connection, key, move.second, signed=signed, now=now)
    taking = _Taking(case, step, move, officer, second, level, now)
    if once is not None:
        remember(connection, once, case_ref=case_ref, now=now)
    if step.target == "examination":
        raise_flag(connection, node, case_ref, level="KUNING", source="officer", now=now)
    return _take(connection, node, taking)


def own_case(connection: Connection, node: Node, case_ref: str, *, now: datetime) -> OwnCase:
    """A case that this office decides on, with its keys up to date. CaseUnknownError, CaseMovedError."""
    row = cases.get(connection, case_ref)
    if row is None:
        raise CaseUnknownError
    case = open_renewed(node, row)
    if moved_to(node, case, now=now) is not None:
        raise CaseMovedError
    return case


def _allowed(case: OwnCase, move: MoveCase, *, been: Collection[State], officer: Actor, now: datetime) -> Step:
    """The step, if it may be taken from here, by her, with what she says."""
    row = case.row
    if move.after is not None and move.after != row.step:
        raise CaseChangedError
    step = step_from(row.state, move.transition)
    if step is None:
        raise StepImpossibleError
    if officer.role not in step.roles:
        raise RoleNotAllowedError
    if (rule := broken_rule(step, move, been=been, now=now)) is not None:
        raise DecisionInvalidError(rule)
    before = standing_at(row.standing, lapses_at=row.lapses_at, now=now)
    if move.second is None and takes_two(step, before=before):
        raise SecondOfficerNeededError
    return step


def _take(connection: Connection, node: Node, taking: _Taking) -> str | None:
    row, move, now = taking.case.row, taking.move, taking.now
    seen = visibility(taking.standing, since=now, minor=row.minor, ends=move.until)
    decided = None if taking.standing == "under_examination" else now
    told = _is_told(taking)
    moved = cases.Moved(
        state=taking.step.target,
        step=taking.number,
        since=now,
        due_at=_due_at(node, taking),
        standing=taking.standing,
        reason_group=group_of(move.reason_code) if decided else None,
        until=seen.until if told else row.until,
        lapses_at=seen.lapses_at if told else row.lapses_at,
        decided_at=decided,
        condition_sealed=_condition(node, taking),
    )
    cases.move(connection, row.ref, moved=moved, now=now)
    case_steps.add(connection, _stored(node, taking))
    enter(connection, node, act=_act(taking, moved=moved))
    return _tell(connection, node, taking, moved=moved, seen=seen) if told else None


def _is_told(taking: _Taking) -> bool:
    """Whether peers are to see something else than before, or to hear that the case is still examined."""
    row = taking.case.row
    if taking.standing != "under_examination" or row.standing != "under_examination":
        return True
    return row.lapses_at is None or row.lapses_at - taking.now < NEWS_AFTER


def _tell(connection: Connection, node: Node, taking: _Taking, *, moved: cases.Moved, seen: Visibility) -> str | None:
    """The next notice, and until when silent offices are asked; a case that goes on is asked about anew."""
    case, officer, now = taking.case, taking.officer, taking.now
    standing = Standing(taking.standing, group_of(taking.move.reason_code) if moved.decided_at else None, seen)
    notice = publish_notice(
        connection, node, case_ref=case.row.ref, keys=case.keys, standing=standing, actor=officer, now=now
    )
    last = asked_until(taking.standing, until=seen.until, now=now, days=node.settings.ask_again_days)
    cases.ask_until(connection, case.row.ref, at=last, now=now)
    if taking.step.name not in _SCREENED_ANEW:
        return None
    return open_screening(
        connection, node, case_ref=case.row.ref, notice=notice, keys=case.keys, purpose="passport_application",
        actor=officer, now=now,
    )  # fmt: skip


def _due_at(node: Node, taking: _Taking) -> datetime | None:
    before = taking.case.row.due_at
    return due_at(taking.step, taking.move, now=taking.now, before=before, days=node.workdays, periods=node.periods)


def _condition(node: Node, taking: _Taking) -> bytes | None:
    """What an asking office is told of the condition; it goes with the postponement."""
    if not taking.move.condition or taking.standing != "postponed":
        return None
    told = "; ".join(taking.move.condition)[:2000]
    return node.sealer.seal("office_case.condition", taking.case.row.ref, told.encode())


def _stored(node: Node, taking: _Taking) -> case_steps.StoredStep:
    row, move, second = taking.case.row, taking.move, taking.second or {}
    said = {
        "reason": move.reason, "condition": list(move.condition), "until": rfc3339(move.until) if move.until else None,
    }  # fmt: skip
    sealed = node.sealer.seal("case_step", f"{row.ref}/{taking.number}", json.dumps(said).encode())
    return case_steps.StoredStep(
        case_ref=row.ref,
        step=taking.number,
        at=taking.now,
        transition=move.transition,
        before_state=row.state,
        after_state=taking.step.target,
        actor_role=taking.officer.role,
        actor_officer=taking.officer.officer,
        second_role=second.get("role"),
        second_officer=second.get("officer"),
        reason_code=move.reason_code,
        legal_basis=basis_of(move.reason_code, move.legal_basis),
        sealed=sealed,
        minutes=move.minutes,
    )


def _act(taking: _Taking, *, moved: cases.Moved) -> Act:
    """Who moved the case, why, and who signed with her."""
    row, move = taking.case.row, taking.move
    decides = moved.decided_at is not None or row.standing != "under_examination"
    members = {
        "case": row.ref,
        "step": taking.number,
        "transition": move.transition,
        "state_before": row.state,
        "state": moved.state,
        "before": standing_at(row.standing, lapses_at=row.lapses_at, now=taking.now),
        "standing": moved.standing,
        "reason_group": moved.reason_group,
        "reason_code": move.reason_code,
        "legal_basis": basis_of(move.reason_code, move.legal_basis),
        "until": rfc3339(moved.until) if moved.until else None,
        "due_at": rfc3339(moved.due_at) if moved.due_at else None,
        "reason": move.reason,
        "level": taking.level,
        "minutes": move.minutes,
        "second": taking.second,
    }
    return Act(
        type="decision" if decides else "step", at=taking.now, actor=taking.officer, case_ref=row.ref, members=members
    )
