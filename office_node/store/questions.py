"""The outbox of questions: whom to ask again, and what; rows of `asked` whose time has come.

An office in back-off is left alone, whatever is due to it.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import to_ms

_OPEN = (
    "a.due_at <= ? AND a.state <> 'done' AND (a.claimed_until IS NULL OR a.claimed_until < ?)"
    " AND EXISTS (SELECT 1 FROM screening s WHERE s.id = a.screening AND s.ask_until > ?)"
)
_OFFICES = HotStatement(
    "WITH RECURSIVE o(office) AS (SELECT min(office) FROM asked WHERE due_at IS NOT NULL UNION ALL"
    " SELECT (SELECT min(a.office) FROM asked a WHERE a.due_at IS NOT NULL AND a.office > o.office)"
    " FROM o WHERE o.office IS NOT NULL)"
    " SELECT o.office FROM o WHERE o.office IS NOT NULL"
    f" AND EXISTS (SELECT 1 FROM asked a WHERE a.office = o.office AND {_OPEN})"
    " AND NOT EXISTS (SELECT 1 FROM peer p WHERE p.office = o.office AND p.backoff_until > ?)"
)
"""Steps from office to office in the index, so that it costs the same however many questions one of them has open."""
_DUE = HotStatement(
    f"SELECT a.screening, a.office FROM asked a WHERE a.office = ? AND {_OPEN}"
    " AND NOT EXISTS (SELECT 1 FROM peer p WHERE p.office = a.office AND p.backoff_until > ?)"
    " ORDER BY a.due_at LIMIT ?"
)
_CLAIM = HotStatement("UPDATE asked SET claimed_until = ? WHERE screening = ? AND office = ?")

_REST = HotStatement("UPDATE asked SET due_at = NULL, claimed_until = NULL WHERE screening = ? AND state <> 'done'")


@dataclass(frozen=True, slots=True)
class Due:
    """A question whose time has come."""

    screening: str
    office: str


def due_offices(connection: Connection, *, now: datetime) -> list[str]:
    """The offices to which a question is due that is nobody's, leaving out those in back-off."""
    moment = to_ms(now)
    return [str(row[0]) for row in _OFFICES.rows(connection, (moment, moment, moment, moment))]


def claim_due(connection: Connection, office: str, *, now: datetime, claim_until: datetime, limit: int) -> list[Due]:
    """Questions to an office that are due and nobody's; they are this caller's until `claim_until`."""
    moment = to_ms(now)
    due = [Due(row[0], row[1]) for row in _DUE.rows(connection, (office, moment, moment, moment, moment, limit))]
    _CLAIM.run_many(connection, [(to_ms(claim_until), one.screening, one.office) for one in due])
    return due


def rest(connection: Connection, screening: str) -> None:
    """Nobody is asked this question again: what is unknown of it stays so, and a later one asks."""
    _REST.run(connection, (screening,))
