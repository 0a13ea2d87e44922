"""Opening a database: the same promises from SQLite and from PostgreSQL.

A commit is on the disk when it returns (SQLite: WAL with `synchronous=FULL`). A transaction that may write takes the
database's one write lock at its start: SQLite's own, an advisory lock on PostgreSQL (docs/adr/0020). So writers of all
processes come one after the other, and none fails half-way for what another has done meanwhile. Erased bytes are
overwritten in SQLite. Parameters never appear in an error's text.
"""

import sqlite3
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import StaticPool

READ_ONLY = {"jejak_read_only": True}
"""Execution options of a connection whose transactions only read."""
PATIENT = {"jejak_patient": True}
"""Execution options of a connection that waits for the write lock, and keeps it, as long as it takes (PostgreSQL)."""

_BUSY_MS = 5_000
_IDLE_MS = 10_000
"""A process that stops in the middle of a transaction holds the others up no longer (PostgreSQL)."""
_WRITE_LOCK = 0x6A656A616B  # "jejak"
_REACH = {
    "connect_timeout": 5, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}  # fmt: skip
"""libpq gives up a server that the network has lost: seconds, and milliseconds for what was sent and not received."""
_PRAGMAS = (
    f"PRAGMA busy_timeout = {_BUSY_MS}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA cache_size = -16384",  # KiB
    "PRAGMA mmap_size = 268435456",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA journal_size_limit = 67108864",
)


def open_engine(url: str, *, connections: int = 10) -> Engine:
    """The engine of a node's database; `sqlite://` alone is a database in memory (one thread only)."""
    if make_url(url).get_backend_name() == "sqlite":
        return _open_sqlite(url, connections)
    asked = make_url(url).query.get("options", "")  # an administrator's own come last, so they count
    options = f"-c lock_timeout={_BUSY_MS} -c idle_in_transaction_session_timeout={_IDLE_MS} {asked}"
    engine = create_engine(
        url,
        hide_parameters=True,
        isolation_level="READ COMMITTED",
        pool_size=connections,
        max_overflow=connections,
        connect_args={"application_name": "jejak", "options": options.strip(), **_REACH},
    )
    event.listen(engine, "begin", _begin_postgres)
    return engine


def _open_sqlite(url: str, connections: int) -> Engine:
    # The driver must not open transactions of its own: with None it leaves BEGIN to `_begin` below.
    arguments: dict[str, Any] = {
        "isolation_level": None,
        "check_same_thread": False,
        "cached_statements": 256,
    }
    if make_url(url).database in (None, "", ":memory:"):
        engine = create_engine(url, hide_parameters=True, connect_args=arguments, poolclass=StaticPool)
    else:
        engine = create_engine(
            url, hide_parameters=True, connect_args=arguments, pool_size=connections, max_overflow=connections
        )
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in _PRAGMAS:
        connection.execute(pragma).close()


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get("jejak_read_only", False)
    driver: Any = connection.connection.driver_connection
    driver.execute("BEGIN" if read_only else "BEGIN IMMEDIATE")


def _begin_postgres(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("jejak_read_only", False):
        return
    driver: Any = connection.connection.driver_connection
    if options.get("jejak_patient", False):
        driver.execute("SET LOCAL lock_timeout = 0")
        driver.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
    driver.execute(f"SELECT pg_advisory_xact_lock({_WRITE_LOCK})")
