"""Group commit for SQLite: many functions, one BEGIN IMMEDIATE, one fsync.

If all succeed, as nearly always, that is all. If one fails, the batch is undone and run again with a savepoint for
each, so that a failure undoes itself and nothing else. Outcomes leave only after the commit; if that fails, every
function of the batch has failed.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, Engine

from office_node.store.attempts import abandon
from office_node.store.errors import StoreError
from office_node.store.faults import told
from office_node.store.handoff import Job

BATCH = 64
"""Functions in one commit: enough to make an fsync cheap, few enough not to keep the first waiting."""


class GroupWriter:
    """The one writer of a SQLite database; used from one thread only."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    def handle(self, jobs: Sequence[Job]) -> None:
        """Run the batch and fill in every outcome."""
        try:
            if self._connection is None:
                self._connection = self._engine.connect()
            _run_batch(self._connection, jobs)
        except Exception as error:  # noqa: BLE001 (handed to every caller of the batch)
            if self._connection is not None:
                abandon(self._connection)
            fault = told(error)
            if len(jobs) > 1 and not isinstance(fault, StoreError):
                fault = StoreError("failed")  # one function's fault came out at the commit; the others are innocent
                fault.__cause__ = error
            for job in jobs:
                job.result, job.error = None, job.error or fault

    def close(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _run_batch(connection: Connection, jobs: Sequence[Job]) -> None:
    with suppress(_Failed):
        _run(connection, jobs, one=_run_plain)
        return
    abandon(connection)
    _run(connection, jobs, one=_run_in_savepoint)


def _run(connection: Connection, jobs: Sequence[Job], *, one: Callable[[Connection, Job], None]) -> None:
    transaction = connection.begin()
    for job in jobs:
        one(connection, job)
    if all(job.error is not None for job in jobs):
        transaction.rollback()
    else:
        transaction.commit()


def _run_plain(connection: Connection, job: Job) -> None:
    try:
        job.result = job.function(connection)
    except Exception as error:
        raise _Failed from error


def _run_in_savepoint(connection: Connection, job: Job) -> None:
    driver: Any = connection.connection.driver_connection
    driver.execute("SAVEPOINT one_function")
    try:
        job.result = job.function(connection)
    except Exception as error:
        job.error = told(error)
        if not driver.in_transaction:  # a full disk makes SQLite undo everything, not this function alone
            raise StoreError("failed") if job.error is error else job.error from error
        driver.execute("ROLLBACK TO one_function")
    driver.execute("RELEASE one_function")


class _Failed(Exception):  # noqa: N818 (never leaves this module)
    """A function of the batch failed: the batch is run again with a savepoint for each."""
