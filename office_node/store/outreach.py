"""PIMPASA officers, desa binaan and planned visits. Days are `2026-11-24`, in the office's zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import to_ms

_PUT_OFFICER = HotStatement(
    "INSERT INTO pimpasa_officer (officer, appointed_on, ended_on) VALUES (?, ?, ?)"
    " ON CONFLICT (officer) DO UPDATE SET appointed_on = excluded.appointed_on, ended_on = excluded.ended_on"
)
_OFFICERS = HotStatement("SELECT officer, appointed_on, ended_on FROM pimpasa_officer ORDER BY officer")
_PUT_VILLAGE = HotStatement(
    "INSERT INTO mentored_village (village, officer, since, ended_on) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (village) DO UPDATE SET officer = excluded.officer, since = excluded.since,"
    " ended_on = excluded.ended_on"
)
_VILLAGES = HotStatement("SELECT village, officer, since, ended_on FROM mentored_village ORDER BY village")
_VISIT = "id, village, day, officers, audience, topics, note_sealed, state, session_id"
_PUT_VISIT = HotStatement(
    f"INSERT INTO outreach_visit ({_VISIT}, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (id) DO UPDATE SET village = excluded.village, day = excluded.day, officers = excluded.officers,"
    " audience = excluded.audience, topics = excluded.topics, note_sealed = excluded.note_sealed,"
    " state = excluded.state, changed_at = excluded.changed_at"
)
_GET_VISIT = HotStatement(f"SELECT {_VISIT} FROM outreach_visit WHERE id = ?")
_BETWEEN = HotStatement(
    f"SELECT {_VISIT} FROM outreach_visit WHERE day >= ? AND day <= ? ORDER BY day, id LIMIT ?"
)  # fmt: skip
_CANCEL = HotStatement(
    "UPDATE outreach_visit SET state = 'cancelled', changed_at = ? WHERE id = ? AND state = 'planned'"
)
_HELD = HotStatement(
    "UPDATE outreach_visit SET state = 'held', session_id = ?, changed_at = ? WHERE id = ? AND session_id IS NULL"
)
_FORGET_VISITS = HotStatement("DELETE FROM outreach_visit WHERE day < ?")
_FORGET_VILLAGES = HotStatement("DELETE FROM mentored_village WHERE ended_on < ?")
_FORGET_OFFICERS = HotStatement("DELETE FROM pimpasa_officer WHERE ended_on < ?")


@dataclass(frozen=True, slots=True)
class Mentor:
    """A PIMPASA officer."""

    officer: str
    appointed_on: date
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class MentoredVillage:
    """A desa binaan."""

    village: str
    officer: str
    since: date
    ended_on: date | None


@dataclass(frozen=True, slots=True)
class Visit:
    """A planned session as it is kept."""

    id: str
    village: str
    day: date
    officers: tuple[str, ...]
    audience: Any
    topics: tuple[Any, ...]
    note_sealed: bytes | None
    state: Any = "planned"
    session: str | None = None


def put_officer(connection: Connection, one: Mentor) -> None:
    """This is what is known of the officer now."""
    _PUT_OFFICER.run(connection, (one.officer, one.appointed_on.isoformat(), _text(one.ended_on)))


def officers(connection: Connection) -> list[Mentor]:
    """All of them, by pseudonym."""
    return [Mentor(row[0], date.fromisoformat(row[1]), _day(row[2])) for row in _OFFICERS.rows(connection)]


def put_village(connection: Connection, one: MentoredVillage) -> None:
    """This is what is known of the village now."""
    _PUT_VILLAGE.run(connection, (one.village, one.officer, one.since.isoformat(), _text(one.ended_on)))


def villages(connection: Connection) -> list[MentoredVillage]:
    """All of them, by code."""
    return [
        MentoredVillage(row[0], row[1], date.fromisoformat(row[2]), _day(row[3])) for row in _VILLAGES.rows(connection)
    ]


def put_visit(connection: Connection, one: Visit, *, at: datetime) -> None:
    """Keep a plan in the place of an earlier one; what came of it stays."""
    _PUT_VISIT.run(
        connection,
        (
            one.id, one.village, one.day.isoformat(), " ".join(one.officers), one.audience, " ".join(one.topics),
            one.note_sealed, one.state, one.session, to_ms(at),
        ),
    )  # fmt: skip


def get_visit(connection: Connection, id: str) -> Visit | None:
    """One of them."""
    row = _GET_VISIT.row(connection, (id,))
    return None if row is None else _visit(row)


def visits(connection: Connection, *, first: date, last: date, limit: int) -> list[Visit]:
    """Those of the days from `first` to `last`, by day."""
    return [_visit(row) for row in _BETWEEN.rows(connection, (first.isoformat(), last.isoformat(), limit))]


def cancel_visit(connection: Connection, id: str, *, at: datetime) -> bool:
    """It will not be held; False unless it was planned."""
    return _CANCEL.run(connection, (to_ms(at), id)) == 1


def visit_held(connection: Connection, id: str, *, session: str, at: datetime) -> bool:
    """What came of it; False if there is no such visit or it was held before."""
    return _HELD.run(connection, (session, to_ms(at), id)) == 1


def forget(connection: Connection, *, visits_before: date, ended_before: date) -> int:
    """Drop visits of long ago, and officers and villages that ended long ago; how many."""
    ended = (ended_before.isoformat(),)
    gone = _FORGET_VILLAGES.run(connection, ended) + _FORGET_OFFICERS.run(connection, ended)
    return gone + _FORGET_VISITS.run(connection, (visits_before.isoformat(),))


def _visit(row: Sequence[Any]) -> Visit:
    note = None if row[6] is None else bytes(row[6])
    day = date.fromisoformat(row[2])
    return Visit(row[0], row[1], day, tuple(row[3].split()), row[4], tuple(row[5].split()), note, row[7], row[8])


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
