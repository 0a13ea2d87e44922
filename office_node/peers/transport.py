"""The transport of production: httpx's interface over aiohttp's connections (docs/adr/0002). The only import of it."""

import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

_LIMITS = httpx.Limits(max_connections=0, max_keepalive_connections=400)
"""0: no limit over all. Each office has its own (`Peers`), or slow ones could take every connection from the others."""


def open_transport(*, trusted: ssl.SSLContext | None = None) -> httpx.AsyncBaseTransport:
    """Kept connections to every peer, TLS checked against what this machine trusts, no proxy from the environment.

    A private authority is trusted as everywhere on the machine: in its store, or by OpenSSL's `SSL_CERT_FILE`.
    """
    carrier = AiohttpTransport(verify=trusted or ssl.create_default_context(), trust_env=False, limits=_LIMITS)
    return _InHttpxTerms(carrier)


class _InHttpxTerms(httpx.AsyncBaseTransport):
    """What aiohttp finds wrong with an answer's bytes is an error of httpx too; its adapter lets some through."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        with _translated():
            response = await self._transport.handle_async_request(request)
        assert isinstance(response.stream, httpx.AsyncByteStream)
        response.stream = _Stream(response.stream)
        return response

    async def aclose(self) -> None:
        await self._transport.aclose()


class _Stream(httpx.AsyncByteStream):
    def __init__(self, stream: httpx.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _translated():
            async for chunk in self._stream:
                yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except aiohttp.ClientError as error:
        raise httpx.RemoteProtocolError(type(error).__name__) from error
