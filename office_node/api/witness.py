"""This office as a witness of others' logs (C2SP tlog-witness): unsigned HTTP, for the checkpoint proves itself."""

from typing import Any

from fastapi import APIRouter, Request, Response

from office_node.api.bodies import read_body
from office_node.domain.witness import read_request
from office_node.errors import AskerError, MalformedStatementError
from office_node.node import Node
from office_node.usecases.cosign_checkpoint import Cosigned, cosign_checkpoint
from office_node.usecases.refusals import CheckpointMalformedError
from office_node.usecases.refuse import refuse_stranger
from shared_schemas.problem import Problem

router = APIRouter(prefix="/witness/v1", tags=["node"])
_SIZE = "text/x.tlog.size"
_PROBLEM: dict[str, Any] = {"model": Problem, "description": "Problem (RFC 9457)"}
_TEXT: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/plain": {}}, "description": "The cosignature, as a line of a note"},
    409: {"content": {_SIZE: {}}, "description": "The size that is known here"},
    **dict.fromkeys((400, 403, 404, 408, 413, 422, 503), _PROBLEM),
}


@router.post(
    "/add-checkpoint",
    responses=_TEXT,
    response_class=Response,
    openapi_extra={"requestBody": {"required": True, "content": {"text/plain": {"schema": {"type": "string"}}}}},
)
async def post_checkpoint(request: Request) -> Response:
    """Cosign another office's checkpoint, if its log has rewritten nothing.

    409 gives the size that is known here, as text, so that the log can prove its growth from there. What is refused is
    counted per source and minute, for nobody knows who asks.
    """
    node: Node = request.app.state.node
    node.roster.current()
    node.check_serving()
    try:
        said = await _cosigned(node, await read_body(request, node.clock))
    except AskerError as error:
        await refuse_stranger(node, error, source=request.client.host if request.client else "unknown")
        raise
    if said.line is None:
        return Response(f"{said.known}\n".encode(), status_code=409, headers={"Content-Type": _SIZE})
    return Response(said.line.encode(), headers={"Content-Type": "text/plain; charset=utf-8"})


async def _cosigned(node: Node, body: bytes) -> Cosigned:
    try:
        asked = read_request(body.decode("utf-8"))
    except (MalformedStatementError, UnicodeDecodeError) as error:
        raise CheckpointMalformedError from error
    return await cosign_checkpoint(node, asked)
