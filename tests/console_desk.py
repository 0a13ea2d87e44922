"""A browser that fills in forms of the console, as one without scripts does."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlencode

import httpx

from tests.desk import Browser, Desk, Officer

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Pages:
    """One browser at the console: it follows redirects, and sends the hidden fields of the page that it shows."""

    browser: Browser

    @property
    def text(self) -> str:
        """The page it shows."""
        return self.browser.last.text

    @property
    def status(self) -> int:
        return self.browser.last.status_code

    async def open(self, path: str) -> str:
        """The page behind this path, redirects followed; the path it ended at."""
        await self.browser.call("GET", path)
        return await self._follow(path)

    async def send(self, path: str, **fields: str) -> str:
        """Send a form with the page's token; the path where it ended."""
        hidden = {"csrf": csrf} if (csrf := hidden_of(self.text, "csrf")) else {}
        await self.browser.call("POST", path, content=urlencode(hidden | fields).encode(), headers=FORM)
        return await self._follow(path)

    async def _follow(self, path: str) -> str:
        while self.browser.last.status_code == 303:
            path = self.browser.last.headers["location"]
            await self.browser.call("GET", path)
        return path

    async def sign_in(self, officer: Officer, desk: Desk) -> str:
        await self.open("/console/sign-in")
        return await self.send(
            "/console/sign-in", officer=officer.ref, password=officer.password, code=desk.code(officer)
        )


def hidden_of(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found[1] if found else ""


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words += data.split()


def words_of(page: str) -> str:
    """What a page says, without its tags."""
    parser = _Words()
    parser.feed(page)
    return " ".join(parser.words)


def links_of(page: str) -> list[str]:
    return re.findall(r'(?:href|action)="([^"#]+)"', page)


def policy_of(response: httpx.Response) -> str:
    return response.headers["content-security-policy"]
