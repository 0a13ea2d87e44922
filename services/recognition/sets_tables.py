"""The hand-written tables of `data/`, made ready to be drawn from quickly: each pool is spread over a fixed number
of slots, so that one draw is one multiplication and one index, however skewed the weights are."""

import csv
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import TypeVar

Item = TypeVar("Item")
SLOTS = 4096
"""Slots of a pool: the commonest name of a pool of 100 fills about 300 of them, the rarest about 15."""
SKEW = 0.85
"""Exponent of Zipf's law by which names of one pool become rarer."""
Pool = tuple[str, ...]


def rows(name: str) -> Iterator[dict[str, str]]:
    """Rows of one table of `data/`, by column."""
    text = files("services.recognition").joinpath("data", name).read_text(encoding="utf-8")
    return iter(list(csv.DictReader(text.splitlines())))


def spread(items: Sequence[Item], weights: Sequence[float], slots: int = SLOTS) -> tuple[Item, ...]:
    """Items repeated in proportion to their weights, `slots` in all; every item of some weight where there is room."""
    total, filled, run = sum(weights), 0, 0.0
    out: list[Item] = []
    for item, weight in zip(items, weights, strict=True):
        run += weight
        until = round(run / total * slots)
        out.extend([item] * (until - filled))
        filled = until
    return tuple(out)


@cache
def pools() -> dict[tuple[str, str], Pool]:
    """Name pools by (`origin.role`, sex), from common to rare, spread over `SLOTS`."""
    found: dict[tuple[str, str], Pool] = {}
    for row in rows("names.csv"):
        names = [name.replace("_", " ") for name in row["names"].split()]
        pool = spread(names, [1 / (rank + 3) ** SKEW for rank in range(len(names))])
        for sex in "LP" if row["sex"] == "X" else row["sex"]:
            found[f"{row['origin']}.{row['role']}", sex] = pool
    return found


@cache
def patterns() -> dict[tuple[str, str, bool], tuple[tuple[Pool, ...], ...]]:
    """How names are made, by (origin, sex, born before 1990): 100 slots of pools, one for each part of the name."""
    gathered: dict[tuple[str, str, bool], list[tuple[tuple[Pool, ...], float]]] = {}
    for row in rows("patterns.csv"):
        roles = [role if "." in role else f"{row['origin']}.{role}" for role in row["roles"].split()]
        parts = tuple(pools()[role, row["sex"]] for role in roles)
        for old in {"old": (True,), "young": (False,)}.get(row["era"], (True, False)):
            gathered.setdefault((row["origin"], row["sex"], old), []).append((parts, float(row["weight"])))
    return {key: spread([p for p, _ in made], [w for _, w in made], 100) for key, made in gathered.items()}


@cache
def words(name: str) -> dict[str, Pool]:
    """One list of `words.csv`: values by key, "_" read as a space."""
    return {
        row["key"]: tuple(value.replace("_", " ") for value in row["values"].split())
        for row in rows("words.csv")
        if row["list"] == name
    }
