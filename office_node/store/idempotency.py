"""What a request with an idempotency key led to, so that sending it again files nothing twice."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import from_ms, to_ms

_FIND = HotStatement(
    "SELECT key_id, idem_key, request_hash, case_ref, screening, created_at FROM idempotency"
    " WHERE key_id = ? AND idem_key = ?"
)
_REMEMBER = HotStatement(
    "INSERT INTO idempotency (key_id, idem_key, request_hash, case_ref, screening, created_at)"
    " VALUES (?, ?, ?, ?, ?, ?)"
)
_FORGET = HotStatement("DELETE FROM idempotency WHERE created_at < ?")


@dataclass(frozen=True, slots=True)
class Remembered:
    """A request that was carried out."""

    key_id: str
    idem_key: str
    request_hash: bytes
    case_ref: str
    screening: str
    created_at: datetime


def find(connection: Connection, key_id: str, *, idem_key: str) -> Remembered | None:
    """What this access key did under that idempotency key."""
    row = _FIND.row(connection, (key_id, idem_key))
    return None if row is None else Remembered(row[0], row[1], bytes(row[2]), row[3], row[4], from_ms(row[5]))


def remember(connection: Connection, done: Remembered) -> None:
    """Keep it in the transaction that did it."""
    _REMEMBER.run(
        connection,
        (
            done.key_id, done.idem_key, done.request_hash, done.case_ref, done.screening,
            to_ms(done.created_at),
        ),
    )  # fmt: skip


def forget_before(connection: Connection, moment: datetime) -> int:
    """Drop old ones; how many."""
    return _FORGET.run(connection, (to_ms(moment),))
