"""The case in the office API: where it is, its next step, its steps so far, lists, and the outcome of its flag."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response

from office_node.api.caller import CallerDep
from office_node.api.keyed_route import KeyedRoute
from office_node.api.office import REFUSALS, Reference
from office_node.usecases.case_flags import label_flag
from office_node.usecases.codes import all_codes
from office_node.usecases.move_case import move_case
from office_node.usecases.once import Once, request_hash
from office_node.usecases.save_documents import read_documents, save_documents
from office_node.usecases.view_case import list_cases, read_person, read_steps, view_case
from shared_schemas.cases import CasePage, CaseView, LabelFlag, MoveCase, ReasonsTold, State, StepView
from shared_schemas.documents import DocumentsSaved, DocumentView, SaveDocuments
from shared_schemas.inquiry import Purpose
from shared_schemas.person import Person

router = APIRouter(prefix="/office/v1", route_class=KeyedRoute, tags=["office"], responses=REFUSALS)


@router.get("/cases")
async def get_cases(
    by: CallerDep,
    state: Annotated[list[State], Query(min_length=1, max_length=20)],
    after: Annotated[str | None, Query(pattern=r"^[0-9]{1,16}:[0-9a-f]{32}$")] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> CasePage:
    """List cases by state.

    Those due first are in front; nothing of the persons is in it. A page's `next` is the `after` of the one that
    follows.
    """
    return await list_cases(by.node, tuple(state), after=after, limit=limit)


@router.get("/cases/{case}")
async def get_case(case: Reference, by: CallerDep) -> CaseView:
    """Show where a case is.

    Its state, what may be done next in the caller's role, its standing for peers, and its screenings; nothing of the
    person.
    """
    return await view_case(by.node, case, officer=by.officer)


@router.get("/cases/{case}/person")
async def get_person(case: Reference, purpose: Purpose, by: CallerDep, response: Response) -> Person:
    """Show the person of a case.

    The reading is written to the log with officer, role and purpose.
    """
    response.headers["cache-control"] = "no-store"
    return await read_person(by.node, case, purpose=purpose, officer=by.officer)


@router.get("/cases/{case}/steps")
async def get_steps(case: Reference, purpose: Purpose, by: CallerDep, response: Response) -> list[StepView]:
    """Show every step of a case with its reason, the first one first.

    The reading is written to the log with officer, role and purpose.
    """
    response.headers["cache-control"] = "no-store"
    return await read_steps(by.node, case, purpose=purpose, officer=by.officer)


@router.post("/cases/{case}/transitions")
async def post_transition(
    request: Request,
    case: Reference,
    move: MoveCase,
    by: CallerDep,
    idempotency_key: Annotated[str | None, Header(pattern=r"^[A-Za-z0-9._:-]{8,80}$")] = None,
) -> CaseView:
    """Take one step of a case.

    Where peers see it, the new standing spreads as a notice. `GET /office/v1/reasons` lists the steps, who may take
    them, and what must be said. What harms the applicant, and what lifts an adverse standing, needs `second`: another
    officer, as supervisor, inteldakim or kakanim. With an `Idempotency-Key` the same request again changes nothing.
    """
    once = None
    if idempotency_key is not None:
        once = Once(by.key.id, idempotency_key, request_hash(await request.body(), of=case))
    await move_case(by.node, case, move, officer=by.officer, key=by.key, once=once)
    return await view_case(by.node, case, officer=by.officer)


@router.put("/cases/{case}/documents")
async def put_documents(case: Reference, told: SaveDocuments, by: CallerDep) -> DocumentsSaved:
    """Save which documents the applicant showed.

    One of a kind replaces an earlier one; the same once more changes nothing. `lacking` names what every applicant
    shows and she has not yet; a missing letter is no ground by itself.
    """
    return await save_documents(by.node, case, told, officer=by.officer)


@router.get("/cases/{case}/documents")
async def get_documents(case: Reference, purpose: Purpose, by: CallerDep, response: Response) -> list[DocumentView]:
    """Show the documents of a case with their numbers.

    The reading is written to the log with officer, role and purpose.
    """
    response.headers["cache-control"] = "no-store"
    return await read_documents(by.node, case, purpose=purpose, officer=by.officer)


@router.post("/cases/{case}/flag/outcome")
async def post_outcome(case: Reference, told: LabelFlag, by: CallerDep) -> CaseView:
    """Say what proved true of a case's flag.

    Said anew, the later word counts; the log keeps both.
    """
    await label_flag(by.node, case, told, officer=by.officer)
    return await view_case(by.node, case, officer=by.officer)


@router.get("/reasons")
async def get_reasons(by: CallerDep) -> ReasonsTold:
    """List the codes of cases: reasons, legal bases, and the steps with who may take them."""
    del by
    return all_codes()
