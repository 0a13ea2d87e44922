"""What was done under an idempotency key is remembered for that access key only, and for a time."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from office_node.store import idempotency
from office_node.store.idempotency import Remembered


def test_a_request_is_remembered_for_its_access_key(connection: Connection, now: datetime) -> None:
    done = Remembered("simkim", "k", b"hash", case_ref="c" * 32, screening="5" * 32, created_at=now)
    idempotency.remember(connection, done)
    assert idempotency.find(connection, "simkim", idem_key="k") == done
    assert idempotency.find(connection, "kiosk", idem_key="k") is None
    assert idempotency.find(connection, "simkim", idem_key="K") is None


def test_old_requests_are_forgotten(connection: Connection, now: datetime) -> None:
    for number in range(3):
        at = now + timedelta(hours=number)
        idempotency.remember(connection, Remembered("simkim", str(number), b"h", "c", "s", created_at=at))
    assert idempotency.forget_before(connection, now + timedelta(hours=2)) == 2
    assert idempotency.find(connection, "simkim", idem_key="2") is not None
