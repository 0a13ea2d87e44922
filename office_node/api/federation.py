"""What offices ask of one another (`/federation/v1`); every route verifies signatures (`signed_route`)."""

from typing import Annotated, Any, TypeVar

import orjson
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field, ValidationError

from office_node.api.signed_route import SignedRoute, UnreadableBodyError
from office_node.node import Node
from office_node.usecases.accept import Carried
from office_node.usecases.accuse import take_evidence
from office_node.usecases.answer_inquiry import answer_inquiry
from office_node.usecases.answer_reveal import answer_reveal
from office_node.usecases.give_log_state import give_log_state
from office_node.usecases.give_notices import give_notices
from office_node.usecases.give_proofs import give_checkpoint, give_consistency, give_inclusion, give_seen
from office_node.usecases.greet import take_hello
from office_node.usecases.take_handover import take_handover
from office_node.usecases.take_notice import take_notice
from shared_schemas.base import Ask
from shared_schemas.handover import HandoverSent, HandoverTaken
from shared_schemas.history import HistoryAnswered, RevealSent
from shared_schemas.ids import OfficeId
from shared_schemas.inquiry import InquiryAnswered, InquirySent
from shared_schemas.log import (
    CheckpointGiven,
    ConsistencyAsked,
    EvidenceTaken,
    InclusionAsked,
    LogAsked,
    LogEvidence,
    LogStateGiven,
    ProofGiven,
)
from shared_schemas.problem import Problem
from shared_schemas.trace import Acknowledgement, HelloSent, NoticePage, NoticeSent

M = TypeVar("M", bound=BaseModel)
REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": "Problem (RFC 9457)"}
    for status in (400, 401, 403, 408, 413, 422, 429, 503)
}
router = APIRouter(prefix="/federation/v1", route_class=SignedRoute, tags=["federation"], responses=REFUSALS)


def body_of(model: type[BaseModel]) -> dict[str, Any]:
    """The OpenAPI of a body that is parsed only after its signature was verified."""
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


async def _parsed(request: Request, model: type[M]) -> tuple[Node, M, Carried]:
    try:
        sent = model.model_validate_json(await request.body())
    except ValidationError as error:
        raise UnreadableBodyError(error) from error
    return request.app.state.node, sent, request.state.carried


def _json(value: Any) -> Response:
    return Response(orjson.dumps(value), media_type="application/json")


class NoticesAsked(Ask):
    """Query of `GET /federation/v1/notices`."""

    issuer: OfficeId
    after: Annotated[int, Field(ge=0, le=2**53)] = 0
    until: Annotated[int | None, Field(ge=1, le=2**53)] = None


_NO_PROOF: dict[int | str, dict[str, Any]] = {404: {"model": Problem, "description": "Problem (RFC 9457)"}}


def query_of(model: type[BaseModel]) -> dict[str, Any]:
    """The OpenAPI of a query that is parsed only after its signature was verified."""
    schema = model.model_json_schema()
    return {
        "parameters": [
            {"name": name, "in": "query", "required": name in schema["required"], "schema": one}
            for name, one in schema["properties"].items()
        ]
    }


@router.post("/inquiries", response_model=InquiryAnswered, openapi_extra=body_of(InquirySent))
async def post_inquiry(request: Request) -> Response:
    """Answer the blind question of another office; leaves a trace."""
    node, sent, carried = await _parsed(request, InquirySent)
    return _json({"answer": (await answer_inquiry(node, sent, carried=carried)).to_dict()})


@router.post("/reveals", response_model=HistoryAnswered, openapi_extra=body_of(RevealSent))
async def post_reveal(request: Request) -> Response:
    """Compare the revealed person with the rows that made the hit, and give their history."""
    node, sent, carried = await _parsed(request, RevealSent)
    return _json({"history": (await answer_reveal(node, sent, carried=carried)).to_dict()})


@router.post("/notices", response_model=Acknowledgement, openapi_extra=body_of(NoticeSent))
async def post_notice(request: Request) -> Response:
    """Keep a notice pushed by its issuer."""
    node, sent, carried = await _parsed(request, NoticeSent)
    return _json(await take_notice(node, sent, carried=carried))


@router.post("/handovers", response_model=HandoverTaken, openapi_extra=body_of(HandoverSent))
async def post_handover(request: Request) -> Response:
    """Take a case over from an office whose successor this one is."""
    node, sent, carried = await _parsed(request, HandoverSent)
    return _json(await take_handover(node, sent, carried=carried))


@router.post("/hello", response_model=Acknowledgement, openapi_extra=body_of(HelloSent))
async def post_hello(request: Request) -> Response:
    """Keep another office's hello."""
    node, sent, carried = await _parsed(request, HelloSent)
    return _json(await take_hello(node, sent, carried=carried))


@router.get("/notices", response_model=NoticePage, openapi_extra=query_of(NoticesAsked))
async def get_notices(request: Request) -> Response:
    """A page of an office's feed, from itself or from any node that holds it."""
    node: Node = request.app.state.node
    try:
        asked = NoticesAsked.model_validate(dict(request.query_params))
    except ValidationError as error:
        raise UnreadableBodyError(error) from error
    page = await give_notices(
        node, issuer=asked.issuer, after=asked.after, until=asked.until, carried=request.state.carried
    )
    return _json(page)


@router.get("/log/checkpoint", response_model=CheckpointGiven)
async def get_checkpoint(request: Request) -> Response:
    """Give the newest signed checkpoint of this office's log."""
    node: Node = request.app.state.node
    return _json(await give_checkpoint(node, carried=request.state.carried))


@router.get("/log/seen", response_model=CheckpointGiven)
async def get_seen(request: Request) -> Response:
    """Give the newest checkpoint of the asker's own log that this office has seen."""
    node: Node = request.app.state.node
    return _json(await give_seen(node, carried=request.state.carried))


@router.get("/log/inclusion", response_model=ProofGiven, openapi_extra=query_of(InclusionAsked), responses=_NO_PROOF)
async def get_inclusion(request: Request) -> Response:
    """Prove that a leaf, as it travelled in a statement, is in this office's log."""
    node, asked = request.app.state.node, _asked(request, InclusionAsked)
    leaf = bytes.fromhex(asked.leaf)
    return _json(await give_inclusion(node, leaf=leaf, size=asked.size, carried=request.state.carried))


@router.get(
    "/log/consistency", response_model=ProofGiven, openapi_extra=query_of(ConsistencyAsked), responses=_NO_PROOF
)
async def get_consistency(request: Request) -> Response:
    """Prove that a larger tree of this office's log begins with a smaller one."""
    node, asked = request.app.state.node, _asked(request, ConsistencyAsked)
    return _json(
        await give_consistency(node, first=asked.first, second=asked.second, carried=request.state.carried)
    )  # fmt: skip


@router.post("/log/state", response_model=LogStateGiven, openapi_extra=body_of(LogAsked))
async def post_log_state(request: Request) -> Response:
    """Say, signed, what this office's log is and whether it has only grown."""
    node, asked, carried = await _parsed(request, LogAsked)
    return _json({"state": (await give_log_state(node, asked, carried=carried)).to_dict()})


@router.post("/log/evidence", response_model=EvidenceTaken, openapi_extra=body_of(LogEvidence))
async def post_log_evidence(request: Request) -> Response:
    """Take what another office has found against this one's log."""
    node, evidence, carried = await _parsed(request, LogEvidence)
    return _json(await take_evidence(node, evidence, carried=carried))


def _asked(request: Request, model: type[M]) -> M:
    try:
        return model.model_validate_strings(dict(request.query_params))
    except ValidationError as error:
        raise UnreadableBodyError(error) from error
