"""A database brought up from empty has exactly the tables that the code knows, on both engines."""

from collections.abc import Iterator

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
