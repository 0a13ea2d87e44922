"""Whole nodes in one process on virtual time, sharing a roster and a network; for tests, demo data and benchmarks."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import Engine, event

from office_node.app import create_app
from office_node.clock import Random
from office_node.domain.enrol import OfficeKeys, enrol_request, verified_enrol_request
from office_node.keyring import load_keys, make_keys
from office_node.node import Node
from office_node.settings import Settings
from office_node.signing.canonical import canonical
from office_node.signing.keys import SigningKey
from office_node.signing.tuf_client import mirror
from office_node.store.engine import open_engine
from office_node.store.migrate import upgrade
from office_node.store.transactions import Inline, Runner
from office_node.usecases.access import make_access_key
from services.directory.timestamp import EVERY
from services.simulator.loop import START, VirtualClock, seeded
from services.simulator.network import Network
from services.stewards.roster_maker import Federation, make_federation
from shared_schemas.roster import EnrolRequest, Stretch, suspensions_tag

LAMPUNG = ("kanim-bandarlampung", "kanim-kalianda", "kanim-kotabumi")
ROLES = ("counter", "interview", "supervisor", "kakanim")


@dataclass
class Office:
    """One simulated office: its node, and a client that speaks to its office API as an office system does."""

    id: str
    folder: Path
    clock: VirtualClock
    engine: Engine
    settings: Settings
    app: FastAPI | None = None
    secret: str = ""
    stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def node(self) -> Node:
        """The running node."""
        assert self.app is not None
        node: Node = self.app.state.node
        return node

    @property
    def signing(self) -> SigningKey:
        """The office's signing key, also while its node is off."""
        return load_keys(self.settings.keys_dir).signing

    async def call(
        self, method: str, path: str, *, role: str = "counter", officer: str = "o-1", json: Any = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:  # fmt: skip
        """One call of the office API."""
        assert self.app is not None
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://office") as client:
            return await client.request(
                method,
                path,
                json=json,
                headers={
                    "Authorization": f"Bearer {self.secret}",
                    "Jejak-Officer": officer,
                    "Jejak-Role": role,
                    **(headers or {}),
                },
            )


@dataclass
class Simulation:
    """Offices by id, the network between them, and what the stewards hold."""

    offices: dict[str, Office]
    network: Network
    federation: Federation
    seed: str
    folder: Path
    runner: Callable[[Office], Runner] = lambda office: Inline(office.engine)

    def __getitem__(self, office: str) -> Office:
        return self.offices[office]

    async def start(self, office: Office) -> None:
        """Start an office's node on its own database."""
        office.app = create_app(
            office.settings,
            clock=office.clock,
            random=seeded(f"{self.seed}/{office.id}/{office.clock.monotonic()}"),
            transport=self.network,
            run=self.runner(office),
        )
        office.stack = AsyncExitStack()
        await office.stack.enter_async_context(office.app.router.lifespan_context(office.app))
        self.network.connect(f"{office.id}.test", office.app)
        if not office.secret:
            _, office.secret = await make_access_key(office.node, label="simulator", roles=ROLES)

    async def stop(self, office: Office) -> None:
        """End the node; its database stays. What it had not committed is lost, as in a power cut."""
        self.network.apps.pop(f"{office.id}.test", None)
        await office.stack.aclose()
        office.app = None


def new_settings(
    office: str, *, folder: Path, random: Random, now: datetime, **settings: Any
) -> tuple[Settings, EnrolRequest]:
    """Settings and fresh keys of an office in a folder of its own, and its request to the stewards."""
    home = folder / office
    home.mkdir(parents=True)
    make_keys(home / "keys", office=office, name="2026", random=random)
    made = Settings(
        office=office,
        public_url=f"https://{office}.test",
        data_dir=home,
        keys_dir=home / "keys",
        directory_url="https://directory.test",
        **settings,
    )
    return made, enrol_for(made, now=now)


@cache
def _empty_database() -> bytes:
    """An SQLite file with this version's tables, made once: a simulation's offices start from copies of it."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "node.sqlite"
        engine = open_engine(f"sqlite:///{file}")
        upgrade(engine)
        engine.dispose()
        return file.read_bytes()


def _office(
    office: str, *, folder: Path, seed: str, url: str | None, now: datetime = START, **settings: Any
) -> tuple[Office, EnrolRequest]:
    random = seeded(f"{seed}/{office}/keys")
    made, request = new_settings(office, folder=folder, random=random, now=now, **settings)
    if url is None:
        (made.data_dir / "node.sqlite").write_bytes(_empty_database())
    engine = open_engine(url or made.sqlalchemy_url)
    if url is None:
        event.listen(engine, "connect", _unsynced)
    else:
        upgrade(engine)
    return Office(office, folder / office, VirtualClock(), engine, made), request


def join_office(simulation: Simulation, office: str, **settings: Any) -> tuple[Office, EnrolRequest]:
    """One more office on an empty SQLite database, and its request; stewards add it, then it is started."""
    made, request = _office(
        office, folder=simulation.folder, seed=simulation.seed, url=None, now=VirtualClock().now(),
        root_fingerprint=simulation.federation.fingerprint, **settings,
    )  # fmt: skip
    simulation.offices[office] = made
    return made, request


def _unsynced(connection: Any, _record: object) -> None:
    """No waiting for the disk: a crash here takes what was written, as a disk would have it after each commit."""
    connection.execute("PRAGMA synchronous = OFF").close()


def enrol_for(settings: Settings, *, now: datetime) -> EnrolRequest:
    """The office's own signed request, as the stewards read it."""
    held = load_keys(settings.keys_dir)
    keys = OfficeKeys(held.signing, held.encryption_keyid, held.encryption)
    envelope = enrol_request(keys, office=settings.office, name=settings.office, base_url=settings.public_url, now=now)
    return verified_enrol_request(envelope, now=now)


@asynccontextmanager
async def simulate(
    folder: Path, *, offices: Sequence[str] = LAMPUNG, seed: str = "1", urls: Sequence[str | None] | None = None,
    runner: Callable[[Office], Runner] | None = None, **settings: Any,
) -> AsyncIterator[Simulation]:  # fmt: skip
    """A running federation of these offices. Inside `run_virtual` only.

    Logs are numbered twice a minute, not twice a second: weeks of virtual time are to pass quickly.
    """
    settings.setdefault("log_every_s", 30)
    made = [
        _office(office, folder=folder, seed=seed, url=url, **settings)
        for office, url in zip(offices, urls or [None] * len(offices), strict=True)
    ]
    federation = make_federation(
        [request for _, request in made],
        now=START,
        random=seeded(f"{seed}/stewards"),
        stretch=Stretch(n=2),
        training=bool(settings.get("training")),
    )
    network = Network()
    simulation = Simulation({o.id: o for o, _ in made}, network, federation, seed, folder)
    if runner is not None:
        simulation.runner = runner
    network.apps["directory.test"] = simulation_directory(simulation)
    for office, _ in made:
        office.settings = office.settings.model_copy(update={"root_fingerprint": federation.fingerprint})
    try:
        for office, _ in made:
            await simulation.start(office)
        yield simulation
    finally:
        for office in simulation.offices.values():
            if office.app is not None:
                await simulation.stop(office)
            office.engine.dispose()


def simulation_directory(simulation: Simulation) -> Any:
    """The directory as a handler: always what the stewards published last, its timestamp signed every hour."""
    clock = VirtualClock()

    async def handle(request: httpx.Request) -> httpx.Response:
        federation = simulation.federation
        if clock.now() >= federation.at + EVERY:
            federation = simulation.federation = federation.stamped(clock.now())
        path = request.url.path.removeprefix("/roster/v1/")
        if path == "suspensions":
            tag = suspensions_tag(federation.suspension_digests)
            same = request.headers.get("If-None-Match") == tag
            sent = b"" if same else canonical(federation.suspensions_sent())
            return httpx.Response(304 if same else 200, content=sent, request=request)
        body = mirror(federation.files)(path)
        return httpx.Response(404 if body is None else 200, content=body or b"", request=request)

    return handle
