"""The model of the comparison: levels become bits, bits become a probability and a zone.

Additive log-odds in the line of Fellegi and Sunter (1969), with terms between fields, learned by logistic regression
(`services/recognition/learn.py`). The table is data, dated and versioned; a node learns nothing.
"""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

_TABLES = "office_node.domain.tables"
NEWEST = "comparison_2026_11.json"
TOKENS = "tokens_2026_11.json"
"""What tokens alone weigh (`tokenlevels`); its *match* is never reached."""
_LIMIT = 60.0
"""Bits beyond which a probability is 0 or 1 anyway."""


@dataclass(frozen=True)
class Model:
    """Weights in bits (log2 of odds) by level code; `possible` and `match` are scores in bits.

    `slope` and `shift` turn a score into calibrated log-odds (Platt 1999).
    """

    version: str
    prior: float
    weights: Mapping[str, float]
    slope: float
    shift: float
    possible: float
    match: float

    def score(self, levels: Iterable[str]) -> float:
        """The log-odds in bits that two records are of one person; a level that is not in the table says nothing."""
        weights = self.weights
        return self.prior + sum([weights.get(level, 0.0) for level in levels])

    def probability(self, score: float) -> float:
        """The calibrated probability of a score."""
        bits = max(-_LIMIT, min(_LIMIT, self.slope * score + self.shift))
        return 1.0 / (1.0 + math.exp2(-bits))


@cache
def current(table: str = NEWEST) -> Model:
    """The model of this table."""
    return parse(json.loads(files(_TABLES).joinpath(table).read_text(encoding="utf-8")))


def parse(table: Mapping[str, Any]) -> Model:
    """A table as it is kept (its `learned` member says from what; it is for readers)."""
    return Model(
        version=table["version"],
        prior=table["prior"],
        weights=dict(table["weights"]),
        slope=table["calibration"]["slope"],
        shift=table["calibration"]["shift"],
        possible=table["zones"]["possible"],
        match=table["zones"]["match"],
    )
