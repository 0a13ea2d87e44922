"""What every signed statement says of itself, whatever its type.

A statement travels as a DSSE envelope whose payload is the canonical JSON (RFC 8785) of one body below. The bytes are
kept and relayed as they came; nobody re-serialises another office's statement. `leaf` is the leaf hash of the issuer's
own log entry, which commits to the same body without that member (`docs/protocol.md`, "Log entry and leaf").
"""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from shared_schemas.base import Ask, Counting, WireMoment, whole_number
from shared_schemas.ids import KeyId, OfficeId, OfficerRef, Sha256Hex

PROTOCOL_VERSION = 2
"""The newest version that this program speaks. It reads the one before as well (`domain/protocol.py`)."""
ProtocolVersion = Annotated[Literal[1, 2], BeforeValidator(whole_number)]

Role = Literal[
    "counter", "interview", "supervisor", "inteldakim", "kakanim", "data_protection", "auditor", "pimpasa",
    "administrator", "steward", "node",
]  # fmt: skip
"""Who acts. `node` is the machine itself; it never decides."""


class Actor(Ask):
    """Who did it: on every statement and on every log entry."""

    office: OfficeId
    role: Role
    officer: OfficerRef | None = None


class Body(Ask):
    """Members common to every statement body."""

    type: str
    version: ProtocolVersion
    issuer: OfficeId
    generation: Counting
    issued_at: WireMoment
    actor: Actor
    leaf: Sha256Hex


class Reply(Body):
    """A statement that answers another one: bound to its digest and to one reader."""

    audience: OfficeId
    in_reply_to: Sha256Hex


class Signature(Ask):
    """One signature of an envelope."""

    keyid: KeyId
    sig: Annotated[str, Field(max_length=100)]


class Envelope(Ask):
    """A DSSE envelope as JSON. `payload` and `sig` are standard base64."""

    payload: str
    payloadType: Annotated[str, Field(max_length=80)]  # noqa: N815 the DSSE specification's own spelling
    signatures: Annotated[tuple[Signature, ...], Field(min_length=1, max_length=32)]
