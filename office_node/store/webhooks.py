"""Webhooks of the office: where events are sent to, in order, from a cursor of each."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import from_ms, from_ms_or_none, to_ms, to_ms_or_none

_COLUMNS = "id, url, kinds, secret_sealed, cursor, created_at, state, failures, failing_since, due_at"
_ADD = HotStatement(f"INSERT INTO webhook ({_COLUMNS}) VALUES ({', '.join('?' * 10)})")
_ALL = HotStatement(f"SELECT {_COLUMNS} FROM webhook ORDER BY created_at, id")
_DUE = HotStatement(
    f"SELECT {_COLUMNS} FROM webhook WHERE state = 'active' AND due_at <= ? AND cursor < ? ORDER BY due_at, id"
)
_REMOVE = HotStatement("DELETE FROM webhook WHERE id = ?")
_MOVE = HotStatement(
    "UPDATE webhook SET cursor = ?, state = ?, failures = ?, failing_since = ?, due_at = ? WHERE id = ?"
)


@dataclass(frozen=True, slots=True)
class Webhook:
    """One endpoint. `kinds`: none for every kind. `cursor`: the last event that it has or does not want."""

    id: str
    url: str
    kinds: tuple[str, ...]
    sealed: bytes
    cursor: int
    created_at: datetime
    state: Any
    failures: int
    failing_since: datetime | None
    due_at: datetime


def add(connection: Connection, one: Webhook) -> None:
    """A new endpoint."""
    _ADD.run(
        connection,
        (
            one.id, one.url, " ".join(one.kinds), one.sealed, one.cursor, to_ms(one.created_at), one.state,
            one.failures, to_ms_or_none(one.failing_since), to_ms(one.due_at),
        ),
    )  # fmt: skip


def remove(connection: Connection, id: str) -> bool:
    """Send nothing there any more; False if there is no such endpoint."""
    return _REMOVE.run(connection, (id,)) == 1


def listed(connection: Connection) -> list[Webhook]:
    """All endpoints, the oldest first."""
    return [_webhook(row) for row in _ALL.rows(connection)]


def due(connection: Connection, *, now: datetime, last: int) -> list[Webhook]:
    """Endpoints to which something can be sent now; `last`: the newest event."""
    return [_webhook(row) for row in _DUE.rows(connection, (to_ms(now), last))]


def move(connection: Connection, one: Webhook) -> None:
    """Keep how far it has come, and how it stands."""
    since = to_ms_or_none(one.failing_since)
    _MOVE.run(connection, (one.cursor, one.state, one.failures, since, to_ms(one.due_at), one.id))


def _webhook(row: tuple[Any, ...]) -> Webhook:
    return Webhook(
        id=row[0],
        url=row[1],
        kinds=tuple(row[2].split()),
        sealed=bytes(row[3]),
        cursor=int(row[4]),
        created_at=from_ms(row[5]),
        state=row[6],
        failures=int(row[7]),
        failing_since=from_ms_or_none(row[8]),
        due_at=from_ms(row[9]),
    )
