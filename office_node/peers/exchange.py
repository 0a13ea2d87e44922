"""One request, one answer, nothing in between: no redirect, no cookie, no coding, no byte beyond the cap.

httpx's client does all of these things, and each costs time in every one of 150 questions; so the transport is asked
directly, with a request that is built once, and the answer is read once (docs/adr/0017).
"""

from typing import NamedTuple

import httpx

from office_node.errors import PeerAnswerInvalidError, PeerTooLargeError

RawHeaders = list[tuple[bytes, bytes]]


class Answer(NamedTuple):
    """An answer as it came."""

    status: int
    headers: RawHeaders
    body: bytes


async def exchange(
    transport: httpx.AsyncBaseTransport, method: str, url: httpx.URL, *, headers: RawHeaders, body: bytes, cap: int
) -> Answer:
    """The whole answer to a request with exactly these headers.

    Raises what the transport raises; PeerTooLargeError, PeerAnswerInvalidError (`coded`).
    """
    request = httpx.Request(method, url, headers=headers, stream=httpx.ByteStream(body))
    response = await transport.handle_async_request(request)
    try:
        received = response.headers.raw
        if any(name.lower() == b"content-encoding" and value != b"identity" for name, value in received):
            raise PeerAnswerInvalidError("coded")  # a few octets could unpack into any number
        assert isinstance(response.stream, httpx.AsyncByteStream)
        pieces: list[bytes] = []
        octets = 0
        async for piece in response.stream:
            octets += len(piece)
            if octets > cap:
                raise PeerTooLargeError
            pieces.append(piece)
    finally:
        await response.aclose()
    return Answer(response.status_code, received, b"".join(pieces))
