"""Recording what officers decided. The system decides nothing; rule 5 says when two of them must sign."""

from datetime import datetime
from typing import Any

from office_node.domain.standings import (
    ADVERSE,
    MAX_SUSPENSION_MONTHS,
    Visibility,
    add_months,
    asked_until,
    second_officer_needed,
    standing_at,
    visibility,
)
from office_node.node import Node
from office_node.store import cases
from office_node.store.access_keys import AccessKey
from office_node.store.transactions import Connection
from office_node.usecases.moved import moved_to
from office_node.usecases.publish_notice import Standing, publish_notice
from office_node.usecases.record import Act, enter
from office_node.usecases.refusals import (
    CaseMovedError,
    CaseUnknownError,
    DecisionInvalidError,
    SameOfficerError,
    SecondOfficerNeededError,
)
from office_node.usecases.renewed import open_renewed, write_renewed
from office_node.usecases.second_signature import sign_second
from office_node.usecases.visible import OwnCase
from shared_schemas.base import rfc3339
from shared_schemas.office import Decide, SecondOfficer
from shared_schemas.statement import Actor

SECOND_ROLES = frozenset({"supervisor", "inteldakim", "kakanim"})


async def decide_case(node: Node, case_ref: str, decision: Decide, *, officer: Actor, key: AccessKey) -> int:
    """Commit the decision, its entry and the next notice; the new revision. Refusals as named in `refusals`.

    `key` is the calling system's, or the officer's session: it says whether a second officer may be named.
    """
    now = node.clock.now()
    _check_self(decision, officer=officer, now=now)

    def decide(connection: Connection) -> int:
        second = decision.second
        told = None
        if second is not None:
            told = sign_second(connection, key, second, case_ref=case_ref, act="decision", now=now)
        return _decide(connection, node, case_ref, decision, officer, now, told)

    return await write_renewed(node, decide)


def _check_self(decision: Decide, *, officer: Actor, now: datetime) -> None:
    if decision.standing in ADVERSE and decision.standing != "withdrawn" and decision.reason_group is None:
        raise DecisionInvalidError("reason-group-missing")
    if decision.until is not None and decision.standing != "suspended":
        raise DecisionInvalidError("until-only-for-suspension")
    if decision.standing == "suspended":
        if decision.until is None or decision.until <= now:
            raise DecisionInvalidError("suspension-end-missing")
        if decision.until > add_months(now, MAX_SUSPENSION_MONTHS):
            raise DecisionInvalidError("suspension-too-long")
    if decision.second is not None:
        check_second(decision.second, officer=officer)


def check_second(second: SecondOfficer, *, officer: Actor) -> None:
    """SameOfficerError, DecisionInvalidError unless she may sign with this officer."""
    if second.officer == officer.officer:
        raise SameOfficerError
    if second.role not in SECOND_ROLES:
        raise DecisionInvalidError("second-officer-role")


def _decide(
    connection: Connection, node: Node, case_ref: str, decision: Decide, officer: Actor, now: datetime,
    second: dict[str, Any] | None,
) -> int:  # fmt: skip
    node.roster.check(connection)
    case = _own_case(connection, node, case_ref, now=now)
    before = standing_at(case.row.standing, lapses_at=case.row.lapses_at, now=now)
    if decision.second is None and second_officer_needed(before, decision.standing):
        raise SecondOfficerNeededError
    seen = visibility(decision.standing, since=now, minor=case.row.minor, ends=decision.until)
    condition = decision.condition
    cases.decide(
        connection,
        case_ref,
        decided=cases.Decided(
            standing=decision.standing,
            reason_group=decision.reason_group,
            until=seen.until,
            lapses_at=seen.lapses_at,
            decided_at=now,
            condition_sealed=None
            if condition is None
            else node.sealer.seal("office_case.condition", case_ref, condition.encode()),
        ),
    )
    act = _decision_act(case_ref, decision=decision, before=before, seen=seen, officer=officer, now=now, second=second)
    enter(connection, node, act=act)
    notice = publish_notice(
        connection,
        node,
        case_ref=case_ref,
        keys=case.keys,
        standing=Standing(decision.standing, decision.reason_group, seen),
        actor=officer,
        now=now,
    )
    revision = notice.body()["revision"]
    last = asked_until(decision.standing, until=seen.until, now=now, days=node.settings.ask_again_days)
    cases.ask_until(connection, case_ref, at=last, now=now)
    return int(revision)


def _own_case(connection: Connection, node: Node, case_ref: str, *, now: datetime) -> OwnCase:
    row = cases.get(connection, case_ref)
    if row is None:
        raise CaseUnknownError
    case = open_renewed(node, row)
    if moved_to(node, case, now=now) is not None:
        raise CaseMovedError
    return case


def _decision_act(
    case_ref: str,
    *,
    decision: Decide,
    before: str,
    seen: Visibility,
    officer: Actor,
    now: datetime,
    second: dict[str, Any] | None,
) -> Act:
    """Who decided what, why, and who signed with her."""
    return Act(
        type="decision",
        at=now,
        actor=officer,
        case_ref=case_ref,
        members={
            "case": case_ref,
            "before": before,
            "standing": decision.standing,
            "reason_group": decision.reason_group,
            "until": rfc3339(seen.until) if seen.until else None,
            "reason": decision.reason,
            "second": second,
        },
    )
