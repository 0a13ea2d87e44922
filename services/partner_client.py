"""For the integrator at an agency: a client of one office's node, typed, that gets and renews its own tokens.

    async with httpx.AsyncClient() as http:
        client = PartnerClient("mitra-polda-lampung", key=key, node="https://kanim-kalianda.go.id", http=http,
                               now=lambda: int(time.time()), random=os.urandom)
        token = await client.token("kasus:minta")

It knows the documents and nothing of the node's own code: RFC 7523, RFC 9449, `docs/partners.md`.
"""

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey

from shared_schemas.oauth import ASSERTION_TYPE, GRANT, TokenGranted, TokenState

Now = Callable[[], int]
Random = Callable[[int], bytes]
LIFE_S = 60
_RENEW_S = 30
"""So long before its end a token is fetched anew."""


class PartnerRefusedError(Exception):
    """The node refused; its status, the stable code of the refusal, and the node's answer."""

    def __init__(self, response: httpx.Response) -> None:
        self.status = response.status_code
        try:
            said = response.json()
        except ValueError:
            said = {}
        self.answer: dict[str, Any] = said if isinstance(said, dict) else {}
        self.code = str(self.answer.get("code", "unknown"))
        super().__init__(f"{self.status} {self.code}")


def ed25519_key(seed: bytes, *, kid: str | None = None) -> OKPKey:
    """A private key (RFC 8037) from 32 secret bytes."""
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    made: dict[str, str | list[str]] = {"kty": "OKP", "crv": "Ed25519", "d": _b64(seed), "x": _b64(public)}
    return OKPKey.import_key(made if kid is None else {**made, "kid": kid})


def algorithm_of(key: OKPKey | ECKey) -> str:
    """The one algorithm of this key."""
    return "ES256" if isinstance(key, ECKey) else "Ed25519"


def make_assertion(partner: str, *, key: OKPKey | ECKey, issuer: str, now: int, jti: str) -> str:
    """A client assertion (RFC 7523 §3) for one node: `aud` is its issuer identifier and nothing else."""
    claims = {"iss": partner, "sub": partner, "aud": issuer, "iat": now, "exp": now + LIFE_S, "jti": jti}
    alg = algorithm_of(key)
    return jwt.encode({"alg": alg, "typ": "JWT", "kid": key.kid}, claims, key, algorithms=[alg])


def make_proof(
    key: OKPKey | ECKey, *, method: str, uri: str, now: int, jti: str, access_token: str | None = None
) -> str:  # fmt: skip
    """A DPoP proof (RFC 9449 §4.2) for one request."""
    claims: dict[str, Any] = {"htm": method, "htu": uri.partition("?")[0], "iat": now, "jti": jti}
    if access_token is not None:
        claims["ath"] = _b64(hashlib.sha256(access_token.encode()).digest())
    public = {name: value for name, value in key.as_dict(private=False).items() if name in ("kty", "crv", "x", "y")}
    alg = algorithm_of(key)
    return jwt.encode({"alg": alg, "typ": "dpop+jwt", "jwk": public}, claims, key, algorithms=[alg])


class PartnerClient:
    """One agency at one office's node. Its proofs are made with a key of this client's own, fresh each time."""

    def __init__(
        self, partner: str, *, key: OKPKey | ECKey, node: str, http: httpx.AsyncClient, now: Now, random: Random
    ) -> None:  # fmt: skip
        self.partner = partner
        self.node = node
        self.bound = ed25519_key(random(32))
        self._key = key
        self._http = http
        self._now = now
        self._random = random
        self._tokens: dict[str, tuple[str, int]] = {}

    async def token(self, *scopes: str) -> str:
        """An access token with these scopes, kept until shortly before its end. PartnerRefusedError."""
        scope = " ".join(sorted(scopes))
        held, until = self._tokens.get(scope, ("", 0))
        if self._now() < until:
            return held
        answer = await self._form("/oauth/v1/token", {"grant_type": GRANT, "scope": scope}, proved=True)
        granted = TokenGranted.model_validate_json(answer.content)
        self._tokens[scope] = (granted.access_token, self._now() + granted.expires_in - _RENEW_S)
        return granted.access_token

    async def introspect(self, token: str) -> TokenState:
        """What the node says of a token of ours. PartnerRefusedError."""
        answer = await self._form("/oauth/v1/introspect", {"token": token})
        return TokenState.model_validate_json(answer.content)

    async def revoke(self, token: str) -> None:
        """End a token of ours. PartnerRefusedError."""
        await self._form("/oauth/v1/revoke", {"token": token})

    async def call(self, method: str, path: str, *, scope: str, body: Any = None) -> httpx.Response:
        """One call of the partner API with a proof of its own. PartnerRefusedError."""
        token = await self.token(scope)
        content = b"" if body is None else json.dumps(body).encode()
        headers = self.headers(method, path, token=token) | ({"Content-Type": "application/json"} if content else {})
        answer = await self._http.request(method, self.node + path, content=content, headers=headers)
        if answer.status_code >= 400:
            raise PartnerRefusedError(answer)
        return answer

    def headers(self, method: str, path: str, *, token: str) -> dict[str, str]:
        """What a call with this token carries (RFC 9449 §7.1)."""
        proof = make_proof(
            self.bound, method=method, uri=self.node + path, now=self._now(), jti=self._jti(), access_token=token
        )
        return {"Authorization": f"DPoP {token}", "DPoP": proof}

    async def _form(self, path: str, fields: dict[str, str], *, proved: bool = False) -> httpx.Response:
        made = make_assertion(self.partner, key=self._key, issuer=self.node, now=self._now(), jti=self._jti())
        form = {**fields, "client_assertion_type": ASSERTION_TYPE, "client_assertion": made}
        uri, headers = self.node + path, {}
        if proved:
            headers["DPoP"] = make_proof(self.bound, method="POST", uri=uri, now=self._now(), jti=self._jti())
        answer = await self._http.post(uri, data=form, headers=headers)
        if answer.status_code >= 400:
            raise PartnerRefusedError(answer)
        return answer

    def _jti(self) -> str:
        return self._random(16).hex()


def _b64(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode()
