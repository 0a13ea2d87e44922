"""Refused log-ins in a row, by name and by source; in the database, so no restart and no second process helps.

An attempt counts as refused from its beginning, and is taken off when it succeeds. So a hundred at once are no better
than one after the other.
"""

from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import from_ms_or_none, to_ms, to_ms_or_none

Counted = Literal["name", "source"]
_GET = HotStatement("SELECT failed, locked_until FROM login_failure WHERE kind = ? AND subject = ?")
_COUNT = HotStatement(
    "INSERT INTO login_failure (kind, subject, failed, last_at) VALUES (?, ?, 1, ?) ON CONFLICT (kind, subject)"
    " DO UPDATE SET failed = login_failure.failed + 1, last_at = excluded.last_at RETURNING failed"
)
_LOCK = HotStatement("UPDATE login_failure SET locked_until = ? WHERE kind = ? AND subject = ?")
_CLEAR = HotStatement("DELETE FROM login_failure WHERE kind = ? AND subject = ?")
_TAKE_OFF = HotStatement(
    "UPDATE login_failure SET failed = failed - 1, locked_until = NULL WHERE kind = ? AND subject = ? AND failed > 0"
)
_FORGET = HotStatement("DELETE FROM login_failure WHERE last_at <= ?")


def locked_until(connection: Connection, kind: Counted, *, subject: str) -> datetime | None:
    """Until when nobody is let in under it."""
    row = _GET.row(connection, (kind, subject))
    return None if row is None else from_ms_or_none(row[1])


def count(connection: Connection, kind: Counted, *, subject: str, now: datetime) -> int:
    """Count one; how many in a row it makes."""
    row = _COUNT.row(connection, (kind, subject, to_ms(now)))
    assert row is not None  # RETURNING gives one row
    return int(row[0])


def lock(connection: Connection, kind: Counted, *, subject: str, until: datetime | None) -> None:
    """Let nobody in under it until then."""
    _LOCK.run(connection, (to_ms_or_none(until), kind, subject))


def clear(connection: Connection, kind: Counted, *, subject: str) -> None:
    """Begin anew."""
    _CLEAR.run(connection, (kind, subject))


def take_off(connection: Connection, kind: Counted, *, subject: str) -> None:
    """The one that was counted last has succeeded."""
    _TAKE_OFF.run(connection, (kind, subject))


def forget(connection: Connection, *, before: datetime) -> int:
    """Drop what nobody has tried since then; how many."""
    return _FORGET.run(connection, (to_ms(before),))
