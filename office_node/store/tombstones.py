"""Tombstones end too: *cleared* is kept until no earlier revision, wherever one still lies, can be in force."""

from datetime import datetime

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import to_ms

_OLD = HotStatement("SELECT id FROM notice WHERE standing = 'cleared' AND arrived_at <= ? LIMIT ?")
_DROP = HotStatement("DELETE FROM notice WHERE id = ? AND standing = 'cleared'")


def drop(connection: Connection, *, arrived_before: datetime, limit: int = 500) -> int:
    """Remove tombstones that came before then; how many."""
    old = _OLD.rows(connection, (to_ms(arrived_before), limit))
    for row in old:
        _DROP.run(connection, (row[0],))
    return len(old)
