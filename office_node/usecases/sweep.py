"""What time does: every row that says something of a person or an officer goes when its time is over (rule 7).

How long each kind of row is kept, and why, is in docs/retention.md.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from office_node.domain import throttle
from office_node.domain.standings import add_months
from office_node.errors import JejakError
from office_node.node import Node
from office_node.store import (
    alerts,
    deliveries,
    entries,
    hits_given,
    idempotency,
    log_evidence,
    login_failures,
    nonces,
    notices,
    officer_sessions,
    officers,
    patterns,
    retention,
    tombstones,
    verdicts,
)
from office_node.store.transactions import Connection
from office_node.usecases.histories import forget_ended_rows

IDEMPOTENCY_DAYS = 2
DELIVERY_DAYS = 30
HIT_GIVEN_DAYS = 90
"""A reveal comes within seconds of its hit, or the question is asked anew."""
PATTERN_DAYS = 366
"""The longest window over which a guideline may count what cases share."""
EVIDENCE_MONTHS = 24
"""Screenings after their asking ended, alerts after their signature: for the person's own access."""
TOMBSTONE_MONTHS = 32
"""Longer than any `until` that an earlier revision of the case can have (docs/adr/0013)."""

Step = Callable[[Connection], int]


async def sweep(node: Node) -> None:
    """One round: each step in transactions of its own, as many as it takes; one that fails holds up no other."""
    failed: JejakError | None = None
    for step in _steps(node, now=node.clock.now()):
        try:
            while await node.run.write(step):
                continue
        except JejakError as error:
            failed = error
    if failed is not None:
        raise failed


def _steps(node: Node, *, now: datetime) -> tuple[Step, ...]:
    evidence, tombstone = add_months(now, -EVIDENCE_MONTHS), add_months(now, -TOMBSTONE_MONTHS)
    return (
        lambda connection: _forget_at_once(connection, now=now),
        lambda connection: _forget_officers(connection, node, now=now),
        lambda connection: notices.expire(connection, now=now),
        lambda connection: tombstones.drop(connection, arrived_before=tombstone),
        lambda connection: forget_ended_rows(connection, node, now=now),
        lambda connection: retention.give_up_questions(connection, now=now),
        lambda connection: retention.forget_screenings(connection, asked_before=evidence),
        lambda connection: alerts.forget_signed(connection, before=evidence),
        lambda connection: verdicts.forget_ended(connection, now=now),
        lambda connection: patterns.forget_before(connection, now - timedelta(days=PATTERN_DAYS)),
        lambda connection: retention.forget_cases(connection, now=now),
        lambda connection: entries.erase_due(connection, now=now),
    )


def _forget_at_once(connection: Connection, *, now: datetime) -> int:
    """What is found by an index and is never much."""
    nonces.forget_expired(connection, now)
    idempotency.forget_before(connection, now - timedelta(days=IDEMPOTENCY_DAYS))
    deliveries.forget_done(connection, before=now - timedelta(days=DELIVERY_DAYS))
    hits_given.forget(connection, before=now - timedelta(days=HIT_GIVEN_DAYS))
    log_evidence.forget(connection, before=add_months(now, -EVIDENCE_MONTHS))
    return 0


def _forget_officers(connection: Connection, node: Node, *, now: datetime) -> int:
    """Sessions, proofs and refused log-ins whose time is over, and accounts that were disabled long ago."""
    seen_before = now - timedelta(seconds=node.settings.session_idle_s)
    officer_sessions.forget_ended(connection, now=now, seen_before=seen_before)
    login_failures.forget(connection, before=now - throttle.FORGOTTEN)
    officers.forget_ended(connection, now=now)
    return 0
