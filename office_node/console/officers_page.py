"""The accounts of the office, for administrators: made, reset, disabled; a temporary password is shown once."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Request, Response
from pydantic import ValidationError

from office_node.console.desk import AtDesk, Desk
from office_node.console.page_route import PageRoute
from office_node.console.pages import go_to, page
from office_node.domain.duties import OFFICER_ROLES
from office_node.usecases.access import refuse_role
from office_node.usecases.account_refusals import RoleNotAllowedError
from office_node.usecases.officer_accounts import (
    end_officer_sessions,
    list_officers,
    make_officer,
    reset_officer,
    set_state,
)
from shared_schemas.accounts import MakeOfficer
from shared_schemas.ids import OfficerRef
from shared_schemas.statement import Actor

router = APIRouter(route_class=PageRoute, include_in_schema=False)
Officer = Annotated[OfficerRef, Path()]


@router.get("/console/officers")
async def get_officers(request: Request, at: AtDesk) -> Response:
    """Every account, and a form for another."""
    return await _officers_page(request, at, by=await _administrator(at))


@router.post("/console/officers")
async def post_officer(request: Request, at: AtDesk) -> Response:
    """Make an account. OfficerExistsError."""
    by = await _administrator(at)
    told = {
        "officer": at.form.text("officer"), "name": at.form.text("name"),
        "roles": tuple(role for role in OFFICER_ROLES if at.form.text(f"role-{role}") == "on"),
    }  # fmt: skip
    try:
        asked = MakeOfficer.model_validate(told)
    except ValidationError as error:
        wrong = tuple(str(one["loc"][0]) for one in error.errors())
        return await _officers_page(request, at, by=by, wrong=wrong)
    password = await make_officer(at.node, asked.officer, name=asked.name, roles=asked.roles, by=by)
    return await _officers_page(request, at, by=by, made=(asked.officer, password))


@router.post("/console/officers/{officer}/{act}")
async def post_act(
    request: Request, officer: Officer, act: Literal["reset", "disable", "enable", "end"], at: AtDesk
) -> Response:
    """Reset, disable or enable an account, or end its sessions. LastAdministratorError, OwnAccountError."""
    by = await _administrator(at)
    if act == "reset":
        return await _officers_page(request, at, by=by, made=(officer, await reset_officer(at.node, officer, by=by)))
    if act == "end":
        await end_officer_sessions(at.node, officer, by=by)
    else:
        await set_state(at.node, officer, state="disabled" if act == "disable" else "active", by=by)
    return go_to("/console/officers")


async def _administrator(at: Desk) -> Actor:
    """She, as administrator. RoleNotAllowedError."""
    if at.role != "administrator":
        await refuse_role(at.node, at.actor, route="/session/v1/officers")
        raise RoleNotAllowedError
    return at.actor


async def _officers_page(
    request: Request, at: Desk, *, by: Actor, made: tuple[str, str] | None = None, wrong: tuple[str, ...] = ()
) -> Response:
    context: dict[str, Any] = {
        "officers": await list_officers(at.node, by=by), "roles": OFFICER_ROLES, "made": made, "wrong": wrong,
        "form": at.form if wrong else None,
    }  # fmt: skip
    return page(request, "officers.html", at.frame | context, status=422 if wrong else 200)
