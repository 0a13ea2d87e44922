"""Hits that this office has answered: who asked, about which own cases, and whether the reveal came."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import from_ms, from_ms_or_none, to_ms, to_ms_or_none

_ADD = HotStatement(
    "INSERT INTO hit_given (answer_digest, inquiry, asker, cases, answered_at, alert_due_at, revealed_at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_COLUMNS = "answer_digest, inquiry, asker, cases, answered_at, alert_due_at, revealed_at"
_GET = HotStatement(f"SELECT {_COLUMNS} FROM hit_given WHERE answer_digest = ?")
_REVEALED = HotStatement(
    "UPDATE hit_given SET revealed_at = ?, alert_due_at = NULL WHERE (inquiry, asker) ="
    " (SELECT given.inquiry, given.asker FROM hit_given given WHERE given.answer_digest = ?)"
)
_DUE = HotStatement(f"SELECT {_COLUMNS} FROM hit_given WHERE alert_due_at <= ? LIMIT 100")
_CLAIM = HotStatement("UPDATE hit_given SET alert_due_at = NULL WHERE answer_digest = ?")

_FORGET = HotStatement("DELETE FROM hit_given WHERE answered_at <= ? AND alert_due_at IS NULL")


@dataclass(frozen=True, slots=True)
class HitGiven:
    """One answer with a hit."""

    answer_digest: str
    inquiry: str
    asker: str
    cases: tuple[str, ...]
    answered_at: datetime
    alert_due_at: datetime | None
    revealed_at: datetime | None


def add(connection: Connection, hit: HitGiven) -> None:
    """Remember what was answered."""
    _ADD.run(
        connection,
        (
            hit.answer_digest, hit.inquiry, hit.asker, json.dumps(hit.cases), to_ms(hit.answered_at),
            to_ms_or_none(hit.alert_due_at), to_ms_or_none(hit.revealed_at),
        ),
    )  # fmt: skip


def get(connection: Connection, answer_digest: str) -> HitGiven | None:
    """The hit that an answer gave."""
    row = _GET.row(connection, (answer_digest,))
    return None if row is None else _hit(row)


def revealed(connection: Connection, answer_digest: str, *, now: datetime) -> None:
    """The reveal came: every hit given to that asker for that inquiry is settled; another's is not."""
    _REVEALED.run(connection, (to_ms(now), answer_digest))


def claim_unrevealed(connection: Connection, *, now: datetime) -> list[HitGiven]:
    """Hits whose reveal is overdue, each handed out once."""
    due = [_hit(row) for row in _DUE.rows(connection, (to_ms(now),))]
    _CLAIM.run_many(connection, [(hit.answer_digest,) for hit in due])
    return due


def forget(connection: Connection, *, before: datetime) -> int:
    """Drop hits given before then whose alert is settled; how many."""
    return _FORGET.run(connection, (to_ms(before),))


def _hit(row: tuple[Any, ...]) -> HitGiven:
    return HitGiven(
        row[0], row[1], row[2], tuple(json.loads(row[3])), from_ms(row[4]), from_ms_or_none(row[5]),
        from_ms_or_none(row[6]),
    )  # fmt: skip
