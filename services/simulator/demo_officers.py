"""Officers of the demonstration, who can sign in at their office's console: invented, with passwords that are printed.

Each has chosen her password and set up an authenticator, as she would herself. Recovery codes stand in for it: each is
good once, at a sign-in or as a second signature.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import httpx

from office_node.clock import SystemClock
from office_node.domain.authenticators import code_at
from services.simulator.processes import DemoError, Stand

Named = tuple[str, str, tuple[str, ...]]
"""Reference, name and roles of an officer."""

OFFICERS: Mapping[str, tuple[Named, ...]] = {
    "kanim-kotabumi": (
        ("o-51", "Sari Utami", ("counter",)),
        ("o-52", "Ratna Dewi", ("interview",)),
        ("o-53", "Hendra Saputra", ("supervisor", "inteldakim")),
        ("o-54", "Endah Puspita", ("auditor",)),
        ("o-55", "Bambang Riyadi", ("administrator",)),
    ),
    "kanim-kalianda": (("o-61", "Yuni Astuti", ("supervisor", "counter")),),
}
PASSWORD = "kuda sate lampu merah"  # noqa: S105 -- printed for everybody to see
_COOKIE = "__Host-jejak"


class Shown(Protocol):
    """What is needed of an office."""

    id: str
    url: str
    env: dict[str, str]


@dataclass(frozen=True)
class Login:
    """What somebody needs to sign in as this officer."""

    officer: str
    name: str
    roles: tuple[str, ...]
    secret: str
    recovery: list[str]


def show_logins(offices: Iterable[Shown], stand: Stand, say: Callable[[str], None]) -> None:
    """Make the accounts of the demonstration's officers and say how each signs in. DemoError."""
    say("\n[bold]In the browser[/] (docs/console.md), password of everybody: " + PASSWORD)
    for office in offices:
        officers = OFFICERS.get(office.id, ())
        if officers:
            say(f"  {office.id}: start at {office.url}/console")
        for login in make_logins(stand, url=office.url, env=office.env, officers=officers):
            say(f"    {login.officer}  {login.name}, {' and '.join(login.roles)}")
            say(f"          authenticator {login.secret}   or, each good once: {' '.join(login.recovery[:5])}")


def make_logins(stand: Stand, *, url: str, env: dict[str, str], officers: Iterable[Named]) -> list[Login]:
    """Accounts in one office, finished; its node runs. DemoError."""
    wanted = list(officers)
    with ThreadPoolExecutor(max(1, len(wanted))) as hands:
        return list(hands.map(partial(_login, stand, url, env), wanted))


def _login(stand: Stand, url: str, env: dict[str, str], named: Named) -> Login:
    officer, name, roles = named
    options = [part for role in roles for part in ("--role", role)]
    said = stand.run("node", "officer", "add", officer, "--name", name, *options, env=env)
    temporary = said.split()[-1]
    browser = _Browser(url)
    browser.told(browser.call("", {"officer": officer, "password": temporary}))
    browser.told(browser.call("/password", {"old": temporary, "new": PASSWORD}))
    secret = str(browser.call("/authenticator", {"password": PASSWORD})["secret"])
    confirmed = browser.call("/authenticator/confirmation", {"code": code_at(secret, SystemClock().now())})
    return Login(officer, name, roles, secret, list(confirmed["recovery_codes"]))


class _Browser:
    """As much of one as the session API needs; its cookie is for https, which this machine's loopback has not."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._cookie = ""
        self._csrf = ""

    def call(self, path: str, body: dict[str, str]) -> dict[str, Any]:
        headers = {"Origin": self._url, "Cookie": self._cookie, "Jejak-Csrf": self._csrf}
        sent = {name: value for name, value in headers.items() if value}
        try:
            answer = httpx.post(f"{self._url}/session/v1{path}", json=body, headers=sent, timeout=10, trust_env=False)
        except httpx.HTTPError as error:
            raise DemoError(f"the session API does not answer ({type(error).__name__})") from error
        if answer.status_code >= 400:
            raise DemoError(f"session {path} gave {answer.status_code} {answer.json().get('code')}")
        if _COOKIE in answer.cookies:
            self._cookie = f"{_COOKIE}={answer.cookies[_COOKIE]}"
        told: dict[str, Any] = answer.json()
        return told

    def told(self, view: dict[str, Any]) -> None:
        """Keep the session's token."""
        self._csrf = str(view["csrf"])
