"""Every asked office has one row that says how its question stands, and no answer is lost or asked twice at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine

from office_node.signing.statements import Statement
from office_node.store import attempts, events, peers, questions, screenings
from office_node.store.engine import open_engine
from office_node.store.errors import StoreError
from office_node.store.questions import Due
from office_node.store.screenings import Asked, NewScreening

ID, CASE = "5" * 32, "c" * 32
A, B, C = "kanim-aaa", "kanim-bbb", "kanim-ccc"
CLAIM = timedelta(seconds=15)


def statement(kind: str, keyid: str = "kanim-kalianda/sign-2026") -> Statement:
    return Statement(f"the {kind}".encode(), f"application/vnd.jejak.{kind}+json", keyid, b"s" * 64)


@pytest.fixture
def new(now: datetime) -> NewScreening:
    return NewScreening(
        id=ID,
        case_ref=CASE,
        purpose="passport_application",
        started_at=now,
        soft_until=now + timedelta(seconds=2),
        ask_until=now + timedelta(days=30),
        roster_version=4,
        inquiry=statement("inquiry"),
        notice=statement("notice", "kanim-kalianda/sign-2025"),
        actor_role="counter",
        actor_officer="w-17",
    )


@pytest.fixture
def opened(connection: Connection, new: NewScreening, now: datetime) -> Connection:
    """A connection on which the screening has just been opened, claimed by nobody any more a moment ago."""
    screenings.insert(connection, new, offices=[C, A, B], claimed_until=now - timedelta(milliseconds=1))
    return connection


def claim(connection: Connection, now: datetime, limit: int = 10) -> list[Due]:
    claimed: list[Due] = []
    for office in questions.due_offices(connection, now=now):
        left = limit - len(claimed)
        claimed += questions.claim_due(connection, office, now=now, claim_until=now + CLAIM, limit=left)
    return claimed


def answer(connection: Connection, now: datetime, *, outcome: str, late: bool = False) -> None:
    """Office A has answered."""
    screenings.record_answer(
        connection,
        ID,
        office=A,
        outcome=outcome,
        cause=None,
        statement=statement("answer", f"{A}/sign-2026"),
        issued_at=now,
        now=now,
        late=late,
        next_due=None,
        claim_until=now + CLAIM,
    )


def row(connection: Connection, office: str) -> Asked:
    return next(asked for asked in screenings.asked(connection, ID) if asked.office == office)


def test_a_screening_is_kept_with_the_statements_that_every_office_is_sent(
    opened: Connection, new: NewScreening
) -> None:
    kept = screenings.get(opened, ID)
    assert (kept.inquiry, kept.notice) == (new.inquiry, new.notice)
    assert (kept.soft_until, kept.settled_at, kept.ask_until) == (new.soft_until, None, new.ask_until)
    assert screenings.of_case(opened, CASE) == [ID]


def test_every_office_is_named_and_waits(opened: Connection, now: datetime) -> None:
    assert screenings.asked(opened, ID) == [
        Asked(office, "waiting", None, None, now, None, late=False, attempts=0, history_sealed=None)
        for office in (A, B, C)
    ]


def test_a_screening_that_is_not_here_is_not_invented(connection: Connection) -> None:
    assert screenings.find(connection, ID) is None
    assert screenings.asked(connection, ID) == []
    with pytest.raises(StoreError) as caught:
        screenings.get(connection, ID)
    assert caught.value.reason == "screening-missing"


def test_the_process_that_opens_a_screening_holds_its_questions(
    connection: Connection, new: NewScreening, now: datetime
) -> None:
    screenings.insert(connection, new, offices=[A, B], claimed_until=now + CLAIM)
    assert claim(connection, now) == []
    assert not screenings.all_ended(connection, ID)
    assert len(claim(connection, now + CLAIM + timedelta(milliseconds=1))) == 2


def test_an_answer_without_a_hit_ends_the_question(opened: Connection, now: datetime) -> None:
    claim(opened, now)
    answer(opened, now, outcome="no_hit")
    assert (row(opened, A).state, row(opened, A).outcome) == ("done", "no_hit")
    assert Due(ID, A) not in claim(opened, now + timedelta(days=1))


def test_a_hit_stays_open_until_its_history_is_kept(opened: Connection, now: datetime) -> None:
    claim(opened, now)
    answer(opened, now, outcome="hit", late=True)
    assert (row(opened, A).state, row(opened, A).late) == ("waiting", True)
    assert Due(ID, A) in claim(opened, now + timedelta(minutes=1))  # the process that was to reveal has died
    screenings.record_history(opened, ID, office=A, sealed=b"sealed", until=now, now=now)
    assert (row(opened, A).state, row(opened, A).outcome, row(opened, A).history_sealed) == ("done", "hit", b"sealed")
    assert Due(ID, A) not in claim(opened, now + timedelta(days=1))


def test_silence_is_unknown_and_asked_again(opened: Connection, now: datetime) -> None:
    claim(opened, now)
    later = now + timedelta(seconds=30)
    screenings.record_unknown(opened, ID, office=A, cause="timeout", next_due=later)
    assert (row(opened, A).outcome, row(opened, A).cause, row(opened, A).attempts) == ("unknown", "timeout", 1)
    assert claim(opened, now) == []
    assert Due(ID, A) in claim(opened, later)


def test_a_hit_whose_history_does_not_come_stays_a_hit(opened: Connection, now: datetime) -> None:
    answer(opened, now, outcome="hit")
    screenings.record_unknown(opened, ID, office=A, cause="timeout", next_due=now)
    assert (row(opened, A).outcome, row(opened, A).state) == ("hit", "waiting")


def test_what_is_done_is_not_made_unknown_by_a_late_failure(opened: Connection, now: datetime) -> None:
    answer(opened, now, outcome="no_hit")
    screenings.record_unknown(opened, ID, office=A, cause="timeout", next_due=now)
    screenings.leave_resting(opened, ID, offices=[A], resting={A: now})
    assert (row(opened, A).state, row(opened, A).outcome) == ("done", "no_hit")


def test_an_office_in_back_off_is_unknown_at_once_and_asked_when_it_is_heard(opened: Connection, now: datetime) -> None:
    later = now + timedelta(minutes=30)
    peers.failed(opened, A, backoff_until=later)
    screenings.leave_resting(opened, ID, offices=[A], resting={A: later})
    assert (row(opened, A).outcome, row(opened, A).cause) == ("unknown", "back-off")
    assert Due(ID, A) not in claim(opened, now)
    peers.heard(opened, A, now=now)
    assert Due(ID, A) in claim(opened, now)


def test_asking_ends_with_the_screening_s_time(opened: Connection, new: NewScreening) -> None:
    assert claim(opened, new.ask_until) == []


def test_a_screening_is_settled_once(opened: Connection, now: datetime) -> None:
    screenings.settle(opened, ID, now=now)
    screenings.settle(opened, ID, now=now + timedelta(seconds=1))
    assert screenings.get(opened, ID).settled_at == now
    assert [event.kind for event in events.after(opened, ID, seq=0)] == ["settled"]


def test_events_come_in_their_order_from_where_a_reader_stopped(opened: Connection, now: datetime) -> None:
    for office in (B, A):
        events.append(opened, ID, at=now, kind="answered", office=office, detail={"outcome": "hit"})
    first, second = events.after(opened, ID, seq=0)
    assert [(e.seq, e.office, e.detail) for e in (first, second)] == [
        (1, B, {"outcome": "hit"}),
        (2, A, {"outcome": "hit"}),
    ]
    assert events.after(opened, ID, seq=first.seq) == [second]


def run_at_once(engines: list[Engine], work: Callable[[Engine], list[Due]]) -> list[Due]:
    with ThreadPoolExecutor(len(engines)) as threads:
        return [one for part in threads.map(work, engines) for one in part]


def test_two_processes_never_claim_the_same_question(
    engine: Engine, migrated_url: str, new: NewScreening, now: datetime
) -> None:
    offices = [f"kanim-{number:03}" for number in range(60)]
    past = now - timedelta(milliseconds=1)
    attempts.write(engine, lambda c: screenings.insert(c, new, offices=offices, claimed_until=past))
    other = open_engine(migrated_url)

    def claim_all(mine: Engine) -> list[Due]:
        claimed: list[Due] = []
        while batch := attempts.write(mine, lambda connection: claim(connection, now, 7)):
            claimed += batch
        return claimed

    claimed = run_at_once([engine, other, engine, other], claim_all)
    other.dispose()
    assert sorted(one.office for one in claimed) == offices


def test_events_written_at_once_get_numbers_of_their_own(
    engine: Engine, migrated_url: str, new: NewScreening, now: datetime
) -> None:
    attempts.write(engine, lambda c: screenings.insert(c, new, offices=[], claimed_until=now))
    other = open_engine(migrated_url)

    def append(mine: Engine) -> list[Due]:
        for _ in range(20):
            attempts.write(mine, lambda c: events.append(c, ID, at=now, kind="answered", office=A, detail={}))
        return []

    run_at_once([engine, other], append)
    other.dispose()
    with attempts.reading(engine).connect() as connection:
        assert [event.seq for event in events.after(connection, ID, seq=0)] == list(range(1, 41))


def test_an_answer_older_than_the_one_held_changes_nothing(opened: Connection, now: datetime) -> None:
    answer(opened, now, outcome="hit")
    earlier = now - timedelta(seconds=1)
    answer(opened, earlier, outcome="no_hit")
    assert row(opened, A).outcome == "hit"
    answer(opened, now + timedelta(seconds=1), outcome="no_hit")
    assert row(opened, A).outcome == "no_hit"
