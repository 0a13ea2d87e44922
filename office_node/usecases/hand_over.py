"""Handing this office's visible cases to the office that goes on with them, before it leaves or when a region moves.

A case is sent until its successor has it *and* every office has the successor's notice of it; only then does this
office end its own notice. So a person is found at every moment, by one office or by both. From the first sending on
the successor alone decides on the case, so that no decision is lost between the two. It can be run again at any time:
what is done is visible no more, and what is half done is sent again.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Literal

from pydantic import ValidationError

from office_node.domain.standings import visibility
from office_node.domain.succession import can_follow
from office_node.errors import PeerError
from office_node.logs import log
from office_node.node import Node
from office_node.signing.statements import Statement
from office_node.store import cases, screenings
from office_node.store.transactions import Connection
from office_node.usecases.moved import taker_of
from office_node.usecases.own_pages import own_pages
from office_node.usecases.publish_notice import Standing, publish_notice
from office_node.usecases.record import Act, enter, issue
from office_node.usecases.refusals import NotSuccessorError
from office_node.usecases.renewed import open_renewed, write_renewed
from office_node.usecases.trusting import write_trusting
from office_node.usecases.unanswered import cause_of
from office_node.usecases.visible import OwnCase, open_case
from shared_schemas.base import rfc3339
from shared_schemas.handover import HandoverTaken
from shared_schemas.statement import Actor

_DUTY = "hand-over"
Outcome = Literal["ended", "waiting", "failed", "kept"]


@dataclass(frozen=True)
class HandedOver:
    """How far it has come: ended here, taken but still to be told to everybody, not taken, and nobody's to take.

    Of an office that has a successor nothing is nobody's: while that one is not there to take it, it has failed.
    """

    ended: int = 0
    waiting: int = 0
    failed: int = 0
    kept: int = 0

    @property
    def seen(self) -> int:
        """How many cases were gone through."""
        return self.ended + self.waiting + self.failed + self.kept


@dataclass(frozen=True)
class _Sending:
    """A handover as it is signed, and to whom."""

    taker: str
    statement: Statement


async def hand_over(
    node: Node, *, actor: Actor, progress: Callable[[HandedOver], None], to: str | None = None
) -> HandedOver:
    """Go through all visible cases once; with `to`, what goes to that office. NotSuccessorError if nothing can."""
    if to is not None:
        _check(node, to)
    done = HandedOver()
    async for page in own_pages(node, duty=_DUTY):
        for ref in page:
            outcome = await _one(node, ref, actor=actor, to=to)
            done = replace(done, **{outcome: getattr(done, outcome) + 1})
            progress(done)
    return done


def _check(node: Node, to: str) -> None:
    roster, now = node.roster.current(), node.clock.now()
    giver, taker = roster.member(node.office), roster.member(to)
    if giver is None or taker is None or not can_follow(giver, taker, today=now.date()):
        raise NotSuccessorError


async def _one(node: Node, ref: str, *, actor: Actor, to: str | None) -> Outcome:
    sending = await write_trusting(node, partial(_send, node=node, ref=ref, actor=actor, to=to))
    if not isinstance(sending, _Sending):
        return sending
    try:
        raw = await node.peers.post(
            sending.taker,
            "/federation/v1/handovers",
            body={"handover": sending.statement.to_dict()},
            timeout_s=node.settings.peer_timeout_s,
        )
        taken = HandoverTaken.model_validate_json(raw)
    except ValidationError:
        return "failed"
    except PeerError as error:
        log.warning("handover-failed", peer=sending.taker, cause=cause_of(error))
        return "failed"
    if not taken.delivered:
        return "waiting"
    end = partial(_end, node=node, ref=ref, taker=sending.taker, leaf=taken.leaf, actor=actor)
    return await write_renewed(node, end)


def _send(connection: Connection, *, node: Node, ref: str, actor: Actor, to: str | None) -> _Sending | Outcome:
    """The signed handover, its entry, and that the other office decides from now on; or why there is none."""
    node.roster.check(connection)
    row, now = cases.must_get(connection, ref), node.clock.now()
    if row.until is None or row.until <= now:
        return "ended"
    case = open_case(node, row)
    taker = taker_of(node, case, now=now)
    if taker is None or to not in (None, taker):
        member = node.roster.current().member(node.office)
        alone = member is not None and member.successor is not None and to is None
        return "failed" if alone else "kept"
    cases.hand_over(connection, ref, to=taker)
    members = _members(node, case, until=row.until)
    members |= {"audience": taker, "asking": screenings.asking(connection, ref, now=now)}
    return _Sending(taker, issue(connection, node, act=Act("handover", now, actor, members, case_ref=ref, peer=taker)))


def _members(node: Node, case: OwnCase, *, until: datetime) -> dict[str, object]:
    row = case.row
    condition = row.condition_sealed
    return {
        "case": row.ref,
        "application_no": case.application_no,
        "person": case.person.model_dump(mode="json"),
        "minor": row.minor,
        "filed_at": rfc3339(row.filed_at),
        "state": row.state,
        "due_at": _or_none(row.due_at),
        "standing": row.standing,
        "reason_group": row.reason_group,
        "decided_at": _or_none(row.decided_at),
        "until": rfc3339(until),
        "lapses_at": _or_none(row.lapses_at),
        "condition": condition and node.sealer.unseal("office_case.condition", row.ref, condition).decode(),
        "keep_until": rfc3339(row.keep_until),
    }


def _end(connection: Connection, *, node: Node, ref: str, taker: str, leaf: str, actor: Actor) -> Outcome:
    """This office's notice ends; the case stays sealed here as long as any other, for the person's own access."""
    node.roster.check(connection)
    row, now = cases.must_get(connection, ref), node.clock.now()
    if row.handed_to != taker:
        return "waiting"  # it has come back meanwhile
    case, seen = open_renewed(node, row), visibility("cleared", since=now, minor=row.minor)
    cases.end_here(connection, ref, at=now)
    cases.ask_no_more(connection, ref, at=now)
    members = {"case": ref, "to": taker, "leaf": leaf, "before": row.standing}
    enter(connection, node, act=Act("handed-over", now, actor, members, case_ref=ref, peer=taker))
    publish_notice(
        connection, node, case_ref=ref, keys=case.keys, standing=Standing("cleared", None, seen), actor=actor, now=now
    )
    return "ended"


def _or_none(moment: datetime | None) -> str | None:
    return None if moment is None else rfc3339(moment)
