"""Which role of an officer may call what of the office API; who decides what about a case is the case's own rule.

An auditor looks and changes nothing, and sees nobody's person. An administrator keeps the node, not the applicants.
What is for the field (PIMPASA) has an allow-list of its own (`field_duties.py`).
"""

from typing import get_args

from office_node.domain.field_duties import PREFIX, may_in_field
from shared_schemas.statement import Role

OFFICER_ROLES: tuple[Role, ...] = tuple(role for role in get_args(Role) if role not in ("node", "steward"))
"""Roles of people in an office; the machine and the stewards are no officers."""
CASEWORK = frozenset({"counter", "interview", "supervisor", "inteldakim", "kakanim", "data_protection"})
_OF_THE_NODE = frozenset({"/office/v1/node", "/office/v1/peers"})
_AUDITED = _OF_THE_NODE | {
    "/office/v1/alerts",
    "/office/v1/cases",
    "/office/v1/cases/{case}",
    "/office/v1/events",
    "/office/v1/issued-passports",
    "/office/v1/reasons",
    "/office/v1/requests",
    "/office/v1/screenings/{screening}/events",
}
"""What shows no person. A new route is not here until somebody has thought of it."""
_NOT_BEFORE_SHE_ASKED = frozenset({("interview", "/office/v1/events")})
"""The feed says of every case which office was found: an interviewer asks first (`usecases/asked_first.py`)."""


def may_call(role: Role, *, method: str, route: str) -> bool:
    """Whether an officer in that role may call the route with this path template."""
    if route.startswith(PREFIX):
        return may_in_field(role, method=method, route=route)
    if role in CASEWORK:
        return (role, route) not in _NOT_BEFORE_SHE_ASKED
    seen = {"auditor": _AUDITED, "administrator": _OF_THE_NODE}.get(role, frozenset())
    return method == "GET" and route in seen
