"""Load on loopback over kept connections, bounded by what it is given; every answer must be 200."""

import asyncio
from collections.abc import Mapping, Sequence

from services.simulator.bench.servers import Server


def post(path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """The bytes of one request."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + body


class Connection:
    """One kept connection to a server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, server: Server) -> "Connection":
        """Connect."""
        return cls(*await asyncio.open_connection("127.0.0.1", server.port))

    async def ask(self, request: bytes) -> bytes:
        """The body of the answer; RuntimeError if it is not 200."""
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        length = next(int(line.partition(b":")[2]) for line in lines if line.startswith(b"content-length:"))
        body = await self._reader.readexactly(length)
        if lines[0].split()[1] != b"200":
            raise RuntimeError(f"a request of the benchmark was refused: {head[:40]!r} {body[:200]!r}")
        return body

    async def close(self) -> None:
        """Disconnect."""
        self._writer.close()
        await self._writer.wait_closed()


async def closed_loop(server: Server, requests: Sequence[bytes], *, callers: int = 32) -> float:
    """Each caller asks again as soon as it is answered; processor microseconds of the server for each request."""
    waiting = list(reversed(requests))  # taken in the order of their numbers, as a feed comes
    connections = await asyncio.gather(*(Connection.open(server) for _ in range(callers)))

    async def call(connection: Connection) -> None:
        while waiting:
            await connection.ask(waiting.pop())

    before = server.cpu_s()
    await asyncio.gather(*map(call, connections))
    used = server.cpu_s() - before
    await asyncio.gather(*(connection.close() for connection in connections))
    return used / len(requests) * 1e6


async def open_loop(
    server: Server, requests: Sequence[bytes], *, per_second: float, connections: int = 16
) -> list[float]:
    """Requests leave by the clock, whatever the answers do; seconds that each took, waiting to leave included."""
    loop = asyncio.get_running_loop()
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(connections):
        free.put_nowait(await Connection.open(server))
    start = loop.time()
    took: list[float] = []

    async def call(number: int, request: bytes) -> None:
        due = start + number / per_second
        await asyncio.sleep(due - loop.time())
        connection = await free.get()
        await connection.ask(request)
        took.append(loop.time() - due)
        free.put_nowait(connection)

    await asyncio.gather(*(call(number, request) for number, request in enumerate(requests)))
    while not free.empty():
        await free.get_nowait().close()
    return took


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
