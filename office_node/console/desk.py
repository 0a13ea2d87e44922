"""Who sits at the desk: an officer in one of her roles, for one purpose; what she may do is the office API's rule.

Role and purpose stand in cookies that hold nothing secret; a role that she has not is not taken from there.
"""

from dataclasses import dataclass
from typing import Annotated, get_args

from fastapi import Depends, Request

from office_node.api.keyed_route import key_of
from office_node.console.catalogues import N_, Language
from office_node.console.forms import Form
from office_node.console.pages import language_of
from office_node.domain.duties import CASEWORK, may_call
from office_node.node import Node
from office_node.store.access_keys import AccessKey
from office_node.usecases.access import refuse_role
from office_node.usecases.account_refusals import RoleNotAllowedError
from office_node.usecases.limits import spend_of_caller
from office_node.usecases.officer_sessions import Present, actor_of, view_session
from shared_schemas.accounts import SessionView
from shared_schemas.inquiry import Purpose
from shared_schemas.statement import Actor, Role

ROLE = "__Host-jejak-role"
PURPOSE = "__Host-jejak-purpose"
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
_NAV = (
    ("/console/cases", N_("Antrean"), "GET", "/office/v1/cases"),
    ("/console/cases/new", N_("Permohonan baru"), "POST", "/office/v1/cases"),
    ("/console/alerts", N_("Peringatan"), "GET", "/office/v1/alerts"),
    ("/console/peers", N_("Kantor lain"), "GET", "/office/v1/peers"),
)


@dataclass(frozen=True)
class Desk:
    """One request of an officer at her desk."""

    request: Request
    node: Node
    present: Present
    view: SessionView
    role: Role
    purpose: Purpose
    language: Language

    @property
    def key(self) -> AccessKey:
        """What stands in an access key's place: her session."""
        return key_of(self.present)

    @property
    def form(self) -> Form:
        """What she has sent."""
        form: Form = self.request.state.form
        return form

    @property
    def actor(self) -> Actor:
        """She, in this role."""
        return actor_of(self.node, self.present, self.role)

    def may(self, method: str, route: str) -> bool:
        """Whether her role may call that route of the office API, which a page stands in for."""
        return may_call(self.role, method=method, route=route)

    async def acts(self, method: str, route: str) -> Actor:
        """She, allowed to do what that route does, and counted. RoleNotAllowedError, TooManyRequestsError."""
        if not self.may(method, route):
            await refuse_role(self.node, self.actor, route=f"{method} {route}")
            raise RoleNotAllowedError
        await spend_of_caller(self.node, key=self.key.id, officer=self.present.officer)
        return self.actor

    @property
    def frame(self) -> dict[str, object]:
        """What the frame of every page shows."""
        nav = [(path, text) for path, text, method, route in _NAV if self.may(method, route)]
        if self.role == "administrator":
            nav.append(("/console/officers", N_("Akun petugas")))
        return {"present": self.view, "at": self, "nav": nav, "casework": self.role in CASEWORK}


def desk_of(request: Request) -> Desk:
    """The desk, by the session that the route has found."""
    node: Node = request.app.state.node
    present: Present = request.state.present
    roles = present.roles
    role, purpose = request.cookies.get(ROLE), request.cookies.get(PURPOSE)
    return Desk(
        request=request,
        node=node,
        present=present,
        view=view_session(node, present),
        role=role if role in roles else roles[0],
        purpose=purpose if purpose in PURPOSES else PURPOSES[0],
        language=language_of(request),
    )


AtDesk = Annotated[Desk, Depends(desk_of)]
