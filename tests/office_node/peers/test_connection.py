"""Connections to peers, on real sockets: what is kept, what is asked again, what is bounded."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
import pytest

from office_node.peers.transport import open_transport

pytestmark = pytest.mark.anyio
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture(params=[False, True], ids=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, bool]]:
    """Both loops: production runs uvloop's, whose transports differ."""
    return "asyncio", {"use_uvloop": request.param}


class Server:
    """Counts connections and requests; `talk` is what it does on each connection."""

    def __init__(self, *answers: bytes, talk: Talk | None = None) -> None:
        self.url = ""
        self.connections = 0
        self.requests: list[bytes] = []
        self.ended = asyncio.Event()
        self._answers = answers
        self._talk = talk or self._answer

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await self._talk(reader, writer)
            await reader.read()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.ended.set()
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """The answers in turn, the last one for ever; an empty one ends the connection."""
        while True:
            self.requests.append(await reader.readuntil(b"\r\n\r\n"))
            answer = self._answers[min(len(self.requests), len(self._answers)) - 1]
            writer.write(answer)
            if not answer:
                raise ConnectionError


@asynccontextmanager
async def running(server: Server, *, idle_s: float = 60) -> AsyncIterator[httpx.AsyncBaseTransport]:
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/"
    transport = open_transport(idle_s=idle_s)
    try:
        yield transport
    finally:
        await transport.aclose()
        listening.close()


async def ask(
    transport: httpx.AsyncBaseTransport, server: Server, *, method: str = "GET"
) -> tuple[httpx.Response, bytes]:  # fmt: skip
    response = await transport.handle_async_request(httpx.Request(method, server.url))
    try:
        return response, await response.aread()
    finally:
        await response.aclose()


async def test_a_connection_is_used_again() -> None:
    server = Server(OK)
    async with running(server) as transport:
        for _ in range(3):
            assert (await ask(transport, server, method="POST"))[1] == b"ok"
    assert (server.connections, len(server.requests)) == (1, 3)


async def test_questions_at_once_have_connections_of_their_own() -> None:
    server = Server(OK)
    async with running(server) as transport:
        await asyncio.gather(*(ask(transport, server) for _ in range(3)))
    assert server.connections == 3


@pytest.mark.parametrize(
    "last",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
    ],
)
async def test_a_connection_that_has_said_its_last_is_not_used_again(last: bytes) -> None:
    server = Server(last, OK)
    async with running(server) as transport:
        assert (await ask(transport, server))[1] == b"ok"
        await asyncio.wait_for(server.ended.wait(), 5)
        assert (await ask(transport, server))[1] == b"ok"
    assert server.connections == 2


async def test_an_answer_that_was_not_read_to_its_end_ends_its_connection() -> None:
    server = Server(b"HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\nok", OK)
    async with running(server) as transport:
        response = await transport.handle_async_request(httpx.Request("GET", server.url))
        await response.aclose()
        await asyncio.wait_for(server.ended.wait(), 5)
        assert (await ask(transport, server))[1] == b"ok"
    assert server.connections == 2


async def test_an_answer_to_half_a_question_ends_its_connection() -> None:
    async def hasty(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(OK)
        await asyncio.sleep(0.2)

    server = Server(talk=hasty)
    async with running(server) as transport:
        question = httpx.Request("POST", server.url, content=b"x" * 30_000_000)
        response = await transport.handle_async_request(question)
        assert await response.aread() == b"ok"
        await asyncio.wait_for(server.ended.wait(), 5)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_nothing_is_sent_twice_for_its_nonce_may_have_been_read(method: str) -> None:
    server = Server(OK, b"", OK)
    async with running(server) as transport:
        await ask(transport, server)
        with pytest.raises(httpx.ReadError):
            await ask(transport, server, method=method)
        assert (await ask(transport, server))[1] == b"ok"
    assert [len(server.requests), server.connections] == [3, 2]


async def test_a_closed_transport_connects_no_more() -> None:
    server = Server(OK)
    async with running(server) as transport:
        await transport.aclose()
        with pytest.raises(httpx.ConnectError):
            await ask(transport, server)
    assert server.connections == 0


async def test_a_new_connection_that_ends_is_an_error_and_no_loop() -> None:
    server = Server(b"")
    async with running(server) as transport:
        with pytest.raises(httpx.ReadError):
            await ask(transport, server)
    assert server.connections == 1


async def test_what_nobody_uses_is_closed() -> None:
    server = Server(OK)
    async with running(server, idle_s=0.2) as transport:
        await ask(transport, server)
        await asyncio.wait_for(server.ended.wait(), 5)
        assert (await ask(transport, server))[1] == b"ok"
    assert server.connections == 2


async def test_an_interim_answer_is_passed_over() -> None:
    server = Server(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    async with running(server) as transport:
        response, body = await ask(transport, server)
    assert (response.status_code, response.headers.raw, body) == (200, [(b"Content-Length", b"2")], b"ok")


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nxxxx",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
        b"HTTP/1.1 200 OK\r\nA: b\r\n folded: c\r\nContent-Length : 2\r\n\r\nok",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 40_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX: " + b"x" * 40_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n" + b"X: y\r\n" * 10_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;" + b"x" * 40_000,
        OK + b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nmore",
        OK + b"HTTP/1.1 404 Not",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nHTTP/1.1 404 Not",
    ],
)
async def test_an_answer_with_two_readings_or_without_an_end_is_none(answer: bytes) -> None:
    server = Server(answer)
    async with running(server) as transport:
        with pytest.raises(httpx.RemoteProtocolError):
            async with asyncio.timeout(5):
                await ask(transport, server)
        await asyncio.wait_for(server.ended.wait(), 5)


async def test_a_chunked_answer_has_no_headers_behind_its_body() -> None:
    server = Server(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\no\r\n1\r\nk\r\n0\r\nSignature: x\r\n\r\n"
    )
    async with running(server) as transport:
        response, body = await ask(transport, server)
        await ask(transport, server)
    assert (response.headers.raw, body) == ([(b"Transfer-Encoding", b"chunked")], b"ok")
    assert server.connections == 1


async def test_a_body_without_a_length_ends_with_its_connection() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\nok")
        writer.close()

    server = Server(talk=talk)
    async with running(server) as transport:
        assert (await ask(transport, server))[1] == b"ok"


async def test_who_sends_faster_than_is_read_has_to_wait() -> None:
    sent = 0

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
        while True:
            writer.write(b"x" * 100_000)
            await writer.drain()
            sent += 100_000

    server = Server(talk=talk)
    async with running(server) as transport:
        response = await transport.handle_async_request(httpx.Request("GET", server.url))
        before = -1
        while before < sent < 90_000_000:  # until it has to wait
            before = sent
            await asyncio.sleep(0.2)
        assert sent < 90_000_000
        assert isinstance(response.stream, httpx.AsyncByteStream)
        read = 0
        async for piece in response.stream:
            read += len(piece)
            if read > before + 1_000_000:
                break  # it went on
        await response.aclose()
        await asyncio.wait_for(server.ended.wait(), 5)
    assert sent > before


async def test_a_handshake_that_does_not_come_is_let_go_at_the_deadline() -> None:
    async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read()

    server = Server(talk=silent)
    async with running(server) as _:
        secured = open_transport(trusted=ssl.create_default_context())
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await secured.handle_async_request(httpx.Request("GET", server.url.replace("http", "https")))
        await asyncio.wait_for(server.ended.wait(), 5)
        await secured.aclose()
    assert server.connections == 1


async def test_a_deadline_ends_the_connection_that_waits() -> None:
    async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")

    server = Server(talk=silent)
    async with running(server) as transport:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await ask(transport, server)
        await asyncio.wait_for(server.ended.wait(), 5)
    assert server.connections == 1


async def test_a_header_cannot_smuggle_a_line() -> None:
    server = Server(OK)
    async with running(server) as transport:
        with pytest.raises(httpx.LocalProtocolError):
            await transport.handle_async_request(httpx.Request("GET", server.url, headers=[(b"A", b"b\r\nC: d")]))
    assert server.connections == 0


async def test_only_http_is_spoken() -> None:
    with pytest.raises(httpx.UnsupportedProtocol):
        await open_transport().handle_async_request(httpx.Request("GET", "ftp://localhost/"))
