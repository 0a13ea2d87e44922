"""What applicants asked about their cases, until they have been told what became of it, and after."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import from_ms, from_ms_or_none, to_ms

_COLUMNS = (
    "id, case_ref, kind, made_by, received_at, due_at, late, asked_sealed, outcome, decided_at, decided_role,"
    " decided_officer, second_role, second_officer, answer_sealed, told_at, told_how"
)
_ADD = HotStatement(
    "INSERT INTO case_request (id, case_ref, kind, made_by, received_at, due_at, late, asked_sealed)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_GET = HotStatement(f"SELECT {_COLUMNS} FROM case_request WHERE id = ?")
_OF_CASE = HotStatement(f"SELECT {_COLUMNS} FROM case_request WHERE case_ref = ? ORDER BY received_at, id")
_OPEN = HotStatement(f"SELECT {_COLUMNS} FROM case_request WHERE told_at IS NULL ORDER BY due_at, id LIMIT ?")
_OVERDUE = HotStatement(
    f"SELECT {_COLUMNS} FROM case_request r WHERE told_at IS NULL AND due_at <= ?"
    " AND NOT EXISTS (SELECT 1 FROM alert a WHERE a.kind = 'request_overdue' AND a.inquiry = r.id) LIMIT ?"
)
_DECIDE = HotStatement(
    "UPDATE case_request SET outcome = ?, decided_at = ?, decided_role = ?, decided_officer = ?, second_role = ?,"
    " second_officer = ?, answer_sealed = ? WHERE id = ? AND outcome IS NULL"
)
_TELL = HotStatement("UPDATE case_request SET told_at = ?, told_how = ? WHERE id = ? AND told_at IS NULL")


@dataclass(frozen=True, slots=True)
class StoredRequest:
    """A request as it is kept. `told_at`: the applicant knows what became of it."""

    id: str
    case_ref: str
    kind: Any
    made_by: Any
    received_at: datetime
    due_at: datetime
    late: bool
    asked_sealed: bytes
    outcome: Any = None
    decided_at: datetime | None = None
    decided_role: Any = None
    decided_officer: str | None = None
    second_role: Any = None
    second_officer: str | None = None
    answer_sealed: bytes | None = None
    told_at: datetime | None = None
    told_how: Any = None


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of a request, and who signed it."""

    outcome: str
    at: datetime
    role: str
    officer: str | None
    second_role: str | None
    second_officer: str | None
    sealed: bytes


def add(connection: Connection, one: StoredRequest) -> None:
    """Keep a new one."""
    _ADD.run(
        connection,
        (
            one.id, one.case_ref, one.kind, one.made_by, to_ms(one.received_at), to_ms(one.due_at), one.late,
            one.asked_sealed,
        ),
    )  # fmt: skip


def get(connection: Connection, id: str) -> StoredRequest | None:
    """One of them."""
    row = _GET.row(connection, (id,))
    return None if row is None else _request(row)


def of_case(connection: Connection, case_ref: str) -> list[StoredRequest]:
    """All of a case, the first one first."""
    return [_request(row) for row in _OF_CASE.rows(connection, (case_ref,))]


def open_ones(connection: Connection, *, limit: int) -> list[StoredRequest]:
    """Those whose applicant has not been told yet, those due first in front."""
    return [_request(row) for row in _OPEN.rows(connection, (limit,))]


def overdue(connection: Connection, *, now: datetime, limit: int) -> list[StoredRequest]:
    """Those that are due and of which nobody has been alerted."""
    return [_request(row) for row in _OVERDUE.rows(connection, (to_ms(now), limit))]


def answer(connection: Connection, id: str, answered: Answered) -> bool:
    """Keep what became of it; False if that was said before."""
    row = (
        answered.outcome, to_ms(answered.at), answered.role, answered.officer, answered.second_role,
        answered.second_officer, answered.sealed, id,
    )  # fmt: skip
    return _DECIDE.run(connection, row) == 1


def told(connection: Connection, id: str, *, at: datetime, how: str) -> bool:
    """The applicant has been told; False if she had been before."""
    return _TELL.run(connection, (to_ms(at), how, id)) == 1


def _request(row: tuple[Any, ...]) -> StoredRequest:
    return StoredRequest(
        id=row[0],
        case_ref=row[1],
        kind=row[2],
        made_by=row[3],
        received_at=from_ms(row[4]),
        due_at=from_ms(row[5]),
        late=bool(row[6]),
        asked_sealed=bytes(row[7]),
        outcome=row[8],
        decided_at=from_ms_or_none(row[9]),
        decided_role=row[10],
        decided_officer=row[11],
        second_role=row[12],
        second_officer=row[13],
        answer_sealed=None if row[14] is None else bytes(row[14]),
        told_at=from_ms_or_none(row[15]),
        told_how=row[16],
    )
