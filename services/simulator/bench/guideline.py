"""What the guideline's engine costs for one case: the shipped pack over cases that know everything, much, or little."""

import random
import time
from datetime import date
from statistics import median

from office_node.guideline.engine import evaluate
from office_node.guideline.facts import Fact, Facts
from office_node.guideline.pack import shipped_pack
from services.simulator.bench.row import Row
from shared_schemas.guideline import Pack

CASES, ROUNDS = 300, 5
BAR_US = 2000
_DAY = date(2026, 11, 27)


def measure() -> list[Row]:
    """The row of the engine."""
    pack = shipped_pack()
    cases = [_facts(pack, seed) for seed in range(CASES)]
    times = []
    for _ in range(ROUNDS):
        for facts in cases:
            start = time.perf_counter()
            evaluate(pack, facts, on=_DAY)
            times.append((time.perf_counter() - start) * 1e6)
    times.sort()
    note = f"median of {len(times)} evaluations of {CASES} cases; 99 %: {times[len(times) * 99 // 100]:.0f} us"
    return [Row("guideline_eval_us", median(times), "us", bar=BAR_US, note=note)]


def _facts(pack: Pack, seed: int) -> Facts:
    drawn = random.Random(seed)
    share = drawn.choice((0.1, 0.5, 1.0))
    values: dict[str, Fact] = {}
    for name, kind in pack.facts().items():
        if drawn.random() < share:
            drawn_of: dict[str, bool | int | str] = {
                "yes_no": drawn.random() < 0.5,
                "number": drawn.randrange(5),
                "country": "KH",
            }
            values[name] = Fact(drawn_of[kind], "seen", drawn.random() < 0.5, _DAY)
    return Facts(values, minor=drawn.random() < 0.1)
