"""Numbers of a feed that are accounted for beyond its unbroken beginning, as closed ranges that never touch.

A change reads and writes the ranges beside it and no other, and no issuer can have more than `MAX_RANGES`: one that
numbers its notices with holes costs this node no more than one that does not.
"""

from collections.abc import Iterable

from sqlalchemy import Connection

from office_node.store.hot import HotStatement

Range = tuple[int, int]

MAX_RANGES = 8192
"""As many as a hello can name. What lies beyond them is forgotten: it counts as missing and is pulled again."""
_ONE_BY_ONE = 65
"""A notice accounts for no more numbers than these; they may lie far apart, so each looks at its own surroundings."""

_BESIDE = HotStatement(
    "SELECT first, last FROM feed_range WHERE issuer = ? AND first <= ? AND first >= coalesce("
    "(SELECT max(first) FROM feed_range WHERE issuer = ? AND first <= ?), 0) ORDER BY first"
)
_FIRST = HotStatement("SELECT first, last FROM feed_range WHERE issuer = ? AND first <= ? ORDER BY first LIMIT 1")
_DROP = HotStatement("DELETE FROM feed_range WHERE issuer = ? AND first = ?")
_ADD = HotStatement("INSERT INTO feed_range (issuer, first, last) VALUES (?, ?, ?)")
_FORGET = HotStatement("DELETE FROM feed_range WHERE issuer = ?")
_FORGET_SURPLUS = HotStatement(
    "DELETE FROM feed_range WHERE issuer = ? AND first >="
    " (SELECT first FROM feed_range WHERE issuer = ? ORDER BY first LIMIT 1 OFFSET ?)"
)


def add(connection: Connection, issuer: str, *, reached: int, ranges: Iterable[Range]) -> int:
    """Keep these ranges of an issuer whose row is locked; the end of its unbroken beginning, now."""
    fresh = merge([(max(first, reached + 1), last) for first, last in ranges if last > reached])
    parts = [[one] for one in fresh] if len(fresh) <= _ONE_BY_ONE else [fresh]
    added = False
    for part in parts:
        added = _put(connection, issuer, part) or added
    while (row := _FIRST.row(connection, (issuer, reached + 1))) is not None:
        _DROP.run(connection, (issuer, row[0]))
        reached = max(reached, int(row[1]))
    if added:
        _FORGET_SURPLUS.run(connection, (issuer, issuer, MAX_RANGES))
    return reached


def forget(connection: Connection, issuer: str) -> None:
    """No range of this issuer is kept."""
    _FORGET.run(connection, (issuer,))


def merge(ranges: Iterable[Range]) -> list[Range]:
    """The same numbers as sorted ranges that do not touch."""
    merged: list[Range] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


def _put(connection: Connection, issuer: str, part: list[Range]) -> bool:
    """Merge a part with what lies around it; True if there is a range that was not there."""
    lowest, highest = part[0][0], part[-1][1]
    beside = _BESIDE.rows(connection, (issuer, highest + 1, issuer, lowest))
    held = {(int(first), int(last)) for first, last in beside}
    wanted = set(merge([*held, *part]))
    _DROP.run_many(connection, [(issuer, first) for first, _ in held - wanted])
    _ADD.run_many(connection, [(issuer, first, last) for first, last in wanted - held])
    return bool(wanted - held)
