"""Counts by group with Wilson intervals, and no group so small that it speaks of single persons."""

import pytest

from office_node.guideline.audit import OTHERS, Compared, Share, compare_editions
from shared_schemas.guideline import Level


def cases(count: int, before: Level, after: Level, *, sex: str) -> list[Compared]:
    return [Compared(before, after, (("sex", sex),)) for _ in range(count)]


def test_who_rises_and_who_falls_is_told_by_group() -> None:
    held = [
        *cases(6, "HIJAU", "KUNING", sex="F"),
        *cases(5, "MERAH", "KUNING", sex="M"),
        *cases(1, "HIJAU", "HIJAU", sex="M"),
    ]
    every, women, men = compare_editions(held)
    assert (every.cases, every.rises, every.falls) == (12, 6, 5)
    assert (women.group, women.before.count, women.after.count) == ("F", 0, 6)
    assert (men.group, men.falls, men.before.count, men.after.count) == ("M", 5, 5, 5)


def test_small_groups_are_told_together_or_not_at_all() -> None:
    few = cases(2, "HIJAU", "MERAH", sex="M")
    assert [line.group for line in compare_editions([*few, *cases(5, "HIJAU", "HIJAU", sex="F")])] == ["", "F"]
    three = [case for sex in "ABC" for case in cases(2, "HIJAU", "HIJAU", sex=sex)]
    assert [(line.group, line.cases) for line in compare_editions(three)] == [("", 6), (OTHERS, 6)]


def test_the_interval_is_wilsons() -> None:
    assert Share(0, 0).interval == (0.0, 1.0)
    assert Share(10, 100).interval == pytest.approx((0.0552, 0.1744), abs=1e-4)
    assert Share(0, 10).interval == pytest.approx((0.0, 0.2775), abs=1e-4)


def test_nothing_is_compared_to_nothing() -> None:
    [only] = compare_editions([])
    assert (only.kind, only.cases) == ("all", 0)
