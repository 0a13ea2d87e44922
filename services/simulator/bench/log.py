"""The log on a durable SQLite file: appends in batches, a proof at 200,000 entries, octets an entry after erasure."""

import hashlib
import sqlite3
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import median

from sqlalchemy import Engine

from office_node.domain.merkle import inclusion_proof, root
from office_node.signing.keys import SigningKey
from office_node.signing.notes import Checkpoint, sign_checkpoint
from office_node.store import entries, log
from office_node.store.engine import open_engine
from office_node.store.migrate import upgrade
from office_node.usecases.integrate_log import PAGE
from services.simulator.bench.row import Row

ENTRIES, PROOFS = 200_000, 500
_NOW = datetime(2026, 11, 27, tzinfo=UTC)


def measure() -> list[Row]:
    """The rows of the log."""
    with tempfile.TemporaryDirectory(prefix="jejak-bench-") as name:
        file = Path(name) / "node.sqlite"
        engine = open_engine(f"sqlite:///{file}")
        upgrade(engine)
        wrote = _write(engine)
        took = _append(engine)
        proof = _prove(engine)
        _erase(engine)
        engine.dispose()
        octets = _octets(file)
    return [
        Row("log_append_per_s", ENTRIES / took, "1/s", bar=40_000, more_is_better=True, note=f"{PAGE} a transaction"),
        Row("log_write_and_append_per_s", ENTRIES / (wrote + took), "1/s", note="with writing the entries, 600 B each"),
        Row("log_proof_us", proof * 1e6, "us", bar=150, note=f"inclusion, {ENTRIES} entries"),
        Row("log_bytes_per_entry", octets, "B", bar=300, note="entry, leaf, tree and their indexes, after erasure"),
    ]


def _entry(number: int) -> entries.NewEntry:
    leaf = hashlib.sha256(str(number).encode()).digest()
    return entries.NewEntry(
        at=_NOW, type="answer", case_ref=None, peer="kanim-kotabumi", inquiry=None, actor_office="kanim-kalianda",
        actor_role="node", actor_officer=None, purpose=None, keep_until=_NOW, salt=b"s" * 32, body_sealed=b"b" * 600,
        attached_sealed=None, leaf=leaf,
    )  # fmt: skip


def _write(engine: Engine) -> float:
    """The entries as transactions leave them, without a number, as many in one as are then numbered in one."""
    made = [_entry(number) for number in range(ENTRIES)]
    before = time.perf_counter()
    for first in range(0, ENTRIES, PAGE):
        with engine.begin() as connection:
            for entry in made[first : first + PAGE]:
                entries.write_entry(connection, entry)
    return time.perf_counter() - before


def _append(engine: Engine) -> float:
    """Numbering, tree and a signed checkpoint with every batch, each committed to disk."""
    key = SigningKey("kanim-kalianda/sign-2026", bytes(32))
    before = time.perf_counter()
    while True:
        with engine.begin() as connection:
            if not log.integrate(connection, limit=PAGE):
                return time.perf_counter() - before
            size = log.size(connection)
            top = root(size, lambda level, place: log.node(connection, level, place))
            log.put_checkpoint(connection, sign_checkpoint(Checkpoint("jejak/bench/1", size, top), key=key).note())


def _prove(engine: Engine) -> float:
    draws, times = Random(5), []
    with engine.begin() as connection:
        for _ in range(PROOFS):
            index = draws.randrange(ENTRIES)
            before = time.perf_counter()
            inclusion_proof(index, ENTRIES, lambda level, place: log.node(connection, level, place))
            times.append(time.perf_counter() - before)
    return median(times)


def _erase(engine: Engine) -> None:
    with engine.begin() as connection:
        while entries.erase_due(connection, now=_NOW, limit=ENTRIES):
            continue


def _octets(file: Path) -> float:
    """What the file holds of an entry once everything that entries said has been erased."""
    with sqlite3.connect(file) as connection:
        connection.execute("VACUUM")
        pages = int(connection.execute("PRAGMA page_count").fetchone()[0])
        size = int(connection.execute("PRAGMA page_size").fetchone()[0])
    connection.close()
    return pages * size / ENTRIES
