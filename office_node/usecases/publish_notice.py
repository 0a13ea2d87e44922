"""Making a case's next notice: number from the locked counter, signature, own copy, one delivery per member."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from office_node.domain.person_keys import PersonKeys, token_set
from office_node.domain.standings import Visibility
from office_node.errors import KeyMissingError
from office_node.node import Node
from office_node.signing.statements import Statement
from office_node.store import cases, counters, deliveries
from office_node.store.notices import StoredNotice
from office_node.store.transactions import Connection
from office_node.usecases.former_identity import told_before
from office_node.usecases.record import Act, issue
from office_node.usecases.take_notice import keep_trace
from shared_schemas.base import rfc3339
from shared_schemas.statement import Actor
from shared_schemas.trace import Notice, NoticeStanding, ReasonGroup

_NONCE_BYTES = 16


@dataclass(frozen=True)
class Standing:
    """The standing that a notice tells, why, and for how long."""

    standing: NoticeStanding
    reason_group: ReasonGroup | None
    seen: Visibility


def publish_notice(
    connection: Connection, node: Node, *, case_ref: str, keys: PersonKeys, standing: Standing, actor: Actor,
    now: datetime, deliver: bool = True,
) -> Statement:  # fmt: skip
    """The signed notice of the next revision. With `deliver`, the outbox gets a row for every member."""
    previous = cases.must_get(connection, case_ref)  # not the stored notice: that goes when its time is over
    revision = previous.revision + 1
    number = counters.next_number(connection)
    tokens = None
    if standing.standing != "cleared":
        tokens = _tokens(node, keys, case_ref=case_ref, revision=revision, now=now)
    until, lapses_at = standing.seen.until, standing.seen.lapses_at
    members = {
        "case": case_ref,
        "revision": revision,
        "number": number,
        "standing": standing.standing,
        "reason_group": standing.reason_group if tokens else None,
        "until": rfc3339(until) if until else None,
        "lapses_at": rfc3339(lapses_at) if lapses_at else None,
        "tokens": tokens,
        "before": told_before(connection, node, case_ref, revision=revision, until=until if tokens else None, now=now),
        "replaces": [previous.number] if previous.number else [],
    }
    cases.renumber(connection, case_ref, revision=revision, number=number)
    return _publish(connection, node, members, actor=actor, now=now, deliver=deliver)


def publish_clearance(
    connection: Connection, node: Node, *, case_ref: str, actor: Actor, now: datetime, last: StoredNotice | None = None
) -> Statement:
    """The tombstone of a case that is not here: of an office that has left, or lost, after `last` of its notices."""
    members = {
        "case": case_ref, "revision": 1 if last is None else last.revision + 1,
        "number": counters.next_number(connection), "standing": "cleared", "reason_group": None, "until": None,
        "lapses_at": None, "tokens": None, "before": [], "replaces": [] if last is None else [last.number],
    }  # fmt: skip
    return _publish(connection, node, members, actor=actor, now=now)


def _publish(
    connection: Connection, node: Node, members: dict[str, Any], *, actor: Actor, now: datetime, deliver: bool = True
) -> Statement:
    ref, revision = members["case"], members["revision"]
    statement = issue(connection, node, act=Act(type="notice", at=now, actor=actor, case_ref=ref, members=members))
    keep_trace(connection, Notice.model_validate_json(statement.payload), statement, now=now)
    if deliver:
        offices = [m.id for m in node.roster.current().offices(now) if m.id != node.office]
        deliveries.enqueue(connection, offices, case_ref=ref, revision=revision, due_at=now)
    return statement


def _tokens(node: Node, keys: PersonKeys, *, case_ref: str, revision: int, now: datetime) -> dict[str, Any]:
    """The tokens under the epoch in force, with a nonce of this revision's own. KeyMissingError without them."""
    epoch = node.roster.current().current_epoch(now).id
    if epoch not in node.roster.epoch_keys or epoch not in keys.stretched:
        raise KeyMissingError(f"epoch {epoch}")
    tokens = token_set(
        keys,
        epoch=epoch,
        epoch_key=node.roster.epoch_keys[epoch],
        nonce=node.random(_NONCE_BYTES),
        case=bytes.fromhex(case_ref),
        revision=revision,
    )
    return tokens.model_dump(mode="json")
