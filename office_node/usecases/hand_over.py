"""Handing this office's visible cases to the office that goes on with them, before it leaves or when a region moves.

A case is sent until its successor has it *and* every office has the successor's notice of it; only then does this
office end its own notice. So a person is found at every moment, by one office or by both. It can be run again at any
time: what is done is visible no more, and what is half done is sent again.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from pydantic import ValidationError

from office_node.domain.standings import visibility
from office_node.domain.succession import goes_to
from office_node.errors import PeerError
from office_node.logs import log
from office_node.node import Node
from office_node.signing.statements import Statement
from office_node.store import cases
from office_node.store.transactions import Connection
from office_node.usecases.own_pages import own_pages
from office_node.usecases.publish_notice import Standing, publish_notice
from office_node.usecases.record import Act, enter, issue
from office_node.usecases.renewed import open_renewed, write_renewed
from office_node.usecases.trusting import write_trusting
from office_node.usecases.unanswered import cause_of
from office_node.usecases.visible import OwnCase, open_case
from shared_schemas.base import rfc3339
from shared_schemas.handover import HandoverTaken
from shared_schemas.statement import Actor

_DUTY = "hand-over"


@dataclass(frozen=True)
class HandedOver:
    """How far it has come: ended here, taken but still to be told to everybody, not taken, and nobody's to take."""

    ended: int = 0
    waiting: int = 0
    failed: int = 0
    kept: int = 0


async def hand_over(node: Node, *, actor: Actor, progress: Callable[[HandedOver], None]) -> HandedOver:
    """Go through all visible cases once."""
    done = HandedOver()
    async for page in own_pages(node, duty=_DUTY):
        for ref in page:
            done = await _one(node, ref, done, actor=actor)
            progress(done)
    return done


async def _one(node: Node, ref: str, done: HandedOver, *, actor: Actor) -> HandedOver:
    row = await node.run.read(partial(cases.must_get, ref=ref))
    case = open_case(node, row)
    taker = _taker(node, case)
    if taker is None:
        return replace(done, kept=done.kept + 1)
    statement = await write_trusting(node, partial(_state, node=node, case=case, taker=taker, actor=actor))
    try:
        raw = await node.peers.post(
            taker,
            "/federation/v1/handovers",
            body={"handover": statement.to_dict()},
            timeout_s=node.settings.peer_timeout_s,
        )
        taken = HandoverTaken.model_validate_json(raw)
    except ValidationError:
        return replace(done, failed=done.failed + 1)
    except PeerError as error:
        log.warning("handover-failed", peer=taker, cause=cause_of(error))
        return replace(done, failed=done.failed + 1)
    if not taken.delivered:
        return replace(done, waiting=done.waiting + 1)
    await write_renewed(node, partial(_end, node=node, ref=ref, taker=taker, leaf=taken.leaf, actor=actor))
    return replace(done, ended=done.ended + 1)


def _taker(node: Node, case: OwnCase) -> str | None:
    roster, now = node.roster.current(), node.clock.now()
    giver = roster.member(node.office)
    if giver is None:
        return None
    found = [m for m in roster.offices(now) if goes_to(giver, m, village=case.person.village, today=now.date())]
    return found[0].id if len(found) == 1 else None


def _state(connection: Connection, *, node: Node, case: OwnCase, taker: str, actor: Actor) -> Statement:
    """The signed handover, and its entry."""
    node.roster.check(connection)
    row, now = case.row, node.clock.now()
    condition = row.condition_sealed
    assert row.until is not None  # a visible case has an end
    members = {
        "audience": taker,
        "case": row.ref,
        "application_no": case.application_no,
        "person": case.person.model_dump(mode="json"),
        "minor": row.minor,
        "filed_at": rfc3339(row.filed_at),
        "standing": row.standing,
        "reason_group": row.reason_group,
        "decided_at": _or_none(row.decided_at),
        "until": rfc3339(row.until),
        "lapses_at": _or_none(row.lapses_at),
        "condition": condition and node.sealer.unseal("office_case.condition", row.ref, condition).decode(),
        "keep_until": rfc3339(row.keep_until),
    }
    return issue(connection, node, act=Act("handover", now, actor, members, case_ref=row.ref, peer=taker))


def _end(connection: Connection, *, node: Node, ref: str, taker: str, leaf: str, actor: Actor) -> None:
    """This office's notice ends; the case stays sealed here as long as any other, for the person's own access."""
    node.roster.check(connection)
    row, now = cases.must_get(connection, ref), node.clock.now()
    if row.standing == "cleared":
        return
    case, seen = open_renewed(node, row), visibility("cleared", since=now, minor=row.minor)
    decided = cases.Decided("cleared", None, seen.until, seen.lapses_at, now, row.condition_sealed)
    cases.decide(connection, ref, decided=decided)
    members = {"case": ref, "to": taker, "leaf": leaf, "before": row.standing}
    enter(connection, node, act=Act("handed-over", now, actor, members, case_ref=ref, peer=taker))
    publish_notice(
        connection, node, case_ref=ref, keys=case.keys, standing=Standing("cleared", None, seen), actor=actor, now=now
    )


def _or_none(moment: datetime | None) -> str | None:
    return None if moment is None else rfc3339(moment)
