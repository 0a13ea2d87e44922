"""Offices as real processes on loopback: keys, roster and tables are made in the test, `jejak node serve` runs them.

There is no directory: each node is given the roster beforehand, and lives from its own copy.
"""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
from sqlalchemy import text

from office_node.app import build_node, open_node
from office_node.clock import SystemClock
from office_node.keyring import make_keys
from office_node.settings import Settings
from office_node.signing.tuf_client import mirror
from office_node.store.engine import open_engine
from office_node.store.migrate import upgrade
from office_node.store.transactions import Inline
from office_node.usecases.access import make_access_key
from office_node.usecases.refresh_roster import take_roster
from services.simulator.federation import ROLES, enrol_for
from services.simulator.processes import Stand, free_ports
from services.stewards.roster_maker import Federation, make_federation
from shared_schemas.roster import Stretch


@dataclass
class Place:
    """One office on loopback: settings, and one or more processes of it, the first at its public address."""

    stand: Stand
    settings: Settings
    ports: list[int]
    secret: str = ""
    federation: Federation | None = None

    @property
    def id(self) -> str:
        return self.settings.office

    @property
    def env(self) -> dict[str, str]:
        """Its settings as an administrator sets them."""
        set_here = self.settings.model_dump(mode="json", exclude_unset=True)
        return {f"JEJAK_{name.upper()}": str(value) for name, value in set_here.items() if value is not None}

    def run(self, *command: str, **more: str) -> str:
        """A command of its administrator, to the end; what it said."""
        return self.stand.run(*command, env=self.env | more)

    def start(self, number: int = 0, *, wait: bool = True) -> None:
        """Start this process of the office."""
        self.stand.spawn(
            self.name(number), "node", "serve", env=self.env | {"JEJAK_BIND_PORT": str(self.ports[number])}
        )
        if wait:
            self.wait(number)

    def wait(self, number: int = 0) -> None:
        self.stand.wait_ready(self.name(number), self.url(number))

    def kill(self, number: int = 0) -> None:
        """Kill -9."""
        self.stand.kill(self.name(number))

    def name(self, number: int) -> str:
        return f"{self.id}-{number}"

    def url(self, number: int = 0) -> str:
        return f"http://127.0.0.1:{self.ports[number]}"

    def call(self, method: str, path: str, *, at: int = 0, body: Any = None, key: str = "") -> Any:
        """One call of the office API at one process; the JSON."""
        headers = {"Authorization": f"Bearer {self.secret}", "Jejak-Officer": "o-1", "Jejak-Role": "counter"}
        headers |= {"Idempotency-Key": key} if key else {}
        url = f"{self.url(at)}/office/v1{path}"
        response = httpx.request(method, url, json=body, headers=headers, timeout=15, trust_env=False)
        assert response.status_code < 300, response.text
        return response.json() if response.content else None

    def file(self, person: dict[str, Any], *, at: int = 0, key: str) -> dict[str, Any]:
        filed: dict[str, Any] = self.call(
            "POST", "/cases", at=at, body={"application_no": key, "person": person}, key=f"request-{key}"
        )
        return filed

    def postpone(self, case: str, *, at: int = 0) -> None:
        second = {"role": "supervisor", "officer": "o-2"}
        self.call("POST", f"/cases/{case}/transitions", at=at, body={"transition": "receive"})
        step = {
            "transition": "postpone", "reason_code": "B1", "condition": ["Surat Disnaker"], "reason": "Belum jelas",
            "second": second,
        }  # fmt: skip
        self.call("POST", f"/cases/{case}/transitions", at=at, body=step)

    def view(self, screening: str, *, at: int = 0) -> dict[str, Any]:
        seen: dict[str, Any] = self.call("GET", f"/screenings/{screening}", at=at)
        return seen

    def rows(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        """What its database says."""
        engine = open_engine(self.settings.sqlalchemy_url)
        with engine.connect() as connection:
            found = [tuple(row) for row in connection.execute(text(statement), values)]
        engine.dispose()
        return found

    @property
    def logs(self) -> bytes:
        return b"".join(file.read_bytes() for file in self.stand.folder.glob(f"{self.id}-*.log"))


def _prepare(place: Place, federation: Federation) -> None:
    """Tables, roster and a key for the office system, as an administrator makes them."""
    engine = open_engine(place.settings.sqlalchemy_url)
    upgrade(engine)

    async def prepare() -> str:
        node = build_node(
            place.settings,
            clock=SystemClock(),
            random=secrets.token_bytes,
            transport=httpx.MockTransport(lambda _request: httpx.Response(503)),
            run=Inline(engine),
        )
        await open_node(node)
        await take_roster(node, mirror(federation.files))
        _, secret = await make_access_key(node, label="test", roles=ROLES)
        await node.run.close()
        return secret

    place.secret = asyncio.run(prepare())
    engine.dispose()


def federate(stand: Stand, offices: dict[str, tuple[str | None, int]]) -> dict[str, Place]:
    """Offices by id with their database and number of processes; made, not started."""
    places: dict[str, Place] = {}
    free = iter(free_ports(sum(count for _, count in offices.values()), None))
    for office, (url, count) in offices.items():
        home, ports = stand.folder / office, [next(free) for _ in range(count)]
        make_keys(home / "keys", office=office, name="1", random=secrets.token_bytes)
        address = f"http://127.0.0.1:{ports[0]}"
        settings = Settings(
            office=office, public_url=address, data_dir=home, keys_dir=home / "keys", database_url=url,
            first_backoff_s=0.5, longest_backoff_s=1.0, sweep_every_s=2.0, root_fingerprint="0" * 32,
        )  # fmt: skip
        places[office] = Place(stand, settings, ports)
    now = datetime.now(UTC)
    requests = [enrol_for(place.settings, now=now) for place in places.values()]
    federation = make_federation(requests, now=now, random=secrets.token_bytes, stretch=Stretch(n=16))
    for place in places.values():
        place.federation = federation
        place.settings = place.settings.model_copy(update={"root_fingerprint": federation.fingerprint})
        _prepare(place, federation)
    return places


def give_roster(place: Place, federation: Federation) -> None:
    """What the stewards published reaches an office, running or not, as if from a directory."""
    engine = open_engine(place.settings.sqlalchemy_url)

    async def give() -> None:
        node = build_node(
            place.settings,
            clock=SystemClock(),
            random=secrets.token_bytes,
            transport=httpx.MockTransport(lambda _request: httpx.Response(503)),
            run=Inline(engine),
        )
        await open_node(node)
        await take_roster(node, mirror(federation.files))
        await node.run.close()

    asyncio.run(give())
    engine.dispose()


async def _until(what: str, holds: Callable[[], object], *, seconds: float) -> None:
    for _ in range(round(seconds / 0.25)):
        if holds():
            return
        await asyncio.sleep(0.25)
    raise AssertionError(f"waited {seconds:.0f} s for {what} in vain")


def until(what: str, holds: Callable[[], object], *, seconds: float = 40) -> None:
    asyncio.run(_until(what, holds, seconds=seconds))
