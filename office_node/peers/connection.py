"""One kept connection to another node: HTTP/1.1, one request at a time, parsed by llhttp (httptools) in strict mode.

Whatever comes is bounded: what is not body (heads, framing, trailers) by `_MAX_AROUND` and as much again as the body
has, what waits to be read by `_MAX_WAITING` (then the sender has to wait). A connection on which anything was not as it
should be is not used again.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import cast

import httptools
import httpx

_MAX_AROUND = 32 * 1024
_MAX_WAITING = 64 * 1024
_BODY_HAS_AN_END = frozenset({b"content-length", b"transfer-encoding"})


class Incoming:
    """One answer as it comes in; the parser calls the `on_` functions."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.complete = False
        self.keeps_alive = False
        self.waiting = 0
        """Octets of the body that came and were not read yet."""
        self.error: httpx.TransportError | None = None
        self.change: asyncio.Future[None] | None = None
        self._pieces: deque[bytes] = deque()
        self._octets = 0
        self._body_octets = 0
        self._parser = httptools.HttpResponseParser(self)

    def on_message_begin(self) -> None:
        """An answer begins: the one that was asked for, or its end after an interim one."""
        if self.complete:
            self._fail("more than one answer")

    def on_header(self, name: bytes, value: bytes) -> None:
        """A line of the head; one behind the body is left out."""
        if not self.status:
            self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        """The head of the answer, or of an interim one (1xx) before it."""
        status = self._parser.get_status_code()
        if status < 200:
            self.headers.clear()
        elif not self.status:
            self.status = status

    def on_body(self, body: bytes) -> None:
        """A piece of the body."""
        self._body_octets += len(body)
        if not self.complete:
            self._pieces.append(body)
            self.waiting += len(body)

    def on_message_complete(self) -> None:
        """The whole answer is here, unless it was an interim one."""
        if self.status and not self.complete:
            self.complete = True
            self.keeps_alive = self._parser.should_keep_alive()

    def feed(self, data: bytes) -> None:
        """Take what came; `error` is set if it is no answer."""
        self._octets += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self._fail(type(error).__name__)
        if self._octets - self._body_octets > _MAX_AROUND + self._body_octets:
            self._fail("too much around the body")
        self._wake()

    def end(self, error: Exception | None) -> None:
        """The connection is gone: the end of an answer that names no other, else an error."""
        endless = bool(self.status) and not any(name.lower() in _BODY_HAS_AN_END for name, _ in self.headers)
        if error is None and endless:
            self.complete = True
        elif not self.complete and self.error is None:
            self.error = httpx.ReadError(type(error).__name__ if error else "the connection ended")
        self.keeps_alive = False
        self._wake()

    def take(self) -> bytes:
        """What of the body is here and was not read."""
        body = self._pieces.popleft() if len(self._pieces) == 1 else b"".join(self._pieces)
        self._pieces.clear()
        self.waiting = 0
        return body

    def free(self) -> None:
        """Nothing more is taken; parser and answer let go of one another, which spares the collector of cycles."""
        del self._parser

    def _fail(self, text: str) -> None:
        self.error = self.error or httpx.RemoteProtocolError(text)

    def _wake(self) -> None:
        if self.change is not None and not self.change.done():
            self.change.set_result(None)


class Connection(asyncio.Protocol):
    """A connection that is made by the event loop's `create_connection`."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._incoming: Incoming | None = None
        self._paused = False
        self.free_since = 0.0
        """When the last exchange ended, in the loop's time."""

    @property
    def usable(self) -> bool:
        """Whether another request may be sent on it."""
        return self._transport is not None and not self._transport.is_closing()

    async def ask(self, message: bytes) -> Incoming:
        """Send a request; the answer when its head has come. httpx.TransportError; then the connection is closed."""
        incoming = self._incoming = Incoming()
        try:
            if self._transport is None or self._transport.is_closing():
                raise httpx.ReadError("the connection ended")
            self._transport.write(message)
            while not incoming.status:
                await self._more(incoming)
        except BaseException:
            self.close()
            raise
        return incoming

    async def body(self, incoming: Incoming) -> AsyncIterator[bytes]:
        """The body, in pieces as they come. httpx.TransportError."""
        while True:
            if incoming.error is not None:
                raise incoming.error
            if incoming.waiting:
                piece = incoming.take()
                self._resume()
                yield piece
            elif incoming.complete:
                return
            else:
                await self._more(incoming)

    def done(self, incoming: Incoming) -> bool:
        """End the exchange, read or not; whether the connection can be used again."""
        self._incoming = None
        sent = self._transport is not None and self._transport.get_write_buffer_size() == 0
        if not sent or incoming.waiting or not incoming.keeps_alive:
            self.close()
        incoming.free()
        return self.usable

    def close(self) -> None:
        """At once: the other side may not keep it open by not answering."""
        if self._transport is not None:
            self._transport.abort()

    async def _more(self, incoming: Incoming) -> None:
        """Until something has come; raises what was wrong with it."""
        if incoming.error is None:
            incoming.change = asyncio.get_running_loop().create_future()
            await incoming.change
        if incoming.error is not None:
            raise incoming.error

    def _resume(self) -> None:
        if self._paused and self._transport is not None and not self._transport.is_closing():
            self._paused = False
            self._transport.resume_reading()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The loop has connected, and TLS has been agreed on."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are no subclass

    def data_received(self, data: bytes) -> None:
        """Something came in."""
        if self._incoming is None:
            self.close()  # nobody asked
            return
        self._incoming.feed(data)
        if self._incoming.error is not None:
            self.close()
        elif self._incoming.waiting > _MAX_WAITING and not self._paused and self._transport is not None:
            self._paused = True
            self._transport.pause_reading()

    def connection_lost(self, error: Exception | None) -> None:
        """The connection is gone."""
        self._transport = None
        if self._incoming is not None:
            self._incoming.end(error)
