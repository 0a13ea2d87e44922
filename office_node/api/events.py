"""The cursor feed of the office API: what happened to cases, in the order of the commits."""

from typing import Annotated

from fastapi import APIRouter, Query

from office_node.api.caller import CallerDep
from office_node.api.keyed_route import KeyedRoute
from office_node.api.office import REFUSALS
from office_node.usecases.follow_events import follow_events
from shared_schemas.events import EventPage

router = APIRouter(prefix="/office/v1", route_class=KeyedRoute, tags=["office"], responses=REFUSALS)
_MOST = 10**15


@router.get("/events")
async def get_office_events(
    by: CallerDep,
    after: Annotated[int | None, Query(ge=0, le=_MOST)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    wait_s: Annotated[float, Query(ge=0, le=25)] = 0,
) -> EventPage:
    """Follow what happens to cases.

    Without `after` only the place from which to go on is given; with it, what came behind it, in order and without
    gaps. With `wait_s` the answer waits so long for something to come. Events are kept for 30 days; behind an older
    cursor something is missing (`cursor-forgotten`): begin anew and look at the cases. No event says who somebody is.
    """
    return await follow_events(by.node, after=after, limit=limit, wait_s=wait_s)
