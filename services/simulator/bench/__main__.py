"""Run the benchmarks, print a table, and write `build/bench.json`."""

import argparse
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import uvloop

from services.recognition import bench as recognition
from services.simulator import postgres
from services.simulator.bench import (
    console,
    dead,
    fanout,
    growth,
    guideline,
    inquiries,
    log,
    outage,
    roster,
    suspension,
)
from services.simulator.bench.row import Row

_PARTS = (
    "sqlite", "postgres", "fanout", "dead", "outage", "roster", "log", "growth", "recognition", "guideline",
    "console",
)  # fmt: skip


def main() -> None:
    """`make bench`, or a part of it."""
    options = argparse.ArgumentParser(prog="python -m services.simulator.bench")
    options.add_argument("--traces", type=int, default=1_000_000, help="traces that the asked office holds")
    options.add_argument("--offices", type=int, default=30, help="offices of the outage; its bars are for 150")
    options.add_argument("--count", type=int, default=3000, help="inquiries on SQLite; PostgreSQL gets half of it")
    options.add_argument("--only", choices=_PARTS, help="one part")
    chosen = options.parse_args()
    rows: list[Row] = []
    for part, run in _parts(chosen.traces, chosen.count, chosen.offices).items():
        if chosen.only in (None, part):
            print(f"{part} ...", flush=True)
            rows += run()
    build = Path("build")
    build.mkdir(exist_ok=True)
    text = json.dumps([row.to_json() for row in rows], indent=1) + "\n"
    (build / "bench.json").write_text(text, encoding="utf-8")
    for row in rows:
        bar = "" if row.bar is None else f"bar {row.bar:g}: {'met' if row.meets else 'NOT met'}"
        print(f"{row.name:38} {row.value:9.{2 if row.value >= 10 else 4}f} {row.unit:6} {bar:18} {row.note}")


def _parts(traces_held: int, count: int, offices: int) -> dict[str, Callable[[], list[Row]]]:
    return {
        "sqlite": lambda: _inquiries(traces_held, count, None),
        "postgres": lambda: _on_postgres(traces_held, count // 2),
        "fanout": lambda: uvloop.run(fanout.measure()),
        "dead": lambda: uvloop.run(dead.measure()),
        "outage": lambda: outage.measure(offices),
        "roster": lambda: [*uvloop.run(roster.measure()), suspension.measure()],
        "log": log.measure,
        "growth": growth.measure,
        "recognition": lambda: list(recognition.rows()),
        "guideline": guideline.measure,
        "console": console.measure,
    }


def _on_postgres(traces_held: int, count: int) -> list[Row]:
    programs = postgres.find_programs()
    if programs is None:
        print("left out: PostgreSQL is not installed (Debian package: postgresql)")
        return []
    settings = {"shared_buffers": "1GB", "max_wal_size": "4GB"}
    with postgres.running_cluster(programs, settings) as cluster:
        return _inquiries(traces_held, count, cluster)


def _inquiries(traces_held: int, count: int, cluster: postgres.Cluster | None) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="jejak-bench-") as folder:
        return uvloop.run(inquiries.measure(Path(folder), traces_held=traces_held, count=count, cluster=cluster))


if __name__ == "__main__":
    main()
