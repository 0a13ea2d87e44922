"""A request with an idempotency key is carried out once, however often it is sent."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from office_node.store import idempotency
from office_node.store.transactions import Connection
from office_node.usecases.refusals import IdempotencyMismatchError


@dataclass(frozen=True)
class Once:
    """The key that an office system sent with its request, within its own access key."""

    access_key: str
    key: str
    request_hash: bytes


def request_hash(body: bytes, *, of: str = "") -> bytes:
    """What tells the same request sent twice from another one under the same key; `of`: what it was sent to."""
    return hashlib.sha256(of.encode() + body).digest()


def seen_before(connection: Connection, once: Once) -> tuple[str, str] | None:
    """Case and screening that this request has led to; IdempotencyMismatchError if it was another request."""
    row = idempotency.find(connection, once.access_key, idem_key=once.key)
    if row is None:
        return None
    if row.request_hash != once.request_hash:
        raise IdempotencyMismatchError
    return row.case_ref, row.screening


def remember(connection: Connection, once: Once, *, case_ref: str, now: datetime, screening: str = "") -> None:
    """Keep what it led to, in the transaction that does it."""
    idempotency.remember(
        connection,
        idempotency.Remembered(
            key_id=once.access_key,
            idem_key=once.key,
            request_hash=once.request_hash,
            case_ref=case_ref,
            screening=screening,
            created_at=now,
        ),
    )
