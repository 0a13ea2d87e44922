"""The addresses of other nodes' host names: looked up once for all who ask, kept for a minute.

The system's resolver blocks a thread, for as long as a name server does not answer. So the threads are this module's
own, and a name that hangs takes one of them, however many questions wait for it (docs/adr/0019).
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from socket import SOCK_STREAM, getaddrinfo
from typing import Any

AddressInfo = tuple[Any, Any, int, str, tuple[Any, ...]]
"""As `socket.getaddrinfo` gives it."""

LookUp = Callable[..., list[AddressInfo]]
"""As `socket.getaddrinfo`."""

_KEPT_S = 60.0
_THREADS = 64
_Name = tuple[str, int]


class Addresses:
    """Used from one event loop."""

    def __init__(self, look_up: LookUp = getaddrinfo) -> None:
        self._look_up = look_up
        self._threads = ThreadPoolExecutor(_THREADS, "jejak-names")
        self._known: dict[_Name, tuple[float, list[AddressInfo]]] = {}
        self._asked: dict[_Name, asyncio.Future[list[AddressInfo]]] = {}

    async def of(self, host: str, port: int) -> list[AddressInfo]:
        """The addresses of a host. OSError, UnicodeError."""
        name, loop = (host, port), asyncio.get_running_loop()
        until, known = self._known.get(name, (0.0, []))
        if loop.time() < until:
            return known
        if name not in self._asked:
            lookup = loop.run_in_executor(self._threads, partial(self._look_up, host, port, type=SOCK_STREAM))
            self._asked[name] = lookup
            lookup.add_done_callback(partial(self._keep, name))
        return await asyncio.shield(self._asked[name])

    def close(self) -> None:
        """Nothing more is looked up."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _keep(self, name: _Name, lookup: "asyncio.Future[list[AddressInfo]]") -> None:
        del self._asked[name]
        if not lookup.cancelled() and lookup.exception() is None:
            self._known[name] = (lookup.get_loop().time() + _KEPT_S, lookup.result())
