"""The end of the office's own rows: cases, screenings, and in them what other offices told of their applicants.

Nothing goes while somebody may still be asked about it or must look at it.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import to_ms, to_ms_or_none

_CASES = HotStatement(
    "SELECT ref FROM office_case c WHERE keep_until <= ? AND (until IS NULL OR until <= ?)"
    " AND NOT EXISTS (SELECT 1 FROM screening s JOIN asked a ON a.screening = s.id"
    " WHERE s.case_ref = c.ref AND s.ask_until > ? AND a.state <> 'done')"
    " AND NOT EXISTS (SELECT 1 FROM alert l WHERE l.case_ref = c.ref AND l.signed_at IS NULL) LIMIT ?"
)
_OF_CASE = tuple(
    HotStatement(f"DELETE FROM {table} WHERE {column} = ?")
    for table, column in (
        ("own_key", "case_ref"), ("screening", "case_ref"), ("alert", "case_ref"), ("verdict", "case_ref"),
        ("verdict", "other_case"), ("case_answer", "case_ref"), ("pattern_token", "case_ref"),
        ("assessment", "case_ref"), ("case_step", "case_ref"), ("case_flag", "case_ref"), ("case_former", "case_ref"),
        ("case_request", "case_ref"), ("case_document", "case_ref"),
        ("issued_for", "case_ref"), ("office_case", "ref"),
    )
)  # fmt: skip
_SCREENINGS = HotStatement("DELETE FROM screening WHERE id IN (SELECT id FROM screening WHERE ask_until <= ? LIMIT ?)")
_GIVEN_UP = HotStatement(
    "SELECT a.screening, a.office FROM asked a WHERE a.due_at IS NOT NULL"
    " AND EXISTS (SELECT 1 FROM screening s WHERE s.id = a.screening AND s.ask_until <= ?) LIMIT ?"
)
_GIVE_UP = HotStatement("UPDATE asked SET due_at = NULL, claimed_until = NULL WHERE screening = ? AND office = ?")
_ENDED = HotStatement("SELECT screening, office, history_sealed FROM asked WHERE history_until <= ? LIMIT ?")
_LEAVE = HotStatement("UPDATE asked SET history_sealed = ?, history_until = ? WHERE screening = ? AND office = ?")


@dataclass(frozen=True, slots=True)
class EndedHistory:
    """A kept history of which at least one row's time is over."""

    screening: str
    office: str
    sealed: bytes


def forget_cases(connection: Connection, *, now: datetime, limit: int = 100) -> int:
    """Remove cases whose time is over with their look-up tokens, screenings, verdicts and signed alerts; how many.

    Left are those that peers still see, with a question still open, or with an alert that nobody has signed.
    """
    moment = to_ms(now)
    gone = _CASES.rows(connection, (moment, moment, moment, limit))
    for (ref,) in gone:
        for statement in _OF_CASE:
            statement.run(connection, (ref,))
    return len(gone)


def forget_screenings(connection: Connection, *, asked_before: datetime, limit: int = 100) -> int:
    """Remove screenings in which nobody has been asked since then, with answers and events; how many."""
    return _SCREENINGS.run(connection, (to_ms(asked_before), limit))


def give_up_questions(connection: Connection, *, now: datetime, limit: int = 500) -> int:
    """Take questions whose time is over out of the outbox; they stay unknown. How many."""
    over = _GIVEN_UP.rows(connection, (to_ms(now), limit))
    for screening, office in over:
        _GIVE_UP.run(connection, (screening, office))
    return len(over)


def ended_histories(connection: Connection, *, now: datetime, limit: int = 50) -> list[EndedHistory]:
    """Histories of which a row's time, set by the office that owns it, is over."""
    return [EndedHistory(row[0], row[1], bytes(row[2])) for row in _ENDED.rows(connection, (to_ms(now), limit))]


def leave_of_history(connection: Connection, ended: EndedHistory, *, sealed: bytes, until: datetime | None) -> None:
    """Keep this much of it, until the next row ends. Empty bytes: it was kept, and nothing of it is left."""
    _LEAVE.run(connection, (sealed, to_ms_or_none(until), ended.screening, ended.office))
