"""Ending the trace of a case that nobody has any more: of an office that is gone, or lost here with a disk.

An office that burned down handed nothing over. What it had said would stand in every other office until its time is
over, however wrong it has become, and nobody could correct it: its successor can. Of its own cases an office has lost
those that were filed after the backup that it came back from (`recover`); what it had said of them it can end itself.
"""

from datetime import datetime

from office_node.node import Node
from office_node.store import cases, notices
from office_node.store.access_keys import AccessKey
from office_node.store.transactions import Connection
from office_node.usecases.moved import followers
from office_node.usecases.publish_notice import publish_clearance
from office_node.usecases.record import Act, enter
from office_node.usecases.refusals import AlreadyDecidedError, CaseUnknownError, NotSuccessorError
from office_node.usecases.second_signature import Signed, check_second, sign_second
from office_node.usecases.trusting import write_trusting
from shared_schemas.office import ClearTrace
from shared_schemas.statement import Actor


async def clear_trace(
    node: Node, office: str, case_ref: str, *, clearance: ClearTrace, officer: Actor, key: AccessKey
) -> None:
    """Commit the clearance, its entry and this office's tombstone of the case.

    NotSuccessorError unless it is this office's own, or of one that has left and that this one goes on for;
    CaseUnknownError without a trace in
    force; AlreadyDecidedError if this office has the case or has ended the trace; SameOfficerError and such.
    """
    check_second(clearance.second, officer=officer)
    now = node.clock.now()

    def clear(connection: Connection) -> None:
        node.roster.check(connection)
        second = sign_second(connection, key, clearance.second, signed=Signed(case_ref, "clearance"), now=now)
        _check(connection, node, office, case_ref, now=now)
        held = notices.get(connection, office, case_ref=case_ref)
        members = {
            "of": office,
            "case": case_ref,
            "before": None if held is None else held.standing,
            "reason": clearance.reason,
            "second": second,
        }
        enter(connection, node, act=Act("trace-cleared", now, officer, members, case_ref=case_ref, peer=office))
        own = held if office == node.office else None
        publish_clearance(connection, node, case_ref=case_ref, actor=officer, now=now, last=own)

    await write_trusting(node, clear)


def _check(connection: Connection, node: Node, office: str, case_ref: str, *, now: datetime) -> None:
    if office == node.office:
        _check_lost(connection, node, case_ref, now=now)
        return
    member = node.roster.current().member(office)
    has_left = member is not None and member.valid_until is not None and member.valid_until <= now
    if not has_left or node.office not in followers(node, office, now=now):
        raise NotSuccessorError
    held = notices.get(connection, office, case_ref=case_ref)
    if held is None or held.until is None or held.until <= now:
        raise CaseUnknownError
    own = notices.get(connection, node.office, case_ref=case_ref)
    if own is not None or cases.get(connection, case_ref) is not None:
        raise AlreadyDecidedError


def _check_lost(connection: Connection, node: Node, case_ref: str, *, now: datetime) -> None:
    """CaseUnknownError without an own notice in force; AlreadyDecidedError if the case is here: then it is decided."""
    if cases.get(connection, case_ref) is not None:
        raise AlreadyDecidedError
    held = notices.get(connection, node.office, case_ref=case_ref)
    if held is None or held.until is None or held.until <= now:
        raise CaseUnknownError
