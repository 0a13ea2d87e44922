"""Liveness, readiness, and the roster as every node mirrors it."""

from typing import Any

from fastapi import APIRouter, Request, Response

from office_node.errors import NodeNotReadyError
from office_node.node import Node
from office_node.signing.canonical import canonical
from office_node.usecases.refresh_roster import current_roster, sealed_keys_file
from office_node.usecases.refusals import CaseUnknownError
from office_node.usecases.view_node import view_node
from shared_schemas.ids import OfficeId
from shared_schemas.office import NodeView
from shared_schemas.problem import Problem
from shared_schemas.roster import RosterSent, SealedEpochKeys

router = APIRouter(tags=["node"])
_NOT_READY: dict[int | str, dict[str, Any]] = {503: {"model": Problem, "description": "Problem (RFC 9457)"}}
_NOT_HELD: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": "Problem (RFC 9457)"} for status in (404, 422, 503)
}


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
    view = await view_node(node)
    if not node.roster.epoch_keys:
        raise NodeNotReadyError("epoch-keys")
    if not request.app.state.caught_up:
        raise NodeNotReadyError("catching-up")
    return view


@router.get("/roster/v1/current", response_model=RosterSent, responses=_NOT_READY)
async def get_roster(request: Request) -> Response:
    """Give the newest roster held here, with the suspensions; its signatures prove it."""
    return Response(canonical(await current_roster(request.app.state.node)), media_type="application/json")


@router.get("/roster/v1/keys/{office}", response_model=SealedEpochKeys, responses=_NOT_HELD)
async def get_sealed_keys(request: Request, office: OfficeId) -> Response:
    """Give a member's file of epoch keys; only that member can open it."""
    file = await sealed_keys_file(request.app.state.node, office)
    if file is None:
        raise CaseUnknownError
    return Response(file, media_type="application/json")
