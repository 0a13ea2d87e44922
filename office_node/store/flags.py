"""Flags of cases: a sign that more is to be asked, and what proved true of it. One a case."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import from_ms, from_ms_or_none, to_ms

_GET = HotStatement(
    "SELECT case_ref, level, source, raised_at, due_at, outcome, outcome_at FROM case_flag WHERE case_ref = ?"
)
_RAISE = HotStatement(
    "INSERT INTO case_flag (case_ref, level, source, raised_at, due_at) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (case_ref) DO UPDATE SET level = excluded.level WHERE excluded.level = 'MERAH'"
    " AND case_flag.outcome IS NULL AND case_flag.level <> 'MERAH'"
)
_LABEL = HotStatement(
    "UPDATE case_flag SET outcome = ?, outcome_at = ?, outcome_role = ?, outcome_officer = ?, note_sealed = ?"
    " WHERE case_ref = ?"
)
_DUE = HotStatement(
    "SELECT case_ref, level, source, raised_at, due_at, outcome, outcome_at FROM case_flag"
    " WHERE outcome IS NULL AND raised_at <= ? ORDER BY raised_at LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag as it is kept; without the note."""

    case_ref: str
    level: Any
    source: Any
    raised_at: datetime
    due_at: datetime
    outcome: Any
    outcome_at: datetime | None


def get(connection: Connection, case_ref: str) -> Flag | None:
    """The flag of a case."""
    row = _GET.row(connection, (case_ref,))
    return None if row is None else _flag(row)


def hoist(connection: Connection, flag: Flag) -> bool:
    """Raise it, or raise the level of one that is open; whether anything changed."""
    row = (flag.case_ref, flag.level, flag.source, to_ms(flag.raised_at), to_ms(flag.due_at))
    return _RAISE.run(connection, row) == 1


def label(
    connection: Connection, case_ref: str, *, outcome: str, at: datetime, role: str, officer: str | None,
    note_sealed: bytes | None,
) -> None:  # fmt: skip
    """Say what proved true; it may be said anew, the log keeps both."""
    _LABEL.run(connection, (outcome, to_ms(at), role, officer, note_sealed, case_ref))


def open_ones(connection: Connection, *, raised_before: datetime, limit: int) -> list[Flag]:
    """Flags without an outcome, the oldest first."""
    return [_flag(row) for row in _DUE.rows(connection, (to_ms(raised_before), limit))]


def _flag(row: tuple[Any, ...]) -> Flag:
    return Flag(row[0], row[1], row[2], from_ms(row[3]), from_ms(row[4]), row[5], from_ms_or_none(row[6]))
