"""Reading a case: where it is, without the person; her, and what was said of her, only with an entry in the log."""

import json
from heapq import merge

from office_node.domain.case_states import steps_from
from office_node.domain.standings import standing_at
from office_node.node import Node
from office_node.store import case_lists, case_steps, cases, screenings
from office_node.store.transactions import Connection
from office_node.usecases.case_flags import flag_view
from office_node.usecases.moved import moved_to
from office_node.usecases.record import Act, enter
from office_node.usecases.refusals import CaseUnknownError
from office_node.usecases.visible import open_case
from shared_schemas.cases import CaseLine, CasePage, CaseView, State, StepView
from shared_schemas.person import Person
from shared_schemas.statement import Actor


async def view_case(node: Node, case_ref: str, *, officer: Actor) -> CaseView:
    """Where a case is, and what this officer may do next. CaseUnknownError."""
    now = node.clock.now()

    def view(connection: Connection) -> CaseView:
        row = _row(connection, case_ref)
        to = None if row.handed_to is None else moved_to(node, open_case(node, row), now=now)
        steps = () if to is not None else steps_from(row.state)
        return CaseView(
            case=row.ref,
            state=row.state,
            step=row.step,
            since=row.since or row.filed_at,
            due_at=row.due_at,
            next=tuple(step.name for step in steps if officer.role in step.roles),
            standing=standing_at(row.standing, lapses_at=row.lapses_at, now=now),
            reason_group=row.reason_group,
            filed_at=row.filed_at,
            entered_at=row.entered_at,
            decided_at=row.decided_at,
            until=row.until,
            revision=row.revision,
            minutes=case_steps.minutes(connection, case_ref),
            flag=flag_view(connection, case_ref),
            moved_to=to,
            screenings=tuple(screenings.of_case(connection, case_ref)),
        )

    return await node.run.read(view)


async def read_person(node: Node, case_ref: str, *, purpose: str, officer: Actor) -> Person:
    """The person of a case; who read her and why is in the log before she is shown. CaseUnknownError."""

    def read(connection: Connection) -> Person:
        row = _row(connection, case_ref)
        _enter_reading(connection, node, case_ref, what="person-read", purpose=purpose, officer=officer)
        return open_case(node, row).person

    return await node.run.write(read)


async def read_steps(node: Node, case_ref: str, *, purpose: str, officer: Actor) -> list[StepView]:
    """Every step of a case with its reason, the first one first; the reading is in the log. CaseUnknownError."""

    def read(connection: Connection) -> list[StepView]:
        _row(connection, case_ref)
        _enter_reading(connection, node, case_ref, what="steps-read", purpose=purpose, officer=officer)
        return [_step_view(node, one) for one in case_steps.of_case(connection, case_ref)]

    return await node.run.write(read)


async def list_cases(node: Node, states: tuple[State, ...], *, after: str | None, limit: int) -> CasePage:
    """Cases in any of these states, those due first in front. `after`: as an earlier page's `next` said."""
    now = node.clock.now()
    due, _, ref = (after or "0:").partition(":")
    place = (int(due), ref)

    def page(connection: Connection) -> CasePage:
        each = [case_lists.in_state(connection, state, after=place, limit=limit + 1) for state in dict.fromkeys(states)]
        found = [one for one, _ in zip(merge(*each, key=case_lists.place_of), range(limit + 1), strict=False)]
        more = len(found) > limit
        shown = found[:limit]
        return CasePage(
            cases=tuple(
                CaseLine(
                    case=one.ref, state=one.state, since=one.since, due_at=one.due_at, level=one.level,
                    standing=standing_at(one.standing, lapses_at=one.lapses_at, now=now), filed_at=one.filed_at,
                )
                for one in shown
            ),
            next="{}:{}".format(*case_lists.place_of(shown[-1])) if more else None,
        )  # fmt: skip

    return await node.run.read(page)


def _row(connection: Connection, case_ref: str) -> cases.OfficeCase:
    row = cases.get(connection, case_ref)
    if row is None:
        raise CaseUnknownError
    return row


def _enter_reading(
    connection: Connection, node: Node, case_ref: str, *, what: str, purpose: str, officer: Actor
) -> None:
    members = {"case": case_ref, "purpose": purpose}
    act = Act(what, node.clock.now(), officer, members, case_ref=case_ref, purpose=purpose)
    enter(connection, node, act=act)


def _step_view(node: Node, one: case_steps.StoredStep) -> StepView:
    said = json.loads(node.sealer.unseal("case_step", f"{one.case_ref}/{one.step}", one.sealed))
    return StepView(
        step=one.step,
        at=one.at,
        transition=one.transition,
        before=one.before_state,
        after=one.after_state,
        role=one.actor_role,
        officer=one.actor_officer,
        second_role=one.second_role,
        second_officer=one.second_officer,
        reason_code=one.reason_code,
        legal_basis=one.legal_basis,
        reason=said["reason"],
        condition=tuple(said["condition"]),
        until=said["until"],
        minutes=one.minutes,
    )
