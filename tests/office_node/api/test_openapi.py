"""The OpenAPI of a node is whole: every reference in it leads somewhere, every federation route is a signed one."""

import re
from pathlib import Path

from fastapi.routing import APIRoute

from office_node.api import federation, problems
from office_node.api.signed_route import SignedRoute
from services.simulator.federation import simulate
from services.simulator.loop import run_virtual


def test_every_reference_of_the_document_leads_somewhere(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, offices=("kanim-kalianda",)) as simulation:
            app = simulation["kanim-kalianda"].app
            assert app is not None
            document = app.openapi()
            wanted = set(re.findall(r"#/components/schemas/(\w+)", str(document)))
            assert wanted
            assert wanted <= set(document["components"]["schemas"])

    run_virtual(story())


def test_every_federation_route_verifies_signatures() -> None:
    routes = [route for route in federation.router.routes if isinstance(route, APIRoute)]
    assert len(routes) >= 5
    assert all(isinstance(route, SignedRoute) for route in routes)


def test_every_problem_has_a_status_and_two_sentences() -> None:
    for code, said in problems.PROBLEMS.items():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", code)
        assert 400 <= said.status <= 504
        assert said.id.endswith(".")
        assert said.en.endswith(".")
