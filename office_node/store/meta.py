"""Facts on the database itself: whose it is, and the root that its rosters are trusted by."""

from sqlalchemy import Connection

from office_node.store.hot import HotStatement

_GET = HotStatement("SELECT value FROM meta WHERE name = ?")
_DROP = HotStatement("DELETE FROM meta WHERE name = ?")
_PUT = HotStatement(
    "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)


def get(connection: Connection, name: str) -> str | None:
    """A fact, if it was put."""
    row = _GET.row(connection, (name,))
    return None if row is None else str(row[0])


def drop(connection: Connection, name: str) -> None:
    """It holds no more."""
    _DROP.run(connection, (name,))


def put(connection: Connection, name: str, *, value: str) -> None:
    """Put a fact."""
    _PUT.run(connection, (name, value))
