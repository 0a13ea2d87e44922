"""The last checkpoint that this office cosigned of each other log: kept before the cosignature leaves."""

from sqlalchemy import Connection

from office_node.store.hot import HotStatement

_GET = HotStatement("SELECT note FROM witnessed WHERE origin = ?")
_PUT = HotStatement(
    "INSERT INTO witnessed (origin, size, note) VALUES (?, ?, ?) ON CONFLICT (origin)"
    " DO UPDATE SET size = excluded.size, note = excluded.note WHERE witnessed.size <= excluded.size"
)


def get(connection: Connection, origin: str) -> str | None:
    """The note, or None if none was cosigned yet."""
    row = _GET.row(connection, (origin,))
    return None if row is None else str(row[0])


def put(connection: Connection, origin: str, *, size: int, note: str) -> bool:
    """Keep it in the place of a smaller one; False if a larger one is held."""
    return _PUT.run(connection, (origin, size, note)) == 1
