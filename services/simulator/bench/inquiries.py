"""The cost of answering an inquiry end to end beside a bare endpoint: both are real servers, asked over loopback."""

import json
import secrets
import statistics
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from office_node.clock import SystemClock
from office_node.settings import Settings
from office_node.signing.keys import SigningKey
from office_node.signing.messages import sign_question
from services.simulator.bench import offices, traces
from services.simulator.bench.load import Connection, closed_loop, open_loop, percentile, post
from services.simulator.bench.row import Row
from services.simulator.bench.servers import Server, bare_server, serving
from services.simulator.postgres import Cluster
from services.simulator.processes import free_ports

PATH = "/federation/v1/inquiries"
ROUNDS = 5
OWN_ROWS = 500
HIT_EVERY = 50
"""One inquiry in so many is about a person whom the asked office has postponed."""
PER_SECOND = 50


async def measure(folder: Path, *, traces_held: int, count: int, cluster: Cluster | None = None) -> list[Row]:
    """Rows for one database: SQLite, or PostgreSQL on that cluster."""
    name = "sqlite" if cluster is None else "postgres"
    with ExitStack() as stack:
        url = None if cluster is None else stack.enter_context(cluster.new_database())
        [port] = free_ports(1, None)
        public_url = f"http://127.0.0.1:{port}"
        asked = offices.settings_of(offices.ASKED, folder=folder, public_url=public_url, database_url=url)
        bodies, key = await _prepare(folder, asked, traces_held=traces_held, count=count)
        env = _environment(asked, port=port)
        pids = () if cluster is None else (cluster.server.pid,)
        base = stack.enter_context(bare_server())
        node = stack.enter_context(serving("services.jejak", "node", "serve", port=port, env=env, pids=pids))
        return await _rows(name, node, base, bodies, key=key, url=public_url + PATH, traces_held=traces_held)


async def _prepare(folder: Path, asked: Settings, *, traces_held: int, count: int) -> tuple[list[bytes], SigningKey]:
    """Fill the asked office's database; the bodies of the inquiries, and the key that signs their carriage."""
    asker = offices.settings_of(offices.ASKER, folder=folder, public_url="http://127.0.0.1:9")
    known = offices.invented(8, OWN_ROWS)
    strangers = offices.invented(7, count)
    people = [
        known[number % OWN_ROWS] if number % HIT_EVERY == HIT_EVERY - 1 else person
        for number, person in enumerate(strangers)
    ]
    federation = offices.federation_of([asker, asked], now=SystemClock().now())
    holder = await offices.open_office(asked, federation)
    await offices.postpone_all(holder.node, known)
    traces.fill(holder.engine, traces_held, until_ms=int(time.time() * 1000) + 10**10)
    await holder.close()
    sender = await offices.open_office(asker, federation)
    bodies = await offices.ask_about(sender.node, people)
    await sender.close()
    return bodies, sender.node.signing


def _environment(asked: Settings, *, port: int) -> dict[str, str]:
    told = {
        "OFFICE": asked.office, "PUBLIC_URL": asked.public_url, "DATA_DIR": str(asked.data_dir),
        "KEYS_DIR": str(asked.keys_dir), "BIND_PORT": str(port), "DATABASE_URL": asked.database_url,
        "PEER_RATE_PER_S": "1000", "PEER_BURST": "1000000",  # one asker asks as a whole federation would
    }  # fmt: skip
    return {f"JEJAK_{name}": value for name, value in told.items() if value is not None}


async def _rows(
    name: str, node: Server, base: Server, bodies: Sequence[bytes], *, key: SigningKey, url: str, traces_held: int
) -> list[Row]:
    steady = len(bodies) // 3
    ratios, costs, bases = [], [], []
    answer_octets = await _answer_octets(node, _signed(bodies[:1], key=key, url=url)[0])
    bare = [_bare(len(bodies[0]), answer_octets)] * (2 * steady // ROUNDS)
    await closed_loop(base, bare)
    for start in range(1, 1 + len(bare) * ROUNDS, len(bare)):
        chunk = bodies[start : start + len(bare)]  # in the order of their notices' numbers, as a feed comes
        before = await closed_loop(base, bare)
        cost = await closed_loop(node, _signed(chunk, key=key, url=url))
        after = await closed_loop(base, bare)
        bases.append((before + after) / 2)
        costs.append(cost)
        ratios.append(cost / bases[-1])
    ratio, bar = statistics.median(ratios), 6.0 if name == "sqlite" else 9.0
    note = (
        f"{statistics.median(costs):.0f} us an inquiry with the database's, {traces_held} traces, 2 epochs,"
        f" {len(bodies[0])} octets in, {answer_octets} out; rounds {min(ratios):.1f} to {max(ratios):.1f}"
    )
    rows = [Row(f"inquiry_{name}_cpu_ratio", ratio, "ratio", statistics.median(bases), ratio, bar, note)]
    if name == "sqlite":
        last = _signed(bodies[-steady:], key=key, url=url)
        took = await open_loop(node, last, per_second=PER_SECOND)
        median = statistics.median(took) * 1000
        value = percentile(took, 0.99) * 1000
        rows.append(
            Row(
                f"inquiry_p99_at_{PER_SECOND}_per_s_ms",
                value,
                "ms",
                bar=100,
                note=f"median {median:.1f} ms, {steady} asked",
            )
        )
    return rows


async def _answer_octets(node: Server, request: bytes) -> int:
    connection = await Connection.open(node)
    answer = await connection.ask(request)
    await connection.close()
    return len(answer)


def _bare(question_octets: int, answer_octets: int) -> bytes:
    around = len(json.dumps({"payload": "", "answer_octets": answer_octets}))
    body = json.dumps({"payload": "x" * (question_octets - around), "answer_octets": answer_octets - 14}).encode()
    return post("/echo", body, {"Content-Type": "application/json"})


def _signed(bodies: Sequence[bytes], *, key: SigningKey, url: str) -> list[bytes]:
    now = int(time.time())
    return [
        post(
            PATH,
            body,
            sign_question(
                "POST", url, content_type="application/json", body=body, key=key, now=now,
                nonce=secrets.token_hex(16), lifetime_s=300,
            ),
        )
        for body in bodies
    ]  # fmt: skip
