"""Statistics (`/stats/v1`): exact behind a dashboard's signature, rounded and open to all. Nobody is in them."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import ValidationError

from office_node.api import federation
from office_node.api.federation import query_of
from office_node.api.signed_route import SignedRoute, UnreadableBodyError
from office_node.node import Node
from office_node.usecases.give_statistics import definitions, give_exact, give_rounded, list_months
from shared_schemas.problem import Problem
from shared_schemas.stats import DefinitionsTold, ExactAsked, ExactPage, Month, MonthsTold, RoundedMonth

_PROBLEM = {"model": Problem, "description": "Problem (RFC 9457)"}
router = APIRouter(prefix="/stats/v1", tags=["statistics"], responses={404: _PROBLEM, 422: _PROBLEM, 503: _PROBLEM})
exact_router = APIRouter(
    prefix="/stats/v1", route_class=SignedRoute, tags=["statistics"], responses=federation.REFUSALS
)  # fmt: skip
_A_DAY, _AN_HOUR = "public, max-age=86400", "public, max-age=3600"


@exact_router.get("/exact", response_model=ExactPage, openapi_extra=query_of(ExactAsked))
async def get_exact(request: Request) -> Response:
    """Give the Kanwil's dashboard the exact figures that were changed.

    Only the dashboard member of the roster is answered; each reading is written to the log with its purpose.
    """
    node: Node = request.app.state.node
    try:
        asked = ExactAsked.model_validate_strings(dict(request.query_params))
    except ValidationError as error:
        raise UnreadableBodyError(error) from error
    page = await give_exact(node, asked, carried=request.state.carried)
    return Response(page.model_dump_json(), media_type="application/json")


@router.get("/months")
async def get_months(request: Request, response: Response) -> MonthsTold:
    """List the months of which rounded figures are given."""
    node = _serving(request)
    response.headers["cache-control"] = _AN_HOUR
    return await list_months(node)


@router.get("/rounded/{month}")
async def get_rounded(request: Request, month: Annotated[Month, Path()], response: Response) -> RoundedMonth:
    """Give the rounded figures of a month that has closed.

    Each value is a multiple of 3 (random rounding, once); what rounds to 0 is left out. They never change.
    """
    told = await give_rounded(_serving(request), month)
    response.headers["cache-control"] = _A_DAY
    return told


@router.get("/definitions")
async def get_definitions(request: Request, response: Response) -> DefinitionsTold:
    """Say what each table of the statistics counts."""
    _serving(request)
    response.headers["cache-control"] = _AN_HOUR
    return definitions()


def _serving(request: Request) -> Node:
    node: Node = request.app.state.node
    node.check_serving()
    return node
