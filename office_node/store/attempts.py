"""One function, one transaction: begun, run, committed; run again where the database asks for it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from office_node.store.engine import READ_ONLY
from office_node.store.errors import CommitUncertainError, StoreError
from office_node.store.faults import has_failed, has_idled, is_broken, told, wants_another_try

T = TypeVar("T")

TRIES = 5


@dataclass(frozen=True, slots=True)
class _Outcome:
    """How one try ended."""

    result: Any = None
    error: BaseException | None = None
    again: bool = False


def write(engine: Engine, function: Callable[[Connection], T]) -> T:
    """Run it as one transaction; its result is on the disk when this returns.

    What lost against another transaction, and connections that broke before the commit, are tried again, at
    most five times in all. Raises what the function raised, or StoreError.
    """
    tries_left = TRIES
    while True:
        outcome = _try(engine, function)
        tries_left -= 1
        if outcome.error is None:
            result: T = outcome.result
            return result
        if not (outcome.again and tries_left):
            raise told(outcome.error)


def _try(engine: Engine, function: Callable[[Connection], Any]) -> _Outcome:
    try:
        connection = engine.connect()
    except Exception as error:  # noqa: BLE001 (raised by `write`, told as the node's own)
        return _Outcome(error=error)
    with connection:
        try:
            connection.begin()
            result = function(connection)
            if has_failed(connection):
                raise StoreError("failed")
        except BaseException as error:  # noqa: BLE001 (raised by `write`)
            broken = is_broken(connection)
            abandon(connection)
            if broken:
                engine.dispose()  # what else lies in the pool is as dead as this one
            return _Outcome(error=error, again=(broken and not has_idled(error)) or wants_another_try(error))
        return _commit(connection, result)


def _commit(connection: Connection, result: object) -> _Outcome:
    transaction = connection.get_transaction()
    try:
        if transaction is not None:
            transaction.commit()
    except Exception as error:  # noqa: BLE001 (raised by `write`)
        if is_broken(connection) and not has_idled(error):
            uncertain = CommitUncertainError("unreachable")
            uncertain.__cause__ = error
            return _Outcome(error=uncertain)
        abandon(connection)
        return _Outcome(error=error, again=wants_another_try(error))
    return _Outcome(result=result)


def abandon(connection: Connection) -> None:
    """Roll back whatever is open, also where SQLAlchemy believes that nothing is."""
    transaction = connection.get_transaction()
    if transaction is not None:
        with suppress(Exception):
            transaction.rollback()
    if is_broken(connection):
        connection.invalidate()
        return
    driver: Any = connection.connection.driver_connection
    with suppress(Exception):
        driver.rollback()


def read(engine: Engine, function: Callable[[Connection], T]) -> T:
    """Run it on one unchanging view, again if the connection broke; the engine is one that `reading` gave."""
    return write(engine, function)


def reading(engine: Engine) -> Engine:
    """The same database, for transactions that only read."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**READ_ONLY)
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True, **READ_ONLY)
