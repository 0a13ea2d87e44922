"""No body is read beyond a cap or a deadline."""

from fastapi import Request

from office_node.clock import Clock
from office_node.errors import BodyTooLargeError, BodyTooSlowError

MAX_BODY = 64 * 1024
MAX_LIST = 512 * 1024
"""For routes that take a list of many."""
BODY_TIMEOUT_S = 10.0


async def read_body(request: Request, clock: Clock, *, cap: int = MAX_BODY) -> bytes:
    """The raw body; BodyTooLargeError, BodyTooSlowError."""
    chunks: list[bytes] = []
    seen = 0
    try:
        async with clock.timeout(BODY_TIMEOUT_S):
            async for chunk in request.stream():
                seen += len(chunk)
                if seen > cap:
                    raise BodyTooLargeError
                chunks.append(chunk)
    except TimeoutError as error:
        raise BodyTooSlowError from error
    return b"".join(chunks)
