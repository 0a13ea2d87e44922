"""What is known of each peer's reachability: when last heard, its back-off, how often it complained of our clock."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import from_ms_or_none, to_ms

HEARD_PRECISION_MS = 10_000

_NEW = HotStatement(
    "INSERT INTO peer (office, accounted_to, failures, skew_errors) VALUES (?, 0, 0, 0) ON CONFLICT DO NOTHING"
)
_STATE = HotStatement("SELECT failures, backoff_until, skew_errors, last_heard_at FROM peer WHERE office = ?")
_HEARD = HotStatement(
    "UPDATE peer SET last_heard_at = ?, backoff_until = NULL, failures = 0, skew_errors = 0 WHERE office = ?"
)
_FAILED = HotStatement(
    "UPDATE peer SET failures = failures + 1, backoff_until = ?, skew_errors = skew_errors + ? WHERE office = ?"
)
_RESTING = HotStatement("SELECT office, backoff_until FROM peer WHERE backoff_until > ?")
_WAKE_ASKED = HotStatement("UPDATE asked SET due_at = ? WHERE office = ? AND due_at > ? AND state <> 'done'")
_WAKE_DELIVERY = HotStatement("UPDATE delivery SET due_at = ? WHERE office = ? AND due_at > ?")
_ALL = HotStatement("SELECT office, last_heard_at, backoff_until, failures, skew_errors FROM peer ORDER BY office")


@dataclass(frozen=True, slots=True)
class PeerState:
    """How a peer stands."""

    office: str
    last_heard_at: datetime | None
    backoff_until: datetime | None
    failures: int
    skew_errors: int


def heard(connection: Connection, office: str, *, now: datetime) -> None:
    """A valid message came from it: its back-off ends and what waits for it is due now."""
    moment = to_ms(now)
    row = _STATE.row(connection, (office,))
    if row is None:
        _NEW.run(connection, (office,))
    elif not (row[0] or row[1] or row[2]) and (row[3] or 0) > moment - HEARD_PRECISION_MS:
        return
    _HEARD.run(connection, (moment, office))
    if row is not None and (row[0] or row[1]):
        _WAKE_ASKED.run(connection, (moment, office, moment))
        _WAKE_DELIVERY.run(connection, (moment, office, moment))


def failed(connection: Connection, office: str, *, now: datetime, backoff_until: datetime, skew: bool) -> None:
    """It did not answer as it should; leave it alone until then."""
    _NEW.run(connection, (office,))
    _FAILED.run(connection, (to_ms(backoff_until), int(skew), office))


def failures(connection: Connection, office: str) -> int:
    """How often in a row it has failed."""
    row = _STATE.row(connection, (office,))
    return 0 if row is None else int(row[0])


def resting(connection: Connection, *, now: datetime) -> dict[str, datetime]:
    """Offices in back-off, and until when."""
    found = {str(office): from_ms_or_none(until) for office, until in _RESTING.rows(connection, (to_ms(now),))}
    return {office: until for office, until in found.items() if until is not None}


def states(connection: Connection) -> dict[str, PeerState]:
    """Every peer that was ever heard of."""
    return {
        row[0]: PeerState(row[0], from_ms_or_none(row[1]), from_ms_or_none(row[2]), int(row[3]), int(row[4]))
        for row in _ALL.rows(connection)
    }
