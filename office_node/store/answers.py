"""Answers of an interview, one a question; value and note are sealed by whoever keeps them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import from_ms, to_ms

_COLUMNS = "case_ref, code, answer_sealed, answered_at, actor_role, actor_officer"
_PUT = HotStatement(
    f"INSERT INTO case_answer ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (case_ref, code) DO UPDATE SET answer_sealed = excluded.answer_sealed,"
    " answered_at = excluded.answered_at, actor_role = excluded.actor_role, actor_officer = excluded.actor_officer"
)
_OF_CASE = HotStatement(f"SELECT {_COLUMNS} FROM case_answer WHERE case_ref = ? ORDER BY code")
_ANSWERED = HotStatement("SELECT 1 FROM case_answer WHERE case_ref = ? AND code = ?")


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """One answer as it is kept."""

    case_ref: str
    code: str
    sealed: bytes
    answered_at: datetime
    actor_role: str
    actor_officer: str | None


def put(connection: Connection, answer: StoredAnswer) -> None:
    """Keep it in the place of an earlier answer to the same question."""
    _PUT.run(
        connection,
        (
            answer.case_ref, answer.code, answer.sealed, to_ms(answer.answered_at), answer.actor_role,
            answer.actor_officer,
        ),
    )  # fmt: skip


def of_case(connection: Connection, case_ref: str) -> list[StoredAnswer]:
    """All answers of a case."""
    return [_answer(row) for row in _OF_CASE.rows(connection, (case_ref,))]


def answered(connection: Connection, case_ref: str, *, code: str) -> bool:
    """Whether this question has an answer."""
    return _ANSWERED.row(connection, (case_ref, code)) is not None


def _answer(row: tuple[Any, ...]) -> StoredAnswer:
    return StoredAnswer(row[0], row[1], bytes(row[2]), from_ms(row[3]), row[4], row[5])
