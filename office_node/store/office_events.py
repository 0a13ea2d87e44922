"""What happened to cases, for the office's own systems: numbered in the order of the commits, without personal data.

One transaction writes at a time on either database (docs/adr/0020), so a number that is seen has none before it that
comes later: a reader that goes on behind the last number misses nothing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from office_node.store import meta
from office_node.store.hot import HotStatement
from office_node.store.times import from_ms, to_ms

_ADD = HotStatement("INSERT INTO office_event (at, kind, case_ref, detail) VALUES (?, ?, ?, ?)")
_AFTER = HotStatement("SELECT id, at, kind, case_ref, detail FROM office_event WHERE id > ? ORDER BY id LIMIT ?")
_LAST = HotStatement("SELECT max(id) FROM office_event")
_OLD = HotStatement("SELECT max(id) FROM (SELECT id FROM office_event WHERE at <= ? ORDER BY id LIMIT ?) AS old")
_FORGET = HotStatement("DELETE FROM office_event WHERE id <= ?")
_FORGOTTEN = "office_events_forgotten"


@dataclass(frozen=True, slots=True)
class OfficeEvent:
    """An event as it is kept."""

    id: int
    at: datetime
    kind: Any
    case_ref: str | None
    detail: Mapping[str, Any]


def add(connection: Connection, kind: str, *, at: datetime, case_ref: str | None, detail: Mapping[str, Any]) -> None:
    """Say that it happened, in the transaction in which it does. `detail`: codes and references only."""
    _ADD.run(connection, (to_ms(at), kind, case_ref, json.dumps(dict(detail), separators=(",", ":"))))


def after(connection: Connection, number: int, *, limit: int) -> list[OfficeEvent]:
    """What came behind this number, the first first."""
    return [
        OfficeEvent(int(row[0]), from_ms(row[1]), row[2], row[3], json.loads(row[4]))
        for row in _AFTER.rows(connection, (number, limit))
    ]


def last(connection: Connection) -> int:
    """The newest number; 0 before the first event."""
    row = _LAST.row(connection)
    return max(int(row[0]) if row is not None and row[0] is not None else 0, forgotten(connection))


def forgotten(connection: Connection) -> int:
    """The highest number that is not kept any more."""
    return int(meta.get(connection, _FORGOTTEN) or 0)


def forget(connection: Connection, *, before: datetime, limit: int = 1000) -> int:
    """Drop the oldest; how many. Whoever has not read so far is told that something is missing."""
    row = _OLD.row(connection, (to_ms(before), limit))
    if row is None or row[0] is None:
        return 0
    meta.put(connection, _FORGOTTEN, value=str(row[0]))
    return _FORGET.run(connection, (row[0],))
