"""One request, one answer, nothing in between: no redirect, no cookie, no coding, no byte beyond the cap.

httpx's client does all of these things, and each costs time in every one of 150 questions; so the transport is asked
directly (docs/adr/0017). The carriage stays an `httpx.Auth` that any client of httpx can use.
"""

from contextlib import suppress

import httpx

from office_node.errors import PeerAnswerInvalidError, PeerTooLargeError


async def exchange(
    transport: httpx.AsyncBaseTransport, request: httpx.Request, *, cap: int, auth: httpx.Auth | None = None
) -> httpx.Response:
    """The whole answer, signed and verified by `auth` if there is one.

    Raises what `auth` and the transport raise; PeerTooLargeError, PeerAnswerInvalidError (`coded`).
    """
    if auth is None:
        return await _send(transport, request, cap=cap)
    flow = auth.sync_auth_flow(request)
    answer = await _send(transport, next(flow), cap=cap)
    with suppress(StopIteration):
        flow.send(answer)
        raise RuntimeError("one question only")
    return answer


async def _send(transport: httpx.AsyncBaseTransport, request: httpx.Request, *, cap: int) -> httpx.Response:
    response = await transport.handle_async_request(request)
    try:
        if any(name.lower() == b"content-encoding" and value != b"identity" for name, value in response.headers.raw):
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
    return httpx.Response(response.status_code, headers=response.headers, content=b"".join(pieces))
