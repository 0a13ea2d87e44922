"""The network between simulated nodes: requests carried in memory, one fault at a time per office.

A fault is a small object that sees a request on its way to one office; tests read as a story: `network.down(office)`.
An answer is handed on unread, so the one who asked reads, caps and times it as it would from a socket.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import httpx
from starlette.types import ASGIApp, Message, Scope

Handler = Callable[[httpx.Request], Awaitable[httpx.Response]]
Fault = Callable[[httpx.Request, Handler], Awaitable[httpx.Response]]


async def refuse(request: httpx.Request, _handler: Handler) -> httpx.Response:
    """Nobody listens."""
    raise httpx.ConnectError("refused", request=request)


def slow(seconds: float) -> Fault:
    """Every answer takes this long."""

    async def fault(request: httpx.Request, handler: Handler) -> httpx.Response:
        await asyncio.sleep(seconds)
        return await handler(request)

    return fault


def slow_back(seconds: float) -> Fault:
    """The request is carried out at once, its answer is this long on the way."""

    async def fault(request: httpx.Request, handler: Handler) -> httpx.Response:
        response = await handler(request)
        await asyncio.sleep(seconds)
        return response

    return fault


async def lose_answer(request: httpx.Request, handler: Handler) -> httpx.Response:
    """The request arrives and is carried out; its answer is lost."""
    await handler(request)
    raise httpx.ReadError("connection lost", request=request)


async def deliver_twice(request: httpx.Request, handler: Handler) -> httpx.Response:
    """The same message arrives twice, as when somebody replays it; the first answer is given."""
    first = await handler(request)
    await handler(request)
    return first


def tamper(change: Callable[[bytes], bytes]) -> Fault:
    """The answer's body is changed on its way."""

    async def fault(request: httpx.Request, handler: Handler) -> httpx.Response:
        response = await handler(request)
        body = change(await response.aread())
        headers = [(k, v) for k, v in response.headers.raw if k.lower() != b"content-length"]
        return httpx.Response(response.status_code, headers=headers, content=body, request=request)

    return fault


def on(path: str | tuple[str, ...], fault: Fault, *, method: str | None = None) -> Fault:
    """The fault for requests whose path ends so (or in one of these ways); all others pass."""

    async def only(request: httpx.Request, handler: Handler) -> httpx.Response:
        struck = request.url.path.endswith(path) and method in (None, request.method)
        return await (fault(request, handler) if struck else handler(request))

    return only


def first(times: int, fault: Fault) -> Fault:
    """The fault so many times, then none."""
    left = times

    async def some(request: httpx.Request, handler: Handler) -> httpx.Response:
        nonlocal left
        left -= 1
        return await (fault(request, handler) if left >= 0 else handler(request))

    return some


@dataclass
class Dripping(httpx.AsyncByteStream):
    """A body that arrives piece by piece with a pause before each; `given` counts the bytes that were taken."""

    pieces: AsyncIterator[bytes]
    pause_s: float
    given: int = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self.pieces:
            await asyncio.sleep(self.pause_s)
            self.given += len(piece)
            yield piece


async def cut(body: bytes, size: int) -> AsyncIterator[bytes]:
    """A body in pieces of so many bytes."""
    for start in range(0, len(body), size):
        yield body[start : start + size]


async def endless(piece: bytes) -> AsyncIterator[bytes]:
    """A body that never ends."""
    while True:
        yield piece


def handler_of(app: ASGIApp) -> Handler:
    """An ASGI application as a handler. httpx has one, which looks for trio's modules on the disk at each request."""

    async def handle(request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.AsyncByteStream)
        sent: list[Message] = []
        asked = _asked(request.stream)

        async def receive() -> Message:
            return await anext(asked, {"type": "http.disconnect"})

        async def send(message: Message) -> None:
            sent.append(message)

        try:
            await app(_scope(request), receive, send)
        except Exception:  # noqa: BLE001 (a server's last resort)
            sent = sent or [{"type": "http.response.start", "status": 500}]
        body = b"".join(part.get("body", b"") for part in sent[1:])
        return httpx.Response(sent[0]["status"], headers=sent[0].get("headers"), stream=httpx.ByteStream(body))

    return handle


async def _asked(stream: httpx.AsyncByteStream) -> AsyncIterator[Message]:
    async for piece in stream:
        yield {"type": "http.request", "body": piece, "more_body": True}
    yield {"type": "http.request", "body": b"", "more_body": False}


def _scope(request: httpx.Request) -> Scope:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "scheme": request.url.scheme,
        "path": request.url.path,
        "raw_path": request.url.raw_path.partition(b"?")[0],
        "query_string": request.url.query,
        "server": (request.url.host, request.url.port),
        "client": ("127.0.0.1", 123),
        "root_path": "",
    }


@dataclass
class Network(httpx.AsyncBaseTransport):
    """A transport for every node: looks up the host, applies the office's fault, hands the request over."""

    latency_s: float = 0.02
    apps: dict[str, Handler] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)
    carried: list[tuple[str, str, bytes]] = field(default_factory=list)
    keeps: bool = True
    """Whether what was carried is remembered; a long run would fill the memory."""

    def connect(self, host: str, app: ASGIApp) -> None:
        """Put an ASGI application behind a host name."""
        self.apps[host] = handler_of(app)

    def down(self, office: str) -> None:
        """Nobody listens at this office."""
        self.faults[office] = refuse

    def heal(self, office: str) -> None:
        """No fault on the way to this office."""
        self.faults.pop(office, None)

    def sent_to(self, office: str, path: str) -> list[bytes]:
        """The bodies of all requests that went to this office with a path that ends so."""
        host = f"{office}.test"
        return [body for to, where, body in self.carried if to == host and where.endswith(path)]

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Carry one request."""
        host = request.url.host
        body = await request.aread()
        if self.keeps:
            self.carried.append((host, request.url.path, body))
        await asyncio.sleep(self.latency_s)
        handler = self.apps.get(host)
        if handler is None:
            raise httpx.ConnectError("unknown host", request=request)

        async def hand_over(question: httpx.Request) -> httpx.Response:
            if question is request:
                return await handler(request)
            copy = httpx.Request(question.method, question.url, headers=question.headers, content=body)
            return await handler(copy)

        fault = self.faults.get(host.partition(".")[0])
        return _unread(await (fault(request, hand_over) if fault else hand_over(request)), request)


def _unread(response: httpx.Response, request: httpx.Request) -> httpx.Response:
    """An answer that a fault has read or made, as it comes from a socket: piece by piece."""
    if not response.is_closed:
        return response
    pieces = Dripping(cut(response.content, 4096), 0.0)
    return httpx.Response(response.status_code, headers=response.headers, stream=pieces, request=request)
