"""The server's side of the carriage: a route verifies before the body is parsed, and signs what it answers.

Unsigned garbage gets 401, not 422. What proves nothing about a member is only counted; a known member's refusal is
written to the log before it leaves (rule 1), also if its key counts no more: then the message is verified by that key
only to tell whose it is. Errors before verification go out unsigned: they only ever mean *unknown*.
"""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import ValidationError

from office_node.api.bodies import read_body
from office_node.api.problems import of_error, of_validation
from office_node.errors import (
    BadSignatureError,
    BodyTooLargeError,
    BodyTooSlowError,
    CarriageError,
    InternalError,
    JejakError,
    MalformedStatementError,
    RevokedKeyError,
    TooManyRequestsError,
    UnknownKeyError,
)
from office_node.logs import log
from office_node.node import Node
from office_node.signing.keys import VerifyKey
from office_node.signing.messages import QuestionRef, Verified, sign_answer, verify_question
from office_node.usecases.accept import Carried
from office_node.usecases.limits import refuse_limited
from office_node.usecases.refuse import nonce_until, refuse_busy, refuse_member, refuse_revoked, refuse_stranger
from office_node.usecases.trusting import reload_trust

_NONCE_BYTES = 16
_OF_LOG = ("/log/state", "/log/evidence")
"""What a node that was rolled back still answers: it is the proof of that."""


class UnreadableBodyError(Exception):
    """A signed body or query that is not what the route takes; `validation` says where."""

    def __init__(self, validation: ValidationError) -> None:
        super().__init__()
        self.validation = validation


Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


class SignedRoute(APIRoute):
    """Every route of the federation API is one of these (`tests/office_node/api/test_routes.py` checks it).

    Its endpoint takes the request, verified, and nothing else: what it reads of it, it parses itself.
    """

    def get_route_handler(self) -> Endpoint:
        """Verify, run, sign."""
        endpoint, of_log = self.endpoint, self.path.endswith(_OF_LOG)

        async def handle(request: Request) -> Response:
            node: Node = request.app.state.node
            node.check_serving(of_log=of_log)
            uri, body = _uri(request, node), b""
            try:
                body = await read_body(request, node.clock)
                carried, verified = await _newly_verified(request, node, uri=uri, body=body)
            except RevokedKeyError as error:
                await _refuse_revoked(request, node, error, uri=uri, body=body)
                return of_error(error)
            except (BodyTooLargeError, BodyTooSlowError, CarriageError) as error:
                await refuse_stranger(node, error, source=_source(request, error))
                return of_error(error)
            request.state.carried = carried
            request._body = body
            response = await _run(endpoint, request, node, carried=carried)
            return _signed(response, node, question=QuestionRef(request.method, uri, verified.signature))

        return handle


def _uri(request: Request, node: Node) -> str:
    query = request.scope["query_string"].decode("ascii", "replace")
    raw_path = request.scope.get("raw_path") or request.url.path.encode()
    return node.settings.public_url + raw_path.decode("ascii", "replace") + (f"?{query}" if query else "")


def _source(request: Request, error: JejakError) -> str:
    """Under whose name a refusal is counted: the member's if the message is really its own."""
    if isinstance(error, CarriageError) and error.authentic and error.keyid is not None:
        return error.keyid
    return request.client.host if request.client else "unknown"


async def _newly_verified(request: Request, node: Node, *, uri: str, body: bytes) -> tuple[Carried, Verified]:
    """Verified on the newest roster: a key that this process does not trust may be one that another has just met."""
    try:
        return _verify(request, node, uri=uri, body=body)
    except (UnknownKeyError, RevokedKeyError):
        if not await reload_trust(node):
            raise
        return _verify(request, node, uri=uri, body=body)


async def _refuse_revoked(request: Request, node: Node, error: RevokedKeyError, *, uri: str, body: bytes) -> None:
    """Evidence about the member if it really made the message; else a stranger's, who only named its key."""
    try:
        carried, _verified = _verify(request, node, uri=uri, body=body, listed=True)
    except CarriageError as why:
        await refuse_stranger(node, error, source=_source(request, why))
    else:
        await refuse_revoked(node, error, carried=carried, route=request.url.path)


def _verify(request: Request, node: Node, *, uri: str, body: bytes, listed: bool = False) -> tuple[Carried, Verified]:
    """By a key that may sign now; with `listed` by any that the roster lists, which proves only whose message it is."""
    now = node.clock.now()
    found: list[str] = []

    def find_key(keyid: str, _now: int) -> VerifyKey:
        roster = node.roster.current()
        info = roster.listed_key(keyid) if listed else roster.key(keyid, now)
        found.append(info.member.id)
        return info.key

    verify = partial(
        verify_question,
        request.method,
        uri,
        headers=request.scope["headers"],
        body=body,
        find_key=find_key,
        now=int(now.timestamp()),
    )
    try:
        verified = verify()
    except BadSignatureError:  # once more, to tell a message that was signed for another address
        verified = verify(received_uri=str(request.url))
    carried = Carried(
        office=found[0],
        keyid=verified.keyid,
        nonce=verified.nonce,
        nonce_until=nonce_until(verified.expires),
        arrived_at=now,
    )
    return carried, verified


async def _run(endpoint: Endpoint, request: Request, node: Node, *, carried: Carried) -> Response:
    try:
        refuse_limited(node, carried)
        return await endpoint(request)
    except TooManyRequestsError as error:
        await refuse_busy(node, error, carried=carried, route=request.url.path)
        return of_error(error)
    except JejakError as error:
        await refuse_member(node, error, carried=carried, route=request.url.path)
        return of_error(error)
    except UnreadableBodyError as error:
        await refuse_member(node, MalformedStatementError("body"), carried=carried, route=request.url.path)
        return of_validation(error.validation)
    except Exception as error:  # noqa: BLE001 (what nobody foresaw is evidence too, and is answered signed)
        log.error("unforeseen-error", error=type(error).__name__)
        await refuse_member(node, InternalError(), carried=carried, route=request.url.path)
        return of_error(InternalError())


def _signed(response: Response, node: Node, *, question: QuestionRef) -> Response:
    headers = sign_answer(
        response.status_code,
        content_type=response.headers["content-type"],
        body=bytes(response.body),
        question=question,
        key=node.signing,
        now=int(node.clock.now().timestamp()),
        nonce=node.random(_NONCE_BYTES).hex(),
    )
    del headers["Content-Type"]  # the response has it
    response.raw_headers += [(name.lower().encode("ascii"), value.encode("ascii")) for name, value in headers.items()]
    return response
