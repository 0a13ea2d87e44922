"""Handing functions from the event loop to worker threads and results back, with one wake-up for each batch.

Whoever awaits may be cancelled; the function runs all the same. What was handed in before `close` is
finished.
"""

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from office_node.store.errors import StoreError


@dataclass(slots=True, eq=False)
class Job:
    """A function on its way through a worker: it comes back with a result or with an error."""

    function: Callable[..., Any]
    loop: asyncio.AbstractEventLoop
    future: "asyncio.Future[Any]"
    result: Any = None
    error: BaseException | None = None


class Workers:
    """Threads that take what waits, at most `batch` jobs at a time, and let `handle` fill in the outcomes."""

    def __init__(self, name: str, handle: Callable[[Sequence[Job]], None], *, threads: int, batch: int = 1) -> None:
        self._handle = handle
        self._batch = batch
        self._closed = False
        self._waiting: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._work, name=f"{name}-{number}", daemon=True) for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    async def run(self, function: Callable[..., Any]) -> Any:
        """Hand it over and wait for its result or its error."""
        if self._closed:
            raise StoreError("closed")
        loop = asyncio.get_running_loop()
        job = Job(function, loop, loop.create_future())
        self._waiting.put(job)
        return await job.future

    async def close(self) -> None:
        """Let the threads finish what waits, then end them."""
        if not self._closed:
            self._closed = True
            for _ in self._threads:
                self._waiting.put(None)
        await asyncio.get_running_loop().run_in_executor(None, self._join)

    def _join(self) -> None:
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while (job := self._waiting.get()) is not None:
            jobs, last = self._take_more(job)
            try:
                self._handle(jobs)
            except BaseException as error:  # noqa: BLE001 (a dead thread would strand every caller)
                for job in jobs:
                    job.error = error
            _deliver(jobs)
            if last:
                return

    def _take_more(self, first: Job) -> tuple[list[Job], bool]:
        """Whatever else waits now, and whether this thread is to end after it."""
        jobs = [first]
        while len(jobs) < self._batch:
            try:
                job = self._waiting.get_nowait()
            except queue.Empty:
                break
            if job is None:
                return jobs, True
            jobs.append(job)
        return jobs, False


def _deliver(jobs: Sequence[Job]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[Job]] = {}
    for job in jobs:
        by_loop.setdefault(job.loop, []).append(job)
    for loop, its_jobs in by_loop.items():
        with suppress(RuntimeError):  # the loop has closed: nobody waits any more
            loop.call_soon_threadsafe(settle, its_jobs)


def settle(jobs: Sequence[Job]) -> None:
    """Give each caller that still waits its result or its error."""
    for job in jobs:
        if job.future.done():  # its caller was cancelled
            continue
        if isinstance(job.error, StopIteration):  # a future refuses it
            job.future.set_exception(RuntimeError("StopIteration"))
        elif job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.result)
