"""What was heard of recruiters, sealed, until somebody has examined it and some time after."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import from_ms, from_ms_or_none, to_ms

_COLUMNS = (
    "id, village, day, received_at, told_sealed, actor_role, actor_officer, outcome, settled_at, settled_role,"
    " settled_officer, note_sealed"
)
_ADD = HotStatement(
    "INSERT INTO recruiter_report (id, village, day, received_at, told_sealed, actor_role, actor_officer, keep_until)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_GET = HotStatement(f"SELECT {_COLUMNS} FROM recruiter_report WHERE id = ?")
_OPEN = HotStatement(
    f"SELECT {_COLUMNS} FROM recruiter_report WHERE settled_at IS NULL ORDER BY received_at, id LIMIT ?"
)
_ALL = HotStatement(f"SELECT {_COLUMNS} FROM recruiter_report ORDER BY received_at DESC, id LIMIT ?")
_SETTLE = HotStatement(
    "UPDATE recruiter_report SET outcome = ?, settled_at = ?, settled_role = ?, settled_officer = ?, note_sealed = ?,"
    " keep_until = ? WHERE id = ? AND settled_at IS NULL"
)
_FORGET = HotStatement("DELETE FROM recruiter_report WHERE keep_until <= ?")


@dataclass(frozen=True, slots=True)
class StoredReport:
    """A report as it is kept."""

    id: str
    village: str
    day: date
    received_at: datetime
    sealed: bytes
    role: Any
    officer: str | None
    outcome: Any = None
    settled_at: datetime | None = None
    settled_role: Any = None
    settled_officer: str | None = None
    note_sealed: bytes | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a report, and who says so."""

    outcome: str
    at: datetime
    role: str
    officer: str | None
    note: bytes


def add(connection: Connection, one: StoredReport, *, keep_until: datetime) -> None:
    """Keep a new one."""
    _ADD.run(
        connection,
        (
            one.id, one.village, one.day.isoformat(), to_ms(one.received_at), one.sealed, one.role, one.officer,
            to_ms(keep_until),
        ),
    )  # fmt: skip


def get(connection: Connection, id: str) -> StoredReport | None:
    """One of them."""
    row = _GET.row(connection, (id,))
    return None if row is None else _report(row)


def listed(connection: Connection, *, everything: bool, limit: int) -> list[StoredReport]:
    """Those that nobody has settled, the oldest first; or all, the newest first."""
    return [_report(row) for row in (_ALL if everything else _OPEN).rows(connection, (limit,))]


def settle(connection: Connection, id: str, *, settled: Settled, keep_until: datetime) -> bool:
    """What became of it; False if that was said before."""
    told = (settled.outcome, to_ms(settled.at), settled.role, settled.officer, settled.note, to_ms(keep_until), id)
    return _SETTLE.run(connection, told) == 1


def forget(connection: Connection, *, now: datetime) -> int:
    """Drop those whose time is over; how many."""
    return _FORGET.run(connection, (to_ms(now),))


def _report(row: tuple[Any, ...]) -> StoredReport:
    return StoredReport(
        id=row[0],
        village=row[1],
        day=date.fromisoformat(row[2]),
        received_at=from_ms(row[3]),
        sealed=bytes(row[4]),
        role=row[5],
        officer=row[6],
        outcome=row[7],
        settled_at=from_ms_or_none(row[8]),
        settled_role=row[9],
        settled_officer=row[10],
        note_sealed=None if row[11] is None else bytes(row[11]),
    )
