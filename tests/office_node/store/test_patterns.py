"""What cases share is counted by persons, within a window, and goes with its time."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from office_node.store import patterns


def keep(connection: Connection, case: str, *tokens: int, person: int, at: datetime) -> None:
    patterns.replace(connection, case * 32, kind="payer", tokens=tokens, person=person, at=at)


def counted(connection: Connection, *tokens: int, now: datetime, days: int = 30) -> int:
    return patterns.counted(connection, {"payer": tokens}, since=now - timedelta(days=days), until=now)["payer"]


def test_two_cases_of_one_person_count_once(connection: Connection, now: datetime) -> None:
    keep(connection, "1", -5, person=1, at=now)
    keep(connection, "2", -5, person=1, at=now)
    assert counted(connection, -5, now=now) == 1
    keep(connection, "3", -5, 6, person=2, at=now)
    assert counted(connection, -5, 6, now=now) == 2


def test_only_the_window_counts(connection: Connection, now: datetime) -> None:
    keep(connection, "1", 7, person=1, at=now - timedelta(days=31))
    keep(connection, "2", 7, person=2, at=now)
    assert counted(connection, 7, now=now) == 1
    assert counted(connection, 7, now=now, days=31) == 2


def test_another_value_takes_the_place_of_the_one_before(connection: Connection, now: datetime) -> None:
    keep(connection, "1", 7, person=1, at=now)
    keep(connection, "1", 8, person=1, at=now)
    assert patterns.of_case(connection, "1" * 32) == {"payer": {8}}
    assert counted(connection, 7, now=now) == 0


def test_old_tokens_go_a_page_at_a_time(connection: Connection, now: datetime) -> None:
    for case in "123":
        keep(connection, case, 7, person=1, at=now)
    assert patterns.forget_before(connection, now - timedelta(milliseconds=1)) == 0
    assert patterns.forget_before(connection, now, limit=2) == 2
    assert patterns.forget_before(connection, now, limit=2) == 1
