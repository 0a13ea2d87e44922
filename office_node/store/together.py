"""Many functions in one PostgreSQL transaction: one commit for all, and a failure that undoes itself and nothing else.

If anything fails, all is undone and runs once more with a savepoint for each function, as on SQLite (`group_commit`).
So a member that makes functions fail on purpose (replays) makes a batch run twice, not more.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine

from office_node.store import attempts
from office_node.store.errors import CommitUncertainError, StoreError
from office_node.store.faults import has_failed, is_broken, told

Function = Callable[[Connection], Any]


class Outcome(NamedTuple):
    """What one function of a batch came to."""

    result: Any
    error: BaseException | None


def write_together(engine: Engine, functions: Sequence[Function]) -> list[Outcome]:
    """The outcome of each, in their order, after the one commit."""
    try:
        results = attempts.write(engine, lambda connection: [function(connection) for function in functions])
    except CommitUncertainError as error:  # they may have been committed: not again
        return [Outcome(None, error) for _ in functions]
    except Exception as error:  # noqa: BLE001 (handed to its caller)
        return [Outcome(None, error)] if len(functions) == 1 else _apart(engine, functions)
    return [Outcome(result, None) for result in results]


def _apart(engine: Engine, functions: Sequence[Function]) -> list[Outcome]:
    try:
        return attempts.write(engine, lambda connection: [_guarded(connection, function) for function in functions])
    except Exception as error:  # noqa: BLE001 (the database is at fault: everybody's)
        return [Outcome(None, error) for _ in functions]


def _guarded(connection: Connection, function: Function) -> Outcome:
    """The function behind a savepoint of its own. Raises only if the connection is gone."""
    driver: Any = connection.connection.driver_connection
    driver.execute("SAVEPOINT one_function")
    try:
        outcome = Outcome(function(connection), None)
        if has_failed(connection):
            outcome = Outcome(None, StoreError("failed"))
    except Exception as error:
        if is_broken(connection):
            raise
        outcome = Outcome(None, told(error))
    if outcome.error is not None:
        driver.execute("ROLLBACK TO one_function")
    driver.execute("RELEASE one_function")
    return outcome
