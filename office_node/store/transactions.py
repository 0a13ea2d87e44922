"""Running transactions: one plain function is one transaction; its result comes back after the commit.

The function gets a connection and must have no effect outside the database: it may be run again after a
serialisation failure, a deadlock or a lost connection. It cannot wait for a peer, because it cannot await.
A caller that is cancelled gives up the result only: its transaction is done whole, or not at all.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from anyio.lowlevel import checkpoint
from sqlalchemy import Connection as Connection
from sqlalchemy import Engine

from office_node.store import attempts
from office_node.store.errors import StoreError
from office_node.store.group_commit import GroupWriter
from office_node.store.handoff import Job, Workers
from office_node.store.together import write_together

T = TypeVar("T")
_BATCH = 16
"""Functions in one commit on PostgreSQL: if each took 100 ms, the other processes would still get the write lock."""


class Runner(Protocol):
    """How the node reaches its database and its spare processors."""

    async def write(self, function: Callable[[Connection], T]) -> T:
        """Run it as one transaction; return, or raise what it raised, after the commit or the roll-back."""
        ...

    async def read(self, function: Callable[[Connection], T]) -> T:
        """Run it on one unchanging view of the database."""
        ...

    async def compute(self, function: Callable[[], T]) -> T:
        """Run work that costs processor time without holding up the event loop."""
        ...

    async def close(self) -> None:
        """Finish what was handed in, then stop; later calls raise StoreError."""
        ...


def runner_for(engine: Engine) -> Runner:
    """The runner that suits the database."""
    if engine.dialect.name != "sqlite":
        return BatchingThread(engine)
    in_memory = engine.url.database in (None, "", ":memory:")
    return Inline(engine) if in_memory else GroupCommit(engine)


class _Threaded:
    """What both runners of production share: readers, and threads for computing."""

    def __init__(self, engine: Engine, *, readers: int, computers: int) -> None:
        self._views = attempts.reading(engine)
        self._readers = Workers("jejak-read", self._read, threads=readers)
        self._computers = ThreadPoolExecutor(computers, "jejak-compute")

    async def read(self, function: Callable[[Connection], T]) -> T:
        """Hand it to a reader, which has a connection of its own."""
        result: T = await self._readers.run(function)
        return result

    async def compute(self, function: Callable[[], T]) -> T:
        """Run it in one of a few threads: for work that lets go of the interpreter, as scrypt does."""
        return await asyncio.get_running_loop().run_in_executor(self._computers, function)

    async def close(self) -> None:
        """Finish what waits, then end every thread."""
        await self._readers.close()
        await asyncio.get_running_loop().run_in_executor(None, self._computers.shutdown)

    def _read(self, jobs: Sequence[Job]) -> None:
        for job in jobs:
            try:
                job.result = attempts.read(self._views, job.function)
            except Exception as error:  # noqa: BLE001 (handed to its caller)
                job.error = error


class GroupCommit(_Threaded):
    """For SQLite: everything that waits is one transaction, run on the event loop and committed beside it."""

    def __init__(self, engine: Engine, *, readers: int = 2, computers: int = 2) -> None:
        self._writer = GroupWriter(engine)
        super().__init__(engine, readers=readers, computers=computers)

    async def write(self, function: Callable[[Connection], T]) -> T:
        """Part of the next transaction; comes back after the commit."""
        result: T = await self._writer.run(function)
        return result

    async def close(self) -> None:
        """Finish what waits, then end every thread and give the writer's connection back."""
        await self._writer.close()
        await super().close()


class BatchingThread(_Threaded):
    """For PostgreSQL: everything that waits is one transaction, run and committed in a thread.

    Not on the loop, as on SQLite: every statement may have to wait for a server that is far away or gone.
    """

    def __init__(self, engine: Engine, *, readers: int = 2, computers: int = 2) -> None:
        self._engine = engine
        self._writer = Workers("jejak-write", self._write, threads=1, batch=_BATCH)
        super().__init__(engine, readers=readers, computers=computers)

    async def write(self, function: Callable[[Connection], T]) -> T:
        """Part of the next transaction; comes back after the commit."""
        result: T = await self._writer.run(function)
        return result

    async def close(self) -> None:
        """Finish what waits, then end every thread."""
        await self._writer.close()
        await super().close()

    def _write(self, jobs: Sequence[Job]) -> None:
        for job, outcome in zip(jobs, write_together(self._engine, [job.function for job in jobs]), strict=True):
            job.result, job.error = outcome


class Inline:
    """In the caller's own thread: for the simulator, where nothing may depend on threads.

    Whoever waits already goes first, as in production: what two callers do between their transactions interleaves.
    """

    def __init__(self, engine: Engine) -> None:
        self._writer = attempts.Held(engine)
        self._reader = attempts.Held(attempts.reading(engine))
        self._closed = False

    async def write(self, function: Callable[[Connection], T]) -> T:
        """Run and commit it now."""
        self._refuse_when_closed()
        await checkpoint()
        return self._writer.write(function)

    async def read(self, function: Callable[[Connection], T]) -> T:
        """Run it now."""
        self._refuse_when_closed()
        await checkpoint()
        return self._reader.write(function)

    async def compute(self, function: Callable[[], T]) -> T:
        """Run it now."""
        await checkpoint()
        return function()

    async def close(self) -> None:
        """Refuse what comes later, and give its connections back."""
        self._closed = True
        self._writer.close()
        self._reader.close()

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise StoreError("closed")
