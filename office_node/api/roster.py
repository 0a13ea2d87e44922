"""The roster's TUF repository and the suspensions as every node mirrors them: unsigned, they prove themselves."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, HTTPException, Request, Response

from office_node.node import Node
from office_node.signing.canonical import canonical
from office_node.usecases.mirror_roster import roster_file, suspensions_sent
from shared_schemas.problem import Problem
from shared_schemas.roster import MetadataName, SuspensionsSent, TargetName, file_tag, suspensions_tag

router = APIRouter(prefix="/roster/v1", tags=["node"])
IfNoneMatch = Annotated[str | None, Header(max_length=2000)]
_PROBLEM: dict[str, Any] = {"model": Problem, "description": "Problem (RFC 9457)"}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/json": {}}, "description": "The file, byte for byte"},
    **dict.fromkeys((404, 422, 503), _PROBLEM),
}
_UNCHANGED: dict[int | str, dict[str, Any]] = {
    304: {"description": "The asker holds the same"},
    422: _PROBLEM,
    503: _PROBLEM,
}


@router.get("/metadata/{name}", responses=_FILE, response_class=Response)
async def get_metadata(request: Request, name: MetadataName, if_none_match: IfNoneMatch = None) -> Response:
    """Give a file of TUF metadata as held here, byte for byte."""
    body = await _file(request, f"metadata/{name}")
    headers = {"ETag": file_tag(body), "Cache-Control": "no-cache"}
    if if_none_match == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


@router.get("/targets/{name}", responses=_FILE, response_class=Response)
async def get_target(request: Request, name: TargetName) -> Response:
    """Give the roster, as the TUF targets name it."""
    return _json(await _file(request, f"targets/{name}"))


@router.get("/targets/keys/{name}", responses=_FILE, response_class=Response)
async def get_epoch_keys(request: Request, name: TargetName) -> Response:
    """Give a member's file of epoch keys, which only that member can open."""
    return _json(await _file(request, f"targets/keys/{name}"))


@router.get("/suspensions", response_model=SuspensionsSent, responses=_UNCHANGED)
async def get_suspensions(request: Request, if_none_match: IfNoneMatch = None) -> Response:
    """Give the suspensions held here; each proves itself."""
    node: Node = request.app.state.node
    headers = {"ETag": suspensions_tag(node.roster.suspensions), "Cache-Control": "no-cache"}
    sent = suspensions_sent(node)
    if if_none_match == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(canonical(sent), media_type="application/json", headers=headers)


async def _file(request: Request, path: str) -> bytes:
    body = await roster_file(request.app.state.node, path)
    if body is None:
        raise HTTPException(404)
    return body


def _json(body: bytes) -> Response:
    return Response(body, media_type="application/json")
