"""ID tokens of an OpenID provider (OpenID Connect Core 1.0 §3.1.3.7), by joserfc: whose, for whom, when."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

ALGORITHMS = ("RS256", "PS256", "ES256", "Ed25519", "EdDSA")
"""None that a shared secret could make, and no `none`."""
_LEEWAY_S = 60
_MAX_TOKEN = 16 * 1024


class IdTokenError(ValueError):
    """The token is not accepted; `rule` says why, and nothing of it."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


@dataclass(frozen=True)
class Wanted:
    """What a token must say: by whom, for whom, of which log-in, with which strength."""

    issuer: str
    client: str
    nonce: str
    acr: Sequence[str] = ()
    amr: Sequence[str] = ()


def read_keys(document: Any) -> KeySet:
    """A provider's keys for signatures (RFC 7517); those that are of no use here are left out. IdTokenError."""
    try:
        found = [
            key for key in document["keys"] if key.get("use", "sig") == "sig" and key.get("kty") in ("RSA", "EC", "OKP")
        ]
        return KeySet.import_key_set({"keys": found})
    except (JoseError, KeyError, TypeError, AttributeError, ValueError) as error:
        raise IdTokenError("keys-malformed") from error


def key_of(token: str) -> str | None:
    """The key that a token names, unverified: to see whether the provider has a newer one. IdTokenError."""
    try:
        named = jws.extract_compact(token.encode()).headers().get("kid")
    except (JoseError, ValueError) as error:
        raise IdTokenError("malformed") from error
    return named if isinstance(named, str) else None


def verify_id_token(token: str, *, keys: KeySet, wanted: Wanted, now: int) -> dict[str, Any]:
    """Its claims. IdTokenError."""
    if len(token) > _MAX_TOKEN:
        raise IdTokenError("too-large")
    registry = jwt.JWTClaimsRegistry(
        now=now,
        leeway=_LEEWAY_S,
        iss={"essential": True, "value": wanted.issuer},
        aud={"essential": True, "value": wanted.client},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True, "value": wanted.nonce},
    )
    try:
        decoded = jwt.decode(token, keys, algorithms=ALGORITHMS)
        claims = dict(decoded.claims)
        registry.validate(claims)
    except JoseError as error:
        raise IdTokenError(type(error).__name__) from error
    except (ValueError, KeyError, TypeError, json.JSONDecodeError) as error:
        raise IdTokenError("malformed") from error
    _check_parties(claims, client=wanted.client)
    _check_strength(claims, wanted=wanted)
    return claims


def _check_parties(claims: dict[str, Any], *, client: str) -> None:
    """A token for several must say that it was given to this one."""
    audience = claims["aud"]
    several = not isinstance(audience, str) and len(audience) > 1
    if claims.get("azp", None if several else client) != client:
        raise IdTokenError("azp")


def _check_strength(claims: dict[str, Any], *, wanted: Wanted) -> None:
    if wanted.acr and claims.get("acr") not in wanted.acr:
        raise IdTokenError("acr")
    methods = claims.get("amr")
    if wanted.amr and not (
        isinstance(methods, list) and set(wanted.amr) <= {one for one in methods if isinstance(one, str)}
    ):
        raise IdTokenError("amr")
