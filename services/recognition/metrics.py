"""The figures of a linkage test: precision and recall over a sweep of thresholds, and shares with their intervals.

A decision is a pair (query, row). Precision counts wrong pairs, recall all true pairs, also those that were never
candidates. Pairs of one score are decided together, so that an order among equals flatters nobody.
"""

import math
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

_Z = 1.959964
"""Of a two-sided interval of 95 %."""


class Scored(NamedTuple):
    """A compared pair: its score, and whether it is one person."""

    score: float
    same: bool


class Point(NamedTuple):
    """What deciding *same* from `threshold` on comes to."""

    threshold: float
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


NOTHING = Point(math.inf, 1.0, 0.0)


class Share(NamedTuple):
    """A share `hits / total`, with Wilson's interval of 95 % (Wilson 1927)."""

    hits: int
    total: int

    @property
    def value(self) -> float:
        """The share; 0 of nothing is 0."""
        return self.hits / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Low and high end."""
        if not self.total:
            return 0.0, 1.0
        n, p = self.total, self.value
        centre, spread = p + _Z**2 / (2 * n), _Z * math.sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
        below = 1 + _Z**2 / n
        return max(0.0, (centre - spread) / below), min(1.0, (centre + spread) / below)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:.4f} ({low:.4f}-{high:.4f}, n={self.total})"


def curve(pairs: Iterable[Scored], *, true_pairs: int) -> list[Point]:
    """A point for every score that occurs, the highest first; `true_pairs` are all there are to be found."""
    points: list[Point] = []
    right = decided = 0
    ordered = sorted(pairs, key=lambda pair: -pair.score)
    for score, equals in groupby(ordered, key=lambda pair: pair.score):
        same = [pair.same for pair in equals]
        right, decided = right + sum(same), decided + len(same)
        points.append(Point(score, right / decided, right / true_pairs if true_pairs else 0.0))
    return points


def best_f1(points: Sequence[Point]) -> Point:
    """The point of the highest F1."""
    return max(points, key=lambda point: point.f1, default=NOTHING)


def at_precision(points: Sequence[Point], precision: float) -> Point:
    """The point of the highest recall with at least this precision."""
    return max((p for p in points if p.precision >= precision), key=lambda point: point.recall, default=NOTHING)


def at_threshold(points: Sequence[Point], threshold: float) -> Point:
    """What a threshold from elsewhere comes to here."""
    return min((p for p in points if p.threshold >= threshold), key=lambda point: point.threshold, default=NOTHING)
