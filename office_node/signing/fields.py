"""The header fields of the signature profile, each in the one spelling that it may have.

A field that gets through is a structured field (RFC 9651) with one reading, which `http_sf` confirms in the tests. So
there is one spelling of each message: no second label, no repeated parameter, no other white space or base64 gets
through, and the received text can stand in the signature base.
"""

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from office_node.errors import MalformedSignatureError, UnsignedError
from office_node.signing.keys import SIGNATURE_OCTETS

RawHeaders = Iterable[tuple[bytes, bytes]]
"""Header lines as they came, one (name, value) a line: ASGI's `scope["headers"]`, httpx's `Headers.raw`."""

LABEL = "jejak"
TAG = "jejak/1"

_PARAMETERS = frozenset({"created", "expires", "nonce", "keyid", "tag"})
_READ = frozenset({b"content-type", b"content-digest", b"content-encoding", b"signature", b"signature-input"})
_INTEGERS = frozenset({"created", "expires"})
_MAX_FIELD_CHARS = 1024
# At most 15 digits and no leading zero (RFC 9651 §3.3.1, §4.1.4), or a string that needs no escape.
_PARAMETER = re.compile(r';([a-z]+)=(?:(0|[1-9][0-9]{0,14})|"([^"\\]+)")')
_PARAMETER_LIST = re.compile(f"(?:{_PARAMETER.pattern})*")
_SIGNATURE = re.compile(LABEL + "=:([A-Za-z0-9+/]{86}==):")
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


def _read_input(value: str, covered: str) -> Parameters:
    head = f"{LABEL}={covered}"
    if not value.startswith(f"{LABEL}="):
        raise MalformedSignatureError(f"signature-input has not exactly the label {LABEL}")
    if not value.startswith(head):
        raise MalformedSignatureError("signature-input does not cover exactly what the profile covers")
    text = value[len(head) :]
    if not _PARAMETER_LIST.fullmatch(text):
        raise MalformedSignatureError("signature-input is not one label with its parameters in their one spelling")
    found = _PARAMETER.findall(text)
    received = {name: number or string for name, number, string in found}
    if len(received) != len(found):
        raise MalformedSignatureError("signature-input repeats a parameter")
    if received.keys() != _PARAMETERS:
        raise MalformedSignatureError("the parameters are not exactly created, expires, nonce, keyid, tag")
    if any((name in _INTEGERS) != bool(number) for name, number, _ in found):
        raise MalformedSignatureError("created and expires are integers, the other parameters strings")
    if received["tag"] != TAG:
        raise MalformedSignatureError(f"tag is not {TAG}")
    try:
        return Parameters(
            created=int(received["created"]),
            expires=int(received["expires"]),
            nonce=received["nonce"],
            keyid=received["keyid"],
        )
    except ValueError as error:
        raise MalformedSignatureError(str(error)) from error


def _read_signature(value: str) -> bytes:
    if not value.startswith(f"{LABEL}="):
        raise MalformedSignatureError(f"signature has not exactly the label {LABEL}")
    found = _SIGNATURE.fullmatch(value)
    if found is None:
        raise MalformedSignatureError(f"signature is not {SIGNATURE_OCTETS} bytes under the label {LABEL}")
    signature = base64.b64decode(found.group(1))
    if signature_field(signature) != value:  # bits that base64 leaves unused
        raise MalformedSignatureError("signature is not in its one spelling")
    return signature
