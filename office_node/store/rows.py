"""The root of all tables: one metadata with one naming convention, so that migrations have names to speak of.

Times are Unix milliseconds in UTC, references hex text, hashes bytes, tokens signed 64-bit integers.
`_sealed` columns hold AES-256-GCM blobs (`sealing.py`); no other column ever holds personal data. Rows
never leave the store.
"""

from typing import Any

from sqlalchemy import BigInteger, Index, Integer, MetaData, text
from sqlmodel import Field, SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

CLUSTERED = {"sqlite_with_rowid": False}
"""SQLite keeps such a table in its primary key's tree and nowhere else: a look-up is one descent."""

BIG_ID: Any = BigInteger().with_variant(Integer(), "sqlite")
"""64 bits on both; SQLite counts up by itself only for a column declared INTEGER."""


class Row(SQLModel):
    """Root of every table class."""

    metadata = MetaData(naming_convention=NAMING)


def big(*, index: bool = False, key: bool = False) -> Any:
    """A 64-bit integer column: times in milliseconds, tokens, numbers."""
    return Field(sa_type=BigInteger, index=index, primary_key=key)


def maybe(*, index: bool = False) -> Any:
    """A 64-bit integer column that may be empty."""
    return Field(default=None, sa_type=BigInteger, index=index)


def key() -> Any:
    """A column of the primary key."""
    return Field(primary_key=True)


def counted() -> Any:
    """A primary key that the database counts up."""
    return Field(default=None, primary_key=True, sa_type=BIG_ID)


def filled(name: str, column: str) -> Index:
    """An index of the rows in which the column is not empty."""
    return only(name, column, where=f"{column} IS NOT NULL")


def only(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of some rows; a query finds it if it says the same condition."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))
