"""A notice is owed until it is acknowledged; nobody delivers the same one twice at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine

from office_node.store import attempts, deliveries, peers
from office_node.store.deliveries import Delivery
from office_node.store.engine import open_engine

CASE = "c" * 32
OFFICES = [f"kanim-{letter * 3}" for letter in "abcd"]
CLAIM = timedelta(seconds=15)


def owe(connection: Connection, now: datetime, revision: int = 1) -> None:
    deliveries.enqueue(connection, OFFICES, case_ref=CASE, revision=revision, due_at=now)


def claim(connection: Connection, now: datetime, limit: int = 10) -> list[Delivery]:
    claimed: list[Delivery] = []
    for office in deliveries.due_offices(connection, now=now):
        left = limit - len(claimed)
        claimed += deliveries.claim_due(connection, office, now=now, claim_until=now + CLAIM, limit=left)
    return claimed


def test_what_is_due_is_handed_out_once_until_its_claim_ends(connection: Connection, now: datetime) -> None:
    owe(connection, now)
    first = claim(connection, now, limit=3)
    second = claim(connection, now)
    assert sorted(one.office for one in first + second) == OFFICES
    assert claim(connection, now) == []
    after = now + CLAIM + timedelta(milliseconds=1)
    assert len(claim(connection, after)) == 4


def test_nothing_is_due_before_its_time(connection: Connection, now: datetime) -> None:
    owe(connection, now + timedelta(milliseconds=1))
    assert claim(connection, now) == []


def test_what_was_acknowledged_is_no_longer_owed(connection: Connection, now: datetime) -> None:
    owe(connection, now)
    claim(connection, now)
    deliveries.delivered(connection, OFFICES[0], case_ref=CASE, revision=1, now=now)
    assert deliveries.owed(connection) == dict.fromkeys(OFFICES[1:], 1)
    assert OFFICES[0] not in [one.office for one in claim(connection, now + timedelta(hours=1))]


def test_a_newer_revision_stays_owed_when_an_older_one_is_acknowledged(connection: Connection, now: datetime) -> None:
    owe(connection, now, revision=1)
    claim(connection, now)
    owe(connection, now, revision=2)
    deliveries.delivered(connection, OFFICES[0], case_ref=CASE, revision=1, now=now)
    assert {one.revision for one in claim(connection, now)} == {2}
    assert deliveries.owed(connection)[OFFICES[0]] == 1


def test_an_older_revision_never_takes_the_place_of_a_newer_one(connection: Connection, now: datetime) -> None:
    owe(connection, now, revision=2)
    owe(connection, now, revision=1)
    assert {one.revision for one in claim(connection, now)} == {2}


def test_what_failed_is_due_again_later(connection: Connection, now: datetime) -> None:
    owe(connection, now)
    claim(connection, now)
    later = now + timedelta(seconds=30)
    deliveries.failed(connection, OFFICES[0], case_ref=CASE, next_due=later)
    assert claim(connection, now) == []
    assert OFFICES[0] in [one.office for one in claim(connection, later)]


def test_a_late_failure_does_not_owe_again_what_was_acknowledged(connection: Connection, now: datetime) -> None:
    owe(connection, now)
    deliveries.delivered(connection, OFFICES[0], case_ref=CASE, revision=1, now=now)
    deliveries.failed(connection, OFFICES[0], case_ref=CASE, next_due=now)
    assert OFFICES[0] not in deliveries.owed(connection)


def test_an_office_in_back_off_is_left_alone(connection: Connection, now: datetime) -> None:
    owe(connection, now)
    peers.failed(connection, OFFICES[0], backoff_until=now + timedelta(minutes=5))
    assert sorted(one.office for one in claim(connection, now)) == OFFICES[1:]


def test_what_one_office_is_owed_does_not_hide_what_another_is(connection: Connection, now: datetime) -> None:
    early = now - timedelta(hours=1)
    for number in range(300):
        deliveries.enqueue(connection, OFFICES[1:2], case_ref=f"{number:032x}", revision=1, due_at=early)
    deliveries.enqueue(connection, [OFFICES[0], OFFICES[2]], case_ref=CASE, revision=1, due_at=now)
    deliveries.enqueue(connection, OFFICES[3:], case_ref=CASE, revision=1, due_at=now + timedelta(seconds=1))
    assert deliveries.due_offices(connection, now=now) == OFFICES[:3]


@pytest.mark.parametrize("limit", [1, 7])
def test_two_processes_never_claim_the_same_row(engine: Engine, migrated_url: str, now: datetime, limit: int) -> None:
    def owe_many(connection: Connection) -> None:
        for number in range(15):
            deliveries.enqueue(connection, OFFICES, case_ref=f"{number:032x}", revision=1, due_at=now)

    attempts.write(engine, owe_many)
    other = open_engine(migrated_url)

    def claim_all(mine: Engine) -> list[Delivery]:
        claimed: list[Delivery] = []
        while batch := attempts.write(mine, lambda connection: claim(connection, now, limit)):
            claimed += batch
        return claimed

    with ThreadPoolExecutor(4) as threads:
        claimed = [one for part in threads.map(claim_all, [engine, other, engine, other]) for one in part]
    other.dispose()
    assert len(claimed) == len(set(claimed)) == 60


def test_a_notice_is_owed_among_those_who_are_named(connection: Connection, now: datetime) -> None:
    owe(connection, now)
    deliveries.delivered(connection, OFFICES[0], case_ref=CASE, revision=1, now=now)
    assert not deliveries.is_owed(connection, CASE, among=OFFICES[:1])
    assert deliveries.is_owed(connection, CASE, among=OFFICES[:2])
    assert not deliveries.is_owed(connection, CASE, among=["kanim-nowhere"])
