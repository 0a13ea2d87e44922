"""Lists of issued passports by day, and those of them that nobody had screened."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import from_ms, from_ms_or_none, to_ms, to_ms_or_none

_LIST = "day, received_at, revision, listed, unscreened, digest"
_PUT = HotStatement(
    f"INSERT INTO issued_list ({_LIST}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (day) DO UPDATE SET"
    " received_at = excluded.received_at, revision = excluded.revision, listed = excluded.listed,"
    " unscreened = excluded.unscreened, digest = excluded.digest"
)
_GET = HotStatement(f"SELECT {_LIST} FROM issued_list WHERE day = ?")
_NEWEST = HotStatement(f"SELECT {_LIST} FROM issued_list ORDER BY day DESC LIMIT ?")
_FIRST = HotStatement("SELECT min(day) FROM issued_list")
_SUMS = HotStatement(
    "SELECT coalesce(sum(listed), 0), coalesce(sum(unscreened), 0) FROM issued_list WHERE day >= ? AND day <= ?"
)
_FORGET = HotStatement("DELETE FROM issued_list WHERE received_at <= ?")
_ROW = (
    "id, day, token, passport_sealed, found_at, explained_at, explained_role, explained_officer, note_sealed,"
    " removed_at"
)
_ADD = HotStatement(
    "INSERT INTO unscreened_passport (id, day, token, passport_sealed, found_at, keep_until) VALUES (?, ?, ?, ?, ?, ?)"
)
_OF_DAY = HotStatement(f"SELECT {_ROW} FROM unscreened_passport WHERE day = ? ORDER BY found_at, id")
_GET_ROW = HotStatement(f"SELECT {_ROW} FROM unscreened_passport WHERE id = ?")
_DROP = HotStatement("DELETE FROM unscreened_passport WHERE id = ?")
_REMOVED = HotStatement("UPDATE unscreened_passport SET removed_at = ? WHERE id = ?")
_OF_LIST = HotStatement("SELECT case_ref, token FROM issued_for WHERE day = ?")
_FREE = HotStatement("DELETE FROM issued_for WHERE case_ref = ?")
_STANDS_FOR = HotStatement("INSERT INTO issued_for (case_ref, day, token) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
_STOOD_FOR = HotStatement("SELECT token FROM issued_for WHERE case_ref = ?")
_EXPLAIN = HotStatement(
    "UPDATE unscreened_passport SET explained_at = ?, explained_role = ?, explained_officer = ?, note_sealed = ?"
    " WHERE id = ? AND explained_at IS NULL"
)
_FORGET_ROWS = HotStatement("DELETE FROM unscreened_passport WHERE keep_until <= ?")


@dataclass(frozen=True, slots=True)
class IssuedList:
    """One day's list as it is kept."""

    day: date
    received_at: datetime
    revision: int
    listed: int
    unscreened: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Unscreened:
    """A passport without a screening. `token`: what tells the same one in a later list of the day."""

    id: str
    day: date
    token: int
    sealed: bytes
    found_at: datetime
    explained_at: datetime | None = None
    explained_role: Any = None
    explained_officer: str | None = None
    note_sealed: bytes | None = None
    removed_at: datetime | None = None


def put(connection: Connection, one: IssuedList) -> None:
    """The day's list is this now."""
    row = (one.day.isoformat(), to_ms(one.received_at), one.revision, one.listed, one.unscreened, one.digest)
    _PUT.run(connection, row)


def get(connection: Connection, day: date) -> IssuedList | None:
    """The list of a day."""
    row = _GET.row(connection, (day.isoformat(),))
    return None if row is None else _list(row)


def newest(connection: Connection, *, limit: int) -> list[IssuedList]:
    """The newest days."""
    return [_list(row) for row in _NEWEST.rows(connection, (limit,))]


def first_day(connection: Connection) -> date | None:
    """The first day of which a list is kept; None while none has ever come."""
    row = _FIRST.row(connection)
    return None if row is None or row[0] is None else date.fromisoformat(row[0])


def sums(connection: Connection, *, first: date, last: date) -> tuple[int, int]:
    """How many passports the lists of these days have, and how many of those without a screening."""
    row = _SUMS.row(connection, (first.isoformat(), last.isoformat()))
    return (0, 0) if row is None else (int(row[0]), int(row[1]))


def add(connection: Connection, one: Unscreened, *, keep_until: datetime) -> None:
    """A passport that nobody had screened."""
    row = (one.id, one.day.isoformat(), one.token, one.sealed, to_ms(one.found_at), to_ms(keep_until))
    _ADD.run(connection, row)


def drop(connection: Connection, id: str) -> None:
    """A later list of the day shows that it was screened."""
    _DROP.run(connection, (id,))


def remove(connection: Connection, id: str, *, at: datetime | None) -> None:
    """A later list of the day has it no more; with None it has it again."""
    _REMOVED.run(connection, (to_ms_or_none(at), id))


def free(connection: Connection, day: date, *, listed: Collection[int]) -> None:
    """The day's list is read anew: cases that stand for what it has no more are free for another passport."""
    for case_ref, token in _OF_LIST.rows(connection, (day.isoformat(),)):
        if token not in listed:
            _FREE.run(connection, (case_ref,))


def stands_for(connection: Connection, case_ref: str, *, day: date, token: int) -> bool:
    """Let a screened case stand for a passport; False if it stands for another one already."""
    _STANDS_FOR.run(connection, (case_ref, day.isoformat(), token))
    row = _STOOD_FOR.row(connection, (case_ref,))
    return row is not None and int(row[0]) == token


def of_day(connection: Connection, day: date) -> list[Unscreened]:
    """Those of a day."""
    return [_row(row) for row in _OF_DAY.rows(connection, (day.isoformat(),))]


def get_row(connection: Connection, id: str) -> Unscreened | None:
    """One of them."""
    row = _GET_ROW.row(connection, (id,))
    return None if row is None else _row(row)


def explain(connection: Connection, id: str, *, at: datetime, role: str, officer: str | None, note: bytes) -> bool:
    """Somebody says how it came; False if that was said before."""
    return _EXPLAIN.run(connection, (to_ms(at), role, officer, note, id)) == 1


def forget(connection: Connection, *, lists_before: datetime, now: datetime) -> int:
    """Drop lists and rows whose time is over; how many."""
    return _FORGET.run(connection, (to_ms(lists_before),)) + _FORGET_ROWS.run(connection, (to_ms(now),))


def _list(row: tuple[Any, ...]) -> IssuedList:
    return IssuedList(date.fromisoformat(row[0]), from_ms(row[1]), int(row[2]), int(row[3]), int(row[4]), bytes(row[5]))


def _row(row: tuple[Any, ...]) -> Unscreened:
    return Unscreened(
        id=row[0],
        day=date.fromisoformat(row[1]),
        token=int(row[2]),
        sealed=bytes(row[3]),
        found_at=from_ms(row[4]),
        explained_at=from_ms_or_none(row[5]),
        explained_role=row[6],
        explained_officer=row[7],
        note_sealed=None if row[8] is None else bytes(row[8]),
        removed_at=from_ms_or_none(row[9]),
    )
