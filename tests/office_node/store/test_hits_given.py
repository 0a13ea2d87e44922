"""A hit whose reveal does not come is handed out once, to become the owner's alert."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine

from office_node.store import attempts, hits_given
from office_node.store.engine import open_engine
from office_node.store.hits_given import HitGiven


def hit(now: datetime, number: int = 1, inquiry: str = "5" * 32) -> HitGiven:
    due = now + timedelta(hours=1)
    return HitGiven(f"{number:064x}", inquiry, "kanim-kotabumi", ("a" * 32, "b" * 32), now, due, None)


def test_a_hit_comes_back_as_it_was_given(connection: Connection, now: datetime) -> None:
    hits_given.add(connection, hit(now))
    assert hits_given.get(connection, f"{1:064x}") == hit(now)
    assert hits_given.get(connection, f"{2:064x}") is None


def test_an_overdue_reveal_is_handed_out_once_and_not_before_its_time(connection: Connection, now: datetime) -> None:
    hits_given.add(connection, hit(now))
    hour = timedelta(hours=1)
    assert hits_given.claim_unrevealed(connection, now=now + hour - timedelta(milliseconds=1)) == []
    assert hits_given.claim_unrevealed(connection, now=now + hour) == [hit(now)]
    assert hits_given.claim_unrevealed(connection, now=now + hour) == []


def test_a_reveal_settles_every_hit_of_its_inquiry_and_no_other(connection: Connection, now: datetime) -> None:
    for number, inquiry in ((1, "5" * 32), (2, "5" * 32), (3, "6" * 32)):
        hits_given.add(connection, hit(now, number, inquiry))
    hits_given.revealed(connection, f"{2:064x}", now=now)
    due = hits_given.claim_unrevealed(connection, now=now + timedelta(days=1))
    assert [one.inquiry for one in due] == ["6" * 32]
    settled = hits_given.get(connection, f"{1:064x}")
    assert settled is not None
    assert settled.revealed_at == now


def test_a_reveal_finds_its_hits_without_reading_all_that_were_given(sqlite_engine: Engine, now: datetime) -> None:
    told: list[str] = []
    with sqlite_engine.begin() as connection:
        driver: Any = connection.connection.driver_connection
        driver.set_trace_callback(told.append)
        hits_given.revealed(connection, f"{1:064x}", now=now)
        driver.set_trace_callback(None)
        plan = [row[3] for sql in told for row in driver.execute(f"EXPLAIN QUERY PLAN {sql}")]
    assert [step for step in plan if step.startswith("SCAN hit_given")] == []
    assert [step for step in plan if "ix_hit_given_inquiry" in step] != []


def test_two_processes_never_raise_the_same_hit(engine: Engine, migrated_url: str, now: datetime) -> None:
    def give(connection: Connection) -> None:
        for number in range(250):
            hits_given.add(connection, hit(now, number))

    attempts.write(engine, give)
    other = open_engine(migrated_url)

    def claim_all(mine: Engine) -> list[HitGiven]:
        claimed: list[HitGiven] = []
        late = now + timedelta(days=1)
        while batch := attempts.write(mine, lambda c: hits_given.claim_unrevealed(c, now=late)):
            claimed += batch
        return claimed

    with ThreadPoolExecutor(2) as threads:
        claimed = [one.answer_digest for part in threads.map(claim_all, [engine, other]) for one in part]
    other.dispose()
    assert len(claimed) == len(set(claimed)) == 250
