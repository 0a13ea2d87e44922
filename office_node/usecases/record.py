"""Statement and log entry are one act: nothing is signed without its entry, in the same transaction.

An entry commits to the body without its leaf; its readable bytes are sealed and can be erased, its leaf stays.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from office_node.node import Node
from office_node.signing.canonical import canonical
from office_node.signing.statements import Statement, leaf_of, seal_body
from office_node.store import entries, office_events
from office_node.store.transactions import Connection
from office_node.usecases.told_events import told_of
from shared_schemas.base import rfc3339
from shared_schemas.statement import Actor

_SALT_BYTES = 32
EVIDENCE_KEPT = timedelta(days=2 * 366)
"""How long an entry's readable bytes stay sealed, for the person's own access (24 months)."""


@dataclass(frozen=True)
class Act:
    """What is recorded: its type, who did it when, the body's own members, and what it is about."""

    type: str
    at: datetime
    actor: Actor
    members: Mapping[str, Any] = field(default_factory=dict)
    case_ref: str | None = None
    peer: str | None = None
    inquiry: str | None = None
    purpose: str | None = None
    attached: bytes | None = None


def issue(connection: Connection, node: Node, *, act: Act) -> Statement:
    """Sign a statement of this office and write its entry."""
    salt = node.random(_SALT_BYTES)
    statement, body, leaf = seal_body(_body(node, act), salt=salt, key=node.signing, type=act.type)
    _write(connection, node, act=act, salt=salt, body=body, leaf=leaf)
    return statement


def enter(connection: Connection, node: Node, *, act: Act) -> bytes:
    """Write the entry of something that is no statement (an arrival, a decision, a refusal); its leaf hash."""
    salt = node.random(_SALT_BYTES)
    body = canonical(_body(node, act))
    _entry, leaf = leaf_of(body, salt)
    _write(connection, node, act=act, salt=salt, body=body, leaf=leaf)
    return leaf


def _body(node: Node, act: Act) -> dict[str, Any]:
    return {
        "type": act.type,
        "version": node.writes,
        "issuer": node.office,
        "generation": node.generation,
        "issued_at": rfc3339(act.at),
        "actor": act.actor.model_dump(mode="json"),
        **act.members,
    }


def _write(connection: Connection, node: Node, *, act: Act, salt: bytes, body: bytes, leaf: bytes) -> None:
    row = leaf.hex()
    entries.write_entry(
        connection,
        entries.NewEntry(
            at=act.at,
            type=act.type,
            case_ref=act.case_ref,
            peer=act.peer,
            inquiry=act.inquiry,
            actor_office=act.actor.office,
            actor_role=act.actor.role,
            actor_officer=act.actor.officer,
            purpose=act.purpose,
            keep_until=act.at + EVIDENCE_KEPT,
            salt=salt,
            body_sealed=node.sealer.seal("entry", row, body),
            attached_sealed=None if act.attached is None else node.sealer.seal("entry.attached", row, act.attached),
            leaf=leaf,
        ),
    )
    if (told := told_of(act.type, act.members)) is not None:
        office_events.add(connection, told[0], at=act.at, case_ref=act.case_ref, detail=told[1])
