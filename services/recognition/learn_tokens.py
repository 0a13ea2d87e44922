"""`python -m services.recognition.learn_tokens`: learn what agreeing tokens weigh, from the pairs that tokens find.

The same regression as for readable data (`learn`). *Possible* is the score that keeps `KEPT` of the true pairs of seeds
that taught nothing; a larger store asks for more (`tokenscore.ROWS`).
"""

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from office_node.domain.tokenlevels import token_levels
from services.recognition import training
from services.recognition.learn import Learned, calibrated, fit, scores
from services.recognition.token_pairs import Register, all_found, values_of

VERSION = "tokens/2026-11"
KEPT = 0.985
_NEVER = 1000.0


def examples(seeds: Iterable[int], *, persons: int) -> Learned:
    """The level codes of every pair that shares an index value, and 1 where it is one person."""
    vectors: list[tuple[str, ...]] = []
    same: list[int] = []
    for seed in seeds:
        made = training.make(seed, persons=persons)
        register = Register(made.register)
        for found in all_found(register, [values_of(query.record) for query in made.queries]):
            vectors.append(token_levels(found.index_kinds, found.agreeing, found.compared))
            same.append(int(made.queries[found.query].row == found.row))
    return vectors, np.array(same)


def learn(*, persons: int, seeds: Sequence[int]) -> dict[str, Any]:
    """The table; the last quarter of the seeds calibrates and sets the threshold."""
    quarter = max(1, len(seeds) // 4)
    vectors, same = examples(seeds[:-quarter], persons=persons)
    prior, weights = fit(vectors, same)
    held, truth = examples(seeds[-quarter:], persons=persons)
    found = scores(held, prior=prior, weights=weights)
    return {
        "version": VERSION,
        "learned": {
            "from": "services.recognition.training", "seeds": list(seeds), "persons": persons, "pairs": len(vectors),
        },
        "prior": round(prior, 3),
        "weights": weights,
        "calibration": calibrated(found, truth),
        "zones": {"possible": round(float(np.quantile(found[truth == 1], 1 - KEPT)), 2), "match": _NEVER},
    }  # fmt: skip


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=20_000, help="rows of each register")
    parser.add_argument("--seeds", type=int, nargs="+", default=[201, 202, 203, 205, 206, 207, 209, 210])
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    table = learn(persons=asked.persons, seeds=asked.seeds)
    asked.out.write_text(json.dumps(table, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(table['weights'])} weights from {table['learned']['pairs']} pairs\n")


if __name__ == "__main__":
    main()
