"""No answer is read beyond its cap, no redirect is followed, no coding is asked for."""

from collections.abc import AsyncIterator

import httpx

from office_node.errors import PeerTooLargeError


class _CappedStream(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream, cap: int) -> None:
        self._stream = stream
        self._cap = cap

    async def __aiter__(self) -> AsyncIterator[bytes]:
        seen = 0
        async for chunk in self._stream:
            seen += len(chunk)
            if seen > self._cap:
                raise PeerTooLargeError
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


class CappedTransport(httpx.AsyncBaseTransport):
    """Wraps a transport; `extensions={"cap": n}` of a request sets how many bytes its answer may have."""

    def __init__(self, transport: httpx.AsyncBaseTransport, *, default_cap: int) -> None:
        self._transport = transport
        self._default = default_cap

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send it; the answer's stream raises PeerTooLargeError at the cap."""
        cap = int(request.extensions.get("cap", self._default))
        response = await self._transport.handle_async_request(request)
        if isinstance(response.stream, httpx.AsyncByteStream):
            response.stream = _CappedStream(response.stream, cap)
        return response

    async def aclose(self) -> None:
        """Close the wrapped transport."""
        await self._transport.aclose()
