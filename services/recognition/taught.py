"""`python -m services.recognition.taught`: what officers' verdicts add to a table that was learned without them.

Officers are played by the truth of one evaluation set: for each query they judge the rows in zone *possible*, as a
screening shows them. The verdicts are written as `jejak node verdicts` writes them and learned from beside the training
pairs; both tables are then tried on another set of the same kind. One pair of sets says little: several are tried.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean, stdev
from typing import Any, NamedTuple

from office_node.domain.zones import Zone
from services.recognition import learn
from services.recognition.measure import PRECISIONS, outcomes
from services.recognition.metrics import Point, Scored, at_precision, best_f1, curve
from services.recognition.runs import Outcome, known
from services.recognition.sets import Kind

_FIRST = 900
"""Seed of the first set; the others follow."""


class Tried(NamedTuple):
    """How many verdicts there were, and the figures of both tables."""

    verdicts: int
    without: list[float]
    taught: list[float]


def judged(here: Sequence[Outcome]) -> list[str]:
    """A line for each row that an officer was shown as possible."""
    return [
        json.dumps({"vector": list(w.vector), "model": "", "verdict": "same" if ref == one.asked.same else "not"})
        for one in here
        for ref, w in one.compared
        if w.zone is Zone.POSSIBLE
    ]


def tried(table: dict[str, Any], here: Sequence[Outcome]) -> list[Point]:
    """The curve of a table over the pairs that were compared."""
    prior, weights = float(table["prior"]), dict(table["weights"])
    scored = [
        Scored(prior + sum(weights.get(level, 0.0) for level in w.vector), ref == one.asked.same)
        for one in here
        for ref, w in one.compared
    ]
    return curve(scored, true_pairs=known(here))


def figures(table: dict[str, Any], here: Sequence[Outcome]) -> list[float]:
    """Best F1, and recall at the two precisions."""
    points = tried(table, here)
    return [best_f1(points).f1, *(at_precision(points, precision).recall for precision in PRECISIONS)]


def compared(kind: Kind, *, persons: int, queries: int, seeds: Sequence[int], times: int) -> Iterator[Tried]:
    """For each of so many pairs of sets, the figures without the verdicts of one and with them, tried on the other."""
    without = learn.learn(persons=persons, seeds=seeds)
    for first in range(_FIRST, _FIRST + 2 * times, 2):
        lines = judged(outcomes(kind, persons=persons, queries=queries, seed=first))
        here = outcomes(kind, persons=persons, queries=queries, seed=first + 1)
        with tempfile.TemporaryDirectory() as folder:
            told = Path(folder, "verdicts.jsonl")
            told.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
            taught = learn.learn(persons=persons, seeds=seeds, verdicts=[told])
        yield Tried(len(lines), figures(without, here), figures(taught, here))


def main() -> None:
    """Print both tables' figures for every pair of sets, then what verdicts add on the whole and how it spreads."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", choices=["field", "evasive"], default="evasive")
    parser.add_argument("--persons", type=int, default=4000)
    parser.add_argument("--queries", type=int, default=3000)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(101, 109)))
    parser.add_argument("--times", type=int, default=5, help="pairs of sets, at least two")
    given = parser.parse_args()
    added = []
    found = compared(
        given.kind, persons=given.persons, queries=given.queries, seeds=given.seeds, times=max(2, given.times)
    )
    sys.stdout.write("verdicts  F1, recall at .99, at .999: without; with\n")
    for one in found:
        sys.stdout.write(f"{one.verdicts:>8}  {_row(one.without)};  {_row(one.taught)}\n")
        added.append([b - a for a, b in zip(one.without, one.taught, strict=True)])
    figure = list(zip(*added, strict=True))
    sys.stdout.write(f"they add  {'  '.join(f'{mean(one):+.4f} (sd {stdev(one):.4f})' for one in figure)}\n")


def _row(figures: Sequence[float]) -> str:
    return "  ".join(f"{one:.4f}" for one in figures)


if __name__ == "__main__":
    main()
