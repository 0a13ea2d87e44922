"""Proofs that a log contradicts itself, kept until an administrator has done with them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import from_ms, to_ms

_ADD = HotStatement(
    "INSERT INTO log_evidence (id, accused, kind, seen_at, body_sealed, is_told) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT DO NOTHING"
)
_COLUMNS = "id, accused, kind, seen_at, body_sealed"
_LIST = HotStatement(f"SELECT {_COLUMNS} FROM log_evidence ORDER BY seen_at, id")
_GET = HotStatement(f"SELECT {_COLUMNS} FROM log_evidence WHERE id = ?")
_UNTOLD = HotStatement(
    f"SELECT {_COLUMNS} FROM log_evidence WHERE NOT is_told AND accused = ? ORDER BY seen_at LIMIT 4"
)
_UNTOLD_OFFICES = HotStatement("SELECT DISTINCT accused FROM log_evidence WHERE NOT is_told ORDER BY accused")
_FORGET = HotStatement("DELETE FROM log_evidence WHERE seen_at <= ?")
_TOLD = HotStatement("UPDATE log_evidence SET is_told = ? WHERE id = ?")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One proof; what it says is sealed, for statements hold tokens."""

    id: str
    accused: str
    kind: str
    seen_at: datetime
    body_sealed: bytes


def add(connection: Connection, one: Evidence, *, is_told: bool) -> bool:
    """Keep it; False if the same contradiction is held already. `is_told`: the accused office knows."""
    row = (one.id, one.accused, one.kind, to_ms(one.seen_at), one.body_sealed, is_told)
    return _ADD.run(connection, row) == 1


def listed(connection: Connection) -> list[Evidence]:
    """All, the oldest first."""
    return [_evidence(row) for row in _LIST.rows(connection, ())]


def get(connection: Connection, evidence: str) -> Evidence | None:
    """One of them."""
    row = _GET.row(connection, (evidence,))
    return None if row is None else _evidence(row)


def untold(connection: Connection, accused: str) -> list[Evidence]:
    """What the accused office has not been told yet."""
    return [_evidence(row) for row in _UNTOLD.rows(connection, (accused,))]


def untold_offices(connection: Connection) -> list[str]:
    """Offices that have not been told all that speaks against their logs."""
    return [str(row[0]) for row in _UNTOLD_OFFICES.rows(connection, ())]


def told(connection: Connection, evidence: str) -> None:
    """The accused office has it."""
    _TOLD.run(connection, (True, evidence))


def forget(connection: Connection, *, before: datetime) -> int:
    """Drop what was seen before then; how many."""
    return _FORGET.run(connection, (to_ms(before),))


def _evidence(row: tuple[str, str, str, int, bytes]) -> Evidence:
    return Evidence(row[0], row[1], row[2], from_ms(row[3]), bytes(row[4]))
