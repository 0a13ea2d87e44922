"""House rules of the edge: the OpenAPI is whole, and every route verifies, asks for its key, and names its errors."""

import re
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute

from office_node.api import (
    cases,
    docs_page,
    events,
    federation,
    guideline,
    health,
    lists,
    oauth,
    office,
    officers,
    pimpasa,
    problems,
    requests,
    roster,
    sessions,
    statistics,
    witness,
)
from office_node.api.keyed_route import KeyedRoute
from office_node.api.oauth import OAuthRoute
from office_node.api.session_route import OpenRoute, SessionRoute
from office_node.api.signed_route import SignedRoute
from office_node.app import new_api
from shared_schemas.problem import MEDIA_TYPE

SESSION = (sessions.open_router, sessions.router, officers.router)
ROUTERS = (
    docs_page.router,
    federation.router,
    health.router,
    office.router,
    cases.router,
    requests.router,
    events.router,
    lists.router,
    pimpasa.router,
    guideline.router,
    roster.router,
    witness.router,
    oauth.router,
    statistics.router,
    statistics.exact_router,
    *SESSION,
)
LOG_IN = {"POST /session/v1", "GET /session/v1/oidc", "GET /session/v1/oidc/return"}
OFFICE = (office.router, cases.router, requests.router, events.router, lists.router, guideline.router, pimpasa.router)
DOCUMENT = new_api().openapi()


def routes(router: APIRouter) -> list[APIRoute]:
    found = [route for route in router.routes if isinstance(route, APIRoute)]
    assert len(found) == len(router.routes) > 0
    return found


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def test_every_reference_of_the_document_leads_somewhere() -> None:
    wanted = set(re.findall(r"#/components/schemas/(\w+)", str(DOCUMENT)))
    assert wanted
    assert wanted <= set(DOCUMENT["components"]["schemas"])


def test_the_document_holds_every_route_of_every_router() -> None:
    named = {route.path for router in ROUTERS for route in routes(router) if route.include_in_schema}
    assert named == set(DOCUMENT["paths"])


def test_every_federation_route_verifies_signatures() -> None:
    found = routes(federation.router)
    assert len(found) >= 5
    assert [route.path for route in found if not isinstance(route, SignedRoute)] == []
    assert all(route.path.startswith("/federation/v1/") for route in found)
    assert [path for path in DOCUMENT["paths"] if path.startswith("/federation/")] != []
    others = [route.path for router in ROUTERS if router is not federation.router for route in routes(router)]
    assert [path for path in others if path.startswith("/federation")] == []


def test_only_the_exact_statistics_are_behind_a_signature_and_the_others_take_no_query() -> None:
    assert [route.path for route in routes(statistics.exact_router)] == ["/stats/v1/exact"]
    assert all(isinstance(route, SignedRoute) for route in routes(statistics.exact_router))
    for name, operation in operations():
        if " /stats/" in name and "/exact" not in name:
            assert [one["in"] for one in operation.get("parameters", ())] == ["path"] * name.count("{")


def test_every_route_of_the_office_api_finds_a_key_and_names_an_officer() -> None:
    found = [route for router in OFFICE for route in routes(router)]
    assert len(found) >= 12
    assert [route.path for route in found if not isinstance(route, KeyedRoute)] == []
    secured = [one.get("security") for name, one in operations() if "/office/v1/" in name]
    assert [one for one in secured if one != [{"office-key": []}, {"officer-session": []}]] == []
    for name, operation in operations():
        headers = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "header"}
        assert ("/office/v1/" in name) == ({"jejak-officer", "jejak-role"} <= headers), name
    others = [route.path for router in ROUTERS if router not in OFFICE for route in routes(router)]
    assert [path for path in others if path.startswith("/office")] == []


def test_every_route_of_the_session_api_but_logging_in_finds_a_session() -> None:
    opened = [route for route in routes(sessions.open_router) if isinstance(route, OpenRoute)]
    assert {f"{method} {route.path}" for route in opened for method in route.methods or ()} == LOG_IN
    found = [*routes(sessions.router), *routes(officers.router)]
    assert [route.path for route in found if not isinstance(route, SessionRoute)] == []
    assert all(route.path.startswith("/session/v1") for route in found)
    for name, one in operations():
        if " /session/" in name:
            assert one.get("security") == (None if name in LOG_IN else [{"officer-session": []}]), name


def test_every_route_for_tokens_takes_a_form_and_asks_for_an_assertion() -> None:
    found = routes(oauth.router)
    assert [route.path for route in found if not isinstance(route, OAuthRoute)] == []
    forms = [one["requestBody"]["content"] for name, one in operations() if name.startswith("POST /oauth/")]
    assert len(forms) == 3
    for form in forms:
        schema = form["application/x-www-form-urlencoded"]["schema"]
        assert {"client_assertion", "client_assertion_type"} <= set(schema["required"])
    others = [route.path for router in ROUTERS if router is not oauth.router for route in routes(router)]
    assert [path for path in others if path.startswith(("/oauth", "/.well-known"))] == []


def test_every_route_declares_its_errors_as_problems() -> None:
    for name, operation in operations():
        refusals = {int(status): one for status, one in operation["responses"].items() if int(status) >= 400}
        assert 503 in refusals or name == "GET /livez", name
        if any(prefix in name for prefix in (" /office/", " /federation/", " /session/")):
            assert {400, 401, 408, 413, 422, 503} <= set(refusals), name
        if "/witness/" in name:  # C2SP tlog-witness: the size as text, and nothing else
            assert list(refusals.pop(409)["content"]) == ["text/x.tlog.size"]
        if " /oauth/v1/" in name and name.startswith("POST"):  # RFC 6749 §5.2 has a form of its own
            schemas = [refusals.pop(status)["content"]["application/json"]["schema"] for status in (400, 401)]
            assert schemas == [{"$ref": "#/components/schemas/OAuthError"}] * 2
        for refusal in refusals.values():
            schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
            assert refusal["content"] == {MEDIA_TYPE: schema}, name


def test_every_problem_that_a_route_can_answer_has_a_declared_status() -> None:
    asked = {said.status for said in problems.PROBLEMS.values() if said.status < 500} - {405}
    for prefix in (" /office/", " /federation/", " /session/"):
        declared = {
            int(status)
            for name, one in operations()
            if prefix in name
            for status in one["responses"]
            if int(status) >= 400
        }
        assert declared <= asked | {503}
        assert declared


def test_every_route_has_a_summary_in_words_and_a_group_that_is_explained() -> None:
    told = {tag["name"]: tag["description"] for tag in DOCUMENT["tags"]}
    summaries = [operation["summary"] for _, operation in operations()]
    assert len(summaries) == len(set(summaries))
    for name, operation in operations():
        assert 3 <= len(operation["summary"].split()) <= 16, name
        assert not operation["summary"].endswith("."), name
        assert all(told[tag] for tag in operation["tags"]), name


def test_every_answer_names_its_media_type() -> None:
    bare = [
        name
        for name, operation in operations()
        for status, one in operation["responses"].items()
        if int(status) < 300 and int(status) != 204 and not one.get("content")
    ]
    assert bare == []


def test_every_problem_has_a_status_and_two_sentences() -> None:
    for code, said in problems.PROBLEMS.items():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code)
        assert 400 <= said.status <= 504
        assert said.id.endswith(".")
        assert said.en.endswith(".")
