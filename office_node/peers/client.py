"""Signed questions to other offices: one POST or GET, its answer's bytes or a PeerError.

Each office has places of its own, and what waits for one of them waits within its own time-out: an office that is slow
is slow for itself.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from functools import lru_cache
from typing import Any, NamedTuple

import httpx

from office_node.clock import Clock, Random
from office_node.domain.roster import TrustedRoster
from office_node.errors import PeerError, PeerRefusedError, PeerTimeoutError, PeerUnreachableError
from office_node.peers.carriage import Carriage, refusal
from office_node.peers.exchange import Answer, RawHeaders, exchange
from office_node.signing.canonical import canonical
from office_node.signing.keys import SigningKey

MAX_BODY = 64 * 1024
MAX_PAGE = 256 * 1024
MAX_ROSTER = 1024 * 1024
_MAX_PROBLEM = 4096
WITNESS_PATH = "/witness/v1/add-checkpoint"
AT_ONCE = 16
"""Exchanges with one office at a time, where no setting says otherwise."""
_JSON = "application/json"
_HEADERS = [(b"Accept", b"application/json"), (b"Accept-Encoding", b"identity"), (b"User-Agent", b"jejak")]


class Peers:
    """How this node reaches the others. Open while the node runs; closed with it."""

    def __init__(
        self, *, key: Callable[[], SigningKey], roster: Callable[[], TrustedRoster], clock: Clock, random: Random,
        transport: httpx.AsyncBaseTransport, at_once: int = AT_ONCE,
    ) -> None:  # fmt: skip
        self._key = key
        self._roster = roster
        self._clock = clock
        self._random = random
        self._transport = transport
        self._at_once = at_once
        self._places: dict[str, asyncio.Semaphore] = {}

    async def post(self, office: str, path: str, *, body: Mapping[str, Any] | bytes, timeout_s: float) -> bytes:
        """POST signed JSON; the verified answer's bytes. PeerError for everything else."""
        content = body if isinstance(body, bytes) else canonical(body)
        to = _parsed(self._base(office) + path)
        return await self._send(office, "POST", to, body=content, cap=MAX_BODY, timeout_s=timeout_s)

    async def get(self, office: str, path: str, *, timeout_s: float) -> bytes:
        """GET; the verified answer's bytes. PeerError for everything else."""
        to = _parse(self._base(office) + path)
        return await self._send(office, "GET", to, body=b"", cap=MAX_PAGE, timeout_s=timeout_s)

    async def fetch_public(
        self, base_url: str, path: str, *, timeout_s: float, cap: int = MAX_ROSTER, known: str | None = None
    ) -> bytes | None:
        """GET something that proves itself (a roster's file) from the directory or a member, unsigned.

        None if there is nothing there, or nothing else than what has the entity tag `known`. PeerError.
        """
        to = _parse(base_url + path)
        headers = [*to.headers, *([] if known is None else [(b"If-None-Match", known.encode())])]

        async def ask() -> Answer:
            return await exchange(self._transport, "GET", to.url, headers=headers, body=b"", cap=max(cap, _MAX_PROBLEM))

        answer = await self._guarded(ask, timeout_s=timeout_s, place=nullcontext())
        if answer.status in (304, 404):
            return None
        if answer.status != 200 or len(answer.body) > cap:
            raise refusal(answer)
        return answer.body

    async def ask_witness(self, base_url: str, body: bytes, *, timeout_s: float) -> tuple[int, bytes]:
        """POST a checkpoint to a witness (C2SP tlog-witness): status and body. Its signatures prove it; PeerError."""
        to = _parsed(base_url + WITNESS_PATH)
        headers = [*to.headers, (b"Content-Type", b"text/plain"), (b"Content-Length", b"%d" % len(body))]

        async def ask() -> Answer:
            return await exchange(self._transport, "POST", to.url, headers=headers, body=body, cap=MAX_BODY)

        answer = await self._guarded(ask, timeout_s=timeout_s, place=nullcontext())
        return answer.status, answer.body

    async def close(self) -> None:
        """Close all connections."""
        await self._transport.aclose()

    def _base(self, office: str) -> str:
        member = self._roster().member(office)
        if member is None:
            raise PeerRefusedError("not-a-member", status=0)
        return member.base_url

    async def _send(
        self, office: str, method: str, to: "_Address", *, body: bytes, cap: int, timeout_s: float
    ) -> bytes:  # fmt: skip
        carriage = Carriage(office, key=self._key(), roster=self._roster(), clock=self._clock, random=self._random)
        content_type = _JSON if method == "POST" else None

        async def ask() -> Answer:
            question, signed = carriage.sign(method, to.uri, content_type=content_type, body=body)
            headers = [*to.headers, *signed]
            if method == "POST":
                headers.append((b"Content-Length", b"%d" % len(body)))
            answer = await exchange(self._transport, method, to.url, headers=headers, body=body, cap=cap)
            carriage.verify(answer, question=question)
            return answer

        place = self._places.setdefault(office, asyncio.Semaphore(self._at_once))
        return (await self._guarded(ask, timeout_s=timeout_s, place=place)).body

    async def _guarded(
        self, ask: Callable[[], Awaitable[Answer]], *, timeout_s: float, place: AbstractAsyncContextManager[None]
    ) -> Answer:
        try:
            async with self._clock.timeout(timeout_s), place:
                return await ask()
        except TimeoutError as error:
            raise PeerTimeoutError from error
        except PeerError:
            raise
        except (httpx.HTTPError, httpx.StreamError, OSError) as error:
            raise PeerUnreachableError("certificate" if _is_certificate(error) else None) from error


class _Address(NamedTuple):
    """An address, as text as it is sent and signed, and the headers that every request to it has."""

    url: httpx.URL
    uri: str
    headers: RawHeaders


def _parse(text: str) -> _Address:
    url = httpx.URL(text)
    return _Address(url, str(url), [(b"Host", url.netloc), *_HEADERS])


_parsed = lru_cache(maxsize=2048)(_parse)
"""A fan-out asks the same addresses each time, and parsing costs as much as a signature."""


def _is_certificate(error: BaseException | None) -> bool:
    """Whether a certificate that does not prove the office lies at the bottom; libraries call that a time-out."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:  # a chain of causes may lead back to itself
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False
