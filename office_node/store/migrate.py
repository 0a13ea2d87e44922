"""Bringing a database to this version's tables with Alembic; one process at a time, the others wait for it.

PostgreSQL has the write lock for that (`engine`), SQLite a lock on a file beside the database: its own lock gives up
after a while, and turning on its write-ahead log does not wait at all. Both end with the process that holds them.

`python -m office_node.store.migrate MESSAGE` drafts the next step.
"""

import fcntl
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from office_node.store.attempts import reading
from office_node.store.engine import PATIENT, open_engine

_FOLDER = Path(__file__).parent / "migrations"


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine) -> None:
    """All steps that the database lacks, in one transaction; waits while another process does the same."""
    with alone(engine) as connection:
        command.upgrade(_config(connection), "head")


@contextmanager
def alone(engine: Engine) -> Iterator[Connection]:
    """A transaction in which nobody else changes this database's tables."""
    with _file_lock(engine), engine.execution_options(**PATIENT).begin() as connection:
        yield connection


@contextmanager
def _file_lock(engine: Engine) -> Iterator[None]:
    database = engine.url.database
    if engine.dialect.name != "sqlite" or database in (None, "", ":memory:"):
        yield
        return
    with Path(f"{database}.migrating").open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def is_current(engine: Engine) -> bool:
    """Whether the database has this version's tables."""
    with reading(engine).connect() as connection:
        script = ScriptDirectory.from_config(_config(connection))
        return MigrationContext.configure(connection).get_current_revision() == script.get_current_head()


def newest_step() -> str:
    """The name of this version's last step."""
    return ScriptDirectory(str(_FOLDER)).get_current_head() or ""


def knows_step(step: str) -> bool:
    """Whether a database that was brought to that step can be read by this version."""
    return step in {one.revision for one in ScriptDirectory(str(_FOLDER)).walk_revisions()}


def draft(message: str) -> None:
    """Write the next step by comparing the tables with a database made by the steps so far."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/draft.sqlite")
        upgrade(engine)
        with engine.begin() as connection:
            command.revision(_config(connection), message=message, autogenerate=True)
        engine.dispose()


if __name__ == "__main__":
    draft(" ".join(sys.argv[1:]) or "unnamed")
