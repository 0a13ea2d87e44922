"""Who a case's person was before a correction: still found by it until then, so that nobody is lost by a spelling."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import from_ms, to_ms

_PUT = HotStatement(
    "INSERT INTO case_former (case_ref, until, former_sealed) VALUES (?, ?, ?)"
    " ON CONFLICT (case_ref) DO UPDATE SET until = excluded.until, former_sealed = excluded.former_sealed"
)
_GET = HotStatement("SELECT case_ref, until, former_sealed FROM case_former WHERE case_ref = ? AND until > ?")
_ENDED = HotStatement("SELECT case_ref FROM case_former WHERE until <= ? LIMIT ?")
_DROP = HotStatement("DELETE FROM case_former WHERE case_ref = ?")


@dataclass(frozen=True, slots=True)
class StoredFormer:
    """A former identity as it is kept."""

    case_ref: str
    until: datetime
    sealed: bytes


def put(connection: Connection, one: StoredFormer) -> None:
    """Keep it; an earlier one of the same case gives way."""
    _PUT.run(connection, (one.case_ref, to_ms(one.until), one.sealed))


def get(connection: Connection, case_ref: str, *, now: datetime) -> StoredFormer | None:
    """The one that is still in matching."""
    row = _GET.row(connection, (case_ref, to_ms(now)))
    return None if row is None else StoredFormer(row[0], from_ms(row[1]), bytes(row[2]))


def ended(connection: Connection, *, now: datetime, limit: int) -> list[str]:
    """Cases whose former identity counts no more."""
    return [str(row[0]) for row in _ENDED.rows(connection, (to_ms(now), limit))]


def drop(connection: Connection, case_ref: str) -> None:
    """Forget who she was."""
    _DROP.run(connection, (case_ref,))
