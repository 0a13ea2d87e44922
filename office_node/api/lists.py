"""Lists in the office API: applications to be screened in the background, and passports that were issued."""

from datetime import date

from fastapi import APIRouter, Request, Response

from office_node.api.caller import CallerDep
from office_node.api.keyed_route import ListRoute
from office_node.api.office import REFUSALS, IdempotencyKey, Reference
from office_node.usecases.once import Once, request_hash
from office_node.usecases.reconcile import explain, list_days, read_unscreened, take_list
from office_node.usecases.screen_list import cancel_list, list_progress, take_screening_list
from shared_schemas.inquiry import Purpose
from shared_schemas.lists import Explain, IssuedList, ListProgress, Reconciliation, ScreeningList, UnscreenedPassport

router = APIRouter(prefix="/office/v1", route_class=ListRoute, tags=["office"], responses=REFUSALS)


@router.post("/screening-lists", status_code=202)
async def post_screening_list(
    request: Request, told: ScreeningList, by: CallerDep, idempotency_key: IdempotencyKey
) -> ListProgress:
    """Hand in applications to be filed and screened.

    At most 500, one after the other in the background, so that no officer waits for them. Every one becomes a case; one
    whose application number is known is not filed again.
    """
    once = Once(by.key.id, idempotency_key, request_hash(await request.body(), of="screening-lists"))
    return await take_screening_list(by.node, told, officer=by.officer, once=once)


@router.get("/screening-lists/{list}")
async def get_screening_list(list: Reference, by: CallerDep) -> ListProgress:
    """Show how far a list has come.

    Row by row, with what offices have answered so far.
    """
    return await list_progress(by.node, list, officer=by.officer)


@router.post("/screening-lists/{list}/cancellation")
async def post_cancellation(list: Reference, by: CallerDep) -> ListProgress:
    """File no more of a list; what is filed stays."""
    return await cancel_list(by.node, list, officer=by.officer)


@router.put("/issued-passports/{day}")
async def put_issued_list(day: date, told: IssuedList, by: CallerDep) -> Reconciliation:
    """Hand in the passports that were issued on a day.

    The whole list of the day; sent again it replaces the earlier one, and the same list again changes nothing.
    Passports without a screening before the day ended are an alert. Numbers are kept sealed, and only of those.
    """
    return await take_list(by.node, day, told, officer=by.officer)


@router.get("/issued-passports")
async def get_reconciliations(by: CallerDep) -> list[Reconciliation]:
    """List the newest days with what their lists showed, the last one first."""
    return await list_days(by.node)


@router.get("/issued-passports/{day}")
async def get_unscreened(day: date, purpose: Purpose, by: CallerDep, response: Response) -> list[UnscreenedPassport]:
    """Show the passports of a day that were issued without a screening.

    The reading is written to the log with officer, role and purpose.
    """
    response.headers["cache-control"] = "no-store"
    return await read_unscreened(by.node, day, purpose=purpose, officer=by.officer)


@router.post("/issued-passports/{day}/{ref}/explanation", status_code=204)
async def post_explanation(day: date, ref: Reference, told: Explain, by: CallerDep) -> None:
    """Say how a passport came to be issued without a screening.

    For supervisors and the head of the office; answers 204 without a body, once for each passport.
    """
    await explain(by.node, day, ref, told, officer=by.officer)
