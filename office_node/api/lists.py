"""Issued passports in the office API: a day's list comes in, and what nobody had screened is shown."""

from datetime import date

from fastapi import APIRouter, Response

from office_node.api.caller import CallerDep
from office_node.api.keyed_route import ListRoute
from office_node.api.office import REFUSALS, Reference
from office_node.usecases.reconcile import explain, list_days, read_unscreened, take_list
from shared_schemas.inquiry import Purpose
from shared_schemas.lists import Explain, IssuedList, Reconciliation, UnscreenedPassport

router = APIRouter(prefix="/office/v1", route_class=ListRoute, tags=["office"], responses=REFUSALS)


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
