"""Other offices' histories, sealed in the asker's case. Each row goes when its owner's `until` is over.

Kept is the owner's statement as it came. Once a row has ended only the other rows are kept: a statement cannot lose
one of them, and rule 7 comes before being able to prove what is left.
"""

import json
from collections.abc import Sequence
from datetime import datetime

from office_node.node import Node
from office_node.signing.statements import Statement
from office_node.store import retention
from office_node.store.transactions import Connection
from shared_schemas.history import History, HistoryRow

_TABLE = "asked.history"


def seal_history(node: Node, statement: Statement, *, screening: str, office: str) -> bytes:
    """The owner's whole statement, sealed."""
    return node.sealer.seal(_TABLE, f"{screening}/{office}", json.dumps(statement.to_dict()).encode())


def first_end(rows: Sequence[HistoryRow], *, now: datetime) -> datetime:
    """When the first of them ends; now if there is none."""
    return min((row.until for row in rows), default=now)


def open_history(node: Node, sealed: bytes, *, screening: str, office: str) -> tuple[HistoryRow, ...]:
    """The rows that are left."""
    if not sealed:
        return ()
    kept = json.loads(node.sealer.unseal(_TABLE, f"{screening}/{office}", sealed))
    if "rows" in kept:
        return tuple(HistoryRow.model_validate_json(row) for row in kept["rows"])
    return History.model_validate_json(Statement.from_dict(kept).payload).rows


def forget_ended_rows(connection: Connection, node: Node, *, now: datetime) -> int:
    """Erase what owners let be seen no longer; how many histories that changed."""
    ended = retention.ended_histories(connection, now=now)
    for one in ended:
        rows = open_history(node, one.sealed, screening=one.screening, office=one.office)
        left = [row for row in rows if row.until > now]
        plain = json.dumps({"rows": [row.model_dump_json() for row in left]}).encode()
        sealed = node.sealer.seal(_TABLE, f"{one.screening}/{one.office}", plain) if left else b""
        until = first_end(left, now=now) if left else None
        retention.leave_of_history(connection, one, sealed=sealed, until=until)
    return len(ended)
