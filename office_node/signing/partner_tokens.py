"""OAuth 2 for partners, the cryptography: assertions (RFC 7523), DPoP proofs (RFC 9449), access tokens (RFC 9068).

By joserfc. A key fixes its algorithm, so that no header can choose another one; what a node signs is `Ed25519`
(RFC 9864). No clock and no store: whether something comes twice is for the caller to say.
"""

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey

from office_node.errors import AssertionRefusedError, DpopRefusedError, TokenRefusedError
from office_node.signing.keys import SigningKey
from shared_schemas.partner import AssertionKey

ALGORITHMS = ("Ed25519", "ES256")
MAX_JWT = 8 * 1024
LEEWAY_S = 60
"""Between two clocks."""
LONGEST_S = 300
"""An assertion and an access token live no longer."""
MAX_JTI = 256
_ALG_OF = {("OKP", "Ed25519"): "Ed25519", ("EC", "P-256"): "ES256"}
_ASSERTION_TYPES = (None, "JWT", "client-authentication+jwt")
_TOKEN_TYPE = "at+jwt"  # noqa: S105 (a media type)
_PROOF_TYPE = "dpop+jwt"
_PORTS = {"http": 80, "https": 443}
PublicKey = OKPKey | ECKey


UNPROVED = frozenset({"malformed", "crit", "alg", "signature", "sub-or-kid", "key"})
"""Rules of an assertion whose failure says nothing about the partner that it names."""


@dataclass(frozen=True)
class Once:
    """What makes a message come once only: a digest of its `jti`, and when it is of no use any more (Unix seconds)."""

    digest: str
    expires: int


@dataclass(frozen=True)
class Asserted:
    """A client that proved itself: which key, and the assertion to be remembered."""

    client: str
    kid: str
    once: Once


@dataclass(frozen=True)
class Proved:
    """A proof of possession: the key's thumbprint (RFC 7638), and the proof to be remembered."""

    jkt: str
    once: Once


@dataclass(frozen=True)
class Granted:
    """What an access token of this node says."""

    client: str
    scopes: frozenset[str]
    jkt: str
    jti: str
    issued: int
    expires: int


def named_in(assertion: str) -> tuple[str, str]:
    """(client, key id) that an assertion names, unverified: to find the key. AssertionRefusedError."""
    claims, header = _opened(assertion, AssertionRefusedError)
    client, kid = claims.get("sub"), header.get("kid")
    if not isinstance(client, str) or not isinstance(kid, str):
        raise AssertionRefusedError("sub-or-kid")
    return client, kid


def verify_assertion(assertion: str, key: AssertionKey, *, issuer: str, now: datetime) -> Asserted:
    """The client that made it for this node, now (RFC 7523 §3). AssertionRefusedError with the rule that failed.

    `aud` is the node's issuer identifier, alone: what was made for one node counts at no other.
    """
    header, claims = _verified(assertion, public_key(key), alg=key.alg, refused=AssertionRefusedError)
    _check(header.get("typ") in _ASSERTION_TYPES, AssertionRefusedError("typ"))
    _check(claims.get("iss") == claims.get("sub") == key.kid.partition("/")[0], AssertionRefusedError("iss-sub"))
    _check(claims.get("aud") in (issuer, [issuer]), AssertionRefusedError("aud"))
    moment = int(now.timestamp())
    issued, expires = _seconds(claims, "iat", AssertionRefusedError), _seconds(claims, "exp", AssertionRefusedError)
    _check(moment < expires + LEEWAY_S, AssertionRefusedError("expired"))
    _check(max(issued, _seconds(claims, "nbf", AssertionRefusedError, issued)) <= moment + LEEWAY_S,
           AssertionRefusedError("not-yet-valid"))  # fmt: skip
    _check(0 < expires - issued <= LONGEST_S, AssertionRefusedError("lifetime"))
    if not key.valid_from <= now < key.valid_until:
        raise AssertionRefusedError("key-not-valid")
    return Asserted(claims["sub"], key.kid, Once(_jti(claims, AssertionRefusedError), expires + LEEWAY_S))


def verify_proof(
    proof: str, *, method: str, uri: str, now: datetime, access_token: str | None = None
) -> Proved:  # fmt: skip
    """Who holds the key that signed it, for this request (RFC 9449 §4.3). DpopRefusedError with the rule."""
    _, header = _opened(proof, DpopRefusedError)
    _check(header.get("typ") == _PROOF_TYPE, DpopRefusedError("typ"))
    key, alg = _own_key(header.get("jwk"))
    header, claims = _verified(proof, key, alg=alg, refused=DpopRefusedError)
    _check(claims.get("htm") == method, DpopRefusedError("htm"))
    _check(_same_target(claims.get("htu"), uri), DpopRefusedError("htu"))
    issued = _seconds(claims, "iat", DpopRefusedError)
    _check(abs(int(now.timestamp()) - issued) <= LEEWAY_S, DpopRefusedError("iat"))
    wanted = None if access_token is None else token_hash(access_token)
    _check(claims.get("ath") == wanted or wanted is None, DpopRefusedError("ath"))
    return Proved(key.thumbprint(), Once(_jti(claims, DpopRefusedError), issued + LEEWAY_S))


def token_hash(access_token: str) -> str:
    """`ath`: base64url of the SHA-256 of the token's ASCII (RFC 9449 §4.2)."""
    return _base64url(hashlib.sha256(access_token.encode()).digest())


def token_key(signing: SigningKey) -> OKPKey:
    """The Ed25519 key of a node's access tokens, derived from its signing key: it signs nothing else."""
    return _token_key(hmac.new(signing.seed, b"jejak access token", "sha256").digest())


@lru_cache(maxsize=64)
def _token_key(seed: bytes) -> OKPKey:
    public = bytes.fromhex(SigningKey("node/token", seed).public_hex)
    found = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "d": _base64url(seed), "x": _base64url(public)})
    found.ensure_kid()
    return found


def published(keys: Iterable[OKPKey]) -> dict[str, Any]:
    """The public halves as a JWK set (RFC 7517 §5)."""
    return {"keys": [{**key.as_dict(private=False), "alg": "Ed25519", "use": "sig"} for key in keys]}


def make_token(granted: Granted, *, issuer: str, key: OKPKey) -> str:
    """A signed access token (RFC 9068) bound to the client's key (RFC 9449 §6.1); its audience is this node."""
    claims = {
        "iss": issuer,
        "aud": issuer,
        "sub": granted.client,
        "client_id": granted.client,
        "scope": " ".join(sorted(granted.scopes)),
        "jti": granted.jti,
        "iat": granted.issued,
        "exp": granted.expires,
        "cnf": {"jkt": granted.jkt},
    }
    header = {"alg": "Ed25519", "typ": _TOKEN_TYPE, "kid": key.kid}
    return jwt.encode(header, claims, key, algorithms=["Ed25519"])


def read_token(token: str, *, issuer: str, keys: Sequence[OKPKey], now: datetime | None = None) -> Granted:
    """What this node has granted with it; with `now` also that it has not ended. TokenRefusedError."""
    _, named = _opened(token, TokenRefusedError)
    key = next((one for one in keys if one.kid == named.get("kid")), None)
    if key is None:
        raise TokenRefusedError("kid")
    header, claims = _verified(token, key, alg="Ed25519", refused=TokenRefusedError)
    _check(header.get("typ") == _TOKEN_TYPE, TokenRefusedError("typ"))
    _check(claims.get("iss") == issuer, TokenRefusedError("iss"))
    _check(claims.get("aud") == issuer, TokenRefusedError("aud"))
    try:
        granted = Granted(
            client=str(claims["client_id"]),
            scopes=frozenset(str(claims["scope"]).split()),
            jkt=str(claims["cnf"]["jkt"]),
            jti=str(claims["jti"]),
            issued=int(claims["iat"]),
            expires=int(claims["exp"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise TokenRefusedError("claims") from error
    _check(now is None or now < datetime.fromtimestamp(granted.expires, UTC), TokenRefusedError("expired"))
    return granted


def public_key(key: AssertionKey) -> PublicKey:
    """The key as joserfc takes it. AssertionRefusedError if the stewards listed a point that is on no curve."""
    try:
        found: dict[str, str | list[str]] = dict(key.jwk)
        return OKPKey.import_key(found) if key.kty == "OKP" else ECKey.import_key(found)
    except (JoseError, ValueError) as error:
        raise AssertionRefusedError("key") from error


Refused = type[AssertionRefusedError] | type[DpopRefusedError] | type[TokenRefusedError]


def _check(holds: bool, error: Exception) -> None:
    if not holds:
        raise error


def _opened(token: str, refused: Refused) -> tuple[dict[str, Any], Mapping[str, Any]]:
    """(claims, header), nothing of it proved."""
    if len(token) > MAX_JWT or token.count(".") != 2 or not token.isascii():
        raise refused("malformed")
    try:
        found = jws.extract_compact(token.encode())
        header, claims = found.headers(), _object(found.payload)
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise refused("malformed") from error
    if "crit" in header or "b64" in header:
        raise refused("crit")
    return claims, header


def _verified(token: str, key: PublicKey, *, alg: str, refused: Refused) -> tuple[Mapping[str, Any], dict[str, Any]]:
    _, header = _opened(token, refused)
    if header.get("alg") != alg:
        raise refused("alg")
    try:
        decoded = jwt.decode(token, key, algorithms=[alg])
    except (JoseError, ValueError, TypeError) as error:
        raise refused("signature") from error
    return decoded.header, dict(decoded.claims)


def _object(payload: bytes | None) -> dict[str, Any]:
    found = json.loads(payload or b"")
    if not isinstance(found, dict):
        raise ValueError("claims are an object")
    return found


def _own_key(jwk: object) -> tuple[PublicKey, str]:
    """The public key that a proof carries, of a curve that is taken here."""
    if not isinstance(jwk, dict) or "d" in jwk:
        raise DpopRefusedError("jwk")
    kind = (jwk.get("kty"), jwk.get("crv"))
    alg = _ALG_OF.get((str(kind[0]), str(kind[1])))
    if alg is None:
        raise DpopRefusedError("jwk")
    public = {name: value for name, value in jwk.items() if name in ("kty", "crv", "x", "y")}
    try:
        key = OKPKey.import_key(public) if alg == "Ed25519" else ECKey.import_key(public)
        _ = key.public_key
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise DpopRefusedError("jwk") from error
    return key, alg


def _same_target(htu: object, uri: str) -> bool:
    """Without query and fragment, after normalisation of scheme, host and port (RFC 9449 §4.3, RFC 3986 §6.2)."""
    if not isinstance(htu, str):
        return False
    try:
        return _target(htu) == _target(uri)
    except ValueError:
        return False


def _target(uri: str) -> tuple[str, str | None, int | None, str]:
    parts = urlsplit(uri)
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme), parts.path or "/"


def _seconds(claims: Mapping[str, Any], name: str, refused: Refused, default: int | None = None) -> int:
    """A NumericDate (RFC 7519 §2)."""
    value = claims.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**40:
        raise refused(name)
    return int(value)


def _jti(claims: Mapping[str, Any], refused: Refused) -> str:
    value = claims.get("jti")
    if not isinstance(value, str) or not 1 <= len(value) <= MAX_JTI:
        raise refused("jti")
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()


def _base64url(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode()
