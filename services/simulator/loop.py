"""Virtual time: an event loop whose clock jumps to the next timer as soon as nothing can run.

With transactions run inline and requests carried in memory there is no real waiting, so a week of a federation takes
seconds, and the same seed gives the same run.
"""

import asyncio
import random
import selectors
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

T = TypeVar("T")
START = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


class _JumpingSelector(selectors.DefaultSelector):
    """Never waits: the time that the loop would have slept is added to the virtual clock."""

    def __init__(self) -> None:
        super().__init__()
        self.elapsed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise RuntimeError("deadlock: nothing to run and no timer set")
        self.elapsed += max(timeout, 0.0)
        ready: list[tuple[selectors.SelectorKey, int]] = super().select(0)
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """An asyncio loop on virtual time, in seconds from 0."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Virtual seconds since the start."""
        return self._jumping.elapsed


class VirtualClock:
    """A node's clock on the virtual loop; `skew` makes it wrong."""

    def __init__(self, start: datetime = START) -> None:
        self._start = start
        self._read = (-1.0, start)
        self.skew = timedelta()

    def now(self) -> datetime:
        """The virtual moment, cut to milliseconds, with this node's error."""
        elapsed = self.monotonic()
        if elapsed != self._read[0]:  # many ask at one moment
            self._read = elapsed, self._start + timedelta(seconds=elapsed)
        moment = self._read[1] + self.skew
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def monotonic(self) -> float:
        """Virtual seconds."""
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        """Let virtual time pass."""
        await asyncio.sleep(seconds)

    def timeout(self, seconds: float) -> AbstractAsyncContextManager[object]:
        """`asyncio.timeout` on virtual time."""
        return asyncio.timeout(seconds)


def seeded(seed: str) -> Callable[[int], bytes]:
    """Replayable bytes for one node."""
    return random.Random(seed).randbytes


def run_virtual(story: Coroutine[Any, Any, T]) -> T:
    """Run a story to its end on virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(story)
