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
    peers.failed(connection, OFFICE, now=now, backoff_until=later, skew=True)
    peers.failed(connection, OFFICE, now=now, backoff_until=later, skew=False)
    assert peers.states(connection)[OFFICE] == PeerState(OFFICE, None, later, failures=2, skew_errors=1)
    assert peers.resting(connection, now=now) == {OFFICE: later}
    peers.heard(connection, OFFICE, now=now)
    assert peers.states(connection)[OFFICE] == PeerState(OFFICE, now, None, failures=0, skew_errors=0)
    assert peers.resting(connection, now=now) == {}


def test_a_back_off_that_is_over_rests_nobody(connection: Connection, now: datetime) -> None:
    peers.failed(connection, OFFICE, now=now, backoff_until=now, skew=False)
    assert peers.resting(connection, now=now) == {}


@pytest.mark.parametrize(("seconds", "noted"), [(9, False), (11, True)])
def test_a_peer_heard_just_now_costs_no_write(connection: Connection, now: datetime, seconds: int, noted: bool) -> None:
    peers.heard(connection, OFFICE, now=now)
    again = now + timedelta(seconds=seconds)
    peers.heard(connection, OFFICE, now=again)
    assert peers.states(connection)[OFFICE].last_heard_at == (again if noted else now)


def test_a_complaint_about_our_clock_is_cleared_even_within_those_seconds(
    connection: Connection, now: datetime
) -> None:
    peers.heard(connection, OFFICE, now=now)
    peers.failed(connection, OFFICE, now=now, backoff_until=now, skew=True)
    peers.heard(connection, OFFICE, now=now + timedelta(seconds=1))
    assert peers.states(connection)[OFFICE].skew_errors == 0


def test_what_waits_for_a_peer_is_due_when_it_is_heard(connection: Connection, now: datetime) -> None:
    later = now + timedelta(minutes=30)
    for office in (OFFICE, "kanim-kalianda"):
        deliveries.enqueue(connection, [office], case_ref="c" * 32, revision=1, due_at=now)
        deliveries.failed(connection, office, case_ref="c" * 32, next_due=later)
        peers.failed(connection, office, now=now, backoff_until=later, skew=False)
    peers.heard(connection, OFFICE, now=now)
    due = deliveries.claim_due(connection, now=now, claim_until=later, limit=10)
    assert [one.office for one in due] == [OFFICE]
