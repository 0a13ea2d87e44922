"""How long the node takes for a page of the console while it holds 100,000 cases, and how much a browser is sent.

One office of three on SQLite; the other cases are copies of the filed one, all in one queue.
Times are those of the application (no network, no TLS); octets are a page with all its files, packed, at first sight.
"""

import tempfile
import time
from pathlib import Path

import httpx
from sqlalchemy import Engine, text

from office_node.domain.authenticators import code_at
from office_node.usecases.log_in import change_password, confirm_authenticator, enrol_authenticator, log_in
from office_node.usecases.officer_accounts import make_officer
from office_node.usecases.officer_sessions import find_session
from office_node.usecases.verify_officer import Claim
from services.simulator import acts
from services.simulator.acts import settle
from services.simulator.bench import offices
from services.simulator.bench.row import Row
from services.simulator.federation import LAMPUNG, Office, simulate
from services.simulator.loop import run_virtual
from shared_schemas.statement import Actor

CASES, ROUNDS = 100_000, 60
BAR_MS, BAR_OCTETS = 50, 300_000
_PASSWORD = "kuda sate lampu merah"  # noqa: S105 -- an invented officer's
_FILES = ("bootstrap.min.css", "console.css", "htmx.min.js", "console.js", "icon.svg")


def measure() -> list[Row]:
    """The slowest page at its 95th percentile, and the heaviest at first sight."""
    times: dict[str, list[float]] = {}
    sizes: dict[str, int] = {}

    async def story() -> None:
        with tempfile.TemporaryDirectory(prefix="jejak-bench-") as folder:
            async with simulate(Path(folder)) as simulation:
                await settle(simulation)
                office = simulation[LAMPUNG[0]]
                fields = offices.invented(3, 1)[0].model_dump(mode="json", exclude_none=True)
                case = (await acts.file(office, fields)).case
                await settle(simulation)
                _copy(office.engine, case)
                await _look(office, case, times=times, sizes=sizes)

    run_virtual(story())
    p95 = {name: sorted(taken)[len(taken) * 95 // 100] for name, taken in times.items()}
    slowest, heaviest = (max(told, key=lambda name: told[name]) for told in (p95, sizes))
    note = ", ".join(f"{name} {took:.0f}" for name, took in sorted(p95.items()))
    return [
        Row("console_page_p95_ms", p95[slowest], "ms", bar=BAR_MS, note=f"{CASES} cases; {note}"),
        Row(
            "console_page_octets", sizes[heaviest], "octets", bar=BAR_OCTETS, note=f"{heaviest}, with its files, packed"
        ),
    ]


def _copy(engine: Engine, case: str) -> None:
    other = {"ref": "printf('%032x', n.v)", "number": "n.v + 1000", "due_at": "c.filed_at + n.v * 1000"}
    with engine.begin() as connection:
        columns = [row[1] for row in connection.execute(text("PRAGMA table_info(office_case)"))]
        chosen = ", ".join(other.get(name, f"c.{name}") for name in columns)
        numbers = "WITH RECURSIVE n(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n WHERE v < :count)"
        copies = f"SELECT {chosen} FROM office_case c, n WHERE c.ref = :ref"  # noqa: S608 -- columns of our own table
        statement = text(f"{numbers} INSERT INTO office_case ({', '.join(columns)}) {copies}")
        connection.execute(statement, {"count": CASES, "ref": case})


async def _look(office: Office, case: str, *, times: dict[str, list[float]], sizes: dict[str, int]) -> None:
    pages = {
        "queue": "/console/cases?work=counter", "new": "/console/cases/new", "case": f"/console/cases/{case}",
        "interview": f"/console/cases/{case}/interview", "alerts": "/console/alerts",
    }  # fmt: skip
    assert office.app is not None
    headers = {"Cookie": f"__Host-jejak={await _signed_in(office)}", "Accept-Encoding": "gzip"}
    transport = httpx.ASGITransport(app=office.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://office", headers=headers) as client:
        # What is sent, not what it unpacks to.
        files = sum([int((await client.get(f"/console/assets/{one}")).headers["content-length"]) for one in _FILES])
        for name, path in pages.items():
            for _ in range(ROUNDS):
                start = time.perf_counter()
                answer = await client.get(path)
                times.setdefault(name, []).append((time.perf_counter() - start) * 1e3)
                answer.raise_for_status()
                sizes[name] = files + len(answer.content)
                await office.clock.sleep(2)  # an officer's rate


async def _signed_in(office: Office) -> str:
    """The session of an officer with a finished account."""
    node, by = office.node, Actor(office=office.id, role="administrator")
    temporary = await make_officer(node, "o-17", name="Sari Utami", roles=("counter",), by=by)
    opened = await log_in(node, Claim("o-17", temporary, None, "10.0.0.7"))
    present = await find_session(node, opened.secret)
    opened = await change_password(node, present, old=temporary, new=_PASSWORD, source="10.0.0.7")
    present = await find_session(node, opened.secret)
    made = await enrol_authenticator(node, present, Claim("o-17", _PASSWORD, None, "10.0.0.7"))
    code = code_at(made.secret, node.clock.now())
    opened, _codes = await confirm_authenticator(node, present, code, source="10.0.0.7")
    return opened.secret
