"""What a receipt is made of: the answers as they are kept, and the entries of the log that speak of them."""

from typing import Any, NamedTuple

from sqlalchemy import Connection

from office_node.signing.statements import Statement
from office_node.store.hot import HotStatement

_ANSWER = "application/vnd.jejak.answer+json"
_ANSWERS = HotStatement(
    "SELECT office, answer_payload, answer_keyid, answer_signature FROM asked"
    " WHERE screening = ? AND answer_payload IS NOT NULL"
)
_ENTRIES = HotStatement(
    "SELECT e.id, e.type, e.peer, e.inquiry, e.leaf, e.salt, e.body_sealed, l.number FROM entry e"
    " LEFT JOIN log_leaf l ON l.leaf = e.leaf"
    " WHERE e.case_ref = ? AND e.type IN ('inquiry', 'answer-taken', 'history-taken') ORDER BY e.id"
)


class Spoken(NamedTuple):
    """An entry about a screening of a case; it has no number until the log is extended, no salt once it is erased."""

    id: int
    type: str
    peer: str | None
    inquiry: str | None
    leaf: bytes
    salt: bytes | None
    body_sealed: bytes | None
    number: int | None


def answers(connection: Connection, screening: str) -> dict[str, Statement]:
    """The answer that counts, by office."""
    rows = _ANSWERS.rows(connection, (screening,))
    return {str(row[0]): Statement(bytes(row[1]), _ANSWER, str(row[2]), bytes(row[3])) for row in rows}


def entries_of(connection: Connection, case_ref: str) -> list[Spoken]:
    """What the log says of a case's screenings: who was asked, whose answer and history came."""
    return [_spoken(row) for row in _ENTRIES.rows(connection, (case_ref,))]


def _spoken(row: tuple[Any, ...]) -> Spoken:
    entry_id, kind, peer, inquiry, leaf, *sealed, number = row
    salt, body = (None if part is None else bytes(part) for part in sealed)
    return Spoken(int(entry_id), kind, peer, inquiry, bytes(leaf), salt, body, None if number is None else int(number))
