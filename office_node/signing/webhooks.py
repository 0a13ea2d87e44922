"""Standard Webhooks signatures (https://www.standardwebhooks.com, 1.0), symmetric: `v1,` and an HMAC-SHA-256.

The library of that name brings an HTTP client for one hosted product; what is needed is this (docs/adr/0032).
"""

import base64
import hmac
from collections.abc import Mapping

PREFIX = "whsec_"
SECRET_OCTETS = 32


def secret_text(secret: bytes) -> str:
    """The secret as a receiver's library takes it."""
    return PREFIX + base64.b64encode(secret).decode()


def headers_of(secret: bytes, *, id: str, timestamp: int, body: bytes) -> Mapping[str, str]:
    """`webhook-id`, `webhook-timestamp` (Unix seconds) and `webhook-signature` over `id.timestamp.body`."""
    signed = b"%b.%d.%b" % (id.encode(), timestamp, body)
    signature = base64.b64encode(hmac.digest(secret, signed, "sha256")).decode()
    return {"webhook-id": id, "webhook-timestamp": str(timestamp), "webhook-signature": f"v1,{signature}"}
