"""Time and randomness are handed in: the only module of the node that reads the machine's clock.

Everything else takes a `Clock` and a `Random`, so that the simulator can run a federation on virtual time and
replay it from a seed.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Protocol

Random = Callable[[int], bytes]
"""Gives that many unpredictable bytes: `secrets.token_bytes` in production, seeded in the simulator."""


class Clock(Protocol):
    """What a node may know about time."""

    def now(self) -> datetime:
        """The moment, aware, in UTC, in whole milliseconds (the precision of the wire and of the store)."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back, from an arbitrary start; for durations only."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let that much time pass."""
        ...

    def timeout(self, seconds: float) -> AbstractAsyncContextManager[object]:
        """Cancel the block after that long and raise TimeoutError in its place."""
        ...


class SystemClock:
    """The machine's clock and the event loop's timers."""

    def now(self) -> datetime:
        """The moment in UTC, cut to milliseconds."""
        moment = datetime.now(UTC)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def monotonic(self) -> float:
        """Seconds of the machine's monotonic clock."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Sleep on the event loop."""
        await asyncio.sleep(seconds)

    def timeout(self, seconds: float) -> AbstractAsyncContextManager[object]:
        """`asyncio.timeout`."""
        return asyncio.timeout(seconds)
