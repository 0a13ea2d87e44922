"""What a driver's error means for the node: a fixed word, or nothing where the code is at fault."""

import sqlite3

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from office_node.store.errors import StoreError

_SQLITE = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_READONLY: "read-only",
    sqlite3.SQLITE_FULL: "disk-full",
    sqlite3.SQLITE_IOERR: "disk-failed",
    sqlite3.SQLITE_CANTOPEN: "unreachable",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
}
_POSTGRES = {
    "53100": "disk-full",
    "58030": "disk-failed",
    "25006": "read-only",
    "40001": "locked",
    "40P01": "locked",
    "25P03": "locked",
    "55P03": "locked",
    "XX001": "damaged",
    "XX002": "damaged",
}
_POSTGRES_CLASSES = {"08": "unreachable", "53": "unreachable", "57": "unreachable"}
_AGAIN = {"40001", "40P01"}
"""Serialisation failure and deadlock, which only a stranger to the write lock can bring about."""


def reason_of(error: BaseException) -> str | None:
    """The word of `StoreError.reason`; None if the database did as it should."""
    driver = _driver_error(error)
    if isinstance(driver, sqlite3.Error):
        return _SQLITE.get(getattr(driver, "sqlite_errorcode", 0) & 0xFF)
    if isinstance(driver, psycopg.Error):
        state = driver.sqlstate
        if state is None:
            return "unreachable" if isinstance(driver, psycopg.OperationalError) else None
        return _POSTGRES.get(state) or _POSTGRES_CLASSES.get(state[:2])
    return None


def told(error: BaseException) -> BaseException:
    """The error as the rest of the node gets it: a StoreError where the database is at fault, else itself."""
    if isinstance(error, StoreError):
        return error
    reason = reason_of(error)
    if reason is None:
        return error
    store_error = StoreError(reason)
    store_error.__cause__ = error
    return store_error


def wants_another_try(error: BaseException) -> bool:
    """Whether the database chose this transaction to lose against another (PostgreSQL)."""
    driver = _driver_error(error)
    return isinstance(driver, psycopg.Error) and driver.sqlstate in _AGAIN


def has_idled(error: BaseException) -> bool:
    """Whether the server ended a transaction in which nothing happened for too long: undone, and not tried again."""
    driver = _driver_error(error)
    return isinstance(driver, psycopg.errors.IdleInTransactionSessionTimeout)


def is_broken(connection: Connection) -> bool:
    """Whether the connection to the server is gone."""
    if connection.invalidated:
        return True
    driver = connection.connection.driver_connection
    return isinstance(driver, psycopg.Connection) and driver.closed


def has_failed(connection: Connection) -> bool:
    """Whether a statement has failed and was passed over: PostgreSQL would answer the commit with a roll-back."""
    driver = connection.connection.driver_connection
    return isinstance(driver, psycopg.Connection) and driver.info.transaction_status is TransactionStatus.INERROR


def is_idle(connection: Connection) -> bool:
    """Whether it is there and has no transaction open, whatever SQLAlchemy believes."""
    if is_broken(connection) or connection.in_transaction():
        return False
    driver = connection.connection.driver_connection
    if isinstance(driver, psycopg.Connection):
        return driver.info.transaction_status is TransactionStatus.IDLE
    return isinstance(driver, sqlite3.Connection) and not driver.in_transaction


def _driver_error(error: BaseException) -> BaseException | None:
    return error.orig if isinstance(error, DBAPIError) else error
