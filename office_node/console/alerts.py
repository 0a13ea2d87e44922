"""Alerts: what a person must look at and sign off, with a note."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import ValidationError

from office_node.console.desk import AtDesk, Desk
from office_node.console.page_route import PageRoute
from office_node.console.pages import go_to, page
from office_node.usecases.sign_alert import list_alerts, sign_alert
from shared_schemas.alerts import SignAlert

router = APIRouter(route_class=PageRoute, include_in_schema=False)
SHOWN = 100
Alert = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
_SIGN = ("POST", "/office/v1/alerts/{alert}/signature")


@router.get("/console/alerts")
async def get_alerts(request: Request, at: AtDesk, start: Annotated[int, Query(ge=0, le=10**6)] = 0) -> Response:
    """The open ones, the oldest first."""
    return await _alerts_page(request, at, start=start)


@router.post("/console/alerts/{alert}")
async def post_signature(request: Request, alert: Alert, at: AtDesk) -> Response:
    """Sign one off."""
    officer = await at.acts(*_SIGN)
    try:
        signature = SignAlert(note=at.form.text("note"))
    except ValidationError:
        return await _alerts_page(request, at, start=0, wrong=alert)
    await sign_alert(at.node, alert, signature, officer=officer)
    return go_to("/console/alerts")


async def _alerts_page(request: Request, at: Desk, *, start: int, wrong: str | None = None) -> Response:
    officer = await at.acts("GET", "/office/v1/alerts")
    found = await list_alerts(at.node, officer=officer)
    context = {
        "alerts": found[start : start + SHOWN], "total": len(found), "start": start, "shown": SHOWN, "wrong": wrong,
        "may_sign": at.may(*_SIGN),
    }  # fmt: skip
    return page(request, "alerts.html", at.frame | context, status=422 if wrong else 200)
