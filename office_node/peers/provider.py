"""The office's OpenID provider, if it has one: discovery, where browsers are sent, and what a code is exchanged for.

Authorization code with PKCE (RFC 7636), state and nonce. Nothing but the configured issuer is ever asked: each address
that its document names must be https, or loopback where the issuer is.
"""

import json
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import httpx
from joserfc.jwk import KeySet

from office_node.clock import Clock
from office_node.domain.browsers import challenge_of, of_flow
from office_node.errors import PeerError, ProviderUnavailableError
from office_node.peers.exchange import RawHeaders, exchange
from office_node.settings import Settings
from office_node.signing.id_tokens import IdTokenError, Wanted, key_of, read_keys, verify_id_token

_MAX_ANSWER = 256 * 1024
_FRESH = timedelta(hours=1)
_AGAIN = timedelta(minutes=1)
"""Keys are not fetched more often, however many unknown ones tokens name."""
_TIMEOUT_S = 10.0
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class Provider:
    """What is known of it now: its document and its keys, each fetched when needed and kept for an hour."""

    def __init__(
        self, settings: Settings, *, secret: str | None, clock: Clock, transport: httpx.AsyncBaseTransport
    ) -> None:  # fmt: skip
        assert settings.oidc_issuer is not None
        assert settings.oidc_client_id is not None
        self._issuer = settings.oidc_issuer
        self._client = settings.oidc_client_id
        self._acr, self._amr = settings.oidc_acr, settings.oidc_amr
        self._secret = secret
        self._clock = clock
        self._transport = transport
        self._document: tuple[datetime, dict[str, str]] | None = None
        self._keys: tuple[datetime, KeySet] | None = None

    async def address(self, flow: str, *, back_to: str) -> str:
        """Where the browser goes to log in. ProviderUnavailableError."""
        document = await self._known()
        query = {
            "response_type": "code",
            "client_id": self._client,
            "redirect_uri": back_to,
            "scope": "openid profile",
            "state": of_flow(flow, "state"),
            "nonce": of_flow(flow, "nonce"),
            "code_challenge": challenge_of(of_flow(flow, "verifier")),
            "code_challenge_method": "S256",
        }
        if self._acr:
            query["acr_values"] = " ".join(self._acr)
        address = document["authorization_endpoint"]
        return address + ("&" if "?" in address else "?") + urlencode(query, quote_via=quote)

    async def redeem(self, code: str, *, flow: str, back_to: str) -> dict[str, Any]:
        """The verified claims that the code stands for. IdTokenError, ProviderUnavailableError."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back_to,
            "code_verifier": of_flow(flow, "verifier"),
        }
        status, answer = await self._ask("POST", (await self._known())["token_endpoint"], form=form)
        if 400 <= status < 500:
            raise IdTokenError("code-refused")
        token = answer.get("id_token")
        if status != 200 or not isinstance(token, str):
            raise ProviderUnavailableError("token")
        wanted = Wanted(self._issuer, self._client, of_flow(flow, "nonce"), self._acr, self._amr)
        keys = await self._keys_for(key_of(token))
        return verify_id_token(token, keys=keys, wanted=wanted, now=int(self._clock.now().timestamp()))

    def is_issuer(self, named: str | None) -> bool:
        """Whether the answer that a browser brings is of this provider, where it says so (RFC 9207)."""
        return named is None or named == self._issuer

    async def _known(self) -> dict[str, str]:
        now = self._clock.now()
        if self._document is None or now - self._document[0] >= _FRESH:
            status, found = await self._ask("GET", self._issuer.rstrip("/") + "/.well-known/openid-configuration")
            if status != 200 or found.get("issuer") != self._issuer:
                raise ProviderUnavailableError("discovery")
            document = {name: found.get(name) for name in _ENDPOINTS}
            if not all(isinstance(url, str) and self._may_be_asked(url) for url in document.values()):
                raise ProviderUnavailableError("discovery")
            self._document = (now, {name: str(url) for name, url in document.items()})
        return self._document[1]

    async def _keys_for(self, keyid: str | None) -> KeySet:
        """The keys as they were fetched last; anew if they are old, or lack this one and were not fetched just now."""
        now = self._clock.now()
        if self._keys is not None:
            at, keys = self._keys
            lacks = keyid is not None and all(key.kid != keyid for key in keys.keys)
            if now - at < (_AGAIN if lacks else _FRESH):
                return keys
        status, found = await self._ask("GET", (await self._known())["jwks_uri"])
        if status != 200:
            raise ProviderUnavailableError("keys")
        self._keys = (now, read_keys(found))
        return self._keys[1]

    def _may_be_asked(self, url: str) -> bool:
        try:
            return httpx.URL(url).scheme == "https" or self._issuer.startswith("http://")
        except httpx.InvalidURL:
            return False

    async def _ask(
        self, method: str, address: str, *, form: Mapping[str, str] | None = None
    ) -> tuple[int, dict[str, Any]]:  # fmt: skip
        url = httpx.URL(address)
        body = b"" if form is None else urlencode(self._with_client(form)).encode()
        headers: RawHeaders = [
            (b"Host", url.netloc),
            (b"Accept", b"application/json"),
            (b"Accept-Encoding", b"identity"),
        ]
        if form is not None:
            headers += [(b"Content-Type", b"application/x-www-form-urlencoded"), (b"Content-Length", b"%d" % len(body))]
            headers += self._authorization()
        try:
            async with self._clock.timeout(_TIMEOUT_S):
                answer = await exchange(self._transport, method, url, headers=headers, body=body, cap=_MAX_ANSWER)
            found = json.loads(answer.body)
        except TimeoutError as error:
            raise ProviderUnavailableError("time-out") from error
        except (httpx.HTTPError, httpx.StreamError, OSError, PeerError) as error:
            raise ProviderUnavailableError("unreachable") from error
        except ValueError as error:
            raise ProviderUnavailableError("no-json") from error
        if not isinstance(found, dict):
            raise ProviderUnavailableError("no-json")
        return answer.status, found

    def _with_client(self, form: Mapping[str, str]) -> dict[str, str]:
        return {**form, **({} if self._secret is not None else {"client_id": self._client})}

    def _authorization(self) -> RawHeaders:
        """`client_secret_basic` (RFC 6749 §2.3.1)."""
        if self._secret is None:
            return []
        pair = f"{quote(self._client, safe='')}:{quote(self._secret, safe='')}"
        return [(b"Authorization", b"Basic " + b64encode(pair.encode()))]
