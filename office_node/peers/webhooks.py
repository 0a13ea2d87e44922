"""Sending one webhook to an office's own system: one POST and its status; no redirect, a capped answer."""

import httpx

from office_node.clock import Clock
from office_node.errors import PeerUnreachableError
from office_node.peers.exchange import exchange

_CAP = 64 * 1024
_TIMEOUT_S = 10.0


class Webhooks:
    """The way out. `transport` connects to listed networks only (`peers/egress.py`)."""

    def __init__(self, transport: httpx.AsyncBaseTransport, *, clock: Clock) -> None:
        self._transport = transport
        self._clock = clock

    async def send(self, url: str, *, headers: dict[str, str], body: bytes) -> int:
        """The answer's status. PeerError if there was none."""
        target = httpx.URL(url)
        raw = [
            (b"Host", target.netloc),
            (b"Content-Type", b"application/json"),
            (b"Content-Length", b"%d" % len(body)),
            *((name.encode(), value.encode()) for name, value in headers.items()),
        ]
        try:
            async with self._clock.timeout(_TIMEOUT_S):
                answer = await exchange(self._transport, "POST", target, headers=raw, body=body, cap=_CAP)
        except (httpx.TransportError, TimeoutError) as error:
            raise PeerUnreachableError from error
        return answer.status

    async def close(self) -> None:
        """Nothing more is sent."""
        await self._transport.aclose()
