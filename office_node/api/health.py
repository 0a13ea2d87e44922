"""Liveness and readiness."""

from typing import Any

from fastapi import APIRouter, Request, Response

from office_node.api.problems import of_node
from office_node.errors import NodeError, NodeNotReadyError
from office_node.node import Node
from office_node.usecases.view_node import prove_writable, view_node
from shared_schemas.office import NodeView
from shared_schemas.problem import Problem

router = APIRouter(tags=["node"])
_NOT_READY: dict[int | str, dict[str, Any]] = {503: {"model": Problem, "description": "Problem (RFC 9457)"}}
_WRITE_EVERY_S = 1.0
"""Whoever asks more often is told what is known: the answer must not be a way to keep the disk busy."""


@router.get("/livez")
async def livez() -> dict[str, str]:
    """Say that the process runs."""
    return {"status": "alive"}


@router.get("/readyz", response_model=NodeView, responses=_NOT_READY)
async def readyz(request: Request) -> Response | NodeView:
    """Say whether the node can work.

    200 once database, roster, epoch keys and the others' notices are there; until then, and while the database cannot
    be written, 503 with the cause and its `reason`. A node that goes on although something is wrong names it in
    `degraded`.
    """
    node: Node = request.app.state.node
    try:
        node.check_serving()
        await _write(request, node)
        view = await view_node(node)
        if not node.roster.epoch_keys:
            raise NodeNotReadyError("epoch-keys")
        if not request.app.state.caught_up:
            raise NodeNotReadyError("catching-up")
    except NodeError as error:
        return of_node(error)
    return view


async def _write(request: Request, node: Node) -> None:
    state, now = request.app.state, node.clock.monotonic()
    written = getattr(state, "written_at", None)
    if written is None or not 0 <= now - written < _WRITE_EVERY_S:
        await prove_writable(node)
        state.written_at = now
