"""`python -m services.recognition.speed`: how fast a register is filled and looked up, and whether the row is found.

One process, a register on disk (`services.match.register`), reasons for the top three included.
"""

import argparse
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from office_node.domain.compare import explain
from office_node.domain.profile import Profile, profile
from office_node.domain.record import Record
from services.match.register import Register
from services.recognition.training import Query, stream
from services.simulator.bench.row import Row

_TOP = 3
_FIRST = 50


def measure(*, persons: int, queries: int, seed: int) -> list[Row]:
    """Rows of the benchmark for a register of this size."""
    with tempfile.TemporaryDirectory() as folder:
        register = Register.create(Path(folder, "register.sqlite"), key=secrets.token_bytes(32))
        asked: list[Query] = []
        took = _fill(register, asked, persons=persons, queries=queries, seed=seed)
        times, found, known = _look_up(register, asked)
        register.close()
    times.sort()
    name = f"{persons // 1000}k"
    rate, p50 = persons / took, statistics.median(times) * 1e3
    p99 = times[int(len(times) * 0.99)] * 1e3
    return [
        Row(f"register_import_{name}_per_s", rate, "1/s", bar=8000, more_is_better=True, note="CPU"),
        Row(f"look_up_{name}_p50_ms", p50, "ms", bar=2, note=f"{len(times)} queries"),
        Row(f"look_up_{name}_p99_ms", p99, "ms", bar=5),
        Row(
            f"first_50_{name}",
            found / known,
            "share",
            bar=0.995,
            more_is_better=True,
            note=f"of {known} whose row is there",
        ),
    ]


def _fill(register: Register, asked: list[Query], *, persons: int, queries: int, seed: int) -> float:
    """Processor seconds of filling; making the people is not counted."""
    chance, rng = queries / persons, Random(seed)
    took = 0.0
    made = stream(seed, persons=persons)
    while True:
        batch: list[tuple[str, Record]] = []
        for row, record, query in made:
            batch.append((str(row), record))
            if rng.random() < chance:
                asked.append(query())
            if len(batch) == 20_000:
                break
        if not batch:
            break
        before = time.process_time()
        for _ in register.add(_profiles(batch)):
            pass
        took += time.process_time() - before
    before = time.process_time()
    register.finish()
    return took + time.process_time() - before


def _profiles(batch: list[tuple[str, Record]]) -> Iterator[tuple[str, Profile]]:
    return ((name, profile(record)) for name, record in batch)


def _look_up(register: Register, asked: list[Query]) -> tuple[list[float], int, int]:
    times, found, known = [], 0, 0
    for query in asked:
        before = time.perf_counter()
        candidates = register.look_up(profile(query.record), top=_FIRST)
        for one in candidates[:_TOP]:
            explain(one.weighed)
        times.append(time.perf_counter() - before)
        if query.row is not None:
            known += 1
            found += any(number == query.row + 1 for number, _ in register.candidates(profile(query.record)).found)
    return times, found, known


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=31)
    given = parser.parse_args()
    for row in measure(persons=given.persons, queries=given.queries, seed=given.seed):
        sys.stdout.write(f"{row.name:<34}{row.value:>12.4f} {row.unit:<6} {row.note}\n")


if __name__ == "__main__":
    main()
