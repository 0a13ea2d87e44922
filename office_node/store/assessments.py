"""What a case was last assessed as: level and pack version readable, everything else sealed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import from_ms, to_ms

_COLUMNS = "case_ref, pack_version, level, result_sealed, assessed_at"
_PUT = HotStatement(
    f"INSERT INTO assessment ({_COLUMNS}) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (case_ref) DO UPDATE SET pack_version = excluded.pack_version, level = excluded.level,"
    " result_sealed = excluded.result_sealed, assessed_at = excluded.assessed_at"
)
_GET = HotStatement(f"SELECT {_COLUMNS} FROM assessment WHERE case_ref = ?")


@dataclass(frozen=True, slots=True)
class StoredAssessment:
    """One assessment as it is kept."""

    case_ref: str
    pack_version: int
    level: Any
    sealed: bytes
    assessed_at: datetime


def put(connection: Connection, one: StoredAssessment) -> None:
    """Keep it in the place of an earlier one; the log has both."""
    _PUT.run(connection, (one.case_ref, one.pack_version, one.level, one.sealed, to_ms(one.assessed_at)))


def get(connection: Connection, case_ref: str) -> StoredAssessment | None:
    """The newest of a case."""
    row = _GET.row(connection, (case_ref,))
    return None if row is None else StoredAssessment(row[0], int(row[1]), row[2], bytes(row[3]), from_ms(row[4]))
