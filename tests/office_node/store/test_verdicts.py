"""What an officer said of two cases is one row, whichever was screened, and goes when its time is over."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from office_node.store import verdicts
from office_node.store.verdicts import Pair, StoredVerdict, Taught

OWN, PEER = "kanim-kotabumi", "kanim-kalianda"
LOW, HIGH = "1" * 32, "c" * 32


@pytest.fixture
def said(now: datetime) -> StoredVerdict:
    return StoredVerdict(
        pair=Pair(HIGH, PEER, LOW), vector=("name:respelled", "birth_date:swapped"), model="2026-11", verdict="same",
        reason_sealed=b"sealed", decided_at=now, actor_office=OWN, actor_role="interview", actor_officer="o-1",
        keep_until=now + timedelta(days=1),
    )  # fmt: skip


def test_a_verdict_is_kept_as_it_was_given(connection: Connection, said: StoredVerdict) -> None:
    verdicts.put(connection, said)
    assert verdicts.get(connection, said.pair) == said
    assert verdicts.of_case(connection, HIGH, own=OWN) == {said.pair: said}


def test_another_verdict_on_the_pair_replaces_it(connection: Connection, said: StoredVerdict) -> None:
    verdicts.put(connection, said)
    changed = replace(said, verdict="not", vector=(), actor_officer=None, reason_sealed=b"other")
    verdicts.put(connection, changed)
    assert verdicts.of_case(connection, HIGH, own=OWN) == {said.pair: changed}


def test_two_own_cases_are_one_pair_from_both_sides(connection: Connection, said: StoredVerdict) -> None:
    one, other = verdicts.pair(HIGH, LOW, office=OWN, own=OWN), verdicts.pair(LOW, HIGH, office=OWN, own=OWN)
    assert one == other
    verdicts.put(connection, replace(said, pair=one))
    for case in (LOW, HIGH):
        assert set(verdicts.of_case(connection, case, own=OWN)) == {one}


def test_another_offices_reference_is_never_taken_for_an_own_one(connection: Connection, said: StoredVerdict) -> None:
    assert verdicts.pair(HIGH, LOW, office=PEER, own=OWN) == said.pair
    verdicts.put(connection, said)
    assert verdicts.of_case(connection, LOW, own=OWN) == {}


def test_what_is_taught_has_neither_references_nor_officers(connection: Connection, said: StoredVerdict) -> None:
    verdicts.put(connection, said)
    assert verdicts.taught(connection) == [Taught(said.vector, "2026-11", "same")]


def test_a_verdict_goes_when_its_time_is_over(connection: Connection, said: StoredVerdict) -> None:
    verdicts.put(connection, said)
    assert verdicts.forget_ended(connection, now=said.keep_until - timedelta(milliseconds=1)) == 0
    assert verdicts.forget_ended(connection, now=said.keep_until) == 1
    assert verdicts.get(connection, said.pair) is None
