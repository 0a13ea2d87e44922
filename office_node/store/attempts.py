"""One function, one transaction: begun, run, committed; run again where the database asks for it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.pool import StaticPool

from office_node.store.engine import READ_ONLY
from office_node.store.errors import CommitUncertainError, StoreError
from office_node.store.faults import has_failed, has_idled, is_broken, is_idle, told, wants_another_try

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
    result: T = _until_done(partial(_try, engine, function))
    return result


class Held:
    """A connection that goes from one transaction to the next: for whoever runs one at a time. Opened when needed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    def write(self, function: Callable[[Connection], T]) -> T:
        """As the function `write`; a connection that is not known to be good serves no other transaction."""
        result: T = _until_done(partial(self._try, function))
        return result

    def close(self) -> None:
        """Close it, whose pool may be gone: the other kind's connection may have broken."""
        connection, self._connection = self._connection, None
        if connection is not None:
            if not (connection.invalidated or isinstance(self._engine.pool, StaticPool)):
                connection.detach()
            connection.close()

    def _try(self, function: Callable[[Connection], Any]) -> _Outcome:
        try:
            self._connection = self._connection or self._engine.connect()
        except Exception as error:  # noqa: BLE001 (raised by `_until_done`, told as the node's own)
            return _Outcome(error=error)
        outcome = _run(self._engine, self._connection, function)
        if outcome.error is not None and not is_idle(self._connection):
            self.close()
        return outcome


def _until_done(one_try: Callable[[], _Outcome]) -> Any:
    tries_left = TRIES
    while True:
        outcome = one_try()
        tries_left -= 1
        if outcome.error is None:
            return outcome.result
        if not (outcome.again and tries_left):
            raise told(outcome.error)


def _try(engine: Engine, function: Callable[[Connection], Any]) -> _Outcome:
    try:
        connection = engine.connect()
    except Exception as error:  # noqa: BLE001 (raised by `_until_done`, told as the node's own)
        return _Outcome(error=error)
    with connection:
        return _run(engine, connection, function)


def _run(engine: Engine, connection: Connection, function: Callable[[Connection], Any]) -> _Outcome:
    try:
        connection.begin()
        result = function(connection)
        if has_failed(connection):
            raise StoreError("failed")
    except BaseException as error:  # noqa: BLE001 (raised by `_until_done`)
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
    except Exception as error:  # noqa: BLE001 (raised by `_until_done`)
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
