"""Reading another member's statement: shape, issuer, key, signature, audience. Used by every use case that gets one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from pydantic import ValidationError

from office_node.domain import protocol
from office_node.errors import (
    GenerationUnreleasedError,
    IssuerMismatchError,
    MalformedStatementError,
    RevokedKeyError,
    StatementFromFutureError,
    StatementUnknownKeyError,
    UnknownKeyError,
    WrongAudienceError,
)
from office_node.node import Node
from office_node.signing.statements import Statement, verify_statement
from shared_schemas.statement import PROTOCOL_VERSION, Body, Envelope, Reply
from shared_schemas.trace import Notice

B = TypeVar("B", bound=Body)
R = TypeVar("R", bound=Reply)
_AHEAD = timedelta(seconds=121)
"""From so far ahead on a statement is refused: 120 s in whole seconds, as the carriage counts them."""


@dataclass(frozen=True)
class Carried:
    """Who carried a message here, proven by the carriage; `nonce` is still to be remembered in the transaction."""

    office: str
    keyid: str
    nonce: str
    nonce_until: datetime
    arrived_at: datetime


def to_statement(envelope: Envelope) -> Statement:
    """The envelope as a statement; MalformedStatementError."""
    return Statement.from_envelope(envelope)


def read_body(node: Node, statement: Statement, *, model: type[B], issuer: str | None, now: datetime) -> B:
    """The verified body; StatementError. `issuer` must have signed it (None: any office, by its key of that time)."""
    said = statement.body().get("version")  # one spelling only: refuses what is not canonical JSON of this type
    kept = model is Notice  # notices are kept for years: whatever version they are of is read
    minimum = 1 if kept else node.roster.current().roster.minimum_protocol
    protocol.check(said, own=PROTOCOL_VERSION if kept else node.settings.protocol, minimum=minimum)
    try:
        body = model.model_validate_json(statement.payload)
    except ValidationError as error:
        raise MalformedStatementError("body") from error
    if issuer is None:
        owner, key = node.roster.statement_key(statement.keyid, issued_at=body.issued_at, arrived_at=now)
        member = node.roster.current().member(owner)
        if member is None or member.role != "office":
            raise IssuerMismatchError(statement.keyid)
    else:
        try:
            owner, key = node.roster.member_key(statement.keyid, now=now)
        except (UnknownKeyError, RevokedKeyError) as error:
            raise StatementUnknownKeyError(statement.keyid) from error
    verify_statement(statement, public_key=key, type=model.model_fields["type"].default)
    if body.issuer != owner or (issuer is not None and body.issuer != issuer):
        raise IssuerMismatchError(statement.keyid)
    _check_generation(node, body, keyid=statement.keyid, kept=kept)
    if body.issued_at - now >= _AHEAD:
        raise StatementFromFutureError(statement.keyid)
    return body


def _check_generation(node: Node, body: Body, *, keyid: str, kept: bool) -> None:
    """GenerationUnreleasedError: an office that was restored speaks again once stewards have said so in the roster."""
    member = node.roster.current().member(body.issuer)
    released = 1 if member is None else member.generation
    if body.generation > released or (body.generation < released and not kept):
        raise GenerationUnreleasedError(keyid)


def read_reply(node: Node, statement: Statement, *, model: type[R], issuer: str, in_reply_to: str, now: datetime) -> R:
    """A reply for this office, to exactly that statement; WrongAudienceError otherwise."""
    body = read_body(node, statement, model=model, issuer=issuer, now=now)
    if body.audience != node.office or body.in_reply_to != in_reply_to:
        raise WrongAudienceError(statement.keyid)
    return body
