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
from scipy.sparse import csr_array
from scipy.special import expit

from office_node.domain.levels import levels
from services.recognition import told, training
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
_FEWEST_SEEDS = 3

Floats = NDArray[np.float64]
Bounds = Sequence[tuple[float | None, float | None]]
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


def fit(vectors: Sequence[tuple[str, ...]], same: NDArray[np.int64]) -> tuple[float, dict[str, float]]:
    """Prior and weights in bits: the most likely ones whose signs are sane, small where little is known.

    A level that says *the same* never speaks against, one that says *different* never for; officers read it so.
    """
    names = sorted({level for vector in vectors for level in vector})
    places = {name: at for at, name in enumerate(names)}
    columns = [places[level] for vector in vectors for level in vector]
    ends = np.cumsum([0, *map(len, vectors)])
    seen = csr_array((np.ones(len(columns)), columns, ends), shape=(len(vectors), len(names)))
    penalty = 1.0 / np.array([_strength(name) for name in names])
    found = _likeliest(seen, same, penalty=penalty, bounds=[_bounds(name) for name in names])
    bits = [float(one) / LN2 for one in found]
    return bits[0], {name: round(weight, 3) for name, weight in zip(names, bits[1:], strict=True)}


def _likeliest(seen: Any, same: NDArray[np.int64], *, penalty: NDArray[np.float64], bounds: Bounds) -> Floats:
    """The intercept, and the coefficients of the columns of `seen`, within their bounds: logistic regression."""
    sign = 2.0 * same - 1.0

    def loss(at: Floats) -> tuple[float, Floats]:
        margin = sign * (seen @ at[1:] + at[0])
        slope = -sign * expit(-margin)
        total = np.logaddexp(0.0, -margin).sum() + 0.5 * (penalty * at[1:] ** 2).sum()
        return total, np.concatenate([[slope.sum()], seen.T @ slope + penalty * at[1:]])

    start, limits = np.zeros(len(bounds) + 1), [(None, None), *bounds]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=limits, options={"maxiter": 3000})
    return np.asarray(found.x)


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
    shift, slope = _likeliest(found.reshape(-1, 1) * LN2, same, penalty=np.array([1e-6]), bounds=[(None, None)])
    return {"slope": round(float(slope), 4), "shift": round(float(shift) / LN2, 4)}


def zones(found: NDArray[np.float64], same: NDArray[np.int64]) -> dict[str, float]:
    """*match*: the lowest score with `MATCH_PRECISION`; *possible*: the one with `POSSIBLE_RECALL`."""
    order = np.argsort(-found, kind="stable")
    falling = found[order]
    precision = np.cumsum(same[order]) / np.arange(1, len(order) + 1)
    last_of_its_score = np.append(falling[1:] < falling[:-1], True)
    precise = falling[last_of_its_score & (precision >= MATCH_PRECISION)]
    match = float(precise[-1] if len(precise) else falling[0] + 1)
    possible = float(np.quantile(found[same == 1], 1 - POSSIBLE_RECALL))
    return {"possible": round(min(possible, match - 1), 2), "match": round(match, 2)}


def learn(
    *, persons: int, seeds: Sequence[int], verdicts: Sequence[Path] = (), version: str = VERSION
) -> dict[str, Any]:
    """The table; three parts of the seeds learn, calibrate and set thresholds. Verdicts are learned from beside pairs.

    OSError or TellError if the verdicts cannot be read.
    """
    judged = told.read(verdicts)
    quarter = max(1, len(seeds) // 4)
    vectors, same = examples(seeds[: -2 * quarter], persons=persons)
    vectors, same = [*vectors, *judged.vectors], np.array([*same, *judged.same])
    prior, weights = fit(vectors, same)
    held, truth = examples(seeds[-2 * quarter : -quarter], persons=persons)
    calibration = calibrated(scores(held, prior=prior, weights=weights), truth)
    last, truth = examples(seeds[-quarter:], persons=persons)
    return {
        "version": version,
        "learned": {
            "from": "services.recognition.training", "seeds": list(seeds), "persons": persons, "pairs": len(vectors),
            "verdicts": judged.counts, "penalty": [FIRM, LOOSE],
        },
        "prior": round(prior, 3),
        "weights": weights,
        "calibration": calibration,
        "zones": zones(scores(last, prior=prior, weights=weights), truth),
    }  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(prog="python -m services.recognition.learn", description=__doc__)
    parser.add_argument("--persons", type=int, default=12000, help="rows of each register")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(range(101, 117)), help="at least three")
    parser.add_argument("--verdicts", type=Path, nargs="+", default=[], help="what `jejak node verdicts` wrote")
    parser.add_argument(
        "--version", default=VERSION, help=f"what the table is called; {VERSION} is learned without verdicts"
    )
    parser.add_argument("--date", required=True, help="the day that the table names")
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args(arguments)
    if len(asked.seeds) < _FEWEST_SEEDS:
        parser.error("--seeds: one at least must teach, one calibrate, one give thresholds")
    if asked.verdicts and asked.version == VERSION:
        parser.error("--version: a table that verdicts went into needs a name of its own")
    try:
        table = learn(persons=asked.persons, seeds=asked.seeds, verdicts=asked.verdicts, version=asked.version)
    except (OSError, told.TellError) as error:
        parser.error(f"--verdicts: {error}")
    table["learned"] |= {"date": asked.date, "by": f"{parser.prog} --persons {asked.persons}"}
    asked.out.write_text(json.dumps(table, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(table['weights'])} weights from {table['learned']['pairs']} pairs")
    sys.stdout.write(f", of verdicts {table['learned']['verdicts']}\n" if asked.verdicts else "\n")


if __name__ == "__main__":
    main()
