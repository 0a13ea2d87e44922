"""The header fields of the signature profile, each in the one spelling that it may have.

A field is parsed as a structured field (RFC 9651) and must then equal, byte for byte, what this module would
have written for the parsed values. So there is one spelling of each message: no second label, no repeated
parameter, no other white space or base64 gets through, and the received text can stand in the signature base.
"""

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NoReturn

import http_sf

from office_node.errors import MalformedSignatureError, UnsignedError
from office_node.signing.keys import SIGNATURE_OCTETS

RawHeaders = Iterable[tuple[bytes, bytes]]
"""Header lines as they came, one (name, value) a line: ASGI's `scope["headers"]`, httpx's `Headers.raw`."""

LABEL = "jejak"
TAG = "jejak/1"

_PARAMETERS = frozenset({"created", "expires", "nonce", "keyid", "tag"})
_READ = frozenset({b"content-type", b"content-digest", b"content-encoding", b"signature", b"signature-input"})
_MAX_FIELD_CHARS = 1024
_PRINTABLE = re.compile(r"[\x20-\x7e]*")
_NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")
_KEYID = re.compile(r"[a-z][a-z0-9-]{2,39}/[a-z0-9-]{1,40}")
_MAX_INTEGER = 999_999_999_999_999  # RFC 9651 §3.3.1


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of a signature; times in Unix seconds."""

    created: int
    expires: int
    nonce: str
    keyid: str

    def __post_init__(self) -> None:
        if not 0 <= self.created < self.expires <= _MAX_INTEGER:
            raise ValueError("expires is not after created")
        if not _NONCE.fullmatch(self.nonce):
            raise ValueError("nonce is not 16 to 64 characters of base64url")
        if not _KEYID.fullmatch(self.keyid):
            raise ValueError("keyid is not holder/name")

    def text(self, order: Iterable[str] = ("created", "expires", "nonce", "keyid", "tag")) -> str:
        """The parameters as they follow the covered components in `Signature-Input`."""
        written = {
            "created": f";created={self.created}",
            "expires": f";expires={self.expires}",
            "nonce": f';nonce="{self.nonce}"',
            "keyid": f';keyid="{self.keyid}"',
            "tag": f';tag="{TAG}"',
        }
        return "".join(written[name] for name in order)


@dataclass(frozen=True, slots=True)
class SignedFields:
    """What the profile reads of one signed message: the syntax is checked, nothing is verified yet."""

    parameters: Parameters
    signature_params: str
    """Value of the `@signature-params` line: covered components and parameters, as received."""
    signature: bytes
    signature_field: str
    """The whole `Signature` field, as received: an answer covers it as `"signature";req`."""
    content_type: str | None
    content_digest: str


def content_digest(body: bytes) -> str:
    """`Content-Digest` (RFC 9530) of these raw bytes, SHA-256."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def signature_field(signature: bytes) -> str:
    """The `Signature` field that carries these bytes under our label."""
    return f"{LABEL}=:{base64.b64encode(signature).decode()}:"


def read_signed_fields(headers: RawHeaders, *, covered: str) -> SignedFields:
    """The fields of a message that must cover exactly `covered` (an inner list, as written in the header)."""
    found = _pick(headers)
    if "signature" not in found and "signature-input" not in found:
        raise UnsignedError
    if "content-encoding" in found:
        raise MalformedSignatureError("content coding is not allowed")
    for name in ("signature", "signature-input", "content-digest"):
        if name not in found:
            raise MalformedSignatureError(f"{name} is missing")
    parameters = _read_input(found["signature-input"], covered)
    return SignedFields(
        parameters=parameters,
        signature_params=found["signature-input"].removeprefix(f"{LABEL}="),
        signature=_read_signature(found["signature"]),
        signature_field=found["signature"],
        content_type=found.get("content-type"),
        content_digest=found["content-digest"],
    )


def _pick(headers: RawHeaders) -> dict[str, str]:
    found: dict[str, str] = {}
    for raw_name, raw_value in headers:
        lower = raw_name.lower()
        if lower not in _READ:
            continue
        name = lower.decode("ascii")
        if name in found:
            raise MalformedSignatureError(f"{name} has several lines")
        # latin-1 never fails, and the pattern then refuses what is not printable ASCII
        value = raw_value.decode("latin-1").strip(" \t")
        if len(value) > _MAX_FIELD_CHARS or not _PRINTABLE.fullmatch(value):
            raise MalformedSignatureError(f"{name} is too long or not printable ASCII")
        found[name] = value
    return found


def _read_dictionary(value: str, name: str) -> Any:
    """The one member, labelled as ours, of a dictionary field."""

    def refuse(_key: str, context: str) -> NoReturn:
        raise MalformedSignatureError(f"{name} repeats a {'label' if context == 'dictionary' else 'parameter'}")

    try:
        members = http_sf.parse(value.encode("ascii"), tltype="dictionary", on_duplicate_key=refuse)
    except (ValueError, OverflowError) as error:
        raise MalformedSignatureError(f"{name} is not a structured field") from error
    if not isinstance(members, dict) or list(members) != [LABEL]:
        raise MalformedSignatureError(f"{name} has not exactly the label {LABEL}")
    return members[LABEL]


def _read_input(value: str, covered: str) -> Parameters:
    member, received = _read_dictionary(value, "signature-input")
    if not isinstance(member, list) or not value.startswith(f"{LABEL}={covered}"):
        raise MalformedSignatureError("signature-input does not cover exactly what the profile covers")
    if received.keys() != _PARAMETERS:
        raise MalformedSignatureError("the parameters are not exactly created, expires, nonce, keyid, tag")
    created, expires = received["created"], received["expires"]
    nonce, keyid = received["nonce"], received["keyid"]
    if type(created) is not int or type(expires) is not int:
        raise MalformedSignatureError("created or expires is not an integer")
    if type(nonce) is not str or type(keyid) is not str:
        raise MalformedSignatureError("nonce or keyid is not a string")
    if received["tag"] != TAG:
        raise MalformedSignatureError(f"tag is not {TAG}")
    try:
        parameters = Parameters(created=created, expires=expires, nonce=nonce, keyid=keyid)
    except ValueError as error:
        raise MalformedSignatureError(str(error)) from error
    if value != f"{LABEL}={covered}{parameters.text(received)}":
        raise MalformedSignatureError("signature-input is not in its one spelling")
    return parameters


def _read_signature(value: str) -> bytes:
    signature, _ = _read_dictionary(value, "signature")
    if not isinstance(signature, bytes) or len(signature) != SIGNATURE_OCTETS:
        raise MalformedSignatureError(f"signature is not {SIGNATURE_OCTETS} bytes")
    if value != signature_field(signature):
        raise MalformedSignatureError("signature is not in its one spelling")
    return signature
