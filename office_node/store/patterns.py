"""What own cases share, by tokens alone: how many persons have the same phone, address or payer in a window."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import to_ms

_PUT = HotStatement(
    "INSERT INTO pattern_token (kind, token, case_ref, person, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
_DROP = HotStatement("DELETE FROM pattern_token WHERE case_ref = ? AND kind = ?")
_OF_CASE = HotStatement("SELECT kind, token FROM pattern_token WHERE case_ref = ?")
_COUNT = HotStatement(
    "SELECT count(DISTINCT person) FROM pattern_token WHERE kind = ? AND token = ? AND at >= ? AND at <= ?"
)
_FORGET = HotStatement(
    "DELETE FROM pattern_token WHERE (kind, token, case_ref) IN"
    " (SELECT kind, token, case_ref FROM pattern_token WHERE at <= ? LIMIT ?)"
)


def replace(
    connection: Connection, case_ref: str, *, kind: str, tokens: Iterable[int], person: int, at: datetime
) -> None:
    """The case has these values of this kind, and no others."""
    _DROP.run(connection, (case_ref, kind))
    _PUT.run_many(connection, [(kind, token, case_ref, person, to_ms(at)) for token in set(tokens)])


def of_case(connection: Connection, case_ref: str) -> dict[str, set[int]]:
    """The tokens of a case by kind."""
    found: dict[str, set[int]] = {}
    for kind, token in _OF_CASE.rows(connection, (case_ref,)):
        found.setdefault(str(kind), set()).add(int(token))
    return found


def counted(
    connection: Connection, tokens: Mapping[str, Iterable[int]], *, since: datetime, until: datetime
) -> dict[str, int]:
    """By kind: in how many persons' cases, this one's with them, the most shared of its values stands."""
    window = to_ms(since), to_ms(until)
    found = {}
    for kind, some in tokens.items():
        rows = [_COUNT.row(connection, (kind, token, *window)) for token in some]
        found[kind] = max((int(row[0]) for row in rows if row is not None), default=0)
    return found


def forget_before(connection: Connection, before: datetime, *, limit: int = 500) -> int:
    """Drop tokens of cases filed until then; how many."""
    return _FORGET.run(connection, (to_ms(before), limit))
