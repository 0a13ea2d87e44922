"""The second factor: time-based codes (RFC 6238, by pyotp) and recovery codes.

A code counts once: the step it belongs to is remembered, and no step up to it counts again (RFC 6238 §5.2).
"""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from datetime import datetime

import pyotp

STEP_S = 30
SECRET_OCTETS = 20
RECOVERY_CODES = 10
RECOVERY_OCTETS = 10
_AROUND = 1
"""Steps before and after that are looked at: an authenticator's clock is off by as much."""


def secret_of(entropy: bytes) -> str:
    """The secret as authenticators take it (base32), from `SECRET_OCTETS` random ones."""
    return base64.b32encode(entropy).decode("ascii")


def uri_of(secret: str, *, officer: str, office: str) -> str:
    """What an authenticator reads as a picture (otpauth)."""
    return pyotp.TOTP(secret).provisioning_uri(name=f"{officer}@{office}", issuer_name="Jejak")


def step_of(secret: str, code: str, *, now: datetime, after: int) -> int | None:
    """The step that a code belongs to, none of those up to `after`; None if it is of no step around now."""
    totp = pyotp.TOTP(secret, interval=STEP_S)
    found: int | None = None
    for step in _steps(now):
        same = hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())
        if same and step > after:
            found = step
    return found


def code_at(secret: str, now: datetime) -> str:
    """The code that an authenticator shows."""
    return pyotp.TOTP(secret, interval=STEP_S).generate_otp(int(now.timestamp()) // STEP_S)


def recovery_code(entropy: bytes) -> str:
    """One to write down, from `RECOVERY_OCTETS` random ones: four groups of four."""
    text = base64.b32encode(entropy).decode("ascii").lower()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def recovery_hash(officer: str, code: str) -> bytes:
    """What is kept of it: 80 random bits need no slow hash."""
    bare = "".join(one for one in code.lower() if one.isalnum())
    return hashlib.sha256(f"jejak recovery\0{officer}\0{bare}".encode()).digest()


def is_totp(code: str) -> bool:
    """Whether it looks like one of an authenticator; else it is a recovery code."""
    return len(code) == 6 and code.isascii() and code.isdigit()


def _steps(now: datetime) -> Iterator[int]:
    step = int(now.timestamp()) // STEP_S
    yield from range(step - _AROUND, step + _AROUND + 1)
