"""How two editions differ over many cases, by group: counts with Wilson intervals, for audit and never for scoring."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from shared_schemas.guideline import Level

SMALL = 5
"""A group of fewer cases is told together with the other small ones: it would speak of single persons."""
OTHERS = "(small groups)"
_Z = 1.959964
_RANK: dict[Level, int] = {"HIJAU": 0, "KUNING": 1, "MERAH": 2}


@dataclass(frozen=True, slots=True)
class Compared:
    """One case under both editions, and the groups that it is in: `sex`, `age`, `regency` by name."""

    before: Level
    after: Level
    groups: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with the 95 % interval of Wilson (1927)."""

    count: int
    of: int

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper bound; everything is possible where there is nothing."""
        if self.of == 0:
            return 0.0, 1.0
        share, z2 = self.count / self.of, _Z * _Z / self.of
        middle = (share + z2 / 2) / (1 + z2)
        half = _Z / (1 + z2) * sqrt(share * (1 - share) / self.of + z2 / (4 * self.of))
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True)
class Line:
    """One group: its cases, who would rise and who would fall, and who is flagged (not HIJAU) before and after."""

    kind: str
    group: str
    cases: int
    rises: int
    falls: int
    before: Share
    after: Share


def compare_editions(cases: Iterable[Compared]) -> list[Line]:
    """A line for all, then one for each group of at least `SMALL` cases."""
    held = list(cases)
    lines = [_line("all", "", held)]
    by_group: dict[tuple[str, str], list[Compared]] = {}
    for case in held:
        for group in case.groups:
            by_group.setdefault(group, []).append(case)
    small: dict[str, list[Compared]] = {}
    for (kind, name), some in sorted(by_group.items()):
        if len(some) < SMALL:
            small.setdefault(kind, []).extend(some)
        else:
            lines.append(_line(kind, name, some))
    return lines + [_line(kind, OTHERS, some) for kind, some in sorted(small.items()) if len(some) >= SMALL]


def _line(kind: str, group: str, cases: list[Compared]) -> Line:
    rises = sum(_RANK[case.after] > _RANK[case.before] for case in cases)
    falls = sum(_RANK[case.after] < _RANK[case.before] for case in cases)
    flagged = [Share(sum(_RANK[level] > 0 for level in levels), len(cases)) for levels in _both(cases)]
    return Line(kind, group, len(cases), rises, falls, flagged[0], flagged[1])


def _both(cases: list[Compared]) -> tuple[list[Level], list[Level]]:
    return [case.before for case in cases], [case.after for case in cases]
