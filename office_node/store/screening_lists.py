"""Lists of applications to be filed in the background, and what became of each row."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import from_ms, from_ms_or_none, to_ms

_LIST = "id, created_at, key_id, actor_role, actor_officer, total, cancelled_at"
_ADD = HotStatement(f"INSERT INTO screening_list ({_LIST}) VALUES (?, ?, ?, ?, ?, ?, NULL)")
_GET = HotStatement(f"SELECT {_LIST} FROM screening_list WHERE id = ?")
_CANCEL = HotStatement("UPDATE screening_list SET cancelled_at = ? WHERE id = ? AND cancelled_at IS NULL")
_FORGET = HotStatement("DELETE FROM screening_list WHERE created_at <= ?")
_ROW = "list_id, row, state, filing_sealed, case_ref, screening, problem"
_ADD_ROW = HotStatement(f"INSERT INTO screening_list_row ({_ROW}) VALUES (?, ?, 'waiting', ?, NULL, NULL, NULL)")
_ROWS = HotStatement(f"SELECT {_ROW} FROM screening_list_row WHERE list_id = ? ORDER BY row")
_NEXT = HotStatement(f"SELECT {_ROW} FROM screening_list_row WHERE state = 'waiting' ORDER BY list_id, row LIMIT 1")
_DONE = HotStatement(
    "UPDATE screening_list_row SET state = ?, filing_sealed = NULL, case_ref = ?, screening = ?, problem = ?"
    " WHERE list_id = ? AND row = ? AND state = 'waiting'"
)
_DROP = HotStatement(
    "UPDATE screening_list_row SET state = 'cancelled', filing_sealed = NULL WHERE list_id = ? AND state = 'waiting'"
)


@dataclass(frozen=True, slots=True)
class ScreeningList:
    """One list as it is kept."""

    id: str
    created_at: datetime
    key_id: str
    actor_role: Any
    actor_officer: str | None
    total: int
    cancelled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One row, and what became of it."""

    list_id: str
    row: int
    state: Any
    sealed: bytes | None
    case_ref: str | None
    screening: str | None
    problem: str | None


def add(connection: Connection, one: ScreeningList, *, sealed: Iterable[bytes]) -> None:
    """A new list with its rows, in their order from 0."""
    row = (one.id, to_ms(one.created_at), one.key_id, one.actor_role, one.actor_officer, one.total)
    _ADD.run(connection, row)
    _ADD_ROW.run_many(connection, [(one.id, number, filing) for number, filing in enumerate(sealed)])


def get(connection: Connection, id: str) -> ScreeningList | None:
    """A list."""
    row = _GET.row(connection, (id,))
    if row is None:
        return None
    return ScreeningList(
        row[0], from_ms(row[1]), row[2], row[3], row[4], total=int(row[5]), cancelled_at=from_ms_or_none(row[6])
    )


def rows(connection: Connection, id: str) -> list[Listed]:
    """Its rows in their order."""
    return [_listed(row) for row in _ROWS.rows(connection, (id,))]


def next_one(connection: Connection) -> Listed | None:
    """The next row of any list that waits."""
    row = _NEXT.row(connection)
    return None if row is None else _listed(row)


def done(
    connection: Connection, one: Listed, *, state: str, case_ref: str | None = None, screening: str | None = None,
    problem: str | None = None,
) -> None:  # fmt: skip
    """What became of a row; what was to be filed is forgotten."""
    _DONE.run(connection, (state, case_ref, screening, problem, one.list_id, one.row))


def cancel(connection: Connection, id: str, *, at: datetime) -> int:
    """File no more of it; how many rows were still waiting."""
    _CANCEL.run(connection, (to_ms(at), id))
    return _DROP.run(connection, (id,))


def forget(connection: Connection, *, before: datetime) -> int:
    """Drop lists whose time is over; how many."""
    return _FORGET.run(connection, (to_ms(before),))


def _listed(row: tuple[Any, ...]) -> Listed:
    sealed = None if row[3] is None else bytes(row[3])
    return Listed(row[0], int(row[1]), row[2], sealed, row[4], row[5], row[6])
