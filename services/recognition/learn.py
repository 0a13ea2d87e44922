"""`python -m services.recognition.learn`: learn the comparison's table from invented pairs and officers' verdicts.

Logistic regression over the level codes of compared pairs, with a penalty (L2) and bounds. Weights are learned on some
seeds, the probability is calibrated on others, thresholds are read off a third part; none of them measures the result.
"""

import argparse
import json
import math
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from office_node.domain.levels import levels
from services.recognition import training
from services.recognition.pairs import candidates

VERSION = "comparison/2026-11"
FIRM, LOOSE = 1.0, 0.01
"""Inverse strengths of the penalty. What depends on how a register is kept (spelling, addresses, what else agrees) is
held nearer to zero than what numbers, sex and phone say, so that the table serves registers unlike these."""
FIRM_FIELDS = frozenset({"nik", "number", "passport_no", "sex", "phone", "kk"})
FIRM_TERMS = ("term:twins", "term:registered", "term:number", "term:other-nik")
MATCH_PRECISION, POSSIBLE_RECALL = 0.995, 0.98
SUPPORTS = frozenset(
    {
        "same",
        "respelled",
        "extended",
        "typing",
        "equal",
        "common",
        "swapped",
        "mostly",
        "near",
        "typo",
        "full",
        "first",
        "serial",
    }
)
FREE = frozenset(
    {
        "unclear",
        "partial",
        "one-part",
        "near-year",
        "other-year",
        "serial-typo",
        "partly",
        "district",
        "different-in-district",
        "regency",
        "year-only",
        "other-region",
        "other-date",
    }
)
"""Levels that may speak for or against, by what else agrees."""
LN2 = math.log(2)

Learned = tuple[list[tuple[str, ...]], NDArray[np.int64]]


def examples(seeds: Iterable[int], *, persons: int) -> Learned:
    """The level codes of every candidate pair, and 1 where it is one person."""
    vectors: list[tuple[str, ...]] = []
    same: list[int] = []
    for seed in seeds:
        made = training.make(seed, persons=persons)
        for pair in candidates(made.register, [query.record for query in made.queries]):
            vectors.append(levels(pair.asked, pair.held))
            same.append(int(made.queries[pair.query].row == pair.row))
    return vectors, np.array(same)


def verdicts(path: Path) -> Learned:
    """What officers decided: JSON lines with `vector` and `verdict`; *unsure* teaches nothing."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    told = [row for row in rows if row["verdict"] in ("same", "not") and row["vector"]]
    return [tuple(row["vector"]) for row in told], np.array([int(row["verdict"] == "same") for row in told])


def fit(vectors: Sequence[tuple[str, ...]], same: NDArray[np.int64]) -> tuple[float, dict[str, float]]:
    """Prior and weights in bits: the most likely ones whose signs are sane, small where little is known.

    A level that says *the same* never speaks against, one that says *different* never for; officers read it so.
    """
    encoder = DictVectorizer()
    seen = encoder.fit_transform([dict.fromkeys(vector, 1.0) for vector in vectors])
    names = encoder.get_feature_names_out()
    sign = 2.0 * same - 1.0
    penalty = 1.0 / np.array([_strength(name) for name in names])

    def loss(at: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = sign * (seen @ at[1:] + at[0])
        slope = -sign * expit(-margin)
        total = np.logaddexp(0.0, -margin).sum() + 0.5 * (penalty * at[1:] ** 2).sum()
        return total, np.concatenate([[slope.sum()], seen.T @ slope + penalty * at[1:]])

    bounds = [(None, None), *(_bounds(name) for name in names)]
    found = minimize(loss, np.zeros(len(bounds)), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 3000})
    bits = found.x / LN2
    return float(bits[0]), {str(name): round(float(weight), 3) for name, weight in zip(names, bits[1:], strict=True)}


def _strength(level: str) -> float:
    firm = level.partition(":")[0] in FIRM_FIELDS or level.startswith(FIRM_TERMS)
    return FIRM if firm else LOOSE


def _bounds(level: str) -> tuple[float | None, float | None]:
    field, _, rest = level.partition(":")
    said = rest.partition(":")[0]
    if field == "term" or said in FREE:
        return None, None
    return (0.0, None) if said in SUPPORTS else (None, 0.0)


def scores(vectors: Iterable[tuple[str, ...]], *, prior: float, weights: dict[str, float]) -> NDArray[np.float64]:
    """The score of every vector in bits."""
    return np.array([prior + sum(weights.get(level, 0.0) for level in vector) for vector in vectors])


def calibrated(found: NDArray[np.float64], same: NDArray[np.int64]) -> dict[str, float]:
    """Slope and shift that make scores log-odds (Platt 1999)."""
    model = LogisticRegression(C=1e6).fit(found.reshape(-1, 1) * LN2, same)
    return {"slope": round(float(model.coef_[0][0]), 4), "shift": round(float(model.intercept_[0] / LN2), 4)}


def zones(found: NDArray[np.float64], same: NDArray[np.int64]) -> dict[str, float]:
    """*match*: the lowest score with `MATCH_PRECISION`; *possible*: the one with `POSSIBLE_RECALL`."""
    order = np.argsort(-found)
    right = np.cumsum(same[order])
    precise = np.nonzero(right / np.arange(1, len(order) + 1) >= MATCH_PRECISION)[0]
    match = float(found[order][precise[-1]])
    possible = float(np.quantile(found[same == 1], 1 - POSSIBLE_RECALL))
    return {"possible": round(min(possible, match - 1), 2), "match": round(match, 2)}


def learn(*, persons: int, seeds: Sequence[int], told: Path | None = None) -> dict[str, Any]:
    """The table; three parts of the seeds learn, calibrate and set thresholds."""
    third = max(1, len(seeds) // 4)
    vectors, same = examples(seeds[: -2 * third], persons=persons)
    if told is not None:
        more, judged = verdicts(told)
        vectors, same = [*vectors, *more], np.concatenate([same, judged])
    prior, weights = fit(vectors, same)
    held, truth = examples(seeds[-2 * third : -third], persons=persons)
    calibration = calibrated(scores(held, prior=prior, weights=weights), truth)
    last, truth = examples(seeds[-third:], persons=persons)
    return {
        "version": VERSION,
        "learned": {
            "from": "services.recognition.training", "seeds": list(seeds), "persons": persons, "pairs": len(vectors),
            "verdicts": told is not None, "penalty": [FIRM, LOOSE],
        },
        "prior": round(prior, 3),
        "weights": weights,
        "calibration": calibration,
        "zones": zones(scores(last, prior=prior, weights=weights), truth),
    }  # fmt: skip


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=12000, help="rows of each register")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(101, 117)))
    parser.add_argument("--verdicts", type=Path, help="what `jejak node verdicts` wrote")
    parser.add_argument("--date", required=True, help="the day that the table names")
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    table = learn(persons=asked.persons, seeds=asked.seeds, told=asked.verdicts)
    table["learned"] |= {"date": asked.date, "by": f"python -m services.recognition.learn --persons {asked.persons}"}
    asked.out.write_text(json.dumps(table, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(table['weights'])} weights from {table['learned']['pairs']} pairs\n")


if __name__ == "__main__":
    main()
