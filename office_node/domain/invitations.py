"""An invitation: one steward's word that an office may ask to join, good once and for some days.

It lets nobody in: the stewards' threshold does. It keeps a stranger's request from looking like an expected one.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from office_node.errors import IssuerMismatchError, MalformedStatementError, RosterRefusedError
from office_node.signing.keys import SigningKey
from office_node.signing.statements import Statement, sign_statement, verify_statement
from shared_schemas.roster import Invitation, Root

LIFETIME = timedelta(days=14)
_CODE_OCTETS = 16


def make_invitation(
    office: str, *, name: str, key: SigningKey, now: datetime, random: Callable[[int], bytes],
    lifetime: timedelta = LIFETIME, directory_url: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The signed invitation as an envelope; ValueError if a fact has not its form."""
    invitation = Invitation(
        issuer=key.keyid.partition("/")[0],
        id=office,
        name=name,
        directory_url=directory_url,
        code=random(_CODE_OCTETS).hex(),
        issued_at=now,
        expires_at=now + lifetime,
    )
    return sign_statement(invitation.model_dump(mode="json"), type="invitation", key=key).to_dict()


def read_invitation(envelope: dict[str, Any]) -> Invitation:
    """What an invitation says, of which nothing is proved; MalformedStatementError."""
    statement = Statement.from_dict(envelope)
    statement.body()
    try:
        return Invitation.model_validate_json(statement.payload)
    except ValidationError as error:
        raise MalformedStatementError("the body is not an invitation") from error


def verified_invitation(
    envelope: dict[str, Any], *, roots: Iterable[Root], office: str, now: datetime
) -> tuple[Invitation, str]:
    """The invitation and its digest, by a steward of one of these roots, for this office; StatementError if not.

    Whether it was used before is seen in the roster, which lists none twice.
    """
    invitation, statement = read_invitation(envelope), Statement.from_dict(envelope)
    keys = {steward.keyid: steward for root in roots for steward in root.stewards}
    steward = keys.get(statement.keyid)
    if steward is None or steward.name != invitation.issuer:
        raise IssuerMismatchError(statement.keyid)
    verify_statement(statement, public_key=steward.key, type="invitation")
    if invitation.id != office:
        raise RosterRefusedError("other-office")
    if now >= invitation.expires_at:
        raise RosterRefusedError("expired")
    return invitation, statement.digest
