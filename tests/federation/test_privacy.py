"""What offices keep, log and send of a person: nothing readable at rest anywhere, and nothing at all without a hit.

The story: postponed in Kalianda, filed again in Kotabumi with another spelling; Bandar Lampung has no hit. Faults and
bad input on the way, so that errors and logs have a chance to quote her. Then everything is searched in every spelling
(`tests/spellings.py`), on both databases.
"""

import io
import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog
from sqlalchemy import Engine, create_engine, inspect, text

from office_node import logs
from office_node.domain.blocking import local_keys
from office_node.domain.keys import fields, index_keys
from office_node.domain.profile import profile
from office_node.domain.record import record_of
from services.simulator.federation import Office, Simulation, simulate
from services.simulator.loop import run_virtual
from services.simulator.network import Handler
from services.simulator.postgres import Cluster
from shared_schemas.person import Person
from tests.spellings import Needles

KALIANDA, KOTABUMI, BANDAR = "kanim-kalianda", "kanim-kotabumi", "kanim-bandarlampung"
OFFICES = (BANDAR, KALIANDA, KOTABUMI)
FIRST: dict[str, Any] = {
    "name": "Retnowulandari Kusumaningtyas",
    "aliases": ["Wulandaningsih Retnoningrum"],
    "birth_date": "1994-03-17",
    "birth_place": "Rejomulyosari",
    "sex": "F",
    "nik": "1801045703949007",
    "kk": "1801041203159008",
    "passport_no": "C7714325",
    "mother_name": "Sulastriningrum Maesaroh",
    "village": "18.01.04.2001",
    "phones": ["0834-5512-7740"],
}
AGAIN = FIRST | {
    "name": "Retnowoelandari Koesoemaningtyas",
    "phones": ["+62 871 3091 8825"],
    "nik": None,
    "aliases": [],
}
NOTE, CONDITION = "Keterangan tetangga Pandansarinah", "Surat rekomendasi Disnakertranssos"


def needles() -> Needles:
    """Her values as the node normalises them and as written; single words where they are long enough."""
    made: list[tuple[str, str]] = []
    written = [("note", NOTE), ("condition", CONDITION), ("number", "PERMOHONAN-77143")]
    for person in (FIRST, AGAIN):
        read = Person.model_validate_json(json.dumps(person))
        keys = {key.value for key in (*index_keys(read), *fields(read))}
        keys |= set(local_keys(profile(record_of(read))))
        made += [("key", value) for value in sorted(keys) if len(value) > 7]
        texts = [person["name"], person["mother_name"], person["birth_place"], *person["aliases"]]
        written += [("name", word) for one in texts for word in (one, *one.split()) if len(word) > 7]
        plain = ("nik", "kk", "passport_no", "village", "birth_date")
        written += [(name, person[name]) for name in plain if person[name]]
        written += [("phone", part) for phone in person["phones"] for part in (phone, phone.lstrip("+062 "))]
    return Needles([*made, *written])


NEEDLES = needles()


@dataclass
class Recorder:
    """Keeps every message of the network whole: address, headers and body of question and answer."""

    asked: list[tuple[str, str, bytes]] = field(default_factory=list)
    """(host, path, everything)."""

    async def __call__(self, request: httpx.Request, handler: Handler) -> httpx.Response:
        response = await handler(request)
        response.request = request
        answer = await response.aread()
        lines = [str(request.url).encode(), *(b": ".join(one) for one in (*request.headers.raw, *response.headers.raw))]
        whole = b"\n".join([*lines, request.content, answer])
        self.asked.append((request.url.host, request.url.path, whole))
        return response


@dataclass
class Told:
    """What is left of the story."""

    network: Recorder
    folder: Path
    rows: dict[str, bytes]
    files: dict[str, bytes]
    refusals: list[str] = field(default_factory=list)


def every_value(engine: Engine) -> bytes:
    """All rows of all tables, each value as it is and parted from the next: what a dump of the database holds."""
    parts: list[bytes] = []
    with engine.connect() as connection:
        for table in inspect(engine).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{table}"')):
                parts += [bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in row]
    return b"\x00\n".join(parts)


def all_bytes(folder: Path) -> bytes:
    """Every file of an office while its node runs: database, journal, keys."""
    return b"\n".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


async def file(office: Office, person: dict[str, Any], *, key: str) -> dict[str, Any]:
    body = {"application_no": "PERMOHONAN-77143", "person": person}
    response = await office.call("POST", "/office/v1/cases", json=body, headers={"Idempotency-Key": key})
    assert response.status_code == 201, response.text
    filed: dict[str, Any] = response.json()
    return filed


async def misuse(office: Office) -> list[str]:
    """Bad input that holds her data; what was answered."""
    bad = [
        FIRST | change for change in ({"nik": "18010457039490"}, {"name": FIRST["name"] + " 😀"}, {"x": FIRST["name"]})
    ]
    said = []
    for number, person in enumerate(bad):
        body = {"application_no": "PERMOHONAN-77143", "person": person}
        headers = {"Idempotency-Key": f"misuse-000{number}"}
        said.append(await office.call("POST", "/office/v1/cases", json=body, headers=headers))
    for path in ("cases/{}", "screenings/{}", "screenings/{}/events", "alerts?of={}", "{}"):
        for value in (FIRST["name"], FIRST["nik"], FIRST["phones"][0]):
            said.append(await office.call("GET", f"/office/v1/{path.format(value)}"))
    said.append(await office.call("POST", f"/office/v1/alerts/{FIRST['nik']}/signature", json={"note": NOTE}))
    said.append(
        await office.call("POST", f"/office/v1/cases/{'0' * 32}/transitions", json={"reason": NOTE, "x": FIRST})
    )
    return [response.text for response in said if response.status_code >= 400]


async def play(simulation: Simulation) -> list[str]:
    """The story with its faults; the refusals that were given on the way."""
    kalianda, kotabumi, bandar = (simulation[office] for office in (KALIANDA, KOTABUMI, BANDAR))
    await kalianda.clock.sleep(2)
    case = (await file(kalianda, FIRST, key="request-0001"))["case"]
    await kalianda.clock.sleep(2)
    path = f"/office/v1/cases/{case}/transitions"
    await kalianda.call("POST", path, json={"transition": "receive"})
    step = {
        "transition": "postpone", "reason_code": "B1", "condition": [CONDITION], "reason": NOTE,
        "second": {"role": "supervisor", "officer": "o-2"},
    }  # fmt: skip
    await kalianda.call("POST", path, role="interview", json=step)
    await simulation.stop(bandar)
    filed = await file(kotabumi, AGAIN, key="request-0002")
    await kotabumi.clock.sleep(5)
    await simulation.start(bandar)
    refusals = await misuse(kotabumi)
    await kotabumi.clock.sleep(60)
    seen = (await kotabumi.call("GET", f"/office/v1/screenings/{filed['screening']}")).json()
    assert {row["office"]: row["outcome"] for row in seen["coverage"]} == {KALIANDA: "hit", BANDAR: "no_hit"}
    assert seen["history"][0]["person"]["name"] == FIRST["name"]
    for alert in (await kalianda.call("GET", "/office/v1/alerts")).json():
        await kalianda.call("POST", f"/office/v1/alerts/{alert['alert']}/signature", json={"note": NOTE})
    return refusals


def run_story(folder: Path, *, urls: Sequence[str | None]) -> Told:
    """The story, and everything that it left, while the nodes still run."""
    recorder = Recorder()

    async def story() -> Told:
        async with simulate(folder, offices=OFFICES, urls=urls) as simulation:
            simulation.network.faults = dict.fromkeys(OFFICES, recorder)
            refusals = await play(simulation)
            rows = {office: every_value(simulation[office].engine) for office in OFFICES}
            live = {office: all_bytes(folder / office) for office in OFFICES}
            return Told(recorder, folder, rows, live, refusals=refusals)

    return run_virtual(story())


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[io.StringIO]:
    """What the nodes log; and in `caplog` also what libraries would say if somebody turned them up."""
    stream = io.StringIO()
    logs.configure(stream)
    caplog.set_level(logging.DEBUG)
    yield stream
    structlog.reset_defaults()


def test_nothing_of_her_is_readable_anywhere_but_in_reveal_and_history(
    tmp_path: Path, urls: Sequence[str | None], lines: io.StringIO, caplog: pytest.LogCaptureFixture
) -> None:
    told = run_story(tmp_path, urls=urls)
    for office in OFFICES:
        assert len(told.rows[office]) > 20_000
        assert NEEDLES.found(told.rows[office]) == set(), office
        assert NEEDLES.found_plain(told.files[office]) == set(), office
        for left in (tmp for tmp in (told.folder / office).rglob("*") if tmp.is_file()):  # after the nodes have ended
            assert NEEDLES.found_plain(left.read_bytes()) == set(), left.name
    said = [line for line in caplog.text.splitlines() if "http://office/" not in line]  # the test's own client
    assert "office/v1/cases" in caplog.text
    assert NEEDLES.found((lines.getvalue() + "\n".join(said)).encode()) == set()
    assert len(told.refusals) >= 15
    assert NEEDLES.found("\n".join(told.refusals).encode()) == set()
    assert_only_the_reveal_names_her(told.network)


@pytest.mark.postgres
def test_the_disk_of_a_database_server_holds_nothing_readable(
    tmp_path: Path, postgres_cluster: Cluster, databases: list[str]
) -> None:
    since = journal_position(databases[0])
    run_story(tmp_path, urls=databases)
    to = journal_position(databases[0])
    tables = [data for url in databases for data in table_files(postgres_cluster, url)]
    written = list(journal(postgres_cluster, since=since, to=to))
    for files in (tables, written):
        assert sum(map(len, files)) > 100_000
        assert all(NEEDLES.found_plain(data) == set() for data in files)


def assert_only_the_reveal_names_her(network: Recorder) -> None:
    naming = {(host, path) for host, path, whole in network.asked if NEEDLES.found(whole)}
    assert naming == {(f"{KALIANDA}.test", "/federation/v1/reveals")}
    (reveal,) = {whole for _, path, whole in network.asked if path.endswith("/reveals")}
    assert {"name", "nik", "phone", "village", "birth_date"} <= NEEDLES.found(reveal)
    address, *headers = reveal.split(b"\n")[:12]
    assert NEEDLES.found(b"\n".join([address, *headers])) == set()
    assert {host for host, _, _ in network.asked} == {f"{office}.test" for office in OFFICES}
    kinds = {path.rpartition("/")[2] for _, path, _ in network.asked}
    assert kinds >= {"inquiries", "reveals", "notices", "hello"}


def table_files(cluster: Cluster, url: str) -> Iterator[bytes]:
    """What the server keeps on its disk of this database: tables and indexes, with their freed space."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CHECKPOINT"))
        paths = [cluster.folder / "data" / path for (path,) in connection.execute(text(_TABLE_FILES))]
    engine.dispose()
    yield from (path.read_bytes() for path in paths if path.is_file())


_TABLE_FILES = """SELECT pg_relation_filepath(oid) FROM pg_class WHERE relkind IN ('r', 'i', 't', 'S')
    AND relnamespace IN ('public'::regnamespace, 'pg_toast'::regnamespace) AND oid >= 16384"""


def journal_position(url: str) -> tuple[str, int]:
    """Where the server's journal is now: file and offset."""
    engine = create_engine(url)
    with engine.connect() as connection:
        name, offset = connection.execute(text("SELECT * FROM pg_walfile_name_offset(pg_current_wal_lsn())")).one()
    engine.dispose()
    return name, offset


def journal(cluster: Cluster, *, since: tuple[str, int], to: tuple[str, int]) -> Iterator[bytes]:
    """What the server wrote into its journal between two positions."""
    for file in sorted((cluster.folder / "data/pg_wal").iterdir()):
        if since[0] <= file.name <= to[0]:
            data = file.read_bytes()
            yield data[since[1] if file.name == since[0] else 0 : to[1] if file.name == to[0] else None]
