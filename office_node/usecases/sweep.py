"""What time does: every row that says something of a person or an officer goes when its time is over (rule 7).

How long each kind of row is kept, and why, is in docs/retention.md.
"""

from collections import Counter
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
    issued_lists,
    log_evidence,
    login_failures,
    nonces,
    notices,
    office_events,
    officer_sessions,
    officers,
    outreach,
    outreach_sessions,
    patterns,
    rates,
    recruiter_reports,
    retention,
    screening_lists,
    stats,
    tombstones,
    verdicts,
)
from office_node.store.transactions import Connection
from office_node.usecases import enumeration
from office_node.usecases.case_flags import end_flags
from office_node.usecases.correct_person import end_formers
from office_node.usecases.follow_events import KEPT_DAYS
from office_node.usecases.histories import forget_ended_rows
from office_node.usecases.make_request import alert_overdue
from office_node.usecases.reconcile import KEPT, alert_missing
from office_node.usecases.retained import note_gone

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

OUTREACH_MONTHS = 24
"""Visits after their day, PIMPASA officers and desa binaan after their end."""

STATISTICS_YEARS = 10

Step = Callable[[Connection], int]


async def sweep(node: Node) -> Counter[str]:
    """One round: each step in transactions of its own, as many as it takes; how much of what went.

    A step that fails holds up no other.
    """
    failed: JejakError | None = None
    now, gone = node.clock.now(), Counter[str]()
    for name, step in _steps(node, now=now).items():
        try:
            while count := await node.run.write(step):
                gone[name] += count
        except JejakError as error:
            failed = error
    await node.run.write(lambda connection: note_gone(connection, node, gone, now=now))
    if failed is not None:
        raise failed
    return gone


async def would_sweep(node: Node) -> Counter[str]:
    """What a round would do now. It is done in one transaction that is undone, so nothing else is written meanwhile."""
    now = node.clock.now()

    def pretend(connection: Connection) -> None:
        gone = Counter[str]()
        for name, step in _steps(node, now=now).items():
            while count := step(connection):
                gone[name] += count
        raise _UndoneError(gone)

    try:
        await node.run.write(pretend)
    except _UndoneError as undone:
        return undone.gone
    return Counter()


class _UndoneError(Exception):
    """Undoes the transaction that only looks what would go."""

    def __init__(self, gone: Counter[str]) -> None:
        super().__init__()
        self.gone = gone


def _steps(node: Node, *, now: datetime) -> dict[str, Step]:
    evidence, tombstone = add_months(now, -EVIDENCE_MONTHS), add_months(now, -TOMBSTONE_MONTHS)
    return {
        "short-lived": lambda connection: _forget_at_once(connection, now=now),
        "officers": lambda connection: _forget_officers(connection, node, now=now),
        "notices": lambda connection: notices.expire(connection, now=now),
        "tombstones": lambda connection: tombstones.drop(connection, arrived_before=tombstone),
        "histories": lambda connection: forget_ended_rows(connection, node, now=now),
        "questions": lambda connection: retention.give_up_questions(connection, now=now),
        "screenings": lambda connection: retention.forget_screenings(connection, asked_before=evidence),
        "alerts": lambda connection: alerts.forget_signed(connection, before=evidence),
        "verdicts": lambda connection: verdicts.forget_ended(connection, now=now),
        "patterns": lambda connection: patterns.forget_before(connection, now - timedelta(days=PATTERN_DAYS)),
        "flags": lambda connection: end_flags(connection, node, now=now),
        "former-identities": lambda connection: end_formers(connection, node, now=now),
        "missing-lists": lambda connection: alert_missing(connection, node, now=now),
        "overdue-requests": lambda connection: alert_overdue(connection, node, now=now),
        "cases": lambda connection: retention.forget_cases(connection, now=now),
        "outreach": lambda connection: _forget_outreach(connection, node, now=now),
        "entries": lambda connection: entries.erase_due(connection, now=now),
    }


def _forget_at_once(connection: Connection, *, now: datetime) -> int:
    """What is found by an index and is never much."""
    nonces.forget_expired(connection, now)
    idempotency.forget_before(connection, now - timedelta(days=IDEMPOTENCY_DAYS))
    deliveries.forget_done(connection, before=now - timedelta(days=DELIVERY_DAYS))
    issued_lists.forget(connection, lists_before=now - KEPT, now=now)
    screening_lists.forget(connection, before=now - timedelta(days=KEPT_DAYS))
    office_events.forget(connection, before=now - timedelta(days=KEPT_DAYS))
    hits_given.forget(connection, before=now - timedelta(days=HIT_GIVEN_DAYS))
    enumeration.forget(connection, now=now)
    rates.forget_full(connection, now=now)
    log_evidence.forget(connection, before=add_months(now, -EVIDENCE_MONTHS))
    return 0


def _forget_outreach(connection: Connection, node: Node, *, now: datetime) -> int:
    """Sessions, visits and recruiters' reports whose time is over, and PIMPASA officers and villages of long ago.

    Statistics of long ago go with them.
    """
    before = node.workdays.today(add_months(now, -OUTREACH_MONTHS))
    gone = outreach.forget(connection, visits_before=before, ended_before=before)
    gone += outreach_sessions.forget(connection, now=now)
    gone += stats.forget(connection, before=str(now.year - STATISTICS_YEARS))
    return gone + recruiter_reports.forget(connection, now=now)


def _forget_officers(connection: Connection, node: Node, *, now: datetime) -> int:
    """Sessions, proofs and refused log-ins whose time is over, and accounts that were disabled long ago."""
    seen_before = now - timedelta(seconds=node.settings.session_idle_s)
    officer_sessions.forget_ended(connection, now=now, seen_before=seen_before)
    login_failures.forget(connection, before=now - throttle.FORGOTTEN)
    officers.forget_ended(connection, now=now)
    return 0
