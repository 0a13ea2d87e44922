"""Which role may call what."""

from typing import get_args

import pytest

from office_node.domain.duties import CASEWORK, OFFICER_ROLES, may_call
from shared_schemas.statement import Role

CASE = "/office/v1/cases/{case}"


@pytest.mark.parametrize(
    ("role", "method", "route", "may"),
    [
        ("counter", "POST", "/office/v1/cases", True),
        ("auditor", "GET", CASE, True),
        ("auditor", "POST", f"{CASE}/transitions", False),
        ("auditor", "GET", f"{CASE}/person", False),
        ("auditor", "GET", "/office/v1/screenings/{screening}", False),
        ("auditor", "GET", "/office/v1/screenings/{screening}/events", True),
        ("auditor", "GET", f"{CASE}/whatever-comes", False),
        ("administrator", "GET", CASE, False),
        ("administrator", "GET", "/office/v1/peers", True),
        ("pimpasa", "GET", CASE, False),
        ("interview", "GET", "/office/v1/events", False),
        ("supervisor", "GET", "/office/v1/events", True),
        ("node", "POST", "/office/v1/cases", False),
    ],
)
def test_a_role_may_call_this(role: Role, method: str, route: str, may: bool) -> None:
    assert may_call(role, method=method, route=route) == may


def test_the_machine_and_the_stewards_are_no_officers() -> None:
    assert set(get_args(Role)) - set(OFFICER_ROLES) == {"node", "steward"}
    assert set(OFFICER_ROLES) >= CASEWORK
