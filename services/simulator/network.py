"""The network between simulated nodes: requests carried in memory, one fault at a time per office.

A fault is a small object that sees a request on its way to one office; tests read as a story: `network.down(office)`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import httpx

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


@dataclass
class Network(httpx.AsyncBaseTransport):
    """A transport for every node: looks up the host, applies the office's fault, hands the request over."""

    latency_s: float = 0.02
    apps: dict[str, Handler] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)
    carried: list[tuple[str, str, bytes]] = field(default_factory=list)

    def connect(self, host: str, app: object) -> None:
        """Put an ASGI application behind a host name."""
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)  # type: ignore[arg-type]
        self.apps[host] = transport.handle_async_request

    def down(self, office: str) -> None:
        """Nobody listens at this office."""
        self.faults[office] = refuse

    def heal(self, office: str) -> None:
        """No fault on the way to this office."""
        self.faults.pop(office, None)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Carry one request."""
        host = request.url.host
        body = await request.aread()
        self.carried.append((host, request.url.path, body))
        await asyncio.sleep(self.latency_s)
        handler = self.apps.get(host)
        if handler is None:
            raise httpx.ConnectError("unknown host", request=request)

        async def hand_over(question: httpx.Request) -> httpx.Response:
            copy = httpx.Request(question.method, question.url, headers=question.headers, content=body)
            return await handler(copy)

        fault = self.faults.get(host.partition(".")[0])
        response = await (fault(request, hand_over) if fault else hand_over(request))
        await response.aread()
        return response
