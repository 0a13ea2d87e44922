"""The steps of a case, in their order. Roles, codes and minutes readable; what was said in words is sealed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import from_ms, to_ms

_COLUMNS = (
    "case_ref, step, at, transition, before_state, after_state, actor_role, actor_officer, second_role,"
    " second_officer, reason_code, legal_basis, said_sealed, minutes"
)
_ADD = HotStatement(f"INSERT INTO case_step ({_COLUMNS}) VALUES ({', '.join('?' * 14)})")
_OF_CASE = HotStatement(f"SELECT {_COLUMNS} FROM case_step WHERE case_ref = ? ORDER BY step")
_MINUTES = HotStatement("SELECT coalesce(sum(minutes), 0) FROM case_step WHERE case_ref = ?")


@dataclass(frozen=True, slots=True)
class StoredStep:
    """One step as it is kept."""

    case_ref: str
    step: int
    at: datetime
    transition: Any
    before_state: Any
    after_state: Any
    actor_role: Any
    actor_officer: str | None
    second_role: Any
    second_officer: str | None
    reason_code: Any
    legal_basis: Any
    sealed: bytes
    minutes: int | None


def add(connection: Connection, one: StoredStep) -> None:
    """Keep a step; its number must be new."""
    _ADD.run(
        connection,
        (
            one.case_ref, one.step, to_ms(one.at), one.transition, one.before_state, one.after_state, one.actor_role,
            one.actor_officer, one.second_role, one.second_officer, one.reason_code, one.legal_basis, one.sealed,
            one.minutes,
        ),
    )  # fmt: skip


def of_case(connection: Connection, case_ref: str) -> Iterable[StoredStep]:
    """All steps of a case, the first one first."""
    return [_step(row) for row in _OF_CASE.rows(connection, (case_ref,))]


def minutes(connection: Connection, case_ref: str) -> int:
    """What the case has cost officers so far, as far as they said."""
    row = _MINUTES.row(connection, (case_ref,))
    return 0 if row is None else int(row[0])


def _step(row: tuple[Any, ...]) -> StoredStep:
    return StoredStep(
        case_ref=row[0],
        step=int(row[1]),
        at=from_ms(row[2]),
        transition=row[3],
        before_state=row[4],
        after_state=row[5],
        actor_role=row[6],
        actor_officer=row[7],
        second_role=row[8],
        second_officer=row[9],
        reason_code=row[10],
        legal_basis=row[11],
        sealed=bytes(row[12]),
        minutes=row[13],
    )
