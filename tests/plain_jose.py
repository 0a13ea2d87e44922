"""A second maker of JWTs, by `cryptography` alone: nothing of joserfc, and any header or claim that a test wants."""

import hashlib
import json
from base64 import urlsafe_b64encode
from typing import Any

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature


def b64(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode()


def signing_input(header: dict[str, Any], claims: Any) -> str:
    return b64(json.dumps(header).encode()) + "." + b64(json.dumps(claims).encode())


def by_ed25519(key: Ed25519PrivateKey, header: dict[str, Any], claims: Any) -> str:
    text = signing_input(header, claims)
    return f"{text}.{b64(key.sign(text.encode()))}"


def by_p256(key: ec.EllipticCurvePrivateKey, header: dict[str, Any], claims: Any) -> str:
    text = signing_input(header, claims)
    r, s = decode_dss_signature(key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{text}.{b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def by_secret(secret: bytes, header: dict[str, Any], claims: Any) -> str:
    text = signing_input(header, claims)
    mac = hmac.HMAC(secret, hashes.SHA256())
    mac.update(text.encode())
    return f"{text}.{b64(mac.finalize())}"


def by_nobody(header: dict[str, Any], claims: Any) -> str:
    return signing_input(header, claims) + "."


def ed25519_jwk(key: Ed25519PrivateKey) -> dict[str, str]:
    return {"kty": "OKP", "crv": "Ed25519", "x": b64(key.public_key().public_bytes_raw())}


def p256_jwk(key: ec.EllipticCurvePrivateKey) -> dict[str, str]:
    numbers = key.public_key().public_numbers()
    return {
        "kty": "EC",
        "crv": "P-256",
        "x": b64(numbers.x.to_bytes(32, "big")),
        "y": b64(numbers.y.to_bytes(32, "big")),
    }


def thumbprint(jwk: dict[str, str]) -> str:
    """RFC 7638 §3."""
    names = ("crv", "kty", "x") if jwk["kty"] == "OKP" else ("crv", "kty", "x", "y")
    text = json.dumps({name: jwk[name] for name in names}, separators=(",", ":"), sort_keys=True)
    return b64(hashlib.sha256(text.encode()).digest())


def ath(token: str) -> str:
    return b64(hashlib.sha256(token.encode()).digest())
