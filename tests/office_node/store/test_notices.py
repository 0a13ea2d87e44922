"""Of a case the highest revision is kept, in whatever order notices come, and only its tokens find it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, make_url

from office_node.store import attempts, notices
from office_node.store.notices import NewNotice

KALIANDA, KOTABUMI = "kanim-kalianda", "kanim-kotabumi"
Make = Callable[..., NewNotice]


@pytest.fixture
def make(now: datetime) -> Make:
    def make(revision: int = 1, **changes: Any) -> NewNotice:
        notice = NewNotice(
            issuer=KALIANDA,
            case_ref="c" * 32,
            revision=revision,
            number=revision,
            generation=1,
            standing="under_examination",
            reason_group=None,
            until=now + timedelta(days=120),
            lapses_at=now + timedelta(days=30),
            arrived_at=now,
            keyid=f"{KALIANDA}/sign-2026",
            signature=b"s" * 64,
            payload=f"revision {revision}".encode(),
        )
        return replace(notice, **changes)

    return make


def tombstone(notice: NewNotice) -> NewNotice:
    return replace(notice, standing="cleared", until=None, lapses_at=None)


def test_a_notice_is_found_by_each_of_its_tokens(connection: Connection, make: Make, now: datetime) -> None:
    assert notices.put(connection, make(), tokens=[7, -(2**63), 2**63 - 1, 7])
    found = notices.postings(connection, [2**63 - 1, 7, -(2**63), 8], now=now)
    assert sorted(posting.token for posting in found) == [-(2**63), 7, 2**63 - 1]
    assert {(*posting[1:7], posting.until, posting.lapses_at) for posting in found} == {
        (KALIANDA, "c" * 32, 1, 1, "under_examination", None, now + timedelta(days=120), now + timedelta(days=30))
    }


def test_more_tokens_than_one_look_up_takes_are_all_looked_up(
    connection: Connection, make: Make, now: datetime
) -> None:
    for token in range(100):
        notices.put(connection, make(case_ref=f"{token:032x}", number=token + 1), tokens=[token])
    assert {p.token for p in notices.postings(connection, list(range(-5, 105)), now=now)} == set(range(100))
    assert notices.postings(connection, [], now=now) == []


def test_what_is_cleared_or_over_is_found_by_nothing(connection: Connection, make: Make, now: datetime) -> None:
    notices.put(connection, make(case_ref="a" * 32, number=1, until=now), tokens=[1])
    notices.put(connection, tombstone(make(case_ref="b" * 32, number=2)), tokens=[1])
    notices.put(connection, make(case_ref="d" * 32, number=3, until=now + timedelta(milliseconds=1)), tokens=[1])
    assert [posting.case_ref for posting in notices.postings(connection, [1], now=now)] == ["d" * 32]


def test_what_is_kept_is_the_statement_as_it_came(connection: Connection, make: Make) -> None:
    notices.put(connection, make(3), tokens=[1])
    held = notices.get(connection, KALIANDA, case_ref="c" * 32)
    assert held is not None
    assert (held.revision, held.number, held.standing) == (3, 3, "under_examination")
    assert held.statement.payload == b"revision 3"
    assert held.statement.signature == b"s" * 64
    assert held.statement.type == "notice"
    assert notices.get(connection, KOTABUMI, case_ref="c" * 32) is None


@pytest.mark.parametrize("late", [1, 2])
def test_an_equal_or_earlier_revision_changes_nothing(
    connection: Connection, make: Make, late: int, now: datetime
) -> None:
    notices.put(connection, make(2), tokens=[20])
    assert not notices.put(connection, make(late, payload=b"late"), tokens=[10])
    held = notices.get(connection, KALIANDA, case_ref="c" * 32)
    assert held is not None
    assert held.statement.payload == b"revision 2"
    assert [p.token for p in notices.postings(connection, [10, 20], now=now)] == [20]


def test_two_offices_may_use_the_same_reference(connection: Connection, make: Make, now: datetime) -> None:
    notices.put(connection, make(), tokens=[1])
    notices.put(connection, make(issuer=KOTABUMI), tokens=[1])
    assert {p.issuer for p in notices.postings(connection, [1], now=now)} == {KALIANDA, KOTABUMI}


def test_a_tombstone_is_found_by_nothing_and_keeps_late_revisions_out(
    connection: Connection, make: Make, now: datetime
) -> None:
    notices.put(connection, make(1), tokens=[1, 2])
    assert notices.put(connection, tombstone(make(3)), tokens=[])
    assert not notices.put(connection, make(2), tokens=[1, 2])
    assert notices.postings(connection, [1, 2], now=now) == []
    held = notices.get(connection, KALIANDA, case_ref="c" * 32)
    assert held is not None
    assert (held.revision, held.until, held.statement.payload) == (3, None, b"revision 3")


REVISIONS = st.lists(
    st.tuples(st.integers(1, 6), st.sets(st.integers(0, 9), max_size=4)),
    min_size=1,
    max_size=10,
    unique_by=lambda r: r[0],
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(revisions=REVISIONS, repeated=st.lists(st.integers(0, 9), max_size=5))
def test_the_highest_revision_wins_in_any_order(
    engine: Engine, make: Make, revisions: list[tuple[int, set[int]]], repeated: list[int], now: datetime
) -> None:
    arriving = revisions + [revisions[place % len(revisions)] for place in repeated]
    highest, tokens = max(revisions, key=lambda revision: revision[0])
    with engine.connect() as connection, connection.begin() as transaction:
        seen = 0
        for revision, its_tokens in arriving:
            assert notices.put(connection, make(revision), tokens=its_tokens) == (revision > seen)
            seen = max(seen, revision)
        held = notices.get(connection, KALIANDA, case_ref="c" * 32)
        assert held is not None
        assert held.revision == highest
        assert {p.token for p in notices.postings(connection, list(range(10)), now=now)} == tokens
        transaction.rollback()


def test_a_feed_is_read_in_its_order_tombstones_too(connection: Connection, make: Make) -> None:
    for number in (5, 2, 9, 4):
        notice = make(1, case_ref=f"{number:032x}", number=number)
        notices.put(connection, tombstone(notice) if number == 4 else notice, tokens=[])
    assert [n.number for n in notices.after(connection, KALIANDA, number=0, limit=10)] == [2, 4, 5, 9]
    assert [n.number for n in notices.after(connection, KALIANDA, number=2, limit=2)] == [4, 5]
    assert [n.number for n in notices.after(connection, KALIANDA, number=2, limit=9, until=5)] == [4, 5]
    assert notices.after(connection, KOTABUMI, number=0, limit=10) == []


def test_a_superseded_number_is_no_longer_in_the_feed(connection: Connection, make: Make, now: datetime) -> None:
    notices.put(connection, make(1, number=1), tokens=[])
    notices.put(connection, make(2, number=2), tokens=[])
    assert [n.number for n in notices.after(connection, KALIANDA, number=0, limit=10)] == [2]
    assert notices.live_numbers(connection, KALIANDA, now=now) == [2]


def test_what_peers_must_hold_is_what_is_in_force_and_tombstones(
    connection: Connection, make: Make, now: datetime
) -> None:
    notices.put(connection, make(case_ref="a" * 32, number=1), tokens=[])
    notices.put(connection, make(case_ref="b" * 32, number=2, until=now), tokens=[])
    notices.put(connection, tombstone(make(case_ref="d" * 32, number=3)), tokens=[])
    assert notices.live_numbers(connection, KALIANDA, now=now) == [1, 3]


def test_what_is_over_goes_with_its_postings_and_tombstones_stay(
    connection: Connection, make: Make, now: datetime
) -> None:
    notices.put(connection, make(case_ref="a" * 32, number=1, until=now), tokens=[1])
    notices.put(connection, make(case_ref="b" * 32, number=2, until=now - timedelta(days=1)), tokens=[1])
    notices.put(connection, make(case_ref="d" * 32, number=3), tokens=[1])
    notices.put(connection, tombstone(make(case_ref="e" * 32, number=4)), tokens=[])
    assert notices.expire(connection, now=now, limit=1) == 1
    assert notices.expire(connection, now=now) == 1
    assert notices.expire(connection, now=now) == 0
    assert [p.case_ref for p in notices.postings(connection, [1], now=now)] == ["d" * 32]
    assert [n.number for n in notices.after(connection, KALIANDA, number=0, limit=10)] == [3, 4]


def test_the_bytes_of_an_erased_revision_are_gone_from_the_file(sqlite_engine: Engine, make: Make) -> None:
    secret = b"the tokens of the first revision " * 20
    attempts.write(sqlite_engine, lambda c: notices.put(c, make(1, payload=secret), tokens=[1]))
    attempts.write(sqlite_engine, lambda c: notices.put(c, tombstone(make(2)), tokens=[]))
    with sqlite_engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
    file = Path(make_url(str(sqlite_engine.url)).database or "")
    everything = b"".join(part.read_bytes() for part in file.parent.glob(file.name + "*"))
    assert b"revision 2" in everything
    assert secret[:33] not in everything
