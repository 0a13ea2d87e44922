"""Chromium at the console of real offices; kept is what it asks for and complains about, and what axe finds."""

import asyncio
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from office_node.app import create_app, open_node
from office_node.store.engine import open_engine
from office_node.store.transactions import Inline
from services.simulator.processes import Stand
from shared_schemas.statement import Role
from tests.desk import Browser as PlainBrowser
from tests.desk import Desk, Officer, StandingClock
from tests.federation.cast import BANDAR, FIRST, KALIANDA, KOTABUMI
from tests.federation.loopback import Place, federate

AXE = Path(__file__).parent / "browser" / "axe-core" / "axe.min.js"
EXPECTED = ("Failed to load resource: the server responded with a status of 4", "Clear-Site-Data header on")
"""What Chromium says about a refusal that a test has asked for, and about a sign-out."""


class LocalDesk(Desk):
    """A desk whose pages come from loopback."""

    def browser(self, **options: Any) -> PlainBrowser:
        return super().browser(origin=self.node.settings.public_url, **options)


@dataclass
class Sitting:
    """An officer at a screen, and what was seen of it."""

    page: Page
    url: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    findings: dict[str, list[str]] = field(default_factory=dict)

    def open(self, path: str) -> None:
        self.page.goto(self.url + path)
        self.look()

    def press(self, name: str) -> None:
        """Press the button, or follow the link, with these words."""
        told = self.page.get_by_role("button", name=name, exact=True)
        (told if told.count() else self.page.get_by_role("link", name=name, exact=True)).first.click()
        self.look()

    def look(self) -> None:
        """What axe finds on the page that is shown, and whether it is wider than the screen."""
        told = self._asked_axe()
        found = [f"{one['id']}: {node['html'][:120]}" for one in told["violations"] for node in one["nodes"]]
        if self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append("wider than the screen")
        if found:
            self.findings[self.page.url.removeprefix(self.url)] = found

    def _asked_axe(self) -> dict[str, Any]:
        """Once more where the page has gone on by itself meanwhile, as one does whose answers have come."""
        for _ in range(5):
            self.page.wait_for_load_state()
            try:
                self.page.evaluate(AXE.read_text(encoding="utf-8"))
                told: dict[str, Any] = self.page.evaluate("axe.run()")
            except Error as error:
                if "context was destroyed" not in str(error):
                    raise
            else:
                return told
        raise AssertionError("the page does not come to rest")

    def sign_in(self, officer: Officer) -> None:
        """With a recovery code: an authenticator's would be good only once in thirty seconds."""
        self.page.goto(f"{self.url}/console/sign-in")
        self.page.fill("#officer", officer.ref)
        self.page.fill("#password", officer.password)
        self.page.fill("#code", officer.recovery.pop())
        self.press("Masuk")

    @property
    def word(self) -> str:
        """The word on top of a case's page."""
        return self.page.locator("#outcome").inner_text()

    def assert_clean(self) -> None:
        """Nobody else was asked, nothing was violated, nothing is left in the browser."""
        outside = [url for url in self.requests if not url.startswith(f"{self.url}/")]
        complaints = [one for one in self.complaints if not one.startswith(EXPECTED)]
        assert (self.findings, outside, complaints) == ({}, [], []), (self.findings, outside, complaints)
        assert self.page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]


@dataclass
class Offices:
    """Kalianda, which has postponed her, Kotabumi with its officers, and Bandar Lampung, which is silent."""

    browser: Browser
    places: dict[str, Place]
    officers: dict[str, Officer]

    @contextmanager
    def sitting(self, *, office: str = KOTABUMI, width: int = 1366, **options: Any) -> Iterator[Sitting]:
        """A fresh browser at that office's console; at its end everything about it is looked at."""
        context: BrowserContext = self.browser.new_context(viewport={"width": width, "height": 768}, **options)
        context.set_default_timeout(20_000)
        context.add_init_script(
            "addEventListener('securitypolicyviolation', e => console.error('policy', e.violatedDirective))"
        )
        sitting = Sitting(context.new_page(), self.places[office].url())
        sitting.page.on("request", lambda request: sitting.requests.append(request.url))
        sitting.page.on("console", lambda line: sitting.complaints.append(line.text))
        sitting.page.on("pageerror", lambda error: sitting.complaints.append(str(error)))
        yield sitting
        sitting.assert_clean()
        context.close()


WHO: dict[str, tuple[str, tuple[Role, ...]]] = {
    "counter": (KOTABUMI, ("counter",)),
    "interview": (KOTABUMI, ("interview",)),
    "supervisor": (KOTABUMI, ("supervisor",)),
    "administrator": (KOTABUMI, ("administrator",)),
    "kalianda": (KALIANDA, ("supervisor",)),
}


async def _make_officers(place: Place, wanted: dict[str, tuple[Role, ...]]) -> dict[str, Officer]:
    """Accounts as they are an hour after they were made, without a process of the node."""
    clock = StandingClock(datetime.now(UTC) - timedelta(hours=1))
    engine = open_engine(place.settings.sqlalchemy_url)
    transport = httpx.MockTransport(lambda _request: httpx.Response(503))
    app = create_app(
        place.settings, clock=clock, random=secrets.token_bytes, transport=transport, run=Inline(engine)
    )  # fmt: skip
    desk = LocalDesk(app, clock)
    await open_node(desk.node)
    made = {who: await desk.officer(f"o-{who}", *roles) for who, roles in wanted.items()}
    await desk.node.run.close()
    engine.dispose()
    return made


@contextmanager
def running_offices(chromium: str) -> Iterator[Offices]:
    """Real offices with a woman postponed in Kalianda, and a browser."""
    stand = Stand()
    try:
        places = federate(stand, dict.fromkeys((KALIANDA, KOTABUMI, BANDAR), (None, 1)))
        officers: dict[str, Officer] = {}
        for office in (KALIANDA, KOTABUMI):
            wanted = {who: roles for who, (where, roles) in WHO.items() if where == office}
            officers |= asyncio.run(_make_officers(places[office], wanted))
            places[office].start(wait=False)
        for office in (KALIANDA, KOTABUMI):
            places[office].wait()
        places[KALIANDA].postpone(places[KALIANDA].file(FIRST, key="A-1")["case"])
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            yield Offices(browser, places, officers)
            browser.close()
    finally:
        stand.close()
