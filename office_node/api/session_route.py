"""The session API's side of access: our own page has asked, and, but for logging in, somebody is logged in."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from fastapi.routing import APIRoute
from fastapi.security import APIKeyCookie

from office_node.api.bodies import read_body
from office_node.api.browser import SESSION, check_origin, present_at, source_of
from office_node.node import Node
from office_node.usecases.account_refusals import ForeignRequestError, LoginLockedError, LoginRefusedError
from office_node.usecases.officer_sessions import Present
from office_node.usecases.refuse import refuse_stranger
from shared_schemas.problem import Problem

REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": "Problem (RFC 9457)"}
    for status in (400, 401, 403, 404, 408, 409, 413, 422, 429, 503)
}
_COOKIE = APIKeyCookie(
    name=SESSION, auto_error=False, scheme_name="officer-session", description="Set by `POST /session/v1`."
)


class OpenRoute(APIRoute):
    """Where somebody logs in: nobody is known yet, but the page must be ours. Refusals are counted by source."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Look at the origin, read the body, run."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            request.app.state.node.check_serving()
            try:
                if request.method == "POST":
                    check_origin(request)
                return await _answered(inner, request)
            except (ForeignRequestError, LoginRefusedError, LoginLockedError) as error:
                await refuse_stranger(request.app.state.node, error, source=source_of(request))
                raise

        return handle


class SessionRoute(APIRoute):
    """Where an officer is logged in (`tests/office_node/api/test_openapi.py` checks it)."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Find the session, read the body, run; nothing of it is kept by the browser."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            request.app.state.node.check_serving()
            request.state.present = await present_at(request)
            return await _answered(inner, request)

        return handle


async def _answered(inner: Callable[[Request], Coroutine[Any, Any, Response]], request: Request) -> Response:
    node: Node = request.app.state.node
    if request.method == "POST":
        request._body = await read_body(request, node.clock)
    response = await inner(request)
    response.headers["Cache-Control"] = "no-store"
    return response


def _present(request: Request, _session: Annotated[str | None, Depends(_COOKIE)]) -> Present:
    present: Present = request.state.present
    return present


def _node(request: Request) -> Node:
    node: Node = request.app.state.node
    return node


PresentDep = Annotated[Present, Depends(_present)]
NodeDep = Annotated[Node, Depends(_node)]
