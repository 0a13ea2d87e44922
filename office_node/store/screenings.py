"""Screenings and, for every member, the one row that says how the question to it stands.

That row is outbox, answer and coverage at once: `state` waiting → done, `outcome` hit, no_hit or unknown. A hit whose
history is still owed stays *waiting* with its outcome, so a kill between answer and reveal loses nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from office_node.signing.statements import Statement
from office_node.store import events, office_events
from office_node.store.errors import StoreError
from office_node.store.hot import HotStatement
from office_node.store.times import from_ms, from_ms_or_none, to_ms, to_ms_or_none

_INQUIRY = "application/vnd.jejak.inquiry+json"
_NOTICE = "application/vnd.jejak.notice+json"

_INSERT = HotStatement(
    "INSERT INTO screening (id, case_ref, purpose, started_at, soft_until, ask_until, roster_version, keyid,"
    " inquiry_payload, inquiry_signature, notice_payload, notice_signature, actor_role, actor_officer, notice_keyid)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_ASK = HotStatement(
    "INSERT INTO asked (screening, office, state, asked_at, late, attempts, due_at, claimed_until)"
    " VALUES (?, ?, 'waiting', ?, ?, 0, ?, ?)"
)
_GET = HotStatement(
    "SELECT id, case_ref, purpose, started_at, soft_until, settled_at, ask_until, roster_version, keyid,"
    " inquiry_payload, inquiry_signature, notice_payload, notice_signature, actor_role, actor_officer, notice_keyid"
    " FROM screening WHERE id = ?"
)
_ANY_BEFORE = HotStatement("SELECT 1 FROM screening WHERE case_ref = ? AND started_at <= ? LIMIT 1")
_OF_CASE = HotStatement("SELECT id FROM screening WHERE case_ref = ? ORDER BY started_at, id")
_ASKING = HotStatement(
    "SELECT s.purpose FROM screening s WHERE s.case_ref = ? AND s.ask_until > ?"
    " AND EXISTS (SELECT 1 FROM asked a WHERE a.screening = s.id AND a.state <> 'done')"
    " ORDER BY s.started_at DESC, s.id LIMIT 1"
)
_ASKED = HotStatement(
    "SELECT office, state, outcome, cause, asked_at, answered_at, late, attempts, history_sealed"
    " FROM asked WHERE screening = ? ORDER BY office"
)
_OPEN = HotStatement("SELECT count(*) FROM asked WHERE screening = ? AND state <> 'done' AND claimed_until IS NOT NULL")
_ANSWER = HotStatement(
    "UPDATE asked SET state = ?, outcome = ?, cause = ?, answered_at = ?, late = ?, due_at = ?,"
    " claimed_until = ?, answer_issued_at = ?, answer_payload = ?, answer_signature = ?, answer_keyid = ?"
    " WHERE screening = ? AND office = ? AND history_sealed IS NULL"
    " AND (answer_issued_at IS NULL OR answer_issued_at <= ?)"
)
_UNKNOWN = HotStatement(
    "UPDATE asked SET outcome = CASE WHEN outcome = 'hit' THEN 'hit' ELSE 'unknown' END, cause = ?,"
    " attempts = attempts + 1, due_at = ?, claimed_until = NULL WHERE screening = ? AND office = ? AND state <> 'done'"
)
_HISTORY = HotStatement(
    "UPDATE asked SET state = 'done', history_sealed = ?, history_at = ?, history_until = ?, cause = NULL,"
    " due_at = NULL, claimed_until = NULL WHERE screening = ? AND office = ? AND history_sealed IS NULL"
)
_RESTING = HotStatement(
    "UPDATE asked SET outcome = CASE WHEN outcome = 'hit' THEN 'hit' ELSE 'unknown' END, cause = 'back-off',"
    " due_at = ?, claimed_until = NULL"
    " WHERE screening = ? AND office = ? AND state <> 'done'"
)
_NOTHING = HotStatement(
    "UPDATE asked SET state = 'done', outcome = 'unknown', cause = 'nothing-to-search', due_at = NULL,"
    " claimed_until = NULL WHERE screening = ?"
)
_SETTLE = HotStatement("UPDATE screening SET settled_at = ? WHERE id = ? AND settled_at IS NULL AND soft_until <= ?")
_SETTLED = HotStatement("SELECT settled_at FROM screening WHERE id = ?")


@dataclass(frozen=True, slots=True)
class NewScreening:
    """A screening at its start."""

    id: str
    case_ref: str
    purpose: str
    started_at: datetime
    soft_until: datetime
    ask_until: datetime
    roster_version: int
    inquiry: Statement
    notice: Statement
    actor_role: str
    actor_officer: str | None


@dataclass(frozen=True, slots=True)
class Screening:
    """A screening as it is kept, with the two statements that every office is sent."""

    id: str
    case_ref: str
    purpose: Any
    started_at: datetime
    soft_until: datetime
    settled_at: datetime | None
    ask_until: datetime
    roster_version: int
    inquiry: Statement
    notice: Statement
    actor_role: Any
    actor_officer: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """How one office stands in a screening."""

    office: str
    state: str
    outcome: Any
    cause: str | None
    asked_at: datetime | None
    answered_at: datetime | None
    late: bool
    attempts: int
    history_sealed: bytes | None


def insert(connection: Connection, new: NewScreening, *, offices: Iterable[str], claimed_until: datetime) -> None:
    """Commit the screening and one question per office, claimed by the process that opens it."""
    started = to_ms(new.started_at)
    _INSERT.run(
        connection,
        (
            new.id, new.case_ref, new.purpose, started, to_ms(new.soft_until), to_ms(new.ask_until),
            new.roster_version, new.inquiry.keyid, new.inquiry.payload, new.inquiry.signature,
            new.notice.payload, new.notice.signature, new.actor_role, new.actor_officer, new.notice.keyid,
        ),
    )  # fmt: skip
    _ASK.run_many(
        connection,
        [(new.id, office, started, False, started, to_ms(claimed_until)) for office in offices],
    )


def find(connection: Connection, screening: str) -> Screening | None:
    """A screening, if there is one."""
    row = _GET.row(connection, (screening,))
    if row is None:
        return None
    return Screening(
        id=row[0],
        case_ref=row[1],
        purpose=row[2],
        started_at=from_ms(row[3]),
        soft_until=from_ms(row[4]),
        settled_at=from_ms_or_none(row[5]),
        ask_until=from_ms(row[6]),
        roster_version=int(row[7]),
        inquiry=Statement(payload=bytes(row[9]), payload_type=_INQUIRY, keyid=row[8], signature=bytes(row[10])),
        notice=Statement(payload=bytes(row[11]), payload_type=_NOTICE, keyid=row[15], signature=bytes(row[12])),
        actor_role=row[13],
        actor_officer=row[14],
    )


def get(connection: Connection, screening: str) -> Screening:
    """A screening that another row refers to; StoreError if the database contradicts itself."""
    found = find(connection, screening)
    if found is None:
        raise StoreError("screening-missing")
    return found


def of_case(connection: Connection, case_ref: str) -> list[str]:
    """The screenings of a case, the first first."""
    return [str(row[0]) for row in _OF_CASE.rows(connection, (case_ref,))]


def any_before(connection: Connection, case_ref: str, *, moment: datetime) -> bool:
    """Whether a case was screened before that moment."""
    return _ANY_BEFORE.row(connection, (case_ref, to_ms(moment))) is not None


def asking(connection: Connection, case_ref: str, *, now: datetime) -> Any:
    """The purpose for which somebody is still asked about a case; None if all have answered, or its time is over."""
    row = _ASKING.row(connection, (case_ref, to_ms(now)))
    return None if row is None else row[0]


def asked(connection: Connection, screening: str) -> list[Asked]:
    """How every asked office stands."""
    return [
        Asked(
            office=row[0],
            state=row[1],
            outcome=row[2],
            cause=row[3],
            asked_at=from_ms_or_none(row[4]),
            answered_at=from_ms_or_none(row[5]),
            late=bool(row[6]),
            attempts=int(row[7]),
            history_sealed=None if row[8] is None else bytes(row[8]),
        )
        for row in _ASKED.rows(connection, (screening,))
    ]


def all_ended(connection: Connection, screening: str) -> bool:
    """Whether no office's question is under way now."""
    row = _OPEN.row(connection, (screening,))
    return row is not None and int(row[0]) == 0


def record_answer(
    connection: Connection, screening: str, *, office: str, outcome: str, cause: str | None,
    statement: Statement, issued_at: datetime, now: datetime, late: bool, next_due: datetime | None,
    claim_until: datetime,
) -> bool:  # fmt: skip
    """Keep an answer; False if a later one, or a history, is held. A hit stays open, and claimed, until the history."""
    waits = outcome == "hit" or next_due is not None
    kept = _ANSWER.run(
        connection,
        (
            "waiting" if waits else "done", outcome, cause, to_ms(now), late,
            to_ms(now) if outcome == "hit" else to_ms_or_none(next_due),
            to_ms(claim_until) if outcome == "hit" else None, to_ms(issued_at),
            statement.payload, statement.signature, statement.keyid, screening, office, to_ms(issued_at),
        ),
    )  # fmt: skip
    return kept == 1


def record_unknown(
    connection: Connection, screening: str, *, office: str, cause: str, next_due: datetime | None
) -> None:
    """It did not answer, or its history did not come: unknown with a cause (a hit stays a hit), due again."""
    _UNKNOWN.run(connection, (cause, to_ms_or_none(next_due), screening, office))


def record_history(
    connection: Connection, screening: str, *, office: str, sealed: bytes, until: datetime, now: datetime
) -> bool:
    """Keep the sealed history, of which the first row ends at `until`; this office's question is done.

    False if one was kept before, which stays.
    """
    return _HISTORY.run(connection, (sealed, to_ms(now), to_ms(until), screening, office)) == 1


def leave_resting(
    connection: Connection, screening: str, *, offices: Iterable[str], resting: Mapping[str, datetime]
) -> None:
    """Offices in back-off cost a screening no time: unknown, due when their pause ends."""
    for office in offices:
        _RESTING.run(connection, (to_ms(resting[office]), screening, office))


def nothing_to_search(connection: Connection, screening: str) -> None:
    """The question holds nothing that anybody could search: unknown everywhere, and nobody is asked."""
    _NOTHING.run(connection, (screening,))


def settle(connection: Connection, screening: str, *, now: datetime, overdue_only: bool = False) -> None:
    """The officer's first view is final at this moment; what comes later is late."""
    if _SETTLE.run(connection, (to_ms(now), screening, to_ms(now) if overdue_only else 1 << 62)):
        events.append(connection, screening, at=now, kind="settled", office=None, detail={})
        row = find(connection, screening)
        if row is not None:
            detail = {"screening": screening}
            office_events.add(connection, "screening_settled", at=now, case_ref=row.case_ref, detail=detail)


def is_settled(connection: Connection, screening: str) -> bool:
    """Whether the officer's result was final before this transaction; it cannot become so until the commit."""
    row = _SETTLED.row(connection, (screening,))
    return row is not None and row[0] is not None
