"""A peer's numbers are accounted for in any order, and only an unbroken feed covers a moment."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text

from office_node.signing.statements import Statement
from office_node.store import feeds
from shared_schemas.trace import HelloFacts

OFFICE = "kanim-kotabumi"


def hello(at: datetime, last: int) -> HelloFacts:
    return HelloFacts(at=at, generation=1, last_number=last)


def ranges(connection: Connection) -> list[tuple[int, int]]:
    rows = connection.execute(text("SELECT first, last FROM feed_range ORDER BY first"))
    return [(first, last) for first, last in rows]


def known(connection: Connection) -> set[int]:
    """Every number that is accounted for, read back from the tables."""
    reached = connection.execute(text("SELECT accounted_to FROM peer")).scalar_one()
    numbers = set(range(1, reached + 1))
    for first, last in ranges(connection):
        numbers |= set(range(first, last + 1))
    return numbers


def test_before_its_first_hello_an_office_covers_nothing(connection: Connection) -> None:
    feeds.account(connection, OFFICE, numbers=[1, 2])
    assert feeds.covered_to(connection, OFFICE) is None
    assert feeds.covered_to(connection, "kanim-unheard") is None
    assert feeds.hello_last(connection, OFFICE) is None
    assert feeds.hello_statement(connection, OFFICE) is None


def test_a_feed_without_a_gap_covers_the_time_of_the_hello(connection: Connection, now: datetime) -> None:
    feeds.note_hello(connection, OFFICE, facts=hello(now, 3), statement=None)
    feeds.account(connection, OFFICE, numbers=[3, 1])
    assert feeds.covered_to(connection, OFFICE) is None
    assert feeds.first_missing(connection, OFFICE) == 2
    feeds.account(connection, OFFICE, numbers=[2])
    assert feeds.covered_to(connection, OFFICE) == now
    assert feeds.first_missing(connection, OFFICE) is None


def test_an_office_that_never_gave_a_number_is_covered_by_its_hello(connection: Connection, now: datetime) -> None:
    feeds.note_hello(connection, OFFICE, facts=hello(now, 0), statement=None)
    assert feeds.covered_to(connection, OFFICE) == now


def test_an_older_hello_that_comes_late_changes_nothing(connection: Connection, now: datetime) -> None:
    feeds.note_hello(connection, OFFICE, facts=hello(now, 5), statement=None)
    feeds.note_hello(connection, OFFICE, facts=hello(now - timedelta(minutes=1), 2), statement=None)
    assert feeds.hello_last(connection, OFFICE) == 5


def test_the_newest_hello_statement_is_kept_for_relaying(connection: Connection, now: datetime) -> None:
    def statement(word: bytes) -> Statement:
        return Statement(word, "application/vnd.jejak.hello+json", f"{OFFICE}/sign-2026", b"s" * 64)

    later = now + timedelta(seconds=1)
    feeds.note_hello(connection, OFFICE, facts=hello(now, 1), statement=statement(b"one"))
    feeds.note_hello(connection, OFFICE, facts=hello(later, 2), statement=None)
    feeds.note_hello(connection, OFFICE, facts=hello(now, 1), statement=statement(b"late"))
    assert feeds.hello_statement(connection, OFFICE) == statement(b"one")
    assert feeds.hello_last(connection, OFFICE) == 2


def test_what_its_issuer_says_is_over_is_accounted_for(connection: Connection, now: datetime) -> None:
    feeds.note_hello(connection, OFFICE, facts=hello(now, 10), statement=None)
    feeds.account_all_but_live(connection, OFFICE, last_number=10, live=[(3, 4), (9, 9)])
    assert known(connection) == {1, 2, 5, 6, 7, 8, 10}
    assert feeds.first_missing(connection, OFFICE) == 3
    feeds.account(connection, OFFICE, numbers=[9, 3, 4])
    assert feeds.covered_to(connection, OFFICE) == now
    assert ranges(connection) == []


@pytest.mark.parametrize(("last", "live"), [(5, [(10, 12)]), (5, [(1, 7), (10, 12)]), (0, [(4, 4)]), (3, [(1, 9)])])
def test_no_number_beyond_the_last_is_ever_accounted_for(
    connection: Connection, last: int, live: list[tuple[int, int]]
) -> None:
    feeds.account_all_but_live(connection, OFFICE, last_number=last, live=live)
    living = {number for first, end in live for number in range(first, end + 1)}
    assert known(connection) == set(range(1, last + 1)) - living


def test_two_feeds_do_not_mix(connection: Connection, now: datetime) -> None:
    feeds.account(connection, OFFICE, numbers=[1, 2, 7])
    feeds.account(connection, "kanim-kalianda", numbers=[4])
    for office in (OFFICE, "kanim-kalianda"):
        feeds.note_hello(connection, office, facts=hello(now, 4), statement=None)
    assert feeds.first_missing(connection, OFFICE) == 3
    assert feeds.first_missing(connection, "kanim-kalianda") == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(1, 25), max_size=6), max_size=8))
def test_any_order_and_any_repetition_accounts_for_the_same(engine: Engine, arrivals: list[list[int]]) -> None:
    with engine.connect() as connection, connection.begin() as transaction:
        for numbers in arrivals:
            feeds.account(connection, OFFICE, numbers=numbers)
        everything = {number for numbers in arrivals for number in numbers}
        if arrivals:
            assert known(connection) == everything
        kept = ranges(connection)
        for (_, last), (first, _) in pairwise(kept):
            assert last + 1 < first
        transaction.rollback()
