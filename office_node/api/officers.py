"""The accounts of the office (`/session/v1/officers`), for administrators who are logged in."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from office_node.api.session_route import REFUSALS, NodeDep, PresentDep, SessionRoute
from office_node.usecases.access import refuse_role
from office_node.usecases.account_refusals import AccountUnfinishedError, RoleNotAllowedError
from office_node.usecases.officer_accounts import (
    end_officer_sessions,
    list_officers,
    make_officer,
    reset_officer,
    set_roles,
    set_state,
)
from office_node.usecases.officer_sessions import actor_of
from shared_schemas.accounts import ChangeRoles, MakeOfficer, OfficerMade, OfficerView
from shared_schemas.ids import OfficerRef
from shared_schemas.statement import Actor

router = APIRouter(prefix="/session/v1/officers", route_class=SessionRoute, tags=["session"], responses=REFUSALS)
Officer = Annotated[OfficerRef, Path()]


async def _administrator(node: NodeDep, present: PresentDep) -> Actor:
    if present.unfinished:
        raise AccountUnfinishedError
    if "administrator" not in present.roles:
        await refuse_role(node, actor_of(node, present), route="/session/v1/officers")
        raise RoleNotAllowedError
    return actor_of(node, present, "administrator")


ByDep = Annotated[Actor, Depends(_administrator)]


@router.get("")
async def get_officers(node: NodeDep, by: ByDep) -> list[OfficerView]:
    """List the office's accounts.

    Nothing secret; the reading is written to the log.
    """
    return await list_officers(node, by=by)


@router.post("", status_code=201)
async def post_officer(asked: MakeOfficer, node: NodeDep, by: ByDep) -> OfficerMade:
    """Make an account for an officer.

    The temporary password is shown once and lets her do nothing but choose her own, within three days.
    """
    password = await make_officer(node, asked.officer, name=asked.name, roles=asked.roles, by=by)
    return OfficerMade(officer=asked.officer, password=password)


@router.post("/{officer}/reset")
async def post_reset(officer: Officer, node: NodeDep, by: ByDep) -> OfficerMade:
    """Give an officer a new temporary password.

    Her authenticator, recovery codes and sessions end.
    """
    return OfficerMade(officer=officer, password=await reset_officer(node, officer, by=by))


@router.post("/{officer}/disable", status_code=204)
async def post_disable(officer: Officer, node: NodeDep, by: ByDep) -> None:
    """Disable an account and end its sessions.

    Answers 204 without a body. The last administrator stays.
    """
    await set_state(node, officer, state="disabled", by=by)


@router.post("/{officer}/enable", status_code=204)
async def post_enable(officer: Officer, node: NodeDep, by: ByDep) -> None:
    """Enable an account again.

    Answers 204 without a body.
    """
    await set_state(node, officer, state="active", by=by)


@router.post("/{officer}/roles", status_code=204)
async def post_roles(officer: Officer, asked: ChangeRoles, node: NodeDep, by: ByDep) -> None:
    """Give an officer these roles and no others.

    Answers 204 without a body; her sessions end.
    """
    await set_roles(node, officer, roles=asked.roles, by=by)


@router.delete("/{officer}/sessions", status_code=204)
async def delete_officer_sessions(officer: Officer, node: NodeDep, by: ByDep) -> None:
    """End every session of an officer.

    Answers 204 without a body.
    """
    await end_officer_sessions(node, officer, by=by)
