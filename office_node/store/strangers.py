"""Unsigned and unknown-key traffic, counted per minute and source: a flood costs rows per source, not per message."""

from datetime import datetime

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import to_ms

MAX_SOURCES = 200
_MINUTE_MS = 60_000
_COUNT = HotStatement(
    "INSERT INTO stranger (minute, source, rule, count) VALUES (?, ?, ?, 1)"
    " ON CONFLICT (minute, source, rule) DO UPDATE SET count = stranger.count + 1 RETURNING count"
)
_SOURCES = HotStatement("SELECT count(*) FROM stranger WHERE minute = ?")
_KNOWN = HotStatement("SELECT 1 FROM stranger WHERE minute = ? AND source = ? AND rule = ?")
_CLOSED = HotStatement("SELECT minute, source, rule, count FROM stranger WHERE minute < ? ORDER BY minute LIMIT 500")
_DROP = HotStatement("DELETE FROM stranger WHERE minute = ? AND source = ? AND rule = ?")


def count(connection: Connection, source: str, *, rule: str, now: datetime) -> int:
    """Count one message; how many it makes. Beyond `MAX_SOURCES` sources in a minute the rest count as one."""
    minute = to_ms(now) // _MINUTE_MS * _MINUTE_MS
    if _KNOWN.row(connection, (minute, source, rule)) is None:
        row = _SOURCES.row(connection, (minute,))
        if row is not None and int(row[0]) >= MAX_SOURCES:
            source = "others"
    counted = _COUNT.row(connection, (minute, source, rule))
    return 0 if counted is None else int(counted[0])


def take_closed(connection: Connection, *, now: datetime) -> list[tuple[int, str, str, int]]:
    """(minute, source, rule, count) of past minutes, each handed out once, to become one entry of the log."""
    closed = [
        (int(minute), str(source), str(rule), int(number))
        for minute, source, rule, number in _CLOSED.rows(connection, (to_ms(now) // _MINUTE_MS * _MINUTE_MS,))
    ]
    _DROP.run_many(connection, [one[:3] for one in closed])
    return closed
