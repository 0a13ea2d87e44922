"""A duty has one holder at a time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from office_node.store import attempts, leases

MINUTE = timedelta(minutes=1)


def take(connection: Connection, holder: str, now: datetime) -> bool:
    return leases.take(connection, "integrator", holder=holder, now=now, until=now + MINUTE)


def test_a_lease_is_kept_and_renewed_by_its_holder_and_by_nobody_else(connection: Connection, now: datetime) -> None:
    assert take(connection, "one", now)
    assert not take(connection, "two", now)
    assert take(connection, "one", now + MINUTE / 2)
    assert not take(connection, "two", now + MINUTE)


def test_a_lease_that_has_run_out_goes_to_whoever_comes(connection: Connection, now: datetime) -> None:
    take(connection, "one", now)
    after = now + MINUTE + timedelta(milliseconds=1)
    assert take(connection, "two", after)
    assert not take(connection, "one", after)


def test_one_duty_is_not_another(connection: Connection, now: datetime) -> None:
    take(connection, "one", now)
    assert leases.take(connection, "sweeper", holder="two", now=now, until=now + MINUTE)


def test_of_many_that_come_at_once_one_gets_it(engine: Engine, now: datetime) -> None:
    with ThreadPoolExecutor(4) as threads:
        got = list(threads.map(lambda n: attempts.write(engine, lambda c: take(c, f"holder-{n}", now)), range(12)))
    assert sum(got) == 1
