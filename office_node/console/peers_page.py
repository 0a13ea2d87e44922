"""The other offices as this node sees them, and this node itself: nothing of an applicant."""

from fastapi import APIRouter, Request, Response

from office_node.console.desk import AtDesk
from office_node.console.page_route import PageRoute
from office_node.console.pages import page
from office_node.usecases.view_node import view_node
from office_node.usecases.view_peers import view_peers

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/console/peers")
async def get_peers(request: Request, at: AtDesk) -> Response:
    """Who was heard when, and whose notices are not all here."""
    await at.acts("GET", "/office/v1/peers")
    context = {"peers": await view_peers(at.node), "itself": await view_node(at.node), "now": at.node.clock.now()}
    return page(request, "peers.html", at.frame | context)
