"""Counters: the gapless number of this office's notices, and the mark that says whom to trust has changed."""

from sqlalchemy import Connection

from office_node.store.hot import HotStatement

_READ = HotStatement("SELECT name, value FROM counter")
_NEXT = HotStatement(
    "INSERT INTO counter (name, value) VALUES (?, 1) "
    "ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value"
)
_AT_LEAST = HotStatement(
    "INSERT INTO counter (name, value) VALUES (?, ?)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE counter.value < excluded.value"
)


def read(connection: Connection) -> dict[str, int]:
    """Every counter that was ever raised."""
    return {str(name): int(value) for name, value in _READ.rows(connection)}


def next_number(connection: Connection) -> int:
    """The next notice number; given within the one write transaction, so none is lost or given twice."""
    return _raise(connection, "notice_number")


def raise_to(connection: Connection, name: str, *, value: int) -> None:
    """At least this."""
    _AT_LEAST.run(connection, (name, value))


def bump_trust(connection: Connection) -> int:
    """Say that roster, suspensions or denials have changed."""
    return _raise(connection, "trust")


def _raise(connection: Connection, name: str) -> int:
    row = _NEXT.row(connection, (name,))
    assert row is not None  # RETURNING gives one row
    return int(row[0])
