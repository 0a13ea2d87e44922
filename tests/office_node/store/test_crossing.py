"""Two transactions at once on PostgreSQL: the second sees what the first has just written."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, Engine, text

from office_node.store import attempts, faults, feeds, gaps, notices
from office_node.store.errors import StoreError
from office_node.store.notices import NewNotice
from shared_schemas.trace import HelloFacts
from tests.office_node.store.test_merging import ASKED

pytestmark = pytest.mark.postgres
ISSUER = ASKED[0]


@contextmanager
def beside(engine: Engine, function: Callable[[Connection], Any]) -> Iterator[Future[Any]]:
    """The function's transaction begins while the block's is open, and may have to wait for it."""
    with ThreadPoolExecutor(1) as threads:
        yield threads.submit(attempts.write, engine, function)


def wait_until_blocked(engine: Engine) -> None:
    """Some transaction waits for a lock of another."""
    with attempts.reading(engine).connect() as connection:
        for _ in range(500):
            waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            if connection.execute(waiting).scalar_one():
                return
            connection.rollback()
            threading.Event().wait(0.01)
    raise AssertionError("nobody waits")


def notice(now: datetime, **changes: Any) -> NewNotice:
    made = NewNotice(
        issuer=ISSUER,
        case_ref="c" * 32,
        revision=1,
        number=1,
        generation=1,
        standing="under_examination",
        reason_group=None,
        until=now - timedelta(seconds=1),
        lapses_at=None,
        arrived_at=now,
        keyid=f"{ISSUER}/sign-2026",
        signature=b"s" * 64,
        payload=b"{}",
    )
    return replace(made, **changes)


def test_the_sweep_leaves_a_revision_that_came_while_it_ran(postgres_engine: Engine, now: datetime) -> None:
    attempts.write(postgres_engine, lambda c: notices.put(c, notice(now), tokens=[5]))
    later = notice(now, revision=2, number=2, standing="postponed", until=now + timedelta(days=365))
    with postgres_engine.connect() as connection:
        transaction = connection.begin()
        notices.put(connection, later, tokens=[5, 6])
        with beside(postgres_engine, lambda c: notices.expire(c, now=now)) as sweep:
            wait_until_blocked(postgres_engine)
            transaction.commit()
        assert sweep.result() == 0
    found = attempts.write(postgres_engine, lambda c: notices.postings(c, [5, 6], now=now))
    assert sorted((one.token, one.revision) for one in found) == [(5, 2), (6, 2)]


def test_numbers_that_come_at_once_leave_no_gap(postgres_engine: Engine, now: datetime) -> None:
    def begin(connection: Connection) -> None:
        feeds.account(connection, ISSUER, numbers=[1])
        feeds.note_hello(connection, ISSUER, facts=HelloFacts(at=now, generation=1, last_number=3), statement=None)

    attempts.write(postgres_engine, begin)
    with postgres_engine.connect() as connection:
        transaction = connection.begin()
        feeds.account(connection, ISSUER, numbers=[3])
        with beside(postgres_engine, lambda c: feeds.account(c, ISSUER, numbers=[2])) as second:
            wait_until_blocked(postgres_engine)
            transaction.commit()
        second.result()
    with postgres_engine.connect() as connection:
        assert connection.execute(text("SELECT accounted_to FROM peer")).scalar_one() == 3
        assert connection.execute(text("SELECT count(*) FROM feed_range")).scalar_one() == 0
        assert feeds.covered_to(connection, ISSUER) == now


def test_a_feed_is_whole_however_its_ranges_lie(connection: Connection, now: datetime) -> None:
    feeds.note_hello(connection, ISSUER, facts=HelloFacts(at=now, generation=1, last_number=3), statement=None)
    connection.execute(text("UPDATE peer SET accounted_to = 2"))
    connection.execute(text(f"INSERT INTO feed_range (issuer, first, last) VALUES ('{ISSUER}', 3, 3)"))
    assert gaps.missing(connection, ISSUER) == []
    assert feeds.covered_to(connection, ISSUER) == now
    assert feeds.first_missing(connection, ISSUER) is None


@pytest.mark.parametrize("error", [psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure])
def test_a_transaction_that_lost_every_try_says_that_the_database_is_locked(error: type[psycopg.Error]) -> None:
    told = faults.told(error())
    assert isinstance(told, StoreError)
    assert told.reason == "locked"
    assert faults.wants_another_try(error())
