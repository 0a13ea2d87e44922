"""The office API's side of access: a route knows the calling system's key before it reads the body.

Without a key nobody learns what a body should look like, and nobody makes the node read a large one.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from office_node.api.bodies import read_body
from office_node.node import Node
from office_node.usecases.access import find_key
from office_node.usecases.refusals import AccessDeniedError

_MAX_AUTHORIZATION = 200


class KeyedRoute(APIRoute):
    """Every route of the office API is one of these (`tests/office_node/api/test_openapi.py` checks it)."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Find the key, read the body, run."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            node: Node = request.app.state.node
            request.state.access_key = await find_key(node, _secret(request))
            if request.method == "POST":
                request._body = await read_body(request, node.clock)
            return await inner(request)

        return handle


def _secret(request: Request) -> str:
    """The bearer key (RFC 6750 §2.1); AccessDeniedError."""
    value = request.headers.get("authorization", "")
    scheme, _, secret = value.partition(" ")
    if scheme.lower() != "bearer" or not secret or len(value) > _MAX_AUTHORIZATION:
        raise AccessDeniedError
    return secret
