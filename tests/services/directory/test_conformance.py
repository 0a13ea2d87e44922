"""The directory answers as its OpenAPI says, whatever is sent to it."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import httpx
import pytest
import schemathesis

from office_node.clock import SystemClock
from office_node.domain.enrol import enrol_request, new_office_keys, verified_enrol_request
from services.directory.app import create_directory
from services.directory.publish import publish
from services.stewards.roster_maker import make_federation
from shared_schemas.roster import Stretch
from tests.conformance import Sender, check, check_problem, names_in, schema_of

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
OFFICE = "kanim-kalianda"
MARK = "Penanda4711"
HEX = "0" * 64
DOCUMENT = create_directory(Path("unused"), clock=SystemClock()).openapi()
NAMES = names_in(DOCUMENT)


@pytest.fixture(scope="module", params=["published", "empty"])
def sender(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sender]:
    """A directory with one member's roster, and one with nothing in it."""
    folder = tmp_path_factory.mktemp("directory")
    if request.param == "published":
        random = Random(11).randbytes
        keys = new_office_keys(OFFICE, now=NOW, random=random)
        envelope = enrol_request(keys, office=OFFICE, name=OFFICE, base_url=f"https://{OFFICE}.test", now=NOW)
        made = make_federation(
            [verified_enrol_request(envelope, now=NOW)], now=NOW, random=random, stretch=Stretch(n=2)
        )
        publish(folder, made.files)
    with asyncio.Runner() as runner:
        yield Sender(runner, create_directory(folder, clock=SystemClock()), "http://directory.test")


@schema_of(DOCUMENT, examples=10).parametrize()
def test_the_directory_answers_as_documented(case: schemathesis.Case, sender: Sender) -> None:
    if case.path_parameters and len(str(case)) % 2:
        case.path_parameters = {"name": "1.root.json" if "metadata" in case.path else f"{HEX}.roster.json"}
    response = sender.send(case)
    if response.status_code == 503:  # documented: nothing has been published
        check_problem(response)
        assert response.json()["code"] == "roster-missing"
    else:
        check(case, response, declared=NAMES)


def test_every_route_declares_its_errors_as_problems() -> None:
    for path, methods in DOCUMENT["paths"].items():
        refusals = [one for status, one in methods["get"]["responses"].items() if int(status) >= 400]
        assert refusals or path == "/livez"
        assert all(list(one["content"]) == ["application/problem+json"] for one in refusals)


def test_nothing_of_a_refused_request_comes_back(sender: Sender) -> None:
    for method, path in (
        ("GET", f"/{MARK}"),
        ("GET", f"/roster/v1/targets/{MARK}"),
        ("PUT", f"/livez?{MARK}"),
        (MARK, "/livez"),
    ):
        response = sender.answer(httpx.Request(method, f"http://directory.test{path}", headers={"X-Mark": MARK}))
        assert 400 <= response.status_code < 504
        check_problem(response)
        assert MARK not in response.text + str(response.headers)
