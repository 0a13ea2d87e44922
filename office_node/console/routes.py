"""Every route of the console, in the order in which they are looked for."""

from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from office_node.console import (
    account,
    alerts,
    assets_page,
    case_pages,
    compare,
    filing,
    interview,
    moves,
    officers_page,
    peers_page,
    queue,
    sign_in,
)

ROUTERS = (
    assets_page.router, sign_in.open_router, sign_in.unfinished_router, sign_in.router, account.router,
    queue.router, filing.router, case_pages.router, interview.router, compare.router, moves.router, alerts.router,
    peers_page.router, officers_page.router,
)  # fmt: skip


def console_routes() -> list[BaseRoute]:
    """All of them; a page is no part of the OpenAPI document."""
    found: list[BaseRoute] = [route for router in ROUTERS for route in router.routes]
    assert all(isinstance(route, APIRoute) and not route.include_in_schema for route in found)
    return found
