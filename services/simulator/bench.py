"""`make bench`: the cost of answering an inquiry beside a bare FastAPI endpoint, in one process and one run.

CPU is that of the whole process, threads and database included; requests are made beforehand and handed to the ASGI
application directly, so no client is measured. Rows go to `build/bench.json`.
"""

import argparse
import asyncio
import json
import secrets
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy import Engine

from office_node.app import create_app
from office_node.clock import SystemClock
from office_node.node import Node
from office_node.peers.transport import open_transport
from office_node.signing.canonical import canonical
from office_node.signing.messages import sign_question
from office_node.store import screenings
from office_node.store.engine import open_engine
from office_node.store.migrate import upgrade
from office_node.store.transactions import runner_for
from office_node.usecases.file_case import Idempotency, file_case
from services.simulator.federation import new_settings
from services.simulator.people import Population
from services.stewards.roster_maker import make_federation
from shared_schemas.office import FileCase
from shared_schemas.roster import Stretch
from shared_schemas.statement import Actor

ASKER, ASKED = "kanim-kotabumi", "kanim-kalianda"
Message = tuple[dict[str, str], bytes]


class _Body(BaseModel):
    payload: str


def base_app() -> FastAPI:
    """What everything is measured against: a pydantic body in, a pydantic body out."""
    app = FastAPI()

    @app.post("/echo")
    async def echo(body: _Body) -> _Body:
        return body

    return app


async def _call(app: Any, path: str, message: Message) -> int:
    headers, body = message
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "path": path,
        "raw_path": path.encode(), "query_string": b"", "root_path": "", "scheme": "https",
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "server": ("node", 443), "client": ("127.0.0.1", 1),
    }  # fmt: skip
    status = 0
    sent = False

    async def receive() -> dict[str, Any]:
        nonlocal sent
        if sent:
            await asyncio.sleep(3600)
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(event: dict[str, Any]) -> None:
        nonlocal status
        status = event.get("status", status)

    await app(scope, receive, send)
    return status


async def _cpu_us(app: Any, path: str, messages: Sequence[Message], *, callers: int = 32) -> float:
    """CPU microseconds a request with that many callers; RuntimeError if one is not answered with 200."""
    waiting = list(reversed(messages))  # popped in the order of their numbers, as a feed comes

    async def caller() -> None:
        while waiting:
            if await _call(app, path, waiting.pop()) != 200:
                raise RuntimeError("a request of the benchmark was refused")

    start = time.process_time()
    await asyncio.gather(*(caller() for _ in range(callers)))
    return (time.process_time() - start) / len(messages) * 1e6


def fill_traces(engine: Engine, count: int) -> None:
    """Invented traces of a third office with ten random postings each, in the store's own tables."""
    until = int(time.time() * 1000) + 10**10
    with engine.begin() as connection:
        driver: Any = connection.connection.driver_connection
        payload = secrets.token_bytes(1500)
        place = "?" if engine.dialect.name == "sqlite" else "%s"
        row = f"({', '.join([place] * 13)})"
        columns = (
            "id, issuer, case_ref, revision, number, generation, standing, until, arrived_at, keyid, signature,"
            " payload, lapses_at"
        )
        for start in range(0, count, 10_000):
            ids = range(10**9 + start, 10**9 + min(start + 10_000, count))
            driver.executemany(
                f"INSERT INTO notice ({columns}) VALUES {row}",  # noqa: S608 names are constants
                [
                    (
                        i,
                        "kanim-bandarlampung",
                        f"{i:032x}",
                        1,
                        i,
                        1,
                        "postponed",
                        until,
                        1,
                        "k/k",
                        b"s" * 64,
                        payload,
                        None,
                    )
                    for i in ids
                ],
            )
            driver.executemany(
                f"INSERT INTO posting (token, notice_id) VALUES ({place}, {place})",  # noqa: S608
                [(int.from_bytes(secrets.token_bytes(8), "big", signed=True), i) for i in ids for _ in range(10)],
            )


async def _open(folder: Path, names: Sequence[str]) -> tuple[dict[str, Any], list[Engine]]:
    clock = SystemClock()
    made = [new_settings(name, folder=folder, random=secrets.token_bytes, now=clock.now()) for name in names]
    federation = make_federation(
        [request for _, request in made], now=clock.now(), random=secrets.token_bytes, stretch=Stretch(n=2)
    )
    apps: dict[str, Any] = {}
    engines: list[Engine] = []
    for settings, _ in made:
        engine = open_engine(settings.sqlalchemy_url)
        upgrade(engine)
        engines.append(engine)
        settings = settings.model_copy(update={"root_fingerprint": federation.fingerprint})
        app = create_app(
            settings, clock=clock, random=secrets.token_bytes, transport=open_transport(), run=runner_for(engine)
        )
        node: Node = app.state.node
        await node.run.write(partial(node.roster.keep, envelope=federation.envelope, now=clock.now()))
        await node.run.read(node.roster.load)
        await node.run.write(partial(node.roster.keep_epoch_keys, file=federation.sealed[node.office]))
        await node.run.read(node.roster.load)
        apps[settings.office] = app
    return apps, engines


async def _inquiries(asker: Node, count: int) -> list[Message]:
    """Signed questions about that many invented people, as the asker's node makes them."""
    people = Population(7)
    officer = Actor(office=ASKER, role="counter", officer="o-1")
    messages: list[Message] = []
    url = f"https://{ASKED}.test/federation/v1/inquiries"
    for number in range(count):
        filing = FileCase(application_no=f"B-{number}", person=people.person())
        seen = Idempotency("bench", f"bench-{number:06}", b"")
        filed = await file_case(asker, filing, officer=officer, idempotency_key=seen)
        row = await asker.run.read(partial(screenings.get, screening=filed.screening))
        body = canonical({"inquiry": row.inquiry.to_dict(), "notice": row.notice.to_dict()})
        now = int(asker.clock.now().timestamp())
        headers = sign_question(
            "POST", url, content_type="application/json", body=body, key=asker.keys.signing, now=now,
            nonce=secrets.token_hex(16), lifetime_s=300,
        )  # fmt: skip
        messages.append((headers, body))
    await asker.errands.close()
    return messages


async def measure(traces: int, count: int) -> list[dict[str, Any]]:
    """The rows of this run."""
    with tempfile.TemporaryDirectory(prefix="jejak-bench-") as folder:
        apps, engines = await _open(Path(folder), [ASKER, ASKED])
        fill_traces(engines[1], traces)
        messages = await _inquiries(apps[ASKER].state.node, count)
        payload = json.dumps({"payload": "x" * len(messages[0][1])}).encode()
        bare = [({"content-type": "application/json"}, payload)] * count
        base = base_app()
        await _cpu_us(base, "/echo", bare[:200])
        base_us = await _cpu_us(base, "/echo", bare)
        inquiry_us = await _cpu_us(apps[ASKED], "/federation/v1/inquiries", messages)
        for app, engine in zip(apps.values(), engines, strict=True):
            await app.state.node.peers.close()
            await app.state.node.run.close()
            engine.dispose()
    ratio = inquiry_us / base_us
    return [
        {
            "name": "inquiry_sqlite_cpu_ratio",
            "value": round(ratio, 2),
            "unit": "ratio",
            "base": round(base_us, 1),
            "ratio": round(ratio, 2),
            "bar": 6,
            "meets": ratio <= 6,
            "note": f"{inquiry_us:.0f} us an inquiry, {traces} traces, 1 live epoch, {len(messages[0][1])} bytes",
        }
    ]


def main() -> None:
    """Run and write `build/bench.json`."""
    options = argparse.ArgumentParser()
    options.add_argument("--traces", type=int, default=1_000_000)
    options.add_argument("--count", type=int, default=1500)
    chosen = options.parse_args()
    rows = asyncio.run(measure(chosen.traces, chosen.count))
    build = Path("build")
    build.mkdir(exist_ok=True)
    (build / "bench.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    for row in rows:
        print(f"{row['name']:32} {row['value']:>8} bar {row['bar']} meets {row['meets']}  ({row['note']})")


if __name__ == "__main__":
    main()
