"""A database brought up from empty has exactly the tables that the code knows, on both engines."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect

from office_node.store import migrate
from office_node.store.engine import open_engine
from office_node.store.tables import METADATA


@pytest.fixture
def empty(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


def test_from_empty_nothing_drifts_from_the_tables(empty: Engine) -> None:
    migrate.upgrade(empty)
    with empty.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_an_empty_database_is_not_current_and_an_upgraded_one_is(empty: Engine) -> None:
    assert not migrate.is_current(empty)
    migrate.upgrade(empty)
    assert migrate.is_current(empty)


def test_upgrading_twice_changes_nothing(empty: Engine) -> None:
    migrate.upgrade(empty)
    tables = inspect(empty).get_table_names()
    migrate.upgrade(empty)
    assert inspect(empty).get_table_names() == tables
    assert set(METADATA.tables) < set(tables)


UPGRADE = """
import sys
from office_node.store.engine import open_engine
from office_node.store.migrate import is_current, upgrade

print("here", flush=True)
sys.stdin.readline()
engine = open_engine(sys.argv[1])
upgrade(engine)
print(is_current(engine))
engine.dispose()
"""


def upgrading(url: str, *, repository: Path) -> subprocess.Popen[str]:
    """A process that upgrades as soon as it is told to go."""
    process = subprocess.Popen(
        [sys.executable, "-c", UPGRADE, url],
        cwd=repository,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "here\n"
    return process


def test_processes_that_upgrade_at_once_wait_for_one_another(database_url: str, repository: Path) -> None:
    started = [upgrading(database_url, repository=repository) for _ in range(3)]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    ended = [process.communicate(timeout=60) for process in started]
    assert [(out, error[-500:]) for out, error in ended] == [("True\n", "")] * 3


def test_an_upgrade_waits_for_one_that_takes_long(empty: Engine, database_url: str, repository: Path) -> None:
    with migrate.alone(empty) as connection:
        other = upgrading(database_url, repository=repository)
        assert other.stdin is not None
        other.stdin.write("go\n")
        other.stdin.flush()
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(6)  # more than SQLite's own patience
        assert inspect(connection).get_table_names() == []
    assert other.communicate(timeout=60) == ("True\n", "")


def test_sqlite_keeps_postings_and_nonces_in_their_key_alone(sqlite_url: str) -> None:
    engine = open_engine(sqlite_url)
    migrate.upgrade(engine)
    with engine.connect() as connection:
        made = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        clustered = {name for name, sql in made if "WITHOUT ROWID" in sql}
    engine.dispose()
    assert clustered == {
        table.name for table in METADATA.tables.values() if table.kwargs.get("sqlite_with_rowid") is False
    }
    assert {"posting", "nonce", "own_key", "feed_range", "delivery"} <= clustered
