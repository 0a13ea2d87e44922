"""A question whose time is over leaves the outbox, so that looking for what is due costs no more over the years."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from office_node.signing.statements import Statement
from office_node.store import retention, screenings
from office_node.store.screenings import NewScreening

OFFICES = ("kanim-aaa", "kanim-bbb", "kanim-ccc")


def open_screening(connection: Connection, reference: str, *, now: datetime, ask_until: datetime) -> None:
    """Three offices are asked, and nobody has answered."""
    statement = Statement(b"payload", "application/vnd.jejak.inquiry+json", "kanim-kalianda/sign-2026", b"s" * 64)
    new = NewScreening(
        id=reference, case_ref="c" * 32, purpose="passport_application", started_at=now, soft_until=now,
        ask_until=ask_until, roster_version=1, inquiry=statement, notice=statement, actor_role="counter",
        actor_officer="w-17",
    )  # fmt: skip
    screenings.insert(connection, new, offices=OFFICES, claimed_until=now)


def due(connection: Connection, reference: str) -> int:
    counted = "SELECT count(*) FROM asked WHERE screening = '{}' AND due_at IS NOT NULL"
    return int(connection.exec_driver_sql(counted.format(reference)).scalar_one())


def test_questions_past_their_time_leave_the_outbox_and_stay_unanswered(connection: Connection, now: datetime) -> None:
    later = now + timedelta(days=30)
    open_screening(connection, "1" * 32, now=now, ask_until=later)
    open_screening(connection, "2" * 32, now=now, ask_until=later + timedelta(milliseconds=1))
    assert retention.give_up_questions(connection, now=now) == 0
    assert retention.give_up_questions(connection, now=later, limit=2) == 2
    assert retention.give_up_questions(connection, now=later, limit=2) == 1
    assert retention.give_up_questions(connection, now=later, limit=2) == 0
    assert (due(connection, "1" * 32), due(connection, "2" * 32)) == (0, 3)
    assert {one.state for one in screenings.asked(connection, "1" * 32)} == {"waiting"}


def test_a_question_that_fails_after_its_time_is_given_up_again(connection: Connection, now: datetime) -> None:
    open_screening(connection, "1" * 32, now=now, ask_until=now)
    assert retention.give_up_questions(connection, now=now) == 3
    screenings.record_unknown(connection, "1" * 32, office=OFFICES[0], cause="peer-timeout", next_due=now)
    assert retention.give_up_questions(connection, now=now) == 1
    assert due(connection, "1" * 32) == 0
