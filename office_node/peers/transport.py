"""The transport of production: httpx's interface over aiohttp's connections (docs/adr/0002). The only import of it.

Nothing is added to a request and nothing of an answer is interpreted: no redirect, cookie, coding, proxy or time-out
(deadlines come from the clock). What aiohttp finds wrong is an error of httpx.
"""

import ssl
from collections.abc import AsyncIterator
from functools import lru_cache

import aiohttp
import httpx
from yarl import URL

_IDLE_S = 60.0
"""A connection is kept so long without a request: less than the 75 s after which a node closes it (`serving`)."""
_NO_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=None, sock_read=None, sock_connect=None)


def open_transport(*, trusted: ssl.SSLContext | None = None) -> httpx.AsyncBaseTransport:
    """Kept connections to every peer, TLS checked against what this machine trusts, no proxy from the environment.

    A private authority is trusted as everywhere on the machine: in its store, or by OpenSSL's `SSL_CERT_FILE`.
    """
    return _Transport(trusted or ssl.create_default_context())


class _Transport(httpx.AsyncBaseTransport):
    def __init__(self, trusted: ssl.SSLContext) -> None:
        self._trusted = trusted
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        session = self._session or self._open()
        body = await request.aread()
        headers = [(name.decode("ascii"), value.decode("ascii")) for name, value in request.headers.raw]
        try:
            response = await session.request(
                request.method, _address(str(request.url)), headers=headers, data=body or None, allow_redirects=False
            )
        except aiohttp.ClientError as error:
            raise _translated(error) from error
        return httpx.Response(response.status, headers=response.raw_headers, stream=_Stream(response))

    def _open(self) -> aiohttp.ClientSession:
        """At the first request, for it belongs to the event loop that runs then.

        No limit over all connections: each office has its own (`Peers`), or slow ones could take them all.
        """
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=self._trusted, limit=0, keepalive_timeout=_IDLE_S),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=_NO_TIMEOUT,
            auto_decompress=False,
            trust_env=False,
        )
        return self._session

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()


class _Stream(httpx.AsyncByteStream):
    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for piece in self._response.content.iter_any():
                yield piece
        except aiohttp.ClientError as error:
            raise _translated(error) from error

    async def aclose(self) -> None:
        if self._response.content.at_eof():
            self._response.release()
        else:
            self._response.close()  # whatever is still to come on this connection is nobody's answer


@lru_cache(maxsize=2048)
def _address(url: str) -> URL:
    """Exactly these characters, which are signed; parsed once, for a fan-out asks the same addresses each time."""
    return URL(url, encoded=True)


def _translated(error: aiohttp.ClientError) -> httpx.TransportError:
    if isinstance(error, aiohttp.ClientConnectorError):
        return httpx.ConnectError(str(error))
    if isinstance(error, aiohttp.ClientConnectionError | aiohttp.ClientPayloadError):
        return httpx.ReadError(type(error).__name__)
    return httpx.RemoteProtocolError(type(error).__name__)
