"""The transport of production: httpx's interface over kept connections of the event loop (docs/adr/0021).

Nothing is added to a request and nothing of an answer is interpreted: no redirect, cookie, coding, proxy or time-out
(deadlines come from the clock). There is no limit over all connections: each office has its own (`Peers`), or slow
ones could take them all.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from socket import getaddrinfo

import httpx
from aiohappyeyeballs import start_connection

from office_node.peers.addresses import Addresses, LookUp
from office_node.peers.connection import Connection, Incoming

_IDLE_S = 60.0
"""A connection is kept at most so long without a request: less than the 75 s after which a node closes it."""
_NEXT_ADDRESS_S = 0.25
"""RFC 8305: so long one address of a host is tried alone before the next one is tried beside it."""
_Origin = tuple[str, str, int]


def open_transport(
    *, trusted: ssl.SSLContext | None = None, idle_s: float = _IDLE_S, look_up: LookUp = getaddrinfo
) -> httpx.AsyncBaseTransport:
    """Kept connections to every peer, TLS checked against what this machine trusts, no proxy from the environment.

    `look_up` says which addresses a host has; those, and no others, are connected to. A private authority is trusted as
    everywhere on the machine: in its store, or by OpenSSL's `SSL_CERT_FILE`.
    """
    return _Transport(trusted or ssl.create_default_context(), idle_s=idle_s, look_up=look_up)


class _Transport(httpx.AsyncBaseTransport):
    def __init__(self, trusted: ssl.SSLContext, *, idle_s: float, look_up: LookUp) -> None:
        self._trusted = trusted
        self._sweep_s = idle_s / 2
        self._free: dict[_Origin, list[Connection]] = {}
        self._sweeping: asyncio.TimerHandle | None = None
        self._addresses = Addresses(look_up)
        self._closed = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._closed:
            raise httpx.ConnectError("closed")
        message = _head(request) + await request.aread()
        origin = _origin(request.url)
        connection = self._take(origin) or await self._connect(origin)
        # Never again by itself: a signed question has a nonce, which may have been read before the connection ended.
        return self._response(origin, connection, await connection.ask(message))

    async def aclose(self) -> None:
        self._closed = True
        self._addresses.close()
        if self._sweeping is not None:
            self._sweeping.cancel()
            self._sweeping = None
        for connections in self._free.values():
            for connection in connections:
                connection.close()
        self._free.clear()

    def give_back(self, origin: _Origin, connection: Connection, incoming: Incoming) -> None:
        """The exchange is over; the connection is kept for the next one if it can be."""
        if not connection.done(incoming):
            return
        if self._closed:
            connection.close()
            return
        loop = asyncio.get_running_loop()
        connection.free_since = loop.time()
        self._free.setdefault(origin, []).append(connection)
        if self._sweeping is None:
            self._sweeping = loop.call_later(self._sweep_s, self._sweep)

    def _response(self, origin: _Origin, connection: Connection, incoming: Incoming) -> httpx.Response:
        stream = _Stream(self, origin, connection, incoming)
        return httpx.Response(incoming.status, headers=incoming.headers, stream=stream)

    def _take(self, origin: _Origin) -> Connection | None:
        free = self._free.get(origin)
        while free:
            if (connection := free.pop()).usable:
                return connection
        return None

    def _sweep(self) -> None:
        """Close what nobody has used for long."""
        loop = asyncio.get_running_loop()
        oldest = loop.time() - self._sweep_s
        for origin, connections in list(self._free.items()):
            for connection in connections:
                if connection.free_since <= oldest:
                    connection.close()
            self._free[origin] = [one for one in connections if one.usable]
            if not self._free[origin]:
                del self._free[origin]
        self._sweeping = loop.call_later(self._sweep_s, self._sweep) if self._free else None

    async def _connect(self, origin: _Origin) -> Connection:
        scheme, host, port = origin
        secured = scheme == "https"
        loop = asyncio.get_running_loop()
        try:
            addresses = await self._addresses.of(host, port)
            socket = await start_connection(addresses, happy_eyeballs_delay=_NEXT_ADDRESS_S)
            _, connection = await loop.create_connection(
                Connection,
                sock=socket,
                ssl=self._trusted if secured else None,
                server_hostname=host if secured else None,
            )
        except (OSError, RuntimeError, UnicodeError) as error:  # uvloop has a RuntimeError for some
            raise httpx.ConnectError(str(error)) from error
        return connection


class _Stream(httpx.AsyncByteStream):
    def __init__(self, owner: _Transport, origin: _Origin, connection: Connection, incoming: Incoming) -> None:
        self._owner = owner
        self._origin = origin
        self._connection = connection
        self._incoming = incoming

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._connection.body(self._incoming)

    async def aclose(self) -> None:
        self._owner.give_back(self._origin, self._connection, self._incoming)


def _origin(url: httpx.URL) -> _Origin:
    if url.scheme not in ("http", "https"):
        raise httpx.UnsupportedProtocol("neither http nor https")
    return url.scheme, url.raw_host.decode("ascii"), url.port or (443 if url.scheme == "https" else 80)


def _head(request: httpx.Request) -> bytes:
    """The request line and the headers, exactly as given. httpx.LocalProtocolError if one holds the end of a line."""
    lines = [b"%b %b HTTP/1.1" % (request.method.encode("ascii"), request.url.raw_path)]
    lines += [b"%b: %b" % line for line in request.headers.raw]
    head = b"\r\n".join(lines)
    if not head.count(b"\r") == head.count(b"\n") == len(lines) - 1:
        raise httpx.LocalProtocolError("a header holds the end of a line")
    return head + b"\r\n\r\n"
