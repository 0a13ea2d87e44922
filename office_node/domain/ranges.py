"""Sets of feed numbers as closed ranges, so that a hello can name thousands in a few bytes."""

from collections.abc import Iterable

MAX_RIDING = 8192


def to_ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Sorted, disjoint closed ranges that never touch."""
    ranges: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    return ranges
