"""What is known of each peer: when last heard, its back-off, what it says of our clock, what its hits have proved.

A message *from* a peer ends its back-off. Only its acceptance of a message of ours ends its complaint about our clock:
the tolerances are such that a node whose clock is ahead may accept those who refuse it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import from_ms_or_none, to_ms, to_ms_or_none

HEARD_PRECISION_MS = 10_000

_NEW = HotStatement(
    "INSERT INTO peer (office, accounted_to, failures, skew_errors) VALUES (?, 0, 0, 0) ON CONFLICT DO NOTHING"
)
_STATE = HotStatement("SELECT failures, backoff_until, last_heard_at, skew_errors FROM peer WHERE office = ?")
_HEARD = HotStatement("UPDATE peer SET last_heard_at = ?, backoff_until = NULL, failures = 0 WHERE office = ?")
_FAILED = HotStatement("UPDATE peer SET failures = failures + 1, backoff_until = ? WHERE office = ?")
_SKEWED = HotStatement(
    "UPDATE peer SET skew_errors = skew_errors + 1, skew_s = coalesce(?, skew_s), skew_at = ? WHERE office = ?"
)
_IN_TIME = HotStatement("UPDATE peer SET skew_errors = 0, skew_s = NULL, skew_at = NULL WHERE office = ?")
_COMPARED = HotStatement(
    "UPDATE peer SET hits_revealed = coalesce(hits_revealed, 0) + ?, hits_unfounded = coalesce(hits_unfounded, 0) + ?"
    " WHERE office = ?"
)
_SPEAKS = HotStatement("UPDATE peer SET speaks = ? WHERE office = ? AND (speaks IS NULL OR speaks <> ?)")
_GREETED = HotStatement("UPDATE peer SET greeted_at = ? WHERE office = ?")
_GREETED_SINCE = HotStatement("SELECT office FROM peer WHERE greeted_at > ? AND failures = 0")
_RESTING = HotStatement("SELECT office, backoff_until FROM peer WHERE backoff_until > ?")
_WAKE_ASKED = HotStatement("UPDATE asked SET due_at = ? WHERE office = ? AND due_at > ? AND state <> 'done'")
_WAKE_DELIVERY = HotStatement("UPDATE delivery SET due_at = ? WHERE office = ? AND due_at > ?")
_ALL = HotStatement(
    "SELECT office, last_heard_at, backoff_until, failures, skew_errors, skew_s, skew_at, coalesce(hits_revealed, 0),"
    " coalesce(hits_unfounded, 0), speaks FROM peer ORDER BY office"
)


@dataclass(frozen=True, slots=True)
class PeerState:
    """How a peer stands. `skew_s` is our clock minus its clock, as it said when it last refused us for the time.

    `speaks` is the newest protocol version that it has said it speaks.
    """

    office: str
    last_heard_at: datetime | None
    backoff_until: datetime | None
    failures: int
    skew_errors: int = 0
    skew_s: int | None = None
    skew_at: datetime | None = None
    hits_revealed: int = 0
    hits_unfounded: int = 0
    speaks: int | None = None


def heard(connection: Connection, office: str, *, now: datetime, wake_in_s: float = 0.0) -> None:
    """A valid message came from it: its back-off ends and what waits for it is due, now or in so many seconds."""
    row = _STATE.row(connection, (office,))
    _note_heard(connection, office, row=row, moment=to_ms(now), wake=to_ms(now) + int(wake_in_s * 1000))


def accepted(connection: Connection, office: str, *, now: datetime) -> None:
    """It took a message of ours and answered: it was heard, and has nothing to say against our clock."""
    row = _STATE.row(connection, (office,))
    _note_heard(connection, office, row=row, moment=to_ms(now), wake=to_ms(now))
    if row is not None and row[3]:
        _IN_TIME.run(connection, (office,))


def _note_heard(connection: Connection, office: str, *, row: tuple[Any, ...] | None, moment: int, wake: int) -> None:
    if row is None:
        _NEW.run(connection, (office,))
    elif not (row[0] or row[1]) and (row[2] or 0) > moment - HEARD_PRECISION_MS:
        return
    _HEARD.run(connection, (moment, office))
    if row is not None and (row[0] or row[1]):
        _WAKE_ASKED.run(connection, (wake, office, wake))
        _WAKE_DELIVERY.run(connection, (wake, office, wake))


def failed(connection: Connection, office: str, *, backoff_until: datetime) -> None:
    """It did not answer as it should; leave it alone until then."""
    _NEW.run(connection, (office,))
    _FAILED.run(connection, (to_ms(backoff_until), office))


def disputed(connection: Connection, office: str, *, now: datetime, skew_s: int | None) -> None:
    """It and this node do not agree on the time; `skew_s` is our clock minus its clock, if it was said."""
    _NEW.run(connection, (office,))
    _SKEWED.run(connection, (skew_s, to_ms(now), office))


def speaks(connection: Connection, office: str, *, version: int) -> None:
    """It has said that it speaks this protocol version."""
    _SPEAKS.run(connection, (version, office, version))


def greeted(connection: Connection, office: str, *, at: datetime | None) -> None:
    """It has taken a hello of this office then; None: it did not take the last one."""
    _NEW.run(connection, (office,))
    _GREETED.run(connection, (to_ms_or_none(at), office))


def greeted_since(connection: Connection, *, since: datetime) -> frozenset[str]:
    """Those who have taken a hello after that, and have not failed."""
    return frozenset(str(row[0]) for row in _GREETED_SINCE.rows(connection, (to_ms(since),)))


def compared(connection: Connection, office: str, *, revealed: int, unfounded: int) -> None:
    """So many of its hits were revealed to, and so many of these compared as *none* (or never came)."""
    _NEW.run(connection, (office,))
    _COMPARED.run(connection, (revealed, unfounded, office))


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
    return {row[0]: _state(row) for row in _ALL.rows(connection)}


def _state(row: tuple[Any, ...]) -> PeerState:
    return PeerState(
        office=row[0],
        last_heard_at=from_ms_or_none(row[1]),
        backoff_until=from_ms_or_none(row[2]),
        failures=int(row[3]),
        skew_errors=int(row[4]),
        skew_s=row[5],
        skew_at=from_ms_or_none(row[6]),
        hits_revealed=int(row[7]),
        hits_unfounded=int(row[8]),
        speaks=row[9],
    )
