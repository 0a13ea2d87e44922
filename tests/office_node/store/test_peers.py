"""Any valid message clears a peer's back-off and wakes what waits for it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection

from office_node.store import deliveries, peers
from office_node.store.peers import PeerState

OFFICE = "kanim-kotabumi"


def test_a_peer_that_was_never_heard_has_no_state(connection: Connection) -> None:
    assert peers.states(connection) == {}
    assert peers.failures(connection, OFFICE) == 0


def test_failures_add_up_and_a_message_clears_them(connection: Connection, now: datetime) -> None:
    later = now + timedelta(hours=1)
    peers.failed(connection, OFFICE, backoff_until=later)
    peers.failed(connection, OFFICE, backoff_until=later)
    assert peers.states(connection)[OFFICE] == PeerState(OFFICE, None, later, failures=2)
    assert peers.resting(connection, now=now) == {OFFICE: later}
    peers.heard(connection, OFFICE, now=now)
    assert peers.states(connection)[OFFICE] == PeerState(OFFICE, now, None, failures=0)
    assert peers.resting(connection, now=now) == {}


def test_a_back_off_that_is_over_rests_nobody(connection: Connection, now: datetime) -> None:
    peers.failed(connection, OFFICE, backoff_until=now)
    assert peers.resting(connection, now=now) == {}


@pytest.mark.parametrize(("seconds", "noted"), [(9, False), (11, True)])
def test_a_peer_heard_just_now_costs_no_write(connection: Connection, now: datetime, seconds: int, noted: bool) -> None:
    peers.heard(connection, OFFICE, now=now)
    again = now + timedelta(seconds=seconds)
    peers.heard(connection, OFFICE, now=again)
    assert peers.states(connection)[OFFICE].last_heard_at == (again if noted else now)


def test_only_an_answer_to_our_own_message_ends_a_dispute_about_the_time(connection: Connection, now: datetime) -> None:
    peers.disputed(connection, OFFICE, now=now, skew_s=150)
    peers.disputed(connection, OFFICE, now=now, skew_s=None)
    for _ in range(2):
        peers.heard(connection, OFFICE, now=now)
        state = peers.states(connection)[OFFICE]
        assert (state.skew_errors, state.skew_s, state.skew_at) == (2, 150, now)
    peers.accepted(connection, OFFICE, now=now + timedelta(seconds=1))
    state = peers.states(connection)[OFFICE]
    assert (state.skew_errors, state.skew_s, state.skew_at) == (0, None, None)


def test_hits_that_proved_nothing_add_up(connection: Connection, now: datetime) -> None:
    peers.compared(connection, OFFICE, revealed=1, unfounded=0)
    peers.compared(connection, OFFICE, revealed=3, unfounded=2)
    state = peers.states(connection)[OFFICE]
    assert (state.hits_revealed, state.hits_unfounded) == (4, 2)


def test_what_waits_for_a_peer_is_due_when_it_is_heard(connection: Connection, now: datetime) -> None:
    later = now + timedelta(minutes=30)
    for office in (OFFICE, "kanim-kalianda"):
        deliveries.enqueue(connection, [office], case_ref="c" * 32, revision=1, due_at=now)
        deliveries.failed(connection, office, case_ref="c" * 32, next_due=later)
        peers.failed(connection, office, backoff_until=later)
    peers.heard(connection, OFFICE, now=now)
    assert deliveries.due_offices(connection, now=now) == [OFFICE]
    assert len(deliveries.claim_due(connection, OFFICE, now=now, claim_until=later, limit=10)) == 1


def test_what_a_peer_says_that_it_speaks_is_kept(connection: Connection, now: datetime) -> None:
    peers.speaks(connection, OFFICE, version=2)
    assert peers.states(connection) == {}
    peers.heard(connection, OFFICE, now=now)
    for version in (1, 1, 2):
        peers.speaks(connection, OFFICE, version=version)
        assert peers.states(connection)[OFFICE].speaks == version
