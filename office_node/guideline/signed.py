"""A pack as a statement: signed by a key that the roster lists for the guideline, proved before it counts."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from pydantic import ValidationError

from office_node.errors import (
    MalformedStatementError,
    RevokedKeyError,
    StatementUnknownKeyError,
)
from office_node.signing.canonical import canonical
from office_node.signing.keys import SigningKey
from office_node.signing.statements import Statement, sign_statement, verify_statement
from shared_schemas.guideline import MAX_PACK_OCTETS, Pack
from shared_schemas.roster import MemberKey

_TYPE = "guideline"


def sign_pack(pack: Pack, *, key: SigningKey) -> dict[str, Any]:
    """The pack as a signed envelope."""
    return sign_statement(pack.model_dump(mode="json"), type=_TYPE, key=key).to_dict()


def read_signed(envelope: object) -> tuple[Statement, Pack]:
    """Statement and pack of an envelope; it proves nothing yet. MalformedStatementError, WrongTypeError."""
    statement = Statement.from_dict(envelope, max_octets=MAX_PACK_OCTETS)
    body = statement.body()
    pack = pack_of(statement.payload)
    if canonical(pack.model_dump(mode="json")) != canonical(body):
        raise MalformedStatementError("the pack is not in its one spelling")
    return statement, pack


def prove_pack(envelope: object, keys: Sequence[MemberKey], *, now: datetime, known_version: int = 0) -> Pack | None:
    """The pack, signed by one of these keys, which counts now; None if its version is not above the known one.

    StatementError, RevokedKeyError.
    """
    statement, pack = read_signed(envelope)
    if pack.version <= known_version:
        return None
    listed = next((key for key in keys if key.keyid == statement.keyid), None)
    if listed is None:
        raise StatementUnknownKeyError(statement.keyid)
    if not listed.valid_from <= now < listed.valid_until:
        raise RevokedKeyError(statement.keyid)
    verify_statement(statement, public_key=listed.key, type=_TYPE)
    return pack


@lru_cache(maxsize=8)
def pack_of(payload: bytes) -> Pack:
    """The pack in a statement's payload. MalformedStatementError."""
    try:
        return Pack.model_validate_json(payload)
    except ValidationError as error:
        raise MalformedStatementError("the body is not a guideline pack") from error
