"""How an office asks to become a member: its own keys, and a request signed with them that stewards check.

The request proves only that its maker holds the signing key. That the office is the office is for the
stewards to find out: they compare `request_fingerprint` with what the office's administrator reads out to
them.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from office_node.errors import IssuerMismatchError, MalformedStatementError, RosterRefusedError
from office_node.signing.canonical import canonical
from office_node.signing.keys import SigningKey, encryption_public_hex
from office_node.signing.statements import Statement, sign_statement, verify_statement
from shared_schemas.roster import EnrolRequest, MemberKey, Region
from shared_schemas.statement import Envelope

KEY_LIFETIME = timedelta(days=730)
REQUEST_LIFETIME = timedelta(days=30)
CLOCK_TOLERANCE = timedelta(days=1)
"""Keys count from a day before they are made, and a request may be a day ahead: offices' clocks differ."""


@dataclass(frozen=True, repr=False)
class OfficeKeys:
    """An office's own secrets: what signs, and what opens the epoch keys sealed to it (X25519, 32 bytes)."""

    signing: SigningKey
    encryption_keyid: str
    encryption_secret: bytes


def new_office_keys(office: str, *, now: datetime, random: Callable[[int], bytes]) -> OfficeKeys:
    """Fresh keys of an office, named after the year."""
    return OfficeKeys(
        signing=SigningKey(f"{office}/sign-{now.year}", random(32)),
        encryption_keyid=f"{office}/seal-{now.year}",
        encryption_secret=random(32),
    )


def enrol_request(
    keys: OfficeKeys,
    *,
    office: str,
    name: str,
    base_url: str,
    now: datetime,
    office_class: str = "",
    regions: Sequence[Region] = (),
    invitation: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The signed request of an office as an envelope; ValueError if a fact has not its form."""
    valid_from, valid_until = now - CLOCK_TOLERANCE, now + KEY_LIFETIME
    encryption = encryption_public_hex(keys.encryption_secret)
    request = EnrolRequest(
        id=office,
        name=name,
        office_class=office_class,
        regions=tuple(regions),
        base_url=base_url,
        signing_key=MemberKey(
            keyid=keys.signing.keyid,
            key=keys.signing.public_hex,
            valid_from=valid_from,
            valid_until=valid_until,
        ),
        encryption_key=MemberKey(
            keyid=keys.encryption_keyid, key=encryption, valid_from=valid_from, valid_until=valid_until
        ),
        invitation=None if invitation is None else Envelope.model_validate(invitation),
        issued_at=now,
    )
    return sign_statement(request.model_dump(mode="json"), type="enrol", key=keys.signing).to_dict()


def verified_enrol_request(envelope: dict[str, Any], *, now: datetime) -> EnrolRequest:
    """The request in this envelope, signed by the key that it names, and fresh; StatementError if not."""
    statement = Statement.from_dict(envelope)
    statement.body()
    try:
        request = EnrolRequest.model_validate_json(statement.payload)
    except ValidationError as error:
        raise MalformedStatementError("the body is not a request to enrol") from error
    if statement.keyid != request.signing_key.keyid:
        raise IssuerMismatchError(statement.keyid)
    verify_statement(statement, public_key=request.signing_key.key, type="enrol")
    if not now - REQUEST_LIFETIME < request.issued_at < now + CLOCK_TOLERANCE:
        raise RosterRefusedError("expired")
    return request


def request_fingerprint(request: EnrolRequest) -> str:
    """32 hex digits over the whole request, to be compared by voice."""
    return hashlib.sha256(canonical(request.model_dump(mode="json"))).hexdigest()[:32]
