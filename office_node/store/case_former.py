"""Who a case's person was before a correction: still found by it until then, so that nobody is lost by a spelling."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import from_ms, to_ms

_PUT = HotStatement("INSERT INTO case_former (request, case_ref, until, former_sealed) VALUES (?, ?, ?, ?)")
_LIVE = HotStatement(
    "SELECT request, case_ref, until, former_sealed FROM case_former WHERE case_ref = ? AND until > ?"
    " ORDER BY until DESC, request"
)
_ENDED = HotStatement("SELECT DISTINCT case_ref FROM case_former WHERE until <= ? LIMIT ?")
_DROP = HotStatement("DELETE FROM case_former WHERE case_ref = ? AND until <= ?")


@dataclass(frozen=True, slots=True)
class StoredFormer:
    """A former identity as it is kept, under the request that was granted."""

    request: str
    case_ref: str
    until: datetime
    sealed: bytes


def put(connection: Connection, one: StoredFormer) -> None:
    """Keep it beside the earlier ones of the same case."""
    _PUT.run(connection, (one.request, one.case_ref, to_ms(one.until), one.sealed))


def live(connection: Connection, case_ref: str, *, now: datetime) -> list[StoredFormer]:
    """Those that are still in matching, the newest first."""
    return [
        StoredFormer(row[0], row[1], from_ms(row[2]), bytes(row[3]))
        for row in _LIVE.rows(connection, (case_ref, to_ms(now)))
    ]


def ended(connection: Connection, *, now: datetime, limit: int) -> list[str]:
    """Cases of which a former identity counts no more."""
    return [str(row[0]) for row in _ENDED.rows(connection, (to_ms(now), limit))]


def drop_ended(connection: Connection, case_ref: str, *, now: datetime) -> None:
    """Forget who she was, where that counts no more."""
    _DROP.run(connection, (case_ref, to_ms(now)))
