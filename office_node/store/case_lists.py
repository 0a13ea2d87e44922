"""Lists of the office's own cases by state, those due first in front. Nothing of a person is read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from office_node.store.cases import NEVER
from office_node.store.hot import HotStatement
from office_node.store.times import from_ms, from_ms_or_none, to_ms

_LIST = HotStatement(
    "SELECT c.ref, c.state, c.since, c.due_at, a.level, c.standing, c.lapses_at, c.filed_at FROM office_case c"
    " LEFT JOIN assessment a ON a.case_ref = c.ref WHERE c.state = ? AND (c.due_at, c.ref) > (?, ?)"
    " ORDER BY c.due_at, c.ref LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A case as a list shows it."""

    ref: str
    state: Any
    since: datetime
    due_at: datetime | None
    level: Any
    standing: Any
    lapses_at: datetime | None
    filed_at: datetime


def in_state(connection: Connection, state: str, *, after: tuple[int, str], limit: int) -> list[Listed]:
    """Cases in a state, those due first in front, behind (due in milliseconds, reference)."""
    return [_listed(row) for row in _LIST.rows(connection, (state, *after, limit))]


def place_of(listed: Listed) -> tuple[int, str]:
    """Where a list goes on behind this case."""
    return NEVER if listed.due_at is None else to_ms(listed.due_at), listed.ref


def _listed(row: tuple[Any, ...]) -> Listed:
    return Listed(
        ref=row[0],
        state=row[1],
        since=from_ms(row[2]),
        due_at=None if int(row[3]) == NEVER else from_ms(row[3]),
        level=row[4],
        standing=row[5],
        lapses_at=from_ms_or_none(row[6]),
        filed_at=from_ms(row[7]),
    )
