"""What applicants ask about their cases, in the office API: corrections, access, objections, appeals."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from office_node.api.caller import CallerDep
from office_node.api.keyed_route import KeyedRoute
from office_node.api.office import REFUSALS, Reference
from office_node.usecases.answer_request import answer_request, tell_applicant
from office_node.usecases.make_request import make_request, open_requests, read_requests
from shared_schemas.inquiry import Purpose
from shared_schemas.requests import AnswerRequest, MakeRequest, RequestLine, RequestView, ToldApplicant

router = APIRouter(prefix="/office/v1", route_class=KeyedRoute, tags=["office"], responses=REFUSALS)
RequestRef = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


@router.post("/cases/{case}/requests", status_code=201)
async def post_request(case: Reference, asked: MakeRequest, by: CallerDep) -> RequestLine:
    """Record what an applicant asks.

    A correction, access to her data, an objection or an appeal. `due_at` says when she must have an answer: 72 hours
    for the first two, 10 working days for the others.
    """
    return await make_request(by.node, case, asked, officer=by.officer)


@router.get("/cases/{case}/requests")
async def get_requests_of_case(
    case: Reference, purpose: Purpose, by: CallerDep, response: Response
) -> list[RequestView]:
    """Show the requests about a case, in their words.

    The reading is written to the log with officer, role and purpose.
    """
    response.headers["cache-control"] = "no-store"
    return await read_requests(by.node, case, purpose=purpose, officer=by.officer)


@router.get("/requests")
async def get_requests(by: CallerDep) -> list[RequestLine]:
    """List open requests.

    Those whose applicants have not been told yet what became of them, those due first in front; no words, no persons.
    """
    return await open_requests(by.node)


@router.post("/requests/{request}/answer")
async def post_answer(request: RequestRef, told: AnswerRequest, by: CallerDep) -> RequestLine:
    """Answer a request.

    What is granted happens at once: a correction is carried out, spread, and the case screened again; an objection
    ends the decision by the step in `lift`, signed by two officers who did not take it. Correcting NIK, name or birth
    date of a case that others know takes two as well.
    """
    return await answer_request(by.node, request, told, officer=by.officer, key=by.key)


@router.post("/requests/{request}/told")
async def post_told(request: RequestRef, told: ToldApplicant, by: CallerDep) -> RequestLine:
    """Record that the applicant has been told what became of her request; that closes it."""
    return await tell_applicant(by.node, request, told, officer=by.officer)
