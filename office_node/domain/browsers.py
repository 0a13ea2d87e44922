"""Session ids, what is kept of them, and the token that shows that our own page asks (docs/adr/0028)."""

import base64
import hashlib
import hmac
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

SECRET_OCTETS = 32
FLOW_S = 600


def kept_of(secret: str) -> bytes:
    """What is kept of a session's id or a proof's reference: 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).digest()


def csrf_of(secret: str) -> str:
    """The token of that session: nobody makes it without the cookie, and it does not give the cookie away."""
    return hmac.new(secret.encode(), b"jejak csrf", hashlib.sha256).hexdigest()


def same_text(given: str, wanted: str) -> bool:
    """Compared in a time that tells nothing."""
    return hmac.compare_digest(given.encode(), wanted.encode())


def origin_of(url: str) -> str:
    """Scheme, host and port as a browser writes them (RFC 6454 §6.2): a default port is left out."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname
    default = {"https": 443, "http": 80}.get(parts.scheme)
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port and parts.port != default else "")


def new_flow(entropy: bytes, *, now: datetime) -> str:
    """What a browser keeps while it is at the provider; everything else of the flow is made from it."""
    return f"{int(now.timestamp())}.{entropy.hex()}"


def flow_is_open(flow: str, *, now: datetime) -> bool:
    """Whether it was begun in the last ten minutes."""
    begun, _, secret = flow.partition(".")
    if not (begun.isascii() and begun.isdigit() and len(begun) < 12 and len(secret) == 2 * SECRET_OCTETS):
        return False
    return 0 <= int(now.timestamp()) - int(begun) <= FLOW_S


def of_flow(flow: str, purpose: Literal["state", "nonce", "verifier"]) -> str:
    """State, nonce and PKCE verifier of a flow: 43 characters that nobody makes without the browser's cookie."""
    return _base64url(hmac.new(flow.encode(), purpose.encode(), hashlib.sha256).digest())


def challenge_of(verifier: str) -> str:
    """The S256 challenge (RFC 7636 §4.2)."""
    return _base64url(hashlib.sha256(verifier.encode()).digest())


def _base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode("ascii").rstrip("=")
