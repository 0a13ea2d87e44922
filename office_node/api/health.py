"""Liveness and readiness."""

from typing import Any

from fastapi import APIRouter, Request

from office_node.errors import NodeNotReadyError
from office_node.node import Node
from office_node.usecases.view_node import view_node
from shared_schemas.office import NodeView
from shared_schemas.problem import Problem

router = APIRouter(tags=["node"])
_NOT_READY: dict[int | str, dict[str, Any]] = {503: {"model": Problem, "description": "Problem (RFC 9457)"}}


@router.get("/livez")
async def livez() -> dict[str, str]:
    """Say that the process runs."""
    return {"status": "alive"}


@router.get("/readyz", responses=_NOT_READY)
async def readyz(request: Request) -> NodeView:
    """Say whether the node can work.

    200 once database, roster, epoch keys and the others' notices are there; until then 503 with the cause.
    """
    node: Node = request.app.state.node
    node.check_serving()
    view = await view_node(node)
    if not node.roster.epoch_keys:
        raise NodeNotReadyError("epoch-keys")
    if not request.app.state.caught_up:
        raise NodeNotReadyError("catching-up")
    return view
