"""Statements: bodies whose exact bytes their origin has signed, so that they can be kept, relayed and proved.

A statement is a DSSE envelope around canonical JSON (RFC 8785). Envelope and body have one spelling each:
unknown members, other base64, a repeated JSON key, a second signature are refused. What counts are the
payload's bytes; they are kept as received and never written anew. A roster is the same envelope with
several signatures.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from securesystemslib.dsse import Envelope as Dsse

from office_node.errors import (
    MalformedStatementError,
    StatementBadSignatureError,
    WrongTypeError,
)
from office_node.signing.canonical import canonical, read_canonical
from office_node.signing.keys import SIGNATURE_OCTETS, SigningKey, VerifyKey, verify_key
from shared_schemas.statement import Envelope

MAX_STATEMENT_OCTETS = 64 * 1024
MAX_ROSTER_OCTETS = 1024 * 1024
MAX_SIGNATURES = 32
SALT_OCTETS = 32

_PAYLOAD_TYPE = re.compile(r"application/vnd\.jejak\.([a-z][a-z-]{1,39})\+json")
_KEYID = re.compile(r"[a-z][a-z0-9-]{2,39}/[a-z0-9-]{1,40}")


@dataclass(frozen=True, slots=True)
class Statement:
    """A signed body as it is kept and relayed. Having one proves nothing: `verify_statement` does."""

    payload: bytes
    payload_type: str
    keyid: str
    signature: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the payload, in hex: how other statements name this one."""
        return hashlib.sha256(self.payload).hexdigest()

    @property
    def type(self) -> str:
        """`notice` of `application/vnd.jejak.notice+json`; WrongTypeError for any other payload type."""
        return _type_of(self.payload_type)

    def body(self) -> dict[str, Any]:
        """The parsed payload; MalformedStatementError or WrongTypeError if it is not a body of this type."""
        body = read_body(self.payload)
        if body.get("type") != self.type:
            raise WrongTypeError(self.keyid)
        return body

    def packed(self) -> bytes:
        """Signature, key id and payload, as they are kept beside an entry; `unpacked` reads them."""
        return self.signature + self.keyid.encode() + b"\n" + self.payload

    @classmethod
    def unpacked(cls, octets: bytes) -> "Statement":
        """What `packed` wrote; MalformedStatementError."""
        keyid, _, payload = octets[SIGNATURE_OCTETS:].partition(b"\n")
        payload_type = f"application/vnd.jejak.{read_body(payload).get('type')}+json"
        return cls(payload, payload_type, keyid.decode(errors="replace"), octets[:SIGNATURE_OCTETS])

    def to_dict(self) -> dict[str, Any]:
        """The envelope as JSON writes it."""
        return _envelope_dict(self.payload, self.payload_type, [(self.keyid, self.signature)])

    @classmethod
    def from_envelope(cls, envelope: Envelope) -> "Statement":
        """The statement in a parsed envelope; MalformedStatementError unless it is in its one spelling."""
        if len(envelope.signatures) != 1:
            raise MalformedStatementError("a statement has one signature")
        [signature] = envelope.signatures
        if not _PAYLOAD_TYPE.fullmatch(envelope.payloadType):
            raise MalformedStatementError("payloadType is not one of ours")
        payload = _read_base64(envelope.payload, "payload", max_octets=MAX_STATEMENT_OCTETS)
        return cls(payload, envelope.payloadType, signature.keyid, _read_signature(signature.sig))

    @classmethod
    def from_dict(cls, data: object, *, max_octets: int = MAX_STATEMENT_OCTETS) -> "Statement":
        """The statement in this parsed JSON; MalformedStatementError unless it is in its one spelling."""
        payload, payload_type, signatures = _read_envelope(data, max_octets=max_octets)
        if len(signatures) != 1:
            raise MalformedStatementError("a statement has one signature")
        [(keyid, signature)] = signatures.items()
        return cls(payload, payload_type, keyid, signature)


def read_body(payload: bytes) -> dict[str, Any]:
    """The JSON object in these bytes; MalformedStatementError unless they are its canonical form."""
    try:
        return read_canonical(payload)
    except ValueError as error:
        raise MalformedStatementError("the body is not a canonical JSON object") from error


def body_without_leaf(payload: bytes) -> bytes:
    """The canonical bytes of a body without its `leaf` member: what a log's entry commits to."""
    body = read_body(payload)
    body.pop("leaf", None)
    return canonical(body)


def leaf_of(body_without_leaf: bytes, salt: bytes) -> tuple[bytes, bytes]:
    """(entry, leaf) of a log: SHA-256(salt ‖ body), and of it SHA-256(0x00 ‖ entry) as RFC 9162 §2.1.1."""
    if len(salt) != SALT_OCTETS:
        raise ValueError(f"a salt has {SALT_OCTETS} bytes")
    entry = hashlib.sha256(salt + body_without_leaf).digest()
    return entry, hashlib.sha256(b"\x00" + entry).digest()


class Sealed(NamedTuple):
    """A statement of one's own with what its log entry needs."""

    statement: Statement
    entry_body: bytes
    """The canonical bytes of the body without its `leaf` member: what the log's entry commits to."""
    leaf: bytes


def seal_body(body: Mapping[str, Any], *, salt: bytes, key: SigningKey, type: str) -> Sealed:
    """The body with the hash of its own log leaf as member `leaf`, signed."""
    if "leaf" in body:
        raise ValueError("the body has a leaf already")
    entry_body = canonical(body)
    _, leaf = leaf_of(entry_body, salt)
    payload, payload_type = _payload({**body, "leaf": leaf.hex()}, type=type, checked=True)
    return Sealed(_signed(payload, payload_type, key=key), entry_body, leaf)


def sign_statement(body: Mapping[str, Any], *, type: str, key: SigningKey) -> Statement:
    """The body, whose member `type` must say the same type, as a signed statement."""
    payload, payload_type = _payload(body, type=type)
    return _signed(payload, payload_type, key=key)


def verify_statement(statement: Statement, *, public_key: VerifyKey | str, type: str | None = None) -> None:
    """Nothing, if this key (or its hex) signed the statement, of this type if one is given.

    WrongTypeError, StatementBadSignatureError. That the key is the issuer's is for the caller to see.
    """
    if type is not None and statement.type != type:
        raise WrongTypeError(statement.keyid)
    key = verify_key(public_key) if isinstance(public_key, str) else public_key
    if not key.verifies(statement.signature, _pae(statement.payload, statement.payload_type)):
        raise StatementBadSignatureError(statement.keyid)


def _signed(payload: bytes, payload_type: str, *, key: SigningKey) -> Statement:
    return Statement(payload, payload_type, key.keyid, key.sign(_pae(payload, payload_type)))


def _payload(body: Mapping[str, Any], *, type: str, checked: bool = False) -> tuple[bytes, str]:
    payload_type = f"application/vnd.jejak.{type}+json"
    if not _PAYLOAD_TYPE.fullmatch(payload_type) or body.get("type") != type:
        raise ValueError("the body's type is not the statement's")
    return canonical(body, checked=checked), payload_type


def _type_of(payload_type: str) -> str:
    match = _PAYLOAD_TYPE.fullmatch(payload_type)
    if match is None:
        raise WrongTypeError
    return match.group(1)


def _pae(payload: bytes, payload_type: str) -> bytes:
    return Dsse(payload, payload_type, {}).pae()


def _envelope_dict(payload: bytes, payload_type: str, signatures: Sequence[tuple[str, bytes]]) -> dict[str, Any]:
    return {
        "payload": base64.b64encode(payload).decode("ascii"),
        "payloadType": payload_type,
        "signatures": [
            {"keyid": keyid, "sig": base64.b64encode(signature).decode("ascii")} for keyid, signature in signatures
        ],
    }


def _read_envelope(data: object, *, max_octets: int) -> tuple[bytes, str, dict[str, bytes]]:
    """(payload, payload type, key id to signature) of an envelope in its one spelling."""
    if not isinstance(data, dict) or data.keys() != {"payload", "payloadType", "signatures"}:
        raise MalformedStatementError("an envelope has payload, payloadType and signatures")
    payload_type, listed = data["payloadType"], data["signatures"]
    if not isinstance(payload_type, str) or not _PAYLOAD_TYPE.fullmatch(payload_type):
        raise MalformedStatementError("payloadType is not one of ours")
    if not isinstance(listed, list) or len(listed) > MAX_SIGNATURES:
        raise MalformedStatementError(f"signatures is not a list of at most {MAX_SIGNATURES}")
    signatures: dict[str, bytes] = {}
    for entry in listed:
        if not isinstance(entry, dict) or entry.keys() != {"keyid", "sig"}:
            raise MalformedStatementError("a signature has keyid and sig")
        keyid = entry["keyid"]
        if not isinstance(keyid, str) or not _KEYID.fullmatch(keyid) or keyid in signatures:
            raise MalformedStatementError("a keyid is malformed or repeated")
        signatures[keyid] = _read_signature(entry["sig"])
    return _read_base64(data["payload"], "payload", max_octets=max_octets), payload_type, signatures


def _read_signature(value: object) -> bytes:
    signature = _read_base64(value, "sig", max_octets=SIGNATURE_OCTETS)
    if len(signature) != SIGNATURE_OCTETS:
        raise MalformedStatementError(f"sig is not {SIGNATURE_OCTETS} bytes")
    return signature


def _read_base64(value: object, member: str, *, max_octets: int) -> bytes:
    if not isinstance(value, str):
        raise MalformedStatementError(f"{member} is not a string")
    if len(value) > (max_octets + 2) // 3 * 4:
        raise MalformedStatementError(f"{member} is larger than {max_octets} bytes")
    try:
        octets = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedStatementError(f"{member} is not base64") from error
    if base64.b64encode(octets).decode("ascii") != value or len(octets) > max_octets:
        raise MalformedStatementError(f"{member} is not canonical base64 of at most {max_octets} bytes")
    return octets
