"""The figures are right on cases that can be counted by hand."""

import pytest

from services.recognition.metrics import (
    NOTHING,
    Scored,
    Share,
    at_precision,
    at_threshold,
    best_f1,
    curve,
)

PAIRS = [Scored(9, True), Scored(7, True), Scored(7, False), Scored(5, True), Scored(1, False)]


def test_pairs_of_one_score_are_decided_together() -> None:
    points = curve(PAIRS, true_pairs=4)
    assert [(p.threshold, p.precision, p.recall) for p in points] == [
        (9, 1.0, 0.25), (7, pytest.approx(2 / 3), 0.5), (5, 0.75, 0.75), (1, 0.6, 0.75),
    ]  # fmt: skip


def test_best_f1_and_recall_at_a_precision_are_read_off_the_sweep() -> None:
    points = curve(PAIRS, true_pairs=4)
    assert best_f1(points).threshold == 5
    assert best_f1(points).f1 == pytest.approx(0.75)
    assert at_precision(points, 0.75).recall == 0.75
    assert at_precision(points, 0.99).recall == 0.25


def test_a_threshold_from_elsewhere_counts_what_reaches_it() -> None:
    points = curve(PAIRS, true_pairs=4)
    assert at_threshold(points, 6.5).recall == 0.5
    assert at_threshold(points, 100.0) == NOTHING


def test_nothing_found_is_no_recall() -> None:
    assert best_f1(curve([], true_pairs=3)) == NOTHING
    assert at_precision(curve([Scored(1, False)], true_pairs=0), 0.5) == NOTHING
    assert NOTHING.f1 == 0.0


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [(7, 239, 0.0143, 0.0592), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (0, 0, 0, 1)],
)
def test_wilsons_interval(hits: int, total: int, low: float, high: float) -> None:
    assert Share(hits, total).interval == pytest.approx((low, high), abs=1e-4)
