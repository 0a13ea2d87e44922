"""`make storm`: seeds of the storm, two at a time, until ten thousand things have gone wrong; then the sums."""

import json
import logging
import os
import sys
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from itertools import count
from pathlib import Path
from typing import Any

from office_node import logs
from services.simulator.storm.profile import load_profile
from services.simulator.storm.run import MUST_BE_ZERO, Plan, play

ENOUGH = 10_000
"""Faults: what goes wrong with a message or an office."""
_SUMMED = (
    "attempts", "noticed_at_counter", "noticed_later", "missed", *MUST_BE_ZERO, "faults", "messages", "bytes",
)  # fmt: skip
OFFICES, DAYS, PER_DAY = 12, 5.0, 2.0


def run(seed: int) -> dict[str, Any]:
    """One seed, its nodes silent."""
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        logs.configure(nowhere)
        logging.disable()
        return play(Plan(OFFICES, DAYS, PER_DAY, seed, load_profile("storm")))


def main() -> int:
    """Print one line a seed and the sums; 1 if anything was lost."""
    sums, causes, seeds = Counter[str](), Counter[str](), count(1)
    with ProcessPoolExecutor(2) as processes:
        running = {processes.submit(run, seed): seed for seed in (next(seeds), next(seeds))}
        while running:
            for done in wait(running, return_when=FIRST_COMPLETED).done:
                counted, seed = done.result(), running.pop(done)
                print(json.dumps({"seed": seed, **counted}, separators=(",", ":")), flush=True)
                sums.update({name: counted[name] for name in _SUMMED})
                causes.update(counted["missed_by_cause"])
                if sums["faults"] < ENOUGH:
                    seed = next(seeds)
                    running[processes.submit(run, seed)] = seed
    told = {name: sums[name] for name in _SUMMED} | {"missed_by_cause": dict(causes)}
    print(json.dumps({"seeds": next(seeds) - 1, **told}, separators=(",", ":")))
    return 1 if any(sums[name] for name in MUST_BE_ZERO) else 0


if __name__ == "__main__":
    sys.exit(main())
