"""The signed packs that this node has taken, by version; none is ever taken back."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import to_ms

_PUT = HotStatement(
    "INSERT INTO guideline (version, effective_from, envelope, taken_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
_NEWEST = HotStatement("SELECT max(version) FROM guideline")
_ALL = HotStatement("SELECT version, envelope FROM guideline ORDER BY version DESC")


def put(connection: Connection, version: int, *, effective_from: str, envelope: dict[str, Any], now: datetime) -> bool:
    """Keep a verified pack; False if this version is held."""
    return _PUT.run(connection, (version, effective_from, json.dumps(envelope).encode(), to_ms(now))) == 1


def newest(connection: Connection) -> int:
    """The highest version taken; 0 before the first."""
    row = _NEWEST.row(connection)
    return 0 if row is None or row[0] is None else int(row[0])


def envelopes(connection: Connection) -> list[tuple[int, dict[str, Any]]]:
    """Every pack taken with its version, the newest first."""
    return [(int(row[0]), json.loads(bytes(row[1]))) for row in _ALL.rows(connection)]
