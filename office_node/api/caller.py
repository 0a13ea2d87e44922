"""Who calls the office API and as what: an office system names officer and role, a session is the officer herself."""

from typing import Annotated, cast

from fastapi import Depends, Header, Request
from fastapi.exceptions import RequestValidationError
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer

from office_node.api.browser import SESSION
from office_node.domain.duties import may_call
from office_node.node import Node
from office_node.store.access_keys import AccessKey
from office_node.usecases.access import acting, refuse_role
from office_node.usecases.account_refusals import RoleNotAllowedError
from office_node.usecases.limits import spend_of_caller
from shared_schemas.ids import OfficerRef
from shared_schemas.statement import Actor, Role

_BEARER = HTTPBearer(auto_error=False, scheme_name="office-key", description="Made by `jejak node key add`.")
_COOKIE = APIKeyCookie(
    name=SESSION, auto_error=False, scheme_name="officer-session", description="Set by `POST /session/v1`."
)

_READS = frozenset(
    {
        "/office/v1/cases/{case}/person",
        "/office/v1/cases/{case}/steps",
        "/office/v1/cases/{case}/documents",
        "/office/v1/cases/{case}/requests",
        "/office/v1/issued-passports/{day}",
        "/office/v1/pimpasa/recruiter-reports/{report}",
        "/office/v1/screenings/{screening}",
    }
)
"""Of what is only read, this counts against the rates: it shows persons, and is written to the log in any case."""


class Caller:
    """Node, access key and officer of one call."""

    def __init__(self, node: Node, key: AccessKey, officer: Actor) -> None:
        self.node = node
        self.key = key
        self.officer = officer


async def caller(
    request: Request,
    _key: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
    _session: Annotated[str | None, Depends(_COOKIE)],
    jejak_officer: Annotated[
        OfficerRef | None, Header(description="Whom an office system acts for; needless with a session.")
    ] = None,
    jejak_role: Annotated[
        Role | None, Header(description="In which role; needless with a session of one role.")
    ] = None,
) -> Caller:
    """Who calls, by the key or session that the route has found; AccessDeniedError, RoleNotAllowedError,
    TooManyRequestsError."""
    node: Node = request.app.state.node
    key: AccessKey = request.state.access_key
    officer = jejak_officer or key.officer
    role = jejak_role or (cast(Role, key.roles[0]) if key.officer is not None and len(key.roles) == 1 else None)
    if officer is None or role is None:
        raise _missing("jejak-officer" if officer is None else "jejak-role")
    by = acting(node, key, role=role, officer=officer)
    route = request.scope["route"].path
    if not may_call(role, method=request.method, route=route):
        await refuse_role(node, by, route=f"{request.method} {route}")
        raise RoleNotAllowedError
    if request.method in ("POST", "PUT") or route in _READS:
        await spend_of_caller(node, key=key.id, officer=officer)
    return Caller(node, key, by)


CallerDep = Annotated[Caller, Depends(caller)]


def _missing(header: str) -> RequestValidationError:
    return RequestValidationError([{"type": "missing", "loc": ("header", header), "msg": "Field required"}])
