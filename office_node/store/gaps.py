"""What is missing of an office's feed: numbers up to its last hello that nothing has accounted for. Reads only."""

from collections.abc import Iterable

from sqlalchemy import Connection

from office_node.store.hot import HotStatement

_REACHED = HotStatement("SELECT accounted_to, hello_at, hello_last_number FROM peer WHERE office = ?")
_RANGES = HotStatement("SELECT first, last FROM feed_range WHERE issuer = ? ORDER BY first")


def missing(connection: Connection, issuer: str) -> list[tuple[int, int]] | None:
    """The closed ranges that are missing; empty: the feed is whole; None: it has never said where it ends."""
    row = _REACHED.row(connection, (issuer,))
    if row is None or row[1] is None:
        return None
    held = ((int(first), int(last)) for first, last in _RANGES.rows(connection, (issuer,)))
    return _between(held, reached=int(row[0]), last=int(row[2]))


def reached(connection: Connection, issuer: str) -> int:
    """The end of what is accounted for without a gap from the beginning; 0 for an issuer never heard of."""
    row = _REACHED.row(connection, (issuer,))
    return 0 if row is None else int(row[0])


def _between(held: Iterable[tuple[int, int]], *, reached: int, last: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for first, end in held:
        if reached >= last:
            break
        if first > reached + 1:
            found.append((reached + 1, min(first - 1, last)))
        reached = max(reached, end)
    if reached < last:
        found.append((reached + 1, last))
    return found
