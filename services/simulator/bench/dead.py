"""A whole screening of 149 offices: all alive, 20 of them known to be dead, and 20 that have just died."""

import asyncio
import ssl
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

import httpx
import trustme
from sqlalchemy import Connection

from office_node.clock import SystemClock
from office_node.node import Node
from office_node.peers.transport import open_transport
from office_node.serving import spare_the_collector
from office_node.store import cases, peers, screenings
from office_node.usecases.screen_case import screen_again
from services.simulator.bench import offices
from services.simulator.bench.fanout import PEERS, tell
from services.simulator.bench.load import percentile
from services.simulator.bench.row import Row
from services.simulator.bench.servers import serving
from services.simulator.processes import free_ports

DEAD = 20
WARM_UP, ROUNDS, HANGING = 3, 25, 5


@dataclass
class Mortal(httpx.AsyncBaseTransport):
    """A transport on which some offices take a question and say nothing."""

    inner: httpx.AsyncBaseTransport
    hanging: set[int] = field(default_factory=set)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Carry it, or never answer."""
        if request.url.port in self.hanging:
            await asyncio.sleep(60)
        return await self.inner.handle_async_request(request)

    async def aclose(self) -> None:
        """Close the inner one."""
        await self.inner.aclose()


async def measure() -> list[Row]:
    """The rows."""
    with tempfile.TemporaryDirectory(prefix="jejak-bench-") as name:
        folder = Path(name)
        asker = offices.settings_of(offices.ASKER, folder=folder, public_url="http://127.0.0.1:9")
        ports = free_ports(PEERS, None)
        others = [
            offices.settings_of(f"kanim-peer-{port}", folder=folder, public_url=f"https://127.0.0.1:{port}")
            for port in ports
        ]
        federation = offices.federation_of([asker, *others], now=SystemClock().now())
        authority = trustme.CA()
        trusted = ssl.create_default_context()
        authority.configure_trust(trusted)
        told = tell(folder, others, ports, federation=federation, authority=authority)
        with serving("services.simulator.bench.farm", str(told), port=ports[-1]):
            transport = Mortal(open_transport(trusted=trusted))
            opened = await offices.open_office(asker, federation, transport=transport)
            await offices.ask_about(opened.node, offices.invented(7, 1))
            case = await opened.node.run.read(lambda connection: cases.refs(connection, after="", limit=1))
            rows = await _rows(opened.node, case[0], ports[:DEAD], transport=transport)
            await opened.close()
    return rows


async def _rows(node: Node, case: str, ports: Sequence[int], *, transport: Mortal) -> list[Row]:
    dead = [f"kanim-peer-{port}" for port in ports]
    for _ in range(WARM_UP):
        await _screened(node, case, resting=())
    spare_the_collector()
    alive, resting = list[float](), list[float]()
    for _ in range(ROUNDS):  # in turn, so that both have the same machine
        alive.append(await _screened(node, case, resting=()))
        resting.append(await _screened(node, case, resting=dead))
    transport.hanging = set(ports)
    hanging = max([await _screened(node, case, resting=()) for _ in range(HANGING)])
    base, value = percentile(alive, 0.5), percentile(resting, 0.5)
    note = f"median {value * 1000:.0f} ms against {base * 1000:.0f} ms with all alive, {ROUNDS} rounds in turn"
    return [
        Row("screening_20_dead_ratio", value / base, "ratio", base * 1000, value / base, 1.1, note),
        Row(
            "screening_20_newly_dead_s", hanging, "s", bar=node.settings.soft_limit_s,
            note=f"longest of {HANGING}, from the request on; bar: the soft limit",
        ),
    ]  # fmt: skip


async def _screened(node: Node, case: str, *, resting: Sequence[str]) -> float:
    """Seconds from the question to the settled screening."""
    until = node.clock.now() + timedelta(hours=1)

    def prepare(connection: Connection) -> None:
        for office in peers.states(connection):
            peers.heard(connection, office, now=node.clock.now())
        for office in resting:
            peers.failed(connection, office, backoff_until=until)

    await node.run.write(prepare)
    start = time.perf_counter()
    screening = await screen_again(node, case, purpose="passport_application", actor=offices.OFFICER)
    while not await node.run.read(partial(screenings.is_settled, screening=screening)):
        await asyncio.sleep(0.002)
    took = time.perf_counter() - start
    for task in [one for one in node.errands.running if one.get_name() in ("ask", "screening")]:
        task.cancel()
    return took
