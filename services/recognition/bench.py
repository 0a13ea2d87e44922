"""Recognition in `make bench`: quality on both sets, speed with a million persons, and the peers if installed."""

from collections.abc import Iterator
from importlib.util import find_spec

from services.recognition import measure, speed, tokens
from services.simulator.bench.row import Row

PERSONS, QUERIES, SEED = 20_000, 6000, 71
_LAB = ("numpy", "recordlinkage", "splink")


def rows(*, million: int = 1_000_000) -> Iterator[Row]:
    """Every row; the tables by kind of change and by group are printed on the way."""
    sets = measure.both(persons=PERSONS, queries=QUERIES, seed=SEED)
    for line in measure.report(sets):
        print(line, flush=True)
    for kind, here in sets.items():
        yield from measure.quality(kind, here, measure.other(sets, kind))
    yield measure.strangers(persons=PERSONS, queries=30_000, seed=SEED)
    yield from tokens.rows(persons=PERSONS, queries=QUERIES, seed=SEED, reveals=20_000)
    yield from speed.measure(persons=million, queries=8000, seed=SEED)
    if missing := [name for name in _LAB if find_spec(name) is None]:
        print(f"left out: peers and FEBRL4; not installed: {', '.join(missing)} (extra `lab`)")
        return
    from services.recognition import febrl, peers

    yield from febrl.measure()
    yield from peers.measure(persons=PERSONS, queries=QUERIES, seed=SEED)
