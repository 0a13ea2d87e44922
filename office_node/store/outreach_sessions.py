"""Literacy sessions that were held, and what is to be done after them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import from_ms, from_ms_or_none, to_ms

_SESSION = (
    "id, village, day, audience, attended, questions, pre_takers, pre_right, post_takers, post_right, told_sealed,"
    " recorded_at, actor_role, actor_officer"
)
_ADD = HotStatement(
    f"INSERT INTO outreach_session ({_SESSION}, keep_until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_GET = HotStatement(f"SELECT {_SESSION} FROM outreach_session WHERE id = ?")
_LISTED = HotStatement(
    f"SELECT {_SESSION} FROM outreach_session WHERE day >= ? AND day <= ? ORDER BY day DESC, id LIMIT ?"
)
_OF_VILLAGE = HotStatement(
    f"SELECT {_SESSION} FROM outreach_session WHERE village = ? AND day >= ? AND day <= ? ORDER BY day DESC, id LIMIT ?"
)
_BY_VILLAGE = HotStatement("SELECT village, count(*), max(day) FROM outreach_session GROUP BY village")
_FORGET = HotStatement("DELETE FROM outreach_session WHERE keep_until <= ?")
_FOLLOW_UP = (
    "id, session_id, village, owner, due_on, what_sealed, done_at, done_role, done_officer, outcome_sealed"
)  # fmt: skip
_ADD_FOLLOW_UP = HotStatement(
    "INSERT INTO outreach_follow_up (id, session_id, village, owner, due_on, what_sealed) VALUES (?, ?, ?, ?, ?, ?)"
)
_GET_FOLLOW_UP = HotStatement(f"SELECT {_FOLLOW_UP} FROM outreach_follow_up WHERE id = ?")
_OPEN = HotStatement(
    f"SELECT {_FOLLOW_UP} FROM outreach_follow_up WHERE done_at IS NULL ORDER BY due_on, id LIMIT ?"
)  # fmt: skip
_OPEN_BY = HotStatement(
    "SELECT session_id, village, count(*) FROM outreach_follow_up WHERE done_at IS NULL GROUP BY session_id, village"
)
_DONE = HotStatement(
    "UPDATE outreach_follow_up SET done_at = ?, done_role = ?, done_officer = ?, outcome_sealed = ?"
    " WHERE id = ? AND done_at IS NULL"
)
_FORGET_FOLLOW_UPS = HotStatement(
    "DELETE FROM outreach_follow_up WHERE session_id IN (SELECT id FROM outreach_session WHERE keep_until <= ?)"
)


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A session as it is kept. `questions`: of the test that was used; `pre_right`: right answers of all takers."""

    id: str
    village: str
    day: date
    audience: Any
    attended: int
    questions: int
    pre_takers: int
    pre_right: int
    post_takers: int
    post_right: int
    sealed: bytes
    recorded_at: datetime
    role: Any
    officer: str | None


@dataclass(frozen=True, slots=True)
class StoredFollowUp:
    """Something to be done as it is kept."""

    id: str
    session: str
    village: str
    owner: str
    due_on: date
    what_sealed: bytes
    done_at: datetime | None = None
    done_role: Any = None
    done_officer: str | None = None
    outcome_sealed: bytes | None = None


def add(connection: Connection, one: StoredSession, *, keep_until: datetime) -> None:
    """Keep a new one."""
    _ADD.run(
        connection,
        (
            one.id, one.village, one.day.isoformat(), one.audience, one.attended, one.questions, one.pre_takers,
            one.pre_right, one.post_takers, one.post_right, one.sealed, to_ms(one.recorded_at), one.role, one.officer,
            to_ms(keep_until),
        ),
    )  # fmt: skip


def get(connection: Connection, id: str) -> StoredSession | None:
    """One of them."""
    row = _GET.row(connection, (id,))
    return None if row is None else _session(row)


def listed(
    connection: Connection, *, first: date, last: date, limit: int, village: str | None = None
) -> list[StoredSession]:
    """Those of the days from `first` to `last`, the newest first."""
    days = (first.isoformat(), last.isoformat(), limit)
    if village is None:
        return [_session(row) for row in _LISTED.rows(connection, days)]
    return [_session(row) for row in _OF_VILLAGE.rows(connection, (village, *days))]


def by_village(connection: Connection) -> dict[str, tuple[int, date]]:
    """How many sessions each village has had, and the day of the last one."""
    return {row[0]: (int(row[1]), date.fromisoformat(row[2])) for row in _BY_VILLAGE.rows(connection)}


def add_follow_up(connection: Connection, one: StoredFollowUp) -> None:
    """Keep a new one."""
    _ADD_FOLLOW_UP.run(
        connection, (one.id, one.session, one.village, one.owner, one.due_on.isoformat(), one.what_sealed)
    )


def get_follow_up(connection: Connection, id: str) -> StoredFollowUp | None:
    """One of them."""
    row = _GET_FOLLOW_UP.row(connection, (id,))
    return None if row is None else _follow_up(row)


def open_follow_ups(connection: Connection, *, limit: int) -> list[StoredFollowUp]:
    """Those that nobody has done, those due first in front."""
    return [_follow_up(row) for row in _OPEN.rows(connection, (limit,))]


def open_counts(connection: Connection) -> list[tuple[str, str, int]]:
    """(session, village, how many are open), where any is."""
    return [(row[0], row[1], int(row[2])) for row in _OPEN_BY.rows(connection)]


def done(connection: Connection, id: str, *, at: datetime, role: str, officer: str | None, outcome: bytes) -> bool:
    """What came of it; False if that was said before."""
    return _DONE.run(connection, (to_ms(at), role, officer, outcome, id)) == 1


def forget(connection: Connection, *, now: datetime) -> int:
    """Drop sessions whose time is over with what followed from them; how many rows."""
    moment = (to_ms(now),)
    return _FORGET_FOLLOW_UPS.run(connection, moment) + _FORGET.run(connection, moment)


def _session(row: tuple[Any, ...]) -> StoredSession:
    return StoredSession(
        id=row[0],
        village=row[1],
        day=date.fromisoformat(row[2]),
        audience=row[3],
        attended=int(row[4]),
        questions=int(row[5]),
        pre_takers=int(row[6]),
        pre_right=int(row[7]),
        post_takers=int(row[8]),
        post_right=int(row[9]),
        sealed=bytes(row[10]),
        recorded_at=from_ms(row[11]),
        role=row[12],
        officer=row[13],
    )


def _follow_up(row: tuple[Any, ...]) -> StoredFollowUp:
    outcome = None if row[9] is None else bytes(row[9])
    due = date.fromisoformat(row[4])
    return StoredFollowUp(
        row[0], row[1], row[2], row[3], due, bytes(row[5]), from_ms_or_none(row[6]), row[7], row[8], outcome
    )  # fmt: skip
