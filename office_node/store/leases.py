"""Leases: work that only one process of an office does at a time."""

from datetime import datetime

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import to_ms

_TAKE = HotStatement(
    "INSERT INTO lease (name, holder, until) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE"
    " SET holder = excluded.holder, until = excluded.until WHERE lease.until < ? OR lease.holder = excluded.holder"
)


OF_A_NODE = ("sweep", "hello", "gaps", "witnesses")
"""Duties that only a serving node takes; a command takes others."""
_HELD = HotStatement(f"SELECT 1 FROM lease WHERE until > ? AND name IN ({', '.join('?' * len(OF_A_NODE))}) LIMIT 1")


def node_at_work(connection: Connection, *, now: datetime) -> bool:
    """Whether a node serves from this database, or did so a few minutes ago and did not end its duties."""
    return _HELD.row(connection, (to_ms(now), *OF_A_NODE)) is not None


def take(connection: Connection, name: str, *, holder: str, now: datetime, until: datetime) -> bool:
    """Take or renew a lease; False while another holder has it."""
    return _TAKE.run(connection, (name, holder, to_ms(until), to_ms(now))) == 1
