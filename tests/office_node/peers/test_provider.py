"""Logging in through an OpenID provider that signs real tokens: who is let in, as what, and every way to be refused."""

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import uvicorn
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

from office_node.domain.browsers import challenge_of
from office_node.peers.transport import open_transport
from office_node.settings import Settings
from office_node.usecases.officer_accounts import make_officer, set_state
from shared_schemas.statement import Role
from tests.desk import COOKIE, ORIGIN, Browser, Desk, StandingClock, desk_in

pytestmark = pytest.mark.anyio
ISSUER = "https://masuk.imigrasi.test/realms/kantor"
CLIENT = "jejak-kalianda"
BACK = f"{ORIGIN}/session/v1/oidc/return"
FLOW = "__Host-jejak-oidc"
KEY = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"})
NEXT = RSAKey.generate_key(2048, {"kid": "k2", "use": "sig"})
BASIC = "Basic amVqYWsta2FsaWFuZGE6cyUzQWVjJTJCcmV0"
SECRET = "s:ec+ret"


@dataclass
class SigningProvider(httpx.AsyncBaseTransport):
    """An OpenID provider behind the transport seam: discovery, keys, a token endpoint that checks."""

    clock: StandingClock
    key: RSAKey = field(default_factory=lambda: KEY)
    published: list[Any] = field(default_factory=lambda: [KEY])
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    document: dict[str, Any] = field(default_factory=dict)
    down: bool = False
    basic: str | None = None
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    signed: str | None = None
    issuer: str = ISSUER
    given: int = 0

    def log_in(self, address: str) -> str:
        """The officer has logged in at the provider: a code, for what the browser came with."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert address.startswith(f"{self.issuer}/auth?")
        assert (query["client_id"], query["redirect_uri"], query["response_type"]) == (CLIENT, BACK, "code")
        assert query["code_challenge_method"] == "S256"
        self.given += 1
        code = f"code-{self.given}"
        self.codes[code] = query
        return code

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.asked.append(request.url.path)
        if self.down:
            raise httpx.ConnectError("down")
        status, answer = self._answer(request)
        return httpx.Response(status, json=answer)

    def _answer(self, request: httpx.Request) -> tuple[int, Any]:
        if request.url.path.endswith("/.well-known/openid-configuration"):
            return 200, {
                "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/auth",
                "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/certs", **self.document,
            }  # fmt: skip
        if request.url.path.endswith("/certs"):
            return 200, KeySet(self.published).as_dict(private=False)
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        begun = self.codes.pop(form.get("code", ""), None)
        proved = begun is not None and challenge_of(form["code_verifier"]) == begun["code_challenge"]
        known = request.headers.get("authorization") == self.basic and ("client_id" in form) == (self.basic is None)
        if begun is None or not proved or not known or form["redirect_uri"] != BACK:
            return 400, {"error": "invalid_grant"}
        return 200, {
            "access_token": "x",
            "token_type": "Bearer",
            "id_token": self.signed or self._token(begun["nonce"]),
        }

    def _token(self, nonce: str) -> str:
        now = int(self.clock.now().timestamp())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "sub": "4711", "exp": now + 60, "iat": now, "nonce": nonce,
            "preferred_username": "o-17", **self.claims,
        }  # fmt: skip
        header = {"alg": "RS256", "kid": self.key.kid, **self.header}
        return jwt.encode(header, {name: value for name, value in claims.items() if value is not None}, self.key)


@asynccontextmanager
async def world(
    folder: Path, url: str, *, roles: tuple[Role, ...] = ("counter",), **settings: Any
) -> AsyncIterator[tuple[Desk, SigningProvider]]:
    clock = StandingClock()
    provider = SigningProvider(clock)
    options = {"oidc_issuer": ISSUER, "oidc_client_id": CLIENT} | settings
    async with desk_in(folder, url, transport=provider, clock=clock, **options) as desk:
        await make_officer(desk.node, "o-1", name="Admin", roles=("administrator",), by=desk.by)
        await make_officer(desk.node, "o-17", name="Sari Utami", roles=roles, by=desk.by)
        yield desk, provider


async def come_back(browser: Browser, provider: SigningProvider, **changed: str) -> httpx.Response:
    """To the provider and back, as a browser does it."""
    away = await browser.call("GET", "/session/v1/oidc")
    assert away.status_code == 303, away.text
    code = provider.log_in(away.headers["location"])
    state = parse_qs(urlsplit(away.headers["location"]).query)["state"][0]
    query = {"state": state, "code": code} | changed
    return await browser.call("GET", f"/session/v1/oidc/return?{httpx.QueryParams(query)}")


async def test_an_officer_whom_the_provider_names_has_a_session(tmp_path: Path, migrated_url: str) -> None:
    async with world(tmp_path, migrated_url) as (desk, provider):
        browser = desk.browser()
        back = await come_back(browser, provider)
        assert back.status_code == 200
        assert 'content="0;url=/"' in back.text
        assert "default-src 'none'" in back.headers["content-security-policy"]
        assert FLOW not in browser.cookies
        view = (await browser.call("GET", "/session/v1")).json()
        assert (view["officer"], view["method"], view["roles"], view["unfinished"]) == ("o-17", "oidc", ["counter"], [])
        assert (await browser.call("GET", "/office/v1/alerts")).status_code == 200
        assert (await desk.written())[-1] == "login"


async def test_the_flows_cookie_comes_back_from_another_site_and_the_sessions_does_not(
    tmp_path: Path, migrated_sqlite_url: str
) -> None:
    async with world(tmp_path, migrated_sqlite_url) as (desk, provider):
        browser = desk.browser()
        away = await browser.call("GET", "/session/v1/oidc")
        assert {"SameSite=lax", "Secure", "HttpOnly", "Max-Age=600"} <= set(away.headers["set-cookie"].split("; "))
        await come_back(browser, provider)
        lines = browser.last.headers.get_list("set-cookie")
        assert any(line.startswith(f"{COOKIE}=") and "SameSite=strict" in line for line in lines)


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.test"},
        {"aud": "another"},
        {"aud": [CLIENT, "another"]},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"azp": "another"},
        {"nonce": "x"},
        {"nonce": None},
        {"exp": 1},
        {"exp": None},
        {"iat": None},
        {"iat": 10**11},
        {"preferred_username": "o-99"},
        {"preferred_username": "Sari Utami"},
        {"preferred_username": ["o-17"]},
        {"preferred_username": None},
    ],
)
async def test_a_token_that_is_not_for_this_log_in_lets_nobody_in(
    tmp_path: Path, migrated_sqlite_url: str, claims: dict[str, Any]
) -> None:
    async with world(tmp_path, migrated_sqlite_url) as (desk, provider):
        provider.claims = claims
        browser = desk.browser()
        back = await come_back(browser, provider)
        assert (back.status_code, back.json()["code"]) == (401, "login-refused")
        assert COOKIE not in browser.cookies


async def test_a_token_for_several_that_says_it_was_given_to_this_one_is_taken(
    tmp_path: Path, migrated_sqlite_url: str
) -> None:
    async with world(tmp_path, migrated_sqlite_url) as (desk, provider):
        provider.claims = {"aud": [CLIENT, "another"], "azp": CLIENT}
        assert (await come_back(desk.browser(), provider)).status_code == 200


def unsigned(claims: dict[str, Any]) -> str:
    from base64 import urlsafe_b64encode

    parts = ({"alg": "none"}, claims)
    return ".".join(urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + "."


@pytest.mark.parametrize("forged", ["none", "hs256", "other-key", "garbage", "huge", "unknown-kid"])
async def test_a_token_that_the_provider_has_not_signed_lets_nobody_in(
    tmp_path: Path, migrated_sqlite_url: str, forged: str
) -> None:
    async with world(tmp_path, migrated_sqlite_url) as (desk, provider):
        browser = desk.browser()
        away = (await browser.call("GET", "/session/v1/oidc")).headers["location"]
        query = parse_qs(urlsplit(away).query)
        now = int(desk.clock.now().timestamp())
        claims = {
            "iss": ISSUER, "aud": CLIENT, "exp": now + 60, "iat": now, "nonce": query["nonce"][0],
            "preferred_username": "o-17",
        }  # fmt: skip
        public = OctKey.import_key(json.dumps(KEY.as_dict(private=False)).encode())
        impostor = RSAKey.generate_key(2048, {"kid": "k1"})
        makers: dict[str, Callable[[], str]] = {
            "none": lambda: unsigned(claims),
            "hs256": lambda: jwt.encode({"alg": "HS256", "kid": "k1"}, claims, public),
            "other-key": lambda: jwt.encode({"alg": "RS256", "kid": "k1"}, claims, impostor),
            "garbage": lambda: "a.b",
            "huge": lambda: "a" * 20_000,
            "unknown-kid": lambda: jwt.encode({"alg": "RS256", "kid": "k9"}, claims, impostor),
        }
        provider.signed = makers[forged]()
        code = provider.log_in(away)
        back = await browser.call("GET", f"/session/v1/oidc/return?state={query['state'][0]}&code={code}")
        assert (back.status_code, back.json()["code"]) == (401, "login-refused")


async def test_a_provider_that_changes_its_key_is_asked_again_but_not_by_every_forgery(
    tmp_path: Path, migrated_sqlite_url: str
) -> None:
    async with world(tmp_path, migrated_sqlite_url) as (desk, provider):
        assert (await come_back(desk.browser(), provider)).status_code == 200
        provider.key, provider.published = NEXT, [KEY, NEXT]
        assert (await come_back(desk.browser(), provider)).status_code == 401  # fetched less than a minute ago
        desk.clock.pass_by(seconds=61)
        assert (await come_back(desk.browser(), provider)).status_code == 200
        assert len([path for path in provider.asked if path.endswith("/certs")]) == 2


@pytest.mark.parametrize(
    "change", ["no-cookie", "state", "another-browser", "code-again", "too-late", "issuer", "denied"]
)
async def test_what_another_browser_began_is_not_ended_here(
    tmp_path: Path, migrated_sqlite_url: str, change: str
) -> None:
    async with world(tmp_path, migrated_sqlite_url) as (desk, provider):
        browser = desk.browser()
        away = (await browser.call("GET", "/session/v1/oidc")).headers["location"]
        state, code = parse_qs(urlsplit(away).query)["state"][0], provider.log_in(away)
        query = {"state": state, "code": code}
        match change:
            case "no-cookie":
                browser.cookies.clear()
            case "state":
                query["state"] = "x" * 43
            case "another-browser":
                browser = desk.browser()
                await browser.call("GET", "/session/v1/oidc")
            case "code-again":
                provider.codes.clear()
            case "too-late":
                desk.clock.pass_by(minutes=11)
            case "issuer":
                query["iss"] = "https://evil.test"
            case "denied":
                query = {"state": state, "error": "access_denied"}
        back = await browser.call("GET", f"/session/v1/oidc/return?{httpx.QueryParams(query)}")
        assert (back.status_code, back.json()["code"]) == (401, "login-refused")
        assert COOKIE not in browser.cookies


async def test_the_provider_says_who_and_the_account_says_what(tmp_path: Path, migrated_url: str) -> None:
    options = {"oidc_role_claim": "groups", "oidc_roles": {"loket": "counter", "pimpinan": "kakanim", "x": "node"}}
    async with world(tmp_path, migrated_url, roles=("counter", "interview"), **options) as (desk, provider):
        for groups, roles in (
            (["loket", "pimpinan", "x"], ["counter"]), ("loket", ["counter"]), (["pimpinan"], None), ([], None),
            (None, None), ([{"a": 1}], None), (7, None),
        ):  # fmt: skip
            provider.claims = {"groups": groups}
            browser = desk.browser()
            status = (await come_back(browser, provider)).status_code
            assert status == (200 if roles else 401), groups
            if roles:
                assert (await browser.call("GET", "/session/v1")).json()["roles"] == roles
        provider.claims = {"groups": ["loket"]}
        browser = desk.browser()
        await come_back(browser, provider)
        await set_state(desk.node, "o-17", state="disabled", by=desk.by)
        assert await browser.told("GET", "/session/v1") == (401, "session-ended")
        assert (await come_back(desk.browser(), provider)).status_code == 401


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"acr": "gold", "amr": ["pwd", "mfa"]}, 200),
        ({"acr": "bronze", "amr": ["pwd", "mfa"]}, 401),
        ({"acr": "gold", "amr": ["pwd"]}, 401),
        ({"acr": "gold", "amr": "mfa"}, 401),
        ({"acr": "gold", "amr": [["mfa"]]}, 401),
        ({}, 401),
    ],
)
async def test_a_log_in_that_is_too_weak_is_refused(
    tmp_path: Path, migrated_sqlite_url: str, claims: dict[str, Any], status: int
) -> None:
    async with world(tmp_path, migrated_sqlite_url, oidc_acr=("gold",), oidc_amr=("mfa",)) as (desk, provider):
        provider.claims = claims
        assert (await come_back(desk.browser(), provider)).status_code == status


@pytest.mark.parametrize(
    "document",
    [
        {"issuer": "https://evil.test"},
        {"token_endpoint": None},
        {"token_endpoint": "http://evil.test/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": 7},
    ],
)
async def test_a_document_that_leads_elsewhere_is_not_followed(
    tmp_path: Path, migrated_sqlite_url: str, document: dict[str, Any]
) -> None:
    async with world(tmp_path, migrated_sqlite_url) as (desk, provider):
        provider.document = document
        away = await desk.browser().call("GET", "/session/v1/oidc")
        assert (away.status_code, away.json()["code"]) == (503, "provider-unavailable")
        provider.document = {}
        assert (await come_back(desk.browser(), provider)).status_code == 200


async def test_a_provider_that_is_down_keeps_nobody_from_her_password(tmp_path: Path, migrated_sqlite_url: str) -> None:
    async with world(tmp_path, migrated_sqlite_url) as (desk, provider):
        provider.down = True
        away = await desk.browser().call("GET", "/session/v1/oidc")
        assert (away.status_code, away.headers["retry-after"]) == (503, "30")
        assert (await desk.logged_in(await desk.officer("o-18"))).csrf


async def test_a_node_that_has_a_secret_proves_itself_with_it(tmp_path: Path, migrated_sqlite_url: str) -> None:
    (tmp_path / "keys").mkdir()
    file = tmp_path / "keys" / "oidc"
    file.write_text(f"{SECRET}\n")
    file.chmod(0o640)
    async with world(tmp_path, migrated_sqlite_url) as (desk, provider):
        provider.basic = BASIC
        assert (await come_back(desk.browser(), provider)).status_code == 200
        provider.basic = None
        assert (await come_back(desk.browser(), provider)).status_code == 401
    file.chmod(0o644)
    with pytest.raises(Exception, match="readable by others"):
        async with world(tmp_path, migrated_sqlite_url):
            pass


@contextmanager
def serving(provider: SigningProvider) -> Iterator[None]:
    """The same provider as a web server of its own, in a thread, on loopback."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        request = httpx.Request(scope["method"], f"http://x{scope['path']}", headers=scope["headers"], content=body)
        response = await provider.handle_async_request(request)
        await send({"type": "http.response.start", "status": response.status_code, "headers": response.headers.raw[1:]})
        await send({"type": "http.response.body", "body": response.content[:7], "more_body": True})
        await send({"type": "http.response.body", "body": response.content[7:]})

    listener = socket.create_server(("127.0.0.1", 0))
    provider.issuer = f"http://127.0.0.1:{listener.getsockname()[1]}/realms/kantor"
    server = uvicorn.Server(uvicorn.Config(answer, lifespan="off", log_config=None, ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


async def test_a_provider_on_the_network_is_reached_as_peers_are(tmp_path: Path, migrated_sqlite_url: str) -> None:
    clock = StandingClock()
    provider = SigningProvider(clock)
    transport = open_transport()
    with serving(provider):
        options: dict[str, Any] = {"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT}
        async with desk_in(tmp_path, migrated_sqlite_url, transport=transport, clock=clock, **options) as desk:
            await make_officer(desk.node, "o-17", name="Sari Utami", roles=("counter",), by=desk.by)
            browser = desk.browser()
            assert (await come_back(browser, provider)).status_code == 200
            assert (await browser.call("GET", "/session/v1")).json()["officer"] == "o-17"
        await transport.aclose()
    assert {path.rpartition("/")[2] for path in provider.asked} == {"openid-configuration", "token", "certs"}


async def test_without_a_provider_there_is_no_such_page(tmp_path: Path, migrated_sqlite_url: str) -> None:
    async with desk_in(tmp_path, migrated_sqlite_url) as desk:
        for path in ("/session/v1/oidc", "/session/v1/oidc/return?state=x&code=y"):
            assert await desk.browser().told("GET", path) == (404, "not-found")


async def test_ten_come_back_at_once(tmp_path: Path, migrated_url: str) -> None:
    async with world(tmp_path, migrated_url) as (desk, provider):
        browsers = [desk.browser() for _ in range(10)]
        answers = await asyncio.gather(*(come_back(browser, provider) for browser in browsers))
        assert [answer.status_code for answer in answers] == [200] * 10
        assert len({sha256(browser.cookies[COOKIE].encode()).digest() for browser in browsers}) == 10


def test_settings_that_lack_half_of_it_are_refused(tmp_path: Path) -> None:
    base = {"office": "kanim-kalianda", "public_url": ORIGIN, "data_dir": tmp_path, "keys_dir": tmp_path}
    for options in (
        {"oidc_issuer": ISSUER}, {"oidc_issuer": "http://masuk.test", "oidc_client_id": "x"},
        {"oidc_issuer": "https://masuk.test?x=1", "oidc_client_id": "x"},
    ):  # fmt: skip
        with pytest.raises(ValueError, match="oidc"):
            Settings.model_validate({**base, **options})
