"""A desk in an office: a node on a database of its own with a clock that stands, and browsers that behave like one.

Cookies are kept by hand, because what is tested is which of them are sent and set.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import Connection

from office_node.app import create_app, open_node
from office_node.domain.authenticators import code_at
from office_node.keyring import make_keys
from office_node.node import Node
from office_node.settings import Settings
from office_node.store import entries
from office_node.store.engine import open_engine
from office_node.store.transactions import runner_for
from office_node.usecases.officer_accounts import make_officer
from services.simulator.loop import seeded
from shared_schemas.statement import Actor, Role

OFFICE = "kanim-kalianda"
ORIGIN = "https://kanim-kalianda.test"
COOKIE = "__Host-jejak"
GOOD = "kuda-sate-lampu-merah"
OTHER = "tujuh kapal di teluk biru"


@dataclass
class StandingClock:
    """Time passes when the test says so."""

    at: datetime = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)

    def timeout(self, seconds: float) -> AbstractAsyncContextManager[object]:
        return nullcontext()

    def pass_by(self, **parts: float) -> None:
        self.at += timedelta(**parts)


class Nowhere(httpx.AsyncBaseTransport):
    """No network."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nowhere", request=request)


@dataclass
class Browser:
    """One browser: sends its cookies, the Origin of the page that it shows, and the token that it was told."""

    app: FastAPI
    cookies: dict[str, str] = field(default_factory=dict)
    csrf: str = ""
    origin: str | None = ORIGIN
    source: str = "10.0.0.7"
    last: httpx.Response = field(default_factory=lambda: httpx.Response(200))

    async def call(
        self, method: str, path: str, *, json: Any = None, headers: dict[str, str] | None = None,
        content: bytes | None = None,
    ) -> httpx.Response:  # fmt: skip
        sent = {"Jejak-Csrf": self.csrf} if self.csrf else {}
        if self.origin is not None and method != "GET":
            sent["Origin"] = self.origin
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False, client=(self.source, 4711))
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            self.last = await client.request(method, path, json=json, content=content, headers=sent | (headers or {}))
        for line in self.last.headers.get_list("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
                if not morsel.value:
                    del self.cookies[name]
        return self.last

    async def log_in(self, officer: str, password: str, code: str | None = None) -> httpx.Response:
        body = {"officer": officer, "password": password} | ({} if code is None else {"code": code})
        answer = await self.call("POST", "/session/v1", json=body)
        if answer.status_code == 200:
            self.csrf = answer.json()["csrf"]
        return answer

    async def told(self, method: str, path: str, json: Any = None) -> tuple[int, str]:
        """Status and code of an answer."""
        answer = await self.call(method, path, json=json)
        return answer.status_code, answer.json().get("code", "") if answer.content else ""


@dataclass
class Officer:
    """Somebody who has finished her account: her password and her authenticator."""

    ref: str
    password: str
    secret: str
    recovery: list[str]


@dataclass
class Desk:
    """The node, its application, its clock."""

    app: FastAPI
    clock: StandingClock

    @property
    def node(self) -> Node:
        node: Node = self.app.state.node
        return node

    @property
    def by(self) -> Actor:
        """The command line."""
        return Actor(office=OFFICE, role="administrator")

    def browser(self, **options: Any) -> Browser:
        return Browser(self.app, **options)

    async def officer(self, ref: str, *roles: Role, password: str = GOOD, temporary: str | None = None) -> Officer:
        """An account with a password of her own and an authenticator."""
        if temporary is None:
            temporary = await make_officer(self.node, ref, name="Sari Utami", roles=roles or ("interview",), by=self.by)
        browser = self.browser()
        assert (await browser.log_in(ref, temporary)).status_code == 200
        changed = await browser.call("POST", "/session/v1/password", json={"old": temporary, "new": password})
        assert changed.status_code == 200, changed.text
        browser.csrf = changed.json()["csrf"]
        begun = await browser.call("POST", "/session/v1/authenticator", json={"password": password})
        secret = begun.json()["secret"]
        confirmation = {"code": code_at(secret, self.clock.now())}
        confirmed = await browser.call("POST", "/session/v1/authenticator/confirmation", json=confirmation)
        assert confirmed.status_code == 200, confirmed.text
        browser.csrf = confirmed.json()["session"]["csrf"]
        assert (await browser.call("DELETE", "/session/v1")).status_code == 204
        self.clock.pass_by(seconds=31)
        return Officer(ref, password, secret, confirmed.json()["recovery_codes"])

    async def logged_in(self, officer: Officer, **options: Any) -> Browser:
        """A browser in which she has just logged in."""
        browser = self.browser(**options)
        answer = await browser.log_in(officer.ref, officer.password, code_at(officer.secret, self.clock.now()))
        assert answer.status_code == 200, answer.text
        self.clock.pass_by(seconds=31)
        return browser

    def code(self, officer: Officer) -> str:
        return code_at(officer.secret, self.clock.now())

    async def written(self) -> list[str]:
        """The types of all entries, in order."""

        def read(connection: Connection) -> list[str]:
            return [entry.type for entry in entries.listed(connection)]

        return await self.node.run.read(read)


def settings_of(folder: Path, url: str, **settings: Any) -> Settings:
    """An office's settings, with keys of its own in that folder."""
    if not (folder / "keys" / "signing").exists():
        make_keys(folder / "keys", office=OFFICE, name="1", random=seeded("keys"))
    return Settings(
        office=OFFICE, public_url=ORIGIN, data_dir=folder, keys_dir=folder / "keys", database_url=url, **settings
    )


@asynccontextmanager
async def desk_in(
    folder: Path, url: str, *, transport: httpx.AsyncBaseTransport | None = None, seed: str = "1",
    clock: StandingClock | None = None, **settings: Any,
) -> AsyncIterator[Desk]:  # fmt: skip
    """One process of the office's node: its database is there, its background work is not."""
    clock = clock or StandingClock()
    engine = open_engine(url)
    app = create_app(
        settings_of(folder, url, **settings), clock=clock, random=seeded(seed), transport=transport or Nowhere(),
        run=runner_for(engine),
    )  # fmt: skip
    desk = Desk(app, clock)
    await open_node(desk.node)
    try:
        yield desk
    finally:
        await desk.node.run.close()
        engine.dispose()
