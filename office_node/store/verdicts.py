"""What officers said of two cases: the level codes of the comparison and two references, never a name.

A pair of own cases is one row, whichever of them was screened: the smaller reference stands first.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import from_ms, to_ms

_COLUMNS = (
    "case_ref, office, other_case, vector, model, verdict, reason_sealed, decided_at,"
    " actor_office, actor_role, actor_officer, keep_until"
)
_PUT = HotStatement(
    f"INSERT INTO verdict ({_COLUMNS}) VALUES ({', '.join('?' * 12)})"
    " ON CONFLICT (case_ref, office, other_case) DO UPDATE SET vector = excluded.vector, model = excluded.model,"
    " verdict = excluded.verdict, reason_sealed = excluded.reason_sealed, decided_at = excluded.decided_at,"
    " actor_office = excluded.actor_office, actor_role = excluded.actor_role,"
    " actor_officer = excluded.actor_officer, keep_until = excluded.keep_until"
)
_GET = HotStatement(f"SELECT {_COLUMNS} FROM verdict WHERE case_ref = ? AND office = ? AND other_case = ?")
_OF_CASE = HotStatement(f"SELECT {_COLUMNS} FROM verdict WHERE case_ref = ? OR (other_case = ? AND office = ?)")
_TAUGHT = HotStatement("SELECT vector, model, verdict FROM verdict")
_FORGET = HotStatement(
    "DELETE FROM verdict WHERE (case_ref, office, other_case) IN"
    " (SELECT case_ref, office, other_case FROM verdict WHERE keep_until <= ? LIMIT ?)"
)


@dataclass(frozen=True, slots=True)
class Pair:
    """An own case, and a case of an office, which may be the same office."""

    case_ref: str
    office: str
    other_case: str


def pair(case_ref: str, other_case: str, *, office: str, own: str) -> Pair:
    """The one way to name two cases, of which `case_ref` is the office's `own`."""
    if office == own and other_case < case_ref:
        case_ref, other_case = other_case, case_ref
    return Pair(case_ref, office, other_case)


@dataclass(frozen=True, slots=True)
class StoredVerdict:
    """A verdict as it is kept. `vector` is empty where the other person could not be read here."""

    pair: Pair
    vector: tuple[str, ...]
    model: str
    verdict: Any
    reason_sealed: bytes
    decided_at: datetime
    actor_office: str
    actor_role: Any
    actor_officer: str | None
    keep_until: datetime


@dataclass(frozen=True, slots=True)
class Taught:
    """What a verdict says to whoever learns from it."""

    vector: tuple[str, ...]
    model: str
    verdict: str


def put(connection: Connection, said: StoredVerdict) -> None:
    """Keep it in place of what was said of the pair before."""
    _PUT.run(
        connection,
        (
            said.pair.case_ref, said.pair.office, said.pair.other_case, json.dumps(said.vector), said.model,
            said.verdict, said.reason_sealed, to_ms(said.decided_at), said.actor_office, said.actor_role,
            said.actor_officer, to_ms(said.keep_until),
        ),
    )  # fmt: skip


def get(connection: Connection, of: Pair) -> StoredVerdict | None:
    """What is remembered of a pair."""
    row = _GET.row(connection, (of.case_ref, of.office, of.other_case))
    return None if row is None else _verdict(row)


def of_case(connection: Connection, case_ref: str, *, own: str) -> dict[Pair, StoredVerdict]:
    """All verdicts that an own case is part of; `own` is this office."""
    found = [_verdict(row) for row in _OF_CASE.rows(connection, (case_ref, case_ref, own))]
    return {one.pair: one for one in found}


def taught(connection: Connection) -> list[Taught]:
    """Every verdict, without who said it, when, and of whom."""
    return [Taught(tuple(json.loads(row[0])), row[1], row[2]) for row in _TAUGHT.rows(connection)]


def forget_ended(connection: Connection, *, now: datetime, limit: int = 500) -> int:
    """Drop those whose time is over; how many."""
    return _FORGET.run(connection, (to_ms(now), limit))


def _verdict(row: tuple[Any, ...]) -> StoredVerdict:
    return StoredVerdict(
        pair=Pair(row[0], row[1], row[2]),
        vector=tuple(json.loads(row[3])),
        model=row[4],
        verdict=row[5],
        reason_sealed=bytes(row[6]),
        decided_at=from_ms(row[7]),
        actor_office=row[8],
        actor_role=row[9],
        actor_officer=row[10],
        keep_until=from_ms(row[11]),
    )
