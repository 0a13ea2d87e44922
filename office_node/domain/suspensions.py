"""Any one steward, or the office itself, suspends a member at once, a steward a partner too; a new roster lifts it."""

from datetime import datetime
from typing import Any, Literal

from pydantic import ValidationError

from office_node.domain.roster import TrustedRoster, suspension_digest
from office_node.errors import IssuerMismatchError, MalformedStatementError, RosterRefusedError
from office_node.signing.canonical import canonical
from office_node.signing.keys import SigningKey
from office_node.signing.statements import Statement, sign_statement, verify_statement
from shared_schemas.roster import Suspension

Reason = Literal["key_compromised", "office_request", "misconduct", "left"]


def make_suspension(
    member: str, *, key: SigningKey, now: datetime, reason: Reason, since: datetime | None = None
) -> dict[str, Any]:
    """The signed suspension of a member or partner as an envelope, by the key's holder: a steward, or the member."""
    suspension = Suspension(
        issuer=key.keyid.partition("/")[0],
        member=member,
        since=now if since is None else since,
        issued_at=now,
        reason=reason,
    )
    return sign_statement(suspension.model_dump(mode="json"), type="suspension", key=key).to_dict()


def accept_suspension(envelope: dict[str, Any], roster: TrustedRoster) -> Suspension:
    """The suspension of a member or partner, signed by one steward or that office itself; StatementError if not.

    A roster that has lifted it refuses it.
    """
    statement = Statement.from_dict(envelope)
    body = statement.body()
    try:
        suspension = Suspension.model_validate_json(statement.payload)
    except ValidationError as error:
        raise MalformedStatementError("the body is not a suspension") from error
    if canonical(suspension.model_dump(mode="json")) != canonical(body):
        raise MalformedStatementError("the suspension is not in its one spelling")
    if roster.member(suspension.member) is None and roster.partner(suspension.member) is None:
        raise RosterRefusedError("no-member")
    if suspension_digest(suspension) in roster.roster.lifted:
        raise RosterRefusedError("lifted")
    key = _suspender(statement.keyid, suspension=suspension, roster=roster)
    verify_statement(statement, public_key=key, type="suspension")
    return suspension


def _suspender(keyid: str, *, suspension: Suspension, roster: TrustedRoster) -> str:
    """The public key of whoever may make this suspension."""
    for steward in roster.root.stewards:
        if steward.keyid == keyid:
            if suspension.issuer != steward.name:
                raise IssuerMismatchError(keyid)
            return steward.key
    info = roster.key_of_then(keyid, suspension.issued_at)
    if not suspension.issuer == suspension.member == info.member.id:
        raise IssuerMismatchError(keyid)
    return info.key.public_hex
