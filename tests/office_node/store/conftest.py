"""A database with this version's tables, on both engines, and the small facts that rows are made of."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, Engine

from office_node.store.engine import open_engine


@pytest.fixture
def engine(migrated_url: str) -> Iterator[Engine]:
    """An engine on a database of its own."""
    engine = open_engine(migrated_url)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """One open transaction; committed at the end if the test succeeds."""
    with engine.begin() as connection:
        yield connection


@pytest.fixture
def now() -> datetime:
    """A moment in whole milliseconds."""
    return datetime(2026, 11, 24, 9, 30, 0, 123_000, tzinfo=UTC)


@pytest.fixture
def postgres_engine(migrated_postgres_url: str) -> Iterator[Engine]:
    """An engine on a PostgreSQL database of its own, for what only PostgreSQL does."""
    engine = open_engine(migrated_postgres_url)
    yield engine
    engine.dispose()


@pytest.fixture
def sqlite_engine(migrated_sqlite_url: str) -> Iterator[Engine]:
    """An engine on a SQLite database of its own, for what only SQLite does."""
    engine = open_engine(migrated_sqlite_url)
    yield engine
    engine.dispose()
