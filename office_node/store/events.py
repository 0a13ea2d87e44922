"""What happened in a screening, for whoever follows it: numbered in its order, without personal data."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import from_ms, to_ms

_EVENT = HotStatement(
    "INSERT INTO screening_event (screening, seq, at, kind, office, detail)"
    " SELECT ?, coalesce(max(seq), 0) + 1, ?, ?, ?, ? FROM screening_event WHERE screening = ?"
)
_EVENTS = HotStatement(
    "SELECT seq, at, kind, office, detail FROM screening_event WHERE screening = ? AND seq > ? ORDER BY seq"
)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a screening. Holds no personal data."""

    seq: int
    at: datetime
    kind: str
    office: str | None
    detail: Mapping[str, Any]


def append(
    connection: Connection, screening: str, *, at: datetime, kind: str, office: str | None,
    detail: Mapping[str, Any],
) -> None:  # fmt: skip
    """Add an event for whoever follows the screening."""
    _EVENT.run(connection, (screening, to_ms(at), kind, office, json.dumps(detail), screening))


def after(connection: Connection, screening: str, *, seq: int) -> list[Event]:
    """What happened since."""
    return [
        Event(int(row[0]), from_ms(row[1]), row[2], row[3], json.loads(row[4]))
        for row in _EVENTS.rows(connection, (screening, seq))
    ]
