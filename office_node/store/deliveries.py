"""The outbox of notices: one row per member and case, always for the newest revision."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import to_ms

_ENQUEUE = HotStatement(
    "INSERT INTO delivery (office, case_ref, revision, due_at, attempts) VALUES (?, ?, ?, ?, 0)"
    " ON CONFLICT (office, case_ref) DO UPDATE SET revision = excluded.revision, due_at = excluded.due_at,"
    " claimed_until = NULL, delivered_at = NULL WHERE delivery.revision <= excluded.revision"
)
_DUE = HotStatement(
    "SELECT d.office, d.case_ref, d.revision FROM delivery d WHERE d.office = ? AND d.due_at <= ?"
    " AND (d.claimed_until IS NULL OR d.claimed_until < ?)"
    " AND NOT EXISTS (SELECT 1 FROM peer p WHERE p.office = d.office AND p.backoff_until > ?)"
    " ORDER BY d.due_at LIMIT ?"
)
_OFFICES = HotStatement(
    "WITH RECURSIVE o(office) AS (SELECT min(office) FROM delivery WHERE due_at IS NOT NULL UNION ALL"
    " SELECT (SELECT min(d.office) FROM delivery d WHERE d.due_at IS NOT NULL AND d.office > o.office)"
    " FROM o WHERE o.office IS NOT NULL)"
    " SELECT o.office FROM o WHERE o.office IS NOT NULL AND EXISTS (SELECT 1 FROM delivery d"
    " WHERE d.office = o.office AND d.due_at <= ? AND (d.claimed_until IS NULL OR d.claimed_until < ?))"
    " AND NOT EXISTS (SELECT 1 FROM peer p WHERE p.office = o.office AND p.backoff_until > ?)"
)
"""Steps from office to office in the index, so that it costs the same however much is owed to one of them."""
_CLAIM = HotStatement("UPDATE delivery SET claimed_until = ? WHERE office = ? AND case_ref = ?")
_DELIVERED = HotStatement(
    "UPDATE delivery SET delivered_at = ?, due_at = NULL, claimed_until = NULL"
    " WHERE office = ? AND case_ref = ? AND revision <= ?"
)
_FAILED = HotStatement(
    "UPDATE delivery SET due_at = ?, claimed_until = NULL, attempts = attempts + 1"
    " WHERE office = ? AND case_ref = ? AND due_at IS NOT NULL"
)
_FORGET = HotStatement("DELETE FROM delivery WHERE office = ? AND case_ref = ?")
_FORGET_DONE = HotStatement("DELETE FROM delivery WHERE delivered_at <= ?")
_IS_OWED = HotStatement("SELECT 1 FROM delivery WHERE office = ? AND case_ref = ? AND due_at IS NOT NULL")
_OWED = HotStatement("SELECT office, count(*) FROM delivery WHERE due_at IS NOT NULL GROUP BY office")


@dataclass(frozen=True, slots=True)
class Delivery:
    """A notice that a member has not acknowledged."""

    office: str
    case_ref: str
    revision: int


def enqueue(connection: Connection, offices: Iterable[str], *, case_ref: str, revision: int, due_at: datetime) -> None:
    """Owe this revision to these members; a later one that is owed or delivered already stays."""
    _ENQUEUE.run_many(connection, [(office, case_ref, revision, to_ms(due_at)) for office in offices])


def due_offices(connection: Connection, *, now: datetime) -> list[str]:
    """The members to whom something is due that is nobody's, leaving out those in back-off."""
    moment = to_ms(now)
    return [str(row[0]) for row in _OFFICES.rows(connection, (moment, moment, moment))]


def claim_due(
    connection: Connection, office: str, *, now: datetime, claim_until: datetime, limit: int
) -> list[Delivery]:
    """What is due to a member and nobody's, nothing in its back-off; it is this caller's until `claim_until`."""
    moment = to_ms(now)
    due = [Delivery(*row) for row in _DUE.rows(connection, (office, moment, moment, moment, limit))]
    _CLAIM.run_many(connection, [(to_ms(claim_until), one.office, one.case_ref) for one in due])
    return due


def delivered(connection: Connection, office: str, *, case_ref: str, revision: int, now: datetime) -> None:
    """Acknowledged up to this revision; a newer one stays owed."""
    _DELIVERED.run(connection, (to_ms(now), office, case_ref, revision))


def failed(connection: Connection, office: str, *, case_ref: str, next_due: datetime) -> None:
    """Not acknowledged: due again then."""
    _FAILED.run(connection, (to_ms(next_due), office, case_ref))


def forget(connection: Connection, office: str, *, case_ref: str) -> None:
    """Nothing on this case is owed to that member any more."""
    _FORGET.run(connection, (office, case_ref))


def forget_done(connection: Connection, *, before: datetime) -> int:
    """Drop what was acknowledged before then; how many. What is owed stays, however old."""
    return _FORGET_DONE.run(connection, (to_ms(before),))


def is_owed(connection: Connection, case_ref: str, *, among: Iterable[str]) -> bool:
    """Whether any of these has not acknowledged the newest notice on a case."""
    return any(_IS_OWED.row(connection, (office, case_ref)) is not None for office in among)


def owed(connection: Connection) -> dict[str, int]:
    """How many notices each member has not acknowledged."""
    return {str(office): int(count) for office, count in _OWED.rows(connection)}
