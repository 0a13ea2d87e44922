"""What this office has seen of another's log: the newest checkpoint that was proved, and when it is looked at next."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import from_ms_or_none, to_ms

_NEW = HotStatement("INSERT INTO log_seen (office, entry_id, due_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
_GET = HotStatement("SELECT note, contested, entry_id, audited_at FROM log_seen WHERE office = ?")
_OFFICES = HotStatement("SELECT office FROM log_seen")
_PUT = HotStatement("UPDATE log_seen SET note = ? WHERE office = ?")
_CONTEST = HotStatement("UPDATE log_seen SET contested = ?, due_at = ? WHERE office = ? AND contested IS NULL")
_DUE = HotStatement("SELECT office FROM log_seen WHERE due_at <= ? ORDER BY due_at LIMIT ?")
_PUT_OFF = HotStatement("UPDATE log_seen SET due_at = ? WHERE office = ?")
_AUDITED = HotStatement(
    "UPDATE log_seen SET note = ?, contested = NULL, entry_id = ?, audited_at = ?, due_at = ? WHERE office = ?"
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of an office's log, as notes; the last own entry whose leaves were asked for."""

    note: str | None
    contested: str | None
    """One that nobody has vouched for yet."""
    entry_id: int
    audited_at: datetime | None


def expect(connection: Connection, office: str, *, after: int, due: datetime) -> None:
    """Look at it first at `due`, and at what came from it after this entry of one's own; nothing if it is known."""
    _NEW.run(connection, (office, after, to_ms(due)))


def get(connection: Connection, office: str) -> Seen | None:
    """What is known of it."""
    row = _GET.row(connection, (office,))
    return None if row is None else Seen(row[0], row[1], int(row[2]), from_ms_or_none(row[3]))


def offices(connection: Connection) -> frozenset[str]:
    """Whose log is looked at from time to time."""
    return frozenset(str(row[0]) for row in _OFFICES.rows(connection, ()))


def put(connection: Connection, office: str, *, note: str) -> None:
    """Its growth up to this checkpoint is vouched for."""
    _PUT.run(connection, (note, office))


def contest(connection: Connection, office: str, *, note: str, due: datetime) -> None:
    """Ask it about this checkpoint then, unless it is to be asked about one already."""
    _CONTEST.run(connection, (note, to_ms(due), office))


def due_offices(connection: Connection, *, now: datetime, limit: int) -> list[str]:
    """Whose log is to be looked at."""
    return [str(row[0]) for row in _DUE.rows(connection, (to_ms(now), limit))]


def put_off(connection: Connection, office: str, *, due: datetime) -> None:
    """Look at it then."""
    _PUT_OFF.run(connection, (to_ms(due), office))


def audited(
    connection: Connection, office: str, *, note: str | None, entry_id: int, now: datetime, due: datetime
) -> None:  # fmt: skip
    """It has proved its growth up to here, and was asked for what it gave up to this entry."""
    _AUDITED.run(connection, (note, entry_id, to_ms(now), to_ms(due), office))
