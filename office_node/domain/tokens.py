"""Keyed one-way codes of a person's values: what offices exchange instead of names and numbers.

An index value is stretched with scrypt before anything is derived from it, so that a guess costs its price
once for every value, kind and epoch. A field value is not stretched: its token is only as safe as the
nonce, which never travels bare but wrapped under every index value of its statement. Kinds carry their
version (`nik/1`); values are text.
"""

import hashlib
import hmac

KEY_BYTES = 32
STRETCHED_BYTES = 32
INDEX_TOKEN_BYTES = 8
FIELD_TOKEN_BYTES = 2
NONCE_BYTES = 16
REFERENCE_BYTES = 16
LOCAL_TOKEN_BYTES = 8

_SCRYPT_R = 8
_SCRYPT_P = 1


def _sized(value: bytes, size: int, *, what: str) -> bytes:
    if len(value) != size:
        raise ValueError(f"{what} must be {size} bytes")
    return value


def _code(key: bytes, *parts: bytes) -> bytes:
    return hmac.digest(_sized(key, KEY_BYTES, what="key"), b"".join(parts), "sha256")


def stretch(epoch_key: bytes, kind: str, *, value: str, n: int) -> bytes:
    """One index value stretched for one kind and epoch (scrypt, RFC 7914; N = `n`, r = 8, p = 1): 32 bytes.

    Takes about 10 ms of CPU at the cost a roster sets, so call it off the event loop.
    """
    salt = hashlib.sha256(_sized(epoch_key, KEY_BYTES, what="key") + kind.encode()).digest()
    memory = 128 * _SCRYPT_R * (n + _SCRYPT_P + 2) + (1 << 20)
    return hashlib.scrypt(
        value.encode(), salt=salt, n=n, r=_SCRYPT_R, p=_SCRYPT_P, maxmem=memory, dklen=STRETCHED_BYTES
    )


def index_token(epoch_key: bytes, kind: str, *, stretched: bytes) -> bytes:
    """The 8 bytes by which a statement is found."""
    _sized(stretched, STRETCHED_BYTES, what="stretched value")
    return _code(epoch_key, b"index\x00", kind.encode(), b"\x00", stretched)[:INDEX_TOKEN_BYTES]


def field_token(epoch_key: bytes, kind: str, *, nonce: bytes, value: str) -> bytes:
    """The 2 bytes by which a found statement is weighed; they mean nothing without the statement's nonce."""
    _sized(nonce, NONCE_BYTES, what="nonce")
    return _code(epoch_key, b"field\x00", nonce, kind.encode(), b"\x00", value.encode())[:FIELD_TOKEN_BYTES]


def wrap_nonce(epoch_key: bytes, nonce: bytes, *, case: bytes, revision: int, kind: str, stretched: bytes) -> bytes:
    """The nonce as it travels beside one index token. Wrapping it again gives the nonce back."""
    _sized(nonce, NONCE_BYTES, what="nonce")
    _sized(case, REFERENCE_BYTES, what="case reference")
    _sized(stretched, STRETCHED_BYTES, what="stretched value")
    scope = case + revision.to_bytes(8, "big")
    pad = _code(epoch_key, b"nonce\x00", scope, kind.encode(), b"\x00", stretched)[:NONCE_BYTES]
    return bytes(left ^ right for left, right in zip(nonce, pad, strict=True))


def unwrap_nonce(epoch_key: bytes, wrapped: bytes, *, case: bytes, revision: int, kind: str, stretched: bytes) -> bytes:
    """The nonce out of its wrapping; with another value than the wrapper's it gives noise, never an error."""
    return wrap_nonce(epoch_key, wrapped, case=case, revision=revision, kind=kind, stretched=stretched)


def hit_proof(epoch_key: bytes, inquiry: bytes, *, office: str, kind: str, stretched: bytes) -> bytes:
    """The 32 bytes that only a holder of the value can make: for this inquiry (its 16-byte reference), as this office.

    Bound to the answering office, or a second one could repeat what it overheard (docs/adr/0018).
    """
    _sized(inquiry, REFERENCE_BYTES, what="inquiry reference")
    _sized(stretched, STRETCHED_BYTES, what="stretched value")
    return _code(epoch_key, b"hit\x00", inquiry, office.encode(), b"\x00", kind.encode(), b"\x00", stretched)


def local_token(local_key: bytes, kind: str, *, value: str) -> bytes:
    """The 8 bytes by which an office finds its own rows, under a key that never leaves it."""
    return _code(local_key, b"local\x00", kind.encode(), b"\x00", value.encode())[:LOCAL_TOKEN_BYTES]
