"""Group commit for SQLite: many functions, one BEGIN IMMEDIATE, one fsync.

Functions run on the event loop, one after the other; what can wait for the disk or for another process (BEGIN, COMMIT)
runs in a thread, and what comes meanwhile makes up the next batch (docs/adr/0005 has the figures). If a function fails,
the batch is undone and run again with a savepoint for each, so that a failure undoes itself and nothing else. Outcomes
leave only after the commit; if that fails, every function of the batch has failed.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from office_node.store.attempts import abandon
from office_node.store.errors import StoreError
from office_node.store.faults import told
from office_node.store.handoff import Job, Workers, settle

T = TypeVar("T")

BATCH = 64
"""Functions in one commit: enough to make an fsync cheap, few enough not to keep the first waiting."""


class GroupWriter:
    """The one writer of a SQLite database in this process; used from one event loop."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._waiting: deque[Job] = deque()
        self._batches: asyncio.Task[None] | None = None
        self._closed = False
        self._disk = Workers("jejak-write", _take_turns, threads=1)

    async def run(self, function: Callable[[Connection], Any]) -> Any:
        """Its result, after the commit. The transaction goes on if the caller is cancelled."""
        if self._closed:
            raise StoreError("closed")
        loop = asyncio.get_running_loop()
        job = Job(function, loop, loop.create_future())
        self._waiting.append(job)
        if self._batches is None:
            self._batches = loop.create_task(self._run_batches())
        return await job.future

    async def close(self) -> None:
        """Finish what waits, then give the connection back."""
        self._closed = True
        if self._batches is not None:
            await self._batches
        await self._disk.close()
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    async def _run_batches(self) -> None:
        try:
            while self._waiting:
                jobs: list[Job] = []
                try:
                    if not await self._attempt(jobs, _run_plain):
                        await self._attempt(jobs, _run_in_savepoint)
                except Exception as error:  # noqa: BLE001 (handed to every caller of the batch)
                    jobs = jobs or self._take()  # it may not have begun
                    self._fail(jobs, error)
                settle(jobs)
        finally:
            self._batches = None

    async def _attempt(self, jobs: list[Job], one: Callable[[Connection, Job], None]) -> bool:
        """One transaction, of what waits once it has begun; False if a function failed and all is undone."""
        connection = await self._disk.run(self._begin)
        if not jobs:
            jobs += self._take()
        try:
            for job in jobs:
                one(connection, job)
        except _FailedError:
            abandon(connection)
            return False
        transaction = connection.get_transaction()
        if all(job.error is not None for job in jobs):
            transaction.rollback()
        else:
            await self._disk.run(transaction.commit)
        return True

    def _begin(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect()
        self._connection.begin()
        return self._connection

    def _take(self) -> list[Job]:
        return [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]

    def _fail(self, jobs: Sequence[Job], error: Exception) -> None:
        if self._connection is not None:
            abandon(self._connection)
        fault = told(error)
        if len(jobs) > 1 and not isinstance(fault, StoreError):
            fault = StoreError("failed")  # one function's fault came out at the commit; the others are innocent
            fault.__cause__ = error
        for job in jobs:
            job.result, job.error = None, job.error or fault


def _take_turns(jobs: Sequence[Job]) -> None:
    for job in jobs:
        try:
            job.result = job.function()
        except Exception as error:  # noqa: BLE001 (handed to the batch)
            job.error = error


def _run_plain(connection: Connection, job: Job) -> None:
    try:
        job.result = job.function(connection)
    except Exception as error:
        raise _FailedError from error


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


class _FailedError(Exception):
    """A function of the batch failed: the batch is run again with a savepoint for each."""
