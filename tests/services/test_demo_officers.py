"""The demonstration's officers have accounts that work: password, authenticator, recovery codes, their own roles."""

from collections.abc import Iterator

import httpx
import pytest

from services.simulator.demo_officers import OFFICERS, PASSWORD, show_logins
from services.simulator.federation import LAMPUNG
from services.simulator.processes import Stand
from tests.federation.cast import KALIANDA
from tests.federation.loopback import federate

pytestmark = [pytest.mark.processes, pytest.mark.slow]


@pytest.fixture
def stand() -> Iterator[Stand]:
    made = Stand()
    yield made
    made.close()


class Shown:
    """One office as the demonstration knows it."""

    def __init__(self, office: str, url: str, env: dict[str, str]) -> None:
        self.id, self.url, self.env = office, url, env


def test_every_login_that_is_printed_lets_somebody_in(stand: Stand) -> None:
    place = federate(stand, {KALIANDA: (None, 1)})[KALIANDA]
    place.start()
    said: list[str] = []
    show_logins([Shown(KALIANDA, place.url(), place.env)], stand, said.append)
    assert f"{place.url()}/console" in "\n".join(said)
    code = said[-1].split()[-1]
    body = {"officer": OFFICERS[KALIANDA][0][0], "password": PASSWORD, "code": code}
    answer = httpx.post(
        f"{place.url()}/session/v1", json=body, headers={"Origin": place.url()}, timeout=15, trust_env=False
    )
    assert answer.status_code == 200
    assert set(answer.json()["roles"]) == set(OFFICERS[KALIANDA][0][2])


def test_each_role_that_has_pages_has_an_officer() -> None:
    roles = {role for officers in OFFICERS.values() for _, _, its in officers for role in its}
    assert {"counter", "interview", "supervisor", "inteldakim", "auditor", "administrator"} <= roles
    assert set(OFFICERS) <= set(LAMPUNG)
