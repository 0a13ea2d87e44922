"""The last checkpoint that this office cosigned of each other log: kept before the cosignature leaves.

Beside it, once each: the first proof that the log has two histories, and a checkpoint whose growth was not proved.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from office_node.store.hot import HotStatement

_GET = HotStatement("SELECT note, fork, unproven FROM witnessed WHERE origin = ?")
_PUT = HotStatement(
    "INSERT INTO witnessed (origin, size, note) VALUES (?, ?, ?) ON CONFLICT (origin)"
    " DO UPDATE SET size = excluded.size, note = excluded.note, unproven = NULL WHERE witnessed.size <= excluded.size"
)
_FORK = HotStatement("UPDATE witnessed SET fork = ? WHERE origin = ? AND fork IS NULL")
_UNPROVEN = HotStatement("UPDATE witnessed SET unproven = ? WHERE origin = ? AND unproven IS NULL")


@dataclass(frozen=True, slots=True)
class Witnessed:
    """What is known of a log, as notes."""

    note: str
    fork: str | None
    unproven: str | None


def get(connection: Connection, origin: str) -> Witnessed | None:
    """What is known of it, or None if no checkpoint was cosigned yet."""
    row = _GET.row(connection, (origin,))
    return None if row is None else Witnessed(*row)


def put(connection: Connection, origin: str, *, size: int, note: str) -> bool:
    """Keep it in the place of a smaller one, and growth is proved again; False if a larger one is held."""
    return _PUT.run(connection, (origin, size, note)) == 1


def put_fork(connection: Connection, origin: str, *, note: str) -> bool:
    """Keep the first one; False if there is one, or nothing was cosigned."""
    return _FORK.run(connection, (note, origin)) == 1


def put_unproven(connection: Connection, origin: str, *, note: str) -> bool:
    """Keep the first one since the last cosignature; False if there is one, or nothing was cosigned."""
    return _UNPROVEN.run(connection, (note, origin)) == 1
