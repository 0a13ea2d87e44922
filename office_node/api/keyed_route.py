"""The office API's side of access: a route knows who calls before it reads the body.

That is an office system by its bearer key, or an officer by her session. Without either nobody learns what a body
should look like, and nobody makes the node read a large one.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from office_node.api.bodies import MAX_BODY, MAX_LIST, read_body
from office_node.api.browser import SESSION, present_at
from office_node.node import Node
from office_node.store.access_keys import AccessKey
from office_node.usecases.access import find_key
from office_node.usecases.account_refusals import AccountUnfinishedError
from office_node.usecases.officer_sessions import Present
from office_node.usecases.refusals import AccessDeniedError

_MAX_AUTHORIZATION = 200


class KeyedRoute(APIRoute):
    """Every route of the office API is one of these (`tests/office_node/api/test_openapi.py` checks it)."""

    cap = MAX_BODY

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Find key or session, read the body, run."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            node: Node = request.app.state.node
            node.check_serving()
            request.state.present = None
            if "authorization" not in request.headers and SESSION in request.cookies:
                present = request.state.present = await present_at(request)
                if present.unfinished:
                    raise AccountUnfinishedError
                request.state.access_key = key_of(present)
            else:
                request.state.access_key = await find_key(node, _secret(request))
            if request.method in ("POST", "PUT"):
                request._body = await read_body(request, node.clock, cap=self.cap)
            return await inner(request)

        return handle


class ListRoute(KeyedRoute):
    """One that takes a list of many."""

    cap = MAX_LIST


def key_of(present: Present) -> AccessKey:
    """What stands in a key's place: her own session, in her own roles."""
    return AccessKey(f"officer:{present.officer}", "session", present.roles, present.officer)


def _secret(request: Request) -> str:
    """The bearer key (RFC 6750 §2.1); AccessDeniedError."""
    value = request.headers.get("authorization", "")
    scheme, _, secret = value.partition(" ")
    if scheme.lower() != "bearer" or not secret or len(value) > _MAX_AUTHORIZATION:
        raise AccessDeniedError
    return secret
