"""Documents of cases: kind and status readable, number and note sealed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import from_ms, to_ms

_COLUMNS = "case_ref, kind, status, said_sealed, saved_at, actor_role, actor_officer"
_PUT = HotStatement(
    f"INSERT INTO case_document ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (case_ref, kind) DO UPDATE SET status = excluded.status, said_sealed = excluded.said_sealed,"
    " saved_at = excluded.saved_at, actor_role = excluded.actor_role, actor_officer = excluded.actor_officer"
)
_OF_CASE = HotStatement(f"SELECT {_COLUMNS} FROM case_document WHERE case_ref = ? ORDER BY kind")


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document as it is kept."""

    case_ref: str
    kind: Any
    status: Any
    sealed: bytes
    saved_at: datetime
    actor_role: Any
    actor_officer: str | None


def put(connection: Connection, one: StoredDocument) -> None:
    """Keep it in the place of another of its kind; the log has both."""
    _PUT.run(
        connection,
        (
            one.case_ref, one.kind, one.status, one.sealed, to_ms(one.saved_at), one.actor_role, one.actor_officer,
        ),
    )  # fmt: skip


def of_case(connection: Connection, case_ref: str) -> list[StoredDocument]:
    """All of a case, by kind."""
    return [
        StoredDocument(row[0], row[1], row[2], bytes(row[3]), from_ms(row[4]), row[5], row[6])
        for row in _OF_CASE.rows(connection, (case_ref,))
    ]
