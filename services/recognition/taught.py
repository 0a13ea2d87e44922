"""`python -m services.recognition.taught`: what officers' verdicts add to a table that was learned without them.

Officers are played by the truth of one evaluation set: for each query they judge the rows in zone *possible*, as a
screening shows them. The verdicts are written as `jejak node verdicts` writes them and learned from beside the training
pairs; both tables are then tried on another set of the same kind. Needs the extra `lab`.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from office_node.domain.zones import Zone
from services.recognition import learn
from services.recognition.measure import outcomes
from services.recognition.metrics import Point, Scored, at_precision, best_f1, curve
from services.recognition.runs import Outcome, known
from services.recognition.sets import Kind


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


def main() -> None:
    """Print both tables' figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", choices=["field", "evasive"], default="evasive")
    parser.add_argument("--persons", type=int, default=4000)
    parser.add_argument("--queries", type=int, default=3000)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(101, 109)))
    given = parser.parse_args()
    kind: Kind = given.kind
    lines = judged(outcomes(kind, persons=given.persons, queries=given.queries, seed=900))
    here = outcomes(kind, persons=given.persons, queries=given.queries, seed=901)
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder, "verdicts.jsonl")
        told.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        for name, source in (("without", []), ("with", [told])):
            points = tried(learn.learn(persons=given.persons, seeds=given.seeds, verdicts=source), here)
            recalls = [at_precision(points, precision).recall for precision in (0.99, 0.999)]
            said = f"F1 {best_f1(points).f1:.4f}  recall {recalls[0]:.4f} / {recalls[1]:.4f}"
            sys.stdout.write(f"{name:<8}{len(lines) if source else 0:>6} verdicts  {said}\n")


if __name__ == "__main__":
    main()
