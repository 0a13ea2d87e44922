"""What a feed's holes cost: a change touches the ranges beside it, and no issuer has more than so many."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text

from office_node.store import feeds
from office_node.store.feed_ranges import MAX_RANGES, merge

OFFICE = "kanim-kotabumi"


def ranges(connection: Connection) -> list[tuple[int, int]]:
    rows = connection.execute(text("SELECT first, last FROM feed_range ORDER BY first"))
    return [(first, last) for first, last in rows]


def with_holes(connection: Connection, count: int) -> None:
    """So many single numbers, each second one: 2 is missing, 3 is known, and so on."""
    feeds.account_ranges(connection, OFFICE, ranges=[(2 * n + 3, 2 * n + 3) for n in range(count)])


@pytest.mark.parametrize(
    ("numbers", "changed"),
    [([5_000], 3), ([3_000_001], 1), ([1, 2], 4), ([4, 5_000], 6), ([9], 0)],
    ids=["between two", "far ahead", "the beginning", "a notice that replaces a far one", "known"],
)
def test_a_number_changes_no_range_but_those_beside_it(sqlite_engine: Engine, numbers: list[int], changed: int) -> None:
    with sqlite_engine.begin() as connection:
        feeds.account(connection, OFFICE, numbers=[])
        with_holes(connection, 4_000)
        driver: Any = connection.connection.driver_connection
        before = driver.total_changes
        feeds.account(connection, OFFICE, numbers=numbers)
        assert driver.total_changes - before == changed


def test_an_issuer_has_no_more_ranges_than_a_hello_can_name_and_the_lowest_stay(connection: Connection) -> None:
    with_holes(connection, MAX_RANGES + 500)
    kept = ranges(connection)
    assert len(kept) == MAX_RANGES
    assert kept[0] == (3, 3)
    feeds.account(connection, OFFICE, numbers=[1_000_000])
    assert ranges(connection) == kept
    feeds.account(connection, OFFICE, numbers=[4])
    feeds.account(connection, OFFICE, numbers=[1_000_000])
    assert ranges(connection) == [(3, 5), *kept[2:], (1_000_000, 1_000_000)]


def test_the_ranges_of_one_issuer_do_not_count_for_another(connection: Connection) -> None:
    with_holes(connection, MAX_RANGES)
    feeds.account(connection, "kanim-kalianda", numbers=[7])
    assert len(ranges(connection)) == MAX_RANGES + 1


def test_a_range_that_a_lost_race_left_at_the_beginning_joins_it(connection: Connection) -> None:
    feeds.account(connection, OFFICE, numbers=[1, 2])
    connection.execute(text(f"INSERT INTO feed_range (issuer, first, last) VALUES ('{OFFICE}', 3, 6)"))
    feeds.account(connection, OFFICE, numbers=[9])
    assert connection.execute(text("SELECT accounted_to FROM peer")).scalar_one() == 6
    assert ranges(connection) == [(9, 9)]


SPANS = st.tuples(st.integers(1, 300), st.integers(0, 9)).map(lambda one: (one[0], one[0] + one[1]))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(st.lists(st.lists(SPANS, max_size=90), max_size=4))
def test_many_ranges_at_once_account_for_the_same_as_one_by_one(
    sqlite_engine: Engine, arrivals: list[list[tuple[int, int]]]
) -> None:
    with sqlite_engine.connect() as connection, connection.begin() as transaction:
        for spans in arrivals:
            feeds.account_ranges(connection, OFFICE, ranges=spans)
        expected = merge([span for spans in arrivals for span in spans])
        if expected and expected[0][0] == 1:
            assert connection.execute(text("SELECT accounted_to FROM peer")).scalar_one() == expected.pop(0)[1]
        assert ranges(connection) == expected
        transaction.rollback()
