"""Statements in a file that anyone may verify: whose they are, whether their key counted then, what they say."""

from datetime import datetime, timedelta
from typing import TypeVar

from pydantic import ValidationError

from office_node.domain.anchor import said, standing, stolen_since
from office_node.domain.facts import UntrueError
from office_node.domain.roster import TrustedRoster
from office_node.errors import JejakError
from office_node.signing.statements import Statement, verify_statement
from shared_schemas.statement import Body, Envelope

B = TypeVar("B", bound=Body)
SKEW = timedelta(seconds=121)
"""How far two offices' clocks may be apart: less than that in whole seconds, as when messages are taken."""


def statement_in(envelope: Envelope, *, what: str) -> Statement:
    """The statement in an envelope; UntrueError."""
    try:
        return Statement.from_envelope(envelope)
    except JejakError as error:
        raise UntrueError(f"{what} is no statement: {error.code}.") from error


def claimed(
    statement: Statement, *, model: type[B], issuer: str, roster: TrustedRoster, what: str, arrived: datetime | None
) -> B:  # fmt: skip
    """What the issuer has said, verified with its key of then; UntrueError.

    `arrived` is when somebody else is known to have had it: of a key that was stolen only what came before counts.
    """
    type = str(model.model_fields["type"].default)
    try:
        statement.body()
        body = model.model_validate_json(statement.payload)
    except (JejakError, ValidationError) as error:
        raise UntrueError(f"{what} is no statement of the type {type}.") from error
    if body.issuer != issuer:
        raise UntrueError(f"{what} was made by {body.issuer}, not by {issuer}.")
    found = standing(roster, statement.keyid, issuer=issuer, moment=body.issued_at)
    if not found.counted:
        raise UntrueError(f"{what} does not count: {found.reason}.")
    since = stolen_since(roster, issuer)
    if since is not None and (arrived is None or since <= arrived):
        raise UntrueError(
            f"{what} does not count: the key of {issuer} was in other hands from {said(since)} on, and nothing shows"
            f" that it was there before."
        )
    try:
        verify_statement(statement, public_key=roster.listed_key(statement.keyid).key, type=type)
    except JejakError as error:
        raise UntrueError(f"{what} was not signed with the key {statement.keyid} that it names.") from error
    return body
