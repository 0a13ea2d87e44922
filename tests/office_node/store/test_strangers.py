"""A flood of unsigned traffic costs rows per source and minute, and each count leaves once."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from office_node.store import strangers

MINUTE = timedelta(minutes=1)


def test_messages_of_one_source_in_one_minute_are_one_row(connection: Connection, now: datetime) -> None:
    for second in range(20):
        strangers.count(connection, "198.51.100.7", rule="unsigned", now=now + timedelta(seconds=second))
    strangers.count(connection, "198.51.100.7", rule="unknown-key", now=now)
    closed = strangers.take_closed(connection, now=now + MINUTE)
    assert sorted(row[1:] for row in closed) == [("198.51.100.7", "unknown-key", 1), ("198.51.100.7", "unsigned", 20)]


def test_a_minute_that_still_runs_is_not_taken_and_none_is_taken_twice(connection: Connection, now: datetime) -> None:
    strangers.count(connection, "198.51.100.7", rule="unsigned", now=now)
    strangers.count(connection, "198.51.100.7", rule="unsigned", now=now + MINUTE)
    assert len(strangers.take_closed(connection, now=now + MINUTE)) == 1
    assert strangers.take_closed(connection, now=now + MINUTE) == []
    assert len(strangers.take_closed(connection, now=now + 2 * MINUTE)) == 1


def test_beyond_a_limit_of_sources_the_rest_count_as_one(connection: Connection, now: datetime) -> None:
    for number in range(strangers.MAX_SOURCES + 50):
        strangers.count(connection, f"source-{number}", rule="unsigned", now=now)
    closed = strangers.take_closed(connection, now=now + MINUTE)
    assert len(closed) == strangers.MAX_SOURCES + 1
    assert [row[3] for row in closed if row[1] == "others"] == [50]
    assert sum(row[3] for row in closed) == strangers.MAX_SOURCES + 50
