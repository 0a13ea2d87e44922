"""The offices of the benchmarks: one that asks, in this process, and one that is asked, as a process of its own."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import httpx
from sqlalchemy import Connection, Engine

from office_node.app import build_node
from office_node.clock import SystemClock
from office_node.node import Node
from office_node.peers.transport import open_transport
from office_node.settings import Settings
from office_node.signing.canonical import canonical
from office_node.signing.tuf_client import mirror
from office_node.store import screenings
from office_node.store.engine import open_engine
from office_node.store.hot import HotStatement
from office_node.store.migrate import upgrade
from office_node.store.transactions import runner_for
from office_node.usecases.file_case import file_case
from office_node.usecases.import_register import import_register
from office_node.usecases.once import Once
from office_node.usecases.refresh_roster import take_roster
from services.simulator.federation import enrol_for, new_settings
from services.simulator.people import Population
from services.stewards.drafts import with_epoch
from services.stewards.roster_maker import Federation, make_federation, next_version
from shared_schemas.office import FileCase, RegisterRow
from shared_schemas.person import Person
from shared_schemas.roster import Stretch
from shared_schemas.statement import Actor

ASKER, ASKED = "kanim-kotabumi", "kanim-kalianda"
OFFICER = Actor(office=ASKER, role="counter", officer="o-1")


def settings_of(office: str, *, folder: Path, public_url: str, database_url: str | None = None) -> Settings:
    """Settings of an office with fresh keys in a folder of its own."""
    made, _ = new_settings(office, folder=folder, random=secrets.token_bytes, now=SystemClock().now())
    changes = {"public_url": public_url, "database_url": database_url, "directory_url": None}
    return made.model_copy(update=changes)


def federation_of(offices: Sequence[Settings], *, now: datetime) -> Federation:
    """A federation with two live epochs, and the cheapest stretch."""
    requests = [enrol_for(one, now=now) for one in offices]
    earlier = now - timedelta(days=1)
    first = make_federation(requests, now=earlier, random=secrets.token_bytes, stretch=Stretch(n=2))
    return next_version(
        first, with_epoch(opens_at=now, random=secrets.token_bytes), now=now, random=secrets.token_bytes
    )


@dataclass
class OpenNode:
    """A node whose use cases are called directly, with its database."""

    node: Node
    engine: Engine

    async def close(self) -> None:
        """Let go of everything."""
        await self.node.errands.close()
        await self.node.peers.close()
        await self.node.run.close()
        self.engine.dispose()


async def open_office(
    settings: Settings, federation: Federation, *, transport: httpx.AsyncBaseTransport | None = None
) -> OpenNode:
    """The office's node with the federation's roster, its tables made; no background work."""
    engine = open_engine(settings.sqlalchemy_url)
    upgrade(engine)
    clock = SystemClock()
    settings = settings.model_copy(update={"root_fingerprint": federation.fingerprint})
    node = build_node(
        settings,
        clock=clock,
        random=secrets.token_bytes,
        transport=transport or open_transport(),
        run=runner_for(engine),
    )
    await node.run.read(node.roster.load)
    await take_roster(node, mirror(federation.files))
    return OpenNode(node, engine)


async def ask_about(asker: Node, people: Sequence[Person]) -> list[bytes]:
    """The bodies of the inquiries that the asker's own use case makes about these people."""
    bodies: list[bytes] = []
    for number, person in enumerate(people):
        filing = FileCase(application_no=f"B-{number}", person=person)
        once = Once("bench", f"bench-{number:06}", b"")
        filed = await file_case(asker, filing, officer=OFFICER, once=once)
        row = await asker.run.read(partial(screenings.get, screening=filed.screening))
        bodies.append(canonical({"inquiry": row.inquiry.to_dict(), "notice": row.notice.to_dict()}))
    await asker.errands.close()
    return bodies


async def postpone_all(asked: Node, people: Sequence[Person]) -> None:
    """Own rows of the asked office that its peers may know of."""
    now = asked.clock.now()
    rows = [
        RegisterRow(
            application_no=f"R-{number}", person=person, filed_at=now - timedelta(days=40), standing="postponed",
            reason_group="B", decided_at=now - timedelta(days=30),
        )
        for number, person in enumerate(people)
    ]  # fmt: skip
    await import_register(asked, rows, actor=Actor(office=ASKED, role="administrator", officer="o-2"))
    await asked.run.write(_all_delivered)


def _all_delivered(connection: Connection) -> None:
    """The asker does not listen; nothing is to be owed to it while it asks."""
    HotStatement("UPDATE delivery SET due_at = NULL").run(connection)


def invented(seed: int, count: int) -> list[Person]:
    """That many invented people."""
    population = Population(seed)
    return [population.person() for _ in range(count)]
