"""The roster of 150 members over HTTP from a directory: a cold start, and the refresh that finds nothing new.

The directory runs in the same process, so its work is counted too: the node's own is less.
"""

import secrets
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median

import httpx

from office_node.app import build_node, open_node
from office_node.clock import SystemClock
from office_node.domain.roster import trusted
from office_node.node import Node
from office_node.signing.repository import RosterFiles
from office_node.signing.tuf_client import answer, mirror, update
from office_node.store import rosters
from office_node.store.engine import open_engine
from office_node.store.migrate import upgrade
from office_node.store.transactions import runner_for
from office_node.usecases.refresh_roster import refresh_roster
from services.directory.app import create_directory
from services.directory.publish import publish
from services.simulator.bench import offices
from services.simulator.bench.row import Row

MEMBERS = 150
ROUNDS, MIRRORS = 100, 3
_URL = "http://127.0.0.1:9"


class Counting(httpx.AsyncBaseTransport):
    """Counts the octets of answers, lines and headers included; `others` are those of other members' files of keys."""

    def __init__(self, under: httpx.AsyncBaseTransport, *, own: str) -> None:
        self._under, self._own = under, own
        self.octets = self.others = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Hand the request on, and the whole answer back."""
        answer = await self._under.handle_async_request(request)
        body = await answer.aread()
        head = 17 + sum(len(name) + len(value) + 4 for name, value in answer.headers.raw)
        if "/keys/" in request.url.path and self._own not in request.url.path:
            self.others += head + len(body)
        else:
            self.octets += head + len(body)
        return httpx.Response(answer.status_code, headers=answer.headers, content=body, request=request)


async def measure() -> list[Row]:
    """The rows of the roster."""
    with tempfile.TemporaryDirectory(prefix="jejak-bench-") as name:
        folder = Path(name)
        members = [
            offices.settings_of(f"kanim-{n:03}", folder=folder, public_url=f"{_URL}{n:03}") for n in range(MEMBERS)
        ]
        federation = offices.federation_of(members, now=SystemClock().now())
        publish(folder / "published", federation.files)
        settings = members[0].model_copy(
            update={"root_fingerprint": federation.fingerprint, "directory_url": "http://127.0.0.1:8"}
        )
        engine = open_engine(settings.sqlalchemy_url)
        upgrade(engine)
        app = create_directory(folder / "published", clock=SystemClock())
        transport = Counting(httpx.ASGITransport(app=app), own=settings.office)
        node = build_node(
            settings, clock=SystemClock(), random=secrets.token_bytes, transport=transport, run=runner_for(engine)
        )
        await open_node(node)
        rows = [*await _cold(node, transport, files=federation.files), *await _unchanged(node, transport)]
        await node.errands.close()
        await node.run.close()
        engine.dispose()
    return rows


async def _cold(node: Node, transport: Counting, *, files: Mapping[str, bytes]) -> list[Row]:
    """From a fingerprint to the epoch keys, over HTTP; and again from files, to tell what verifying alone costs."""
    await refresh_roster(node)
    assert node.roster.epoch_keys
    octets, others = transport.octets, transport.others
    base, before = node.roster.current().proved.fingerprint, time.perf_counter()
    held = answer(update(base, now=node.clock.now()), mirror(files))
    assert held is not None
    trusted(held)
    kept = node.roster.base
    assert isinstance(kept, RosterFiles)
    await node.run.write(lambda connection: rosters.put(connection, kept))
    await node.run.read(node.roster.load)
    took = (time.perf_counter() - before) * 1e3
    return [
        Row("roster_cold_start_ms", took, "ms", bar=50, note=f"{MEMBERS} members: verify, parse, store, load"),
        Row("roster_cold_start_octets", octets, "B", bar=150_000, note=f"and {others} of others' keys, later"),
    ]


async def _unchanged(node: Node, transport: Counting) -> list[Row]:
    """A round asks three mirrors: the directory, and two members that are answered from the same folder here."""
    times = []
    transport.octets = 0
    for _ in range(ROUNDS):
        before = time.process_time()
        assert not await refresh_roster(node)
        times.append(time.process_time() - before)
    octets = transport.octets / ROUNDS / MIRRORS
    return [
        Row("roster_unchanged_cpu_ms", median(times) * 1e3, "ms", bar=10, note="three mirrors, their part included"),
        Row("roster_unchanged_octets", octets, "B", bar=1024, note="of one mirror, heads included"),
    ]
