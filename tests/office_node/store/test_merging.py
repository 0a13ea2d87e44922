"""Merging: notices, hellos and answers may come in any order and again; what is kept at the end is the same."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text

from office_node.domain.ranges import to_ranges
from office_node.signing.statements import Statement
from office_node.store import feeds, notices, screenings
from shared_schemas.trace import HelloFacts

ISSUERS = ("kanim-kalianda", "kanim-kotabumi")
ASKED = ("kanim-aaa", "kanim-bbb", "kanim-ccc")
SCREENING = "5" * 32
Arrival = Callable[[Connection], object]
quick = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None, derandomize=True
)


def statement(kind: str) -> Statement:
    """A statement; the store reads none of it."""
    return Statement(f"the {kind}".encode(), f"application/vnd.jejak.{kind}+json", "kanim-aaa/sign-2026", b"s" * 64)


class Feed:
    """An office's feed in the making: what it has sent of its cases so far, and what it says of it."""

    def __init__(self, issuer: str, now: datetime) -> None:
        self.issuer = issuer
        self.now = now
        self.last = 0
        self.newest: dict[int, tuple[int, int]] = {}
        self.arrivals: list[Arrival] = []

    def revise(self, case: int, standing: str) -> None:
        """The next notice of a case."""
        revision, replaced = self.newest.get(case, (0, 0))
        self.last += 1
        self.newest[case] = (revision + 1, self.last)
        notice = notices.NewNotice(
            issuer=self.issuer,
            case_ref=f"{case:032x}",
            revision=revision + 1,
            number=self.last,
            generation=1,
            standing=standing,
            reason_group=None,
            until=None if standing == "cleared" else self.now + timedelta(days=120),
            lapses_at=None,
            arrived_at=self.now,
            keyid=f"{self.issuer}/sign-2026",
            signature=b"s" * 64,
            payload=f"{self.issuer} {case} {revision + 1}".encode(),
        )
        tokens = [] if standing == "cleared" else [case * 100 + revision, case * 100 + revision + 1]
        self.arrivals.append(partial(_take, notice=notice, tokens=tokens, replaces=[replaced] if replaced else []))

    def greet(self, *, whole: bool) -> None:
        """A hello; with its live numbers if it is whole."""
        self.now += timedelta(seconds=1)
        live = tuple(to_ranges(number for _, number in self.newest.values())) if whole else None
        facts = HelloFacts(at=self.now, generation=1, last_number=self.last, live=live)
        self.arrivals.append(partial(_hear, issuer=self.issuer, facts=facts))


def _take(connection: Connection, *, notice: notices.NewNotice, tokens: Sequence[int], replaces: list[int]) -> None:
    notices.put(connection, notice, tokens=tokens)
    feeds.account(connection, notice.issuer, numbers=[notice.number, *replaces])


def _hear(connection: Connection, *, issuer: str, facts: HelloFacts) -> None:
    feeds.note_hello(connection, issuer, facts=facts, statement=None)
    if facts.live is not None:
        feeds.account_all_but_live(connection, issuer, last_number=facts.last_number, live=facts.live)


def kept(engine: Engine, arrivals: Sequence[Arrival]) -> list[list[tuple[Any, ...]]]:
    """What the tables hold after these arrivals; then all is undone."""
    with engine.connect() as connection, connection.begin() as transaction:
        for arrival in arrivals:
            arrival(connection)
        tables = [
            connection.execute(text(query)).all()
            for query in (
                "SELECT issuer, case_ref, revision, number, standing, until, payload FROM notice ORDER BY 1, 2",
                "SELECT issuer, case_ref, token FROM posting p JOIN notice n ON n.id = p.notice_id ORDER BY 1, 2, 3",
                "SELECT office, accounted_to, hello_at, hello_last_number FROM peer ORDER BY 1",
                "SELECT issuer, first, last FROM feed_range ORDER BY 1, 2",
            )
        ]
        transaction.rollback()
    return [[tuple(row) for row in rows] for rows in tables]


STEP = st.one_of(
    st.tuples(
        st.sampled_from(ISSUERS), st.integers(1, 3), st.sampled_from(["under_examination", "postponed", "cleared"])
    ),
    st.tuples(st.sampled_from(ISSUERS), st.booleans()),
)


@quick
@given(steps=st.lists(STEP, min_size=1, max_size=12), data=st.data())
def test_notices_and_hellos_in_any_order_and_again_leave_the_same_store(
    engine: Engine, now: datetime, steps: list[tuple[Any, ...]], data: st.DataObject
) -> None:
    told = {issuer: Feed(issuer, now) for issuer in ISSUERS}
    for issuer, *what in steps:
        if len(what) == 2:
            told[issuer].revise(what[0], what[1])
        else:
            told[issuer].greet(whole=what[0])
    arrivals = [arrival for feed in told.values() for arrival in feed.arrivals]
    repeated = data.draw(st.lists(st.sampled_from(arrivals), max_size=4))
    shuffled = data.draw(st.permutations(arrivals + repeated))
    held = kept(engine, arrivals)
    assert kept(engine, shuffled) == held
    assert {(row[0], row[1], row[2]) for row in held[0]} == {
        (feed.issuer, f"{case:032x}", revision) for feed in told.values() for case, (revision, _) in feed.newest.items()
    }


def open_screening(connection: Connection, now: datetime) -> None:
    """Three offices are asked."""
    new = screenings.NewScreening(
        id=SCREENING,
        case_ref="c" * 32,
        purpose="passport_application",
        started_at=now,
        soft_until=now + timedelta(seconds=2),
        ask_until=now + timedelta(days=30),
        roster_version=1,
        inquiry=statement("inquiry"),
        notice=statement("notice"),
        actor_role="counter",
        actor_officer="w-17",
    )
    screenings.insert(connection, new, offices=ASKED, claimed_until=now)


def _happen(connection: Connection, *, what: str, office: str, now: datetime) -> None:
    """One thing that can come of asking an office."""
    match what:
        case "hit" | "no_hit":
            screenings.record_answer(
                connection, SCREENING, office=office, outcome=what, cause=None, statement=statement("answer"),
                issued_at=now, now=now, late=False, next_due=None, claim_until=now,
            )  # fmt: skip
        case "history":
            screenings.record_history(connection, SCREENING, office=office, sealed=b"sealed", until=now, now=now)
        case "resting":
            screenings.leave_resting(connection, SCREENING, offices=[office], resting={office: now})
        case cause:
            screenings.record_unknown(connection, SCREENING, office=office, cause=cause, next_due=now)


def outcomes(engine: Engine, events: Sequence[tuple[str, str]], now: datetime) -> dict[str, str | None]:
    """How every asked office stands after these events; then all is undone."""
    with engine.connect() as connection, connection.begin() as transaction:
        open_screening(connection, now)
        for office, what in events:
            _happen(connection, what=what, office=office, now=now)
        found = {one.office: one.outcome for one in screenings.asked(connection, SCREENING)}
        transaction.rollback()
    return found


EVENTS = st.lists(
    st.tuples(st.sampled_from(ASKED), st.sampled_from(["hit", "no_hit", "history", "resting", "peer-timeout"])),
    max_size=9,
)


@quick
@given(events=EVENTS)
def test_whatever_comes_in_whatever_order_no_asked_office_disappears(
    engine: Engine, now: datetime, events: list[tuple[str, str]]
) -> None:
    found = outcomes(engine, events, now)
    assert tuple(found) == ASKED
    for office, outcome in found.items():
        heard = {what for where, what in events if where == office}
        assert outcome in ("hit", "no_hit", "unknown", None)
        assert outcome not in ("hit", "no_hit") or outcome in heard


@quick
@given(answer=st.sampled_from(["hit", "no_hit"]), data=st.data())
def test_an_answer_outlasts_every_failure_to_hear_it_again(
    engine: Engine, now: datetime, answer: str, data: st.DataObject
) -> None:
    events = data.draw(st.permutations([answer, answer, "peer-timeout", "peer-unreachable"]))
    found = outcomes(engine, [(ASKED[1], what) for what in events], now)
    assert found == {ASKED[0]: None, ASKED[1]: answer, ASKED[2]: None}
