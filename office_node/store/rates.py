"""Rates: one row for each who has asked lately, the same for every process of the office.

A row holds the time at which all that was asked so far would be due at the steady rate (the generic cell rate
algorithm, docs/adr/0030): one upsert spends, nothing has to be filled up, and an old row means the same as none.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import to_ms

_SPEND = HotStatement(
    "INSERT INTO rate (name, at) VALUES (?, ?) ON CONFLICT (name) DO UPDATE"
    " SET at = CASE WHEN rate.at BETWEEN ? AND ? THEN rate.at ELSE ? END + ?"
    " WHERE rate.at <= ? OR rate.at > ?"
)
_AT = HotStatement("SELECT at FROM rate WHERE name = ?")
_FORGET = HotStatement("DELETE FROM rate WHERE at <= ?")


class Rate(NamedTuple):
    """So many a second in the long run, and so many at once by who was quiet."""

    per_s: float
    burst: int


def spend(connection: Connection, name: str, *, rate: Rate, now: datetime) -> float:
    """Seconds until the next one is free; 0 if this one was, and is spent.

    What lies further ahead than a whole burst was written by a clock that has been set back since, and counts as none.
    """
    step = max(1, round(1000 / rate.per_s))
    moment, last = to_ms(now), to_ms(now) + step * (rate.burst - 1)
    top = last + step
    if _SPEND.run(connection, (name, moment + step, moment, top, moment, step, last, top)) == 1:
        return 0.0
    row = _AT.row(connection, (name,))
    return 0.0 if row is None else (int(row[0]) - last) / 1000


def forget_full(connection: Connection, *, now: datetime) -> int:
    """Drop the rows of those who have been quiet for long enough; how many."""
    return _FORGET.run(connection, (to_ms(now),))
