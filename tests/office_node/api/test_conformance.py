"""The node answers as its OpenAPI says, whatever is sent: without a key, with one, and behind a member's signature."""

import asyncio
import copy
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, get_args
from zlib import crc32

import httpx
import pytest
import schemathesis
from hypothesis import assume
from pydantic import BaseModel

from office_node.api.browser import SESSION
from office_node.app import new_api
from office_node.errors import MalformedStatementError
from office_node.signing.messages import sign_question
from office_node.signing.statements import sign_statement
from office_node.store.transactions import Connection
from office_node.usecases.access import make_access_key
from office_node.usecases.officer_accounts import make_officer
from office_node.usecases.officer_sessions import LoggedIn, open_session
from services.simulator.federation import Simulation, simulate
from services.simulator.loop import VirtualLoop
from shared_schemas.handover import Handover
from shared_schemas.history import Reveal
from shared_schemas.inquiry import Inquiry
from shared_schemas.statement import Actor, Role
from shared_schemas.trace import Hello, Notice
from tests.conformance import Sender, check, check_problem, names_in, schema_of

ASKED, ASKER = "kanim-kalianda", "kanim-kotabumi"
DOCUMENT = new_api().openapi()
NAMES = names_in(DOCUMENT)
SCHEMA = schema_of(DOCUMENT, examples=10)
STATEMENTS: dict[str, dict[str, type[BaseModel]]] = {
    "/federation/v1/inquiries": {"inquiry": Inquiry, "notice": Notice},
    "/federation/v1/reveals": {"reveal": Reveal},
    "/federation/v1/notices": {"notice": Notice},
    "/federation/v1/handovers": {"handover": Handover},
    "/federation/v1/hello": {"hello": Hello},
}
STATED = {name for models in STATEMENTS.values() for name in models}
PERSON = {"name": "Dewi Lestari Putri", "birth_date": "1999-02-03", "mother_name": "Sukarsih"}


@dataclass(repr=False)
class World:
    """One asked office, on virtual time; what was made there for requests to refer to."""

    sender: Sender
    simulation: Simulation
    headers: dict[str, str]
    made: dict[str, str]

    def sign(self, request: httpx.Request) -> dict[str, str]:
        """What another member's node would sign."""
        node = self.simulation[ASKER].node

        async def now() -> int:
            return int(node.clock.now().timestamp())

        return sign_question(
            request.method,
            str(request.url),
            content_type=request.headers.get("content-type"),
            body=request.content,
            key=node.keys.signing,
            now=self.sender.runner.run(now()),
            nonce=node.random(16).hex(),
        )

    def session(self) -> dict[str, str]:
        """What the browser of an administrator sends who has just logged in."""
        node = self.simulation[ASKED].node

        async def opened() -> LoggedIn:
            def open_one(connection: Connection) -> LoggedIn:
                now = node.clock.now()
                return open_session(connection, node, "o-1", method="oidc", roles=("administrator",), now=now)

            return await node.run.write(open_one)

        made = self.sender.runner.run(opened())
        return {
            "Cookie": f"{SESSION}={made.secret}", "Jejak-Csrf": made.view.csrf, "Origin": f"https://{ASKED}.test",
            "Sec-Fetch-Site": "same-origin",
        }  # fmt: skip


def unsigned_document() -> dict[str, Any]:
    """The same document, with the bodies of the statements where their envelopes stand."""
    document = copy.deepcopy(DOCUMENT)
    for path, models in STATEMENTS.items():
        properties = {}
        for name, model in models.items():
            schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
            document["components"]["schemas"].update(schema.pop("$defs", {}))
            if {"inquiry", "notice"} == set(models) and name == "notice":
                _say_something(schema)
            properties[name] = schema
        body = {"type": "object", "properties": properties, "required": list(models), "additionalProperties": False}
        document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"] = body
    _shorten(document)
    return document


def _shorten(part: Any) -> None:
    """No list of more than two: forty random tokens take seconds to make and say no more."""
    if isinstance(part, dict) and isinstance(part.get("maxItems"), int):
        part["maxItems"] = min(2, part["maxItems"])
    for one in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        _shorten(one)


def _say_something(notice: dict[str, Any]) -> None:
    """Beside an inquiry stands a notice with tokens, which a schema leaves open."""
    notice["properties"]["standing"] = {"const": "under_examination"}
    notice["properties"]["tokens"] = {"$ref": "#/components/schemas/TokenSet"}
    notice["properties"]["until"] = {"const": "2027-03-01T00:00:00.000Z"}
    notice["required"] = [*notice["required"], "tokens", "until"]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Two offices; one case with its screening is filed at the asked one."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        opened = simulate(tmp_path_factory.mktemp("conformance"), offices=(ASKED, ASKER))
        simulation = runner.run(opened.__aenter__())
        try:
            yield runner.run(_settle(runner, simulation))
        finally:
            runner.run(opened.__aexit__(None, None, None))


async def _settle(runner: asyncio.Runner, simulation: Simulation) -> World:
    office = simulation[ASKED]
    await office.clock.sleep(3)
    _, secret = await make_access_key(office.node, label="all roles", roles=get_args(Role))
    by = Actor(office=ASKED, role="administrator")
    await make_officer(office.node, "o-1", name="Sari", roles=("administrator",), by=by)
    body = {"application_no": "A-1", "person": PERSON}
    filed = await office.call("POST", "/office/v1/cases", json=body, headers={"Idempotency-Key": "request-1"})
    await office.clock.sleep(5)
    sender = Sender(runner, office.app, f"https://{ASKED}.test")
    return World(sender, simulation, {"Authorization": f"Bearer {secret}"}, filed.json())


def with_letters(value: Any) -> None:
    """Texts of a person become ones that a document can carry, which a schema cannot say."""
    person = value.get("person") if isinstance(value, dict) else None
    if isinstance(person, dict):
        person |= {
            name: "Dewi Lestari" for name in ("name", "birth_place", "mother_name") if isinstance(person.get(name), str)
        }
        if isinstance(person.get("aliases"), list):
            person["aliases"] = ["Dewi" for one in person["aliases"] if isinstance(one, str)]


def signed(case: schemathesis.Case, world: World) -> None:
    """Every body in this request becomes a statement that the asking office has really signed."""
    bodies: Any = case.body
    if not set(bodies) <= STATED:
        return  # what is signed here is the carriage alone
    key = world.simulation[ASKER].node.keys.signing
    sealed: dict[str, Any] = {}
    for name in sorted(bodies, reverse=True):  # the notice first: an inquiry names it
        body = bodies[name] | {"type": name, "issuer": ASKER, "version": 2, "issued_at": "2026-11-02T01:00:00.000Z"}
        if name == "inquiry":
            body["notice"] = sha256(b64decode(sealed["notice"]["payload"])).hexdigest()
        with_letters(body)
        try:
            sealed[name] = sign_statement(body, type=name, key=key).to_dict()
        except (MalformedStatementError, ValueError):  # a number that canonical JSON has no spelling for
            assume(False)
    case.body = sealed


def refer(case: schemathesis.Case, world: World) -> None:
    """Half of the requests name a case or screening that exists."""
    for name, made in world.made.items():
        if name in (case.path_parameters or {}) and crc32(str(case).encode()) % 2:
            case.path_parameters = {**case.path_parameters, name: made}


@SCHEMA.include(path_regex="^/office/").parametrize()
def test_the_office_api_answers_as_documented(case: schemathesis.Case, world: World) -> None:
    refer(case, world)
    with_letters(case.body)
    response = world.sender.send(case, headers=world.headers)
    check(case, response, declared=NAMES)
    assert response.status_code != 401


@SCHEMA.include(path_regex="^/(federation/|stats/v1/exact)").parametrize()
def test_the_federation_api_answers_a_member_as_documented(case: schemathesis.Case, world: World) -> None:
    response = world.sender.send(case, sign=world.sign)
    check(case, response, declared=NAMES)
    assert response.status_code != 401
    assert "signature" in response.headers


@(
    schema_of(unsigned_document(), examples=5, only_valid=True)
    .include(path_regex="^/federation/", method="POST")
    .parametrize()
)
def test_what_a_member_really_signed_is_answered_as_documented(case: schemathesis.Case, world: World) -> None:
    signed(case, world)
    response = world.sender.send(case, sign=world.sign)
    check(case, response, declared=NAMES)
    assert response.status_code != 401
    assert "signature" in response.headers


@SCHEMA.exclude(path_regex="^/((office|federation|session)/|stats/v1/exact)").parametrize()
def test_what_is_open_answers_as_documented(case: schemathesis.Case, world: World) -> None:
    response = world.sender.send(case)
    check(case, response, declared=NAMES)
    assert response.status_code in (200, 400, 404, 422)


@SCHEMA.include(path_regex="^/session/").parametrize()
def test_the_session_api_answers_an_administrator_as_documented(case: schemathesis.Case, world: World) -> None:
    case.cookies = {}
    response = world.sender.send(case, headers=world.session())
    check(case, response, declared=NAMES)
    assert response.status_code not in (401, 403) or response.json()["code"] in (
        "login-refused", "role-not-allowed", "proof-refused",
    )  # fmt: skip


@schema_of(DOCUMENT, examples=2).include(path_regex="^/session/v1/(?!oidc)").parametrize()
def test_without_a_session_nobody_learns_what_a_request_should_look_like(case: schemathesis.Case, world: World) -> None:
    case.cookies = {}
    response = world.sender.send(case, headers={"Cookie": f"{SESSION}={'0' * 64}", "Origin": f"https://{ASKED}.test"})
    check_problem(response)
    wanted = (401, "session-ended") if case.method == "GET" else (403, "foreign-request")
    assert (response.status_code, response.json()["code"]) == wanted


@schema_of(DOCUMENT, examples=2).include(path_regex="^/((office|federation)/|stats/v1/exact)").parametrize()
def test_without_key_or_signature_nobody_learns_what_a_request_should_look_like(
    case: schemathesis.Case, world: World
) -> None:
    response = world.sender.send(case, headers={"Authorization": "Bearer jejak_wrong"})
    check_problem(response)
    assert response.status_code == 401
    assert response.json()["code"] == ("access-denied" if "/office/" in case.path else "unsigned")
