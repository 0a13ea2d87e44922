"""The server's side of the carriage: a route verifies before the body is parsed, and signs what it answers.

Unsigned garbage gets 401, not 422. What proves nothing about a member is only counted; a known member's refusal is
written to the log before it leaves (rule 1). Errors before verification go out unsigned: they only ever mean *unknown*.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import ValidationError

from office_node.api.problems import of_error, of_validation, problem
from office_node.errors import CarriageError, JejakError, MalformedStatementError
from office_node.node import Node
from office_node.signing.keys import VerifyKey
from office_node.signing.messages import QuestionRef, Verified, sign_answer, verify_question
from office_node.usecases.accept import Carried
from office_node.usecases.refuse import nonce_until, refuse_member, refuse_stranger

MAX_BODY = 64 * 1024
BODY_TIMEOUT_S = 10.0
_NONCE_BYTES = 16


class _TooLargeError(Exception):
    pass


async def read_body(request: Request, node: Node) -> bytes:
    """The raw body, cut off at the cap and at the deadline."""
    chunks: list[bytes] = []
    seen = 0
    async with node.clock.timeout(BODY_TIMEOUT_S):
        async for chunk in request.stream():
            seen += len(chunk)
            if seen > MAX_BODY:
                raise _TooLargeError
            chunks.append(chunk)
    return b"".join(chunks)


class SignedRoute(APIRoute):
    """Every route of the federation API is one of these (`tests/office_node/api/test_routes.py` checks it)."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Verify, run, sign."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            node: Node = request.app.state.node
            try:
                body = await read_body(request, node)
            except _TooLargeError:
                return problem("too-large")
            except TimeoutError:
                return problem("too-slow")
            try:
                carried, verified = _verify(request, node, body=body)
            except CarriageError as error:
                source = request.client.host if request.client else "unknown"
                if error.authentic and error.keyid is not None:
                    source = error.keyid  # really that member's message: counted under its name
                await refuse_stranger(node, error, source=source)
                return of_error(error)
            request.state.carried = carried
            request._body = body
            response = await _run(inner, request, node, carried=carried)
            return _signed(request, node, verified=verified, response=response)

        return handle


def _uri(request: Request, node: Node) -> str:
    query = request.scope["query_string"].decode("ascii", "replace")
    raw_path = request.scope.get("raw_path") or request.url.path.encode()
    return node.settings.public_url + raw_path.decode("ascii", "replace") + (f"?{query}" if query else "")


def _verify(request: Request, node: Node, *, body: bytes) -> tuple[Carried, Verified]:
    now = node.clock.now()
    found: list[str] = []

    def find_key(keyid: str, _now: int) -> VerifyKey:
        office, key = node.roster.member_key(keyid, now=now)
        found.append(office)
        return key

    verified = verify_question(
        request.method,
        _uri(request, node),
        headers=request.headers.raw,
        body=body,
        find_key=find_key,
        now=int(now.timestamp()),
        received_uri=str(request.url),
    )
    carried = Carried(
        office=found[0],
        keyid=verified.keyid,
        nonce=verified.nonce,
        nonce_until=nonce_until(verified.expires, now=now),
        arrived_at=now,
    )
    return carried, verified


async def _run(
    inner: Callable[[Request], Coroutine[Any, Any, Response]], request: Request, node: Node, *, carried: Carried
) -> Response:
    try:
        return await inner(request)
    except JejakError as error:
        await refuse_member(node, error, carried=carried, route=request.url.path)
        return of_error(error)
    except ValidationError as error:
        await refuse_member(node, MalformedStatementError("body"), carried=carried, route=request.url.path)
        return of_validation(error)


def _signed(request: Request, node: Node, *, verified: Verified, response: Response) -> Response:
    headers = sign_answer(
        response.status_code,
        content_type=response.headers["content-type"],
        body=bytes(response.body),
        question=QuestionRef(request.method, _uri(request, node), verified.signature),
        key=node.keys.signing,
        now=int(node.clock.now().timestamp()),
        nonce=node.random(_NONCE_BYTES).hex(),
    )
    response.headers.update(headers)
    return response
