"""Schemathesis without a server: cases from an OpenAPI document, sent to an application on a loop of the test's own.

Every answer must be one that the document names (status, media type, body), no answer may be the server's fault, and
every refusal must be a problem in both languages that repeats nothing of what was sent.
"""

import asyncio
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import requests
import schemathesis
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import (
    CoveragePhaseConfig,
    GenerationConfig,
    HealthCheck,
    PhasesConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
)
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from shared_schemas.oauth import OAuthError
from shared_schemas.problem import FieldProblem, Problem

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
_SHORTEST_ECHO = 6
_PARTS = ("method", "url", "params", "headers", "json", "data", "cookies")
Sign = Callable[[httpx.Request], Mapping[str, str]]


def schema_of(document: dict[str, Any], *, examples: int, only_valid: bool = False) -> Any:
    """The document as Schemathesis reads it: few examples, the same ones every time, nothing kept on disk."""
    modes = [GenerationMode.POSITIVE] if only_valid else list(GenerationMode)
    generation = GenerationConfig(
        modes=modes, max_examples=examples, deterministic=True, database="none", no_shrink=True
    )
    phases = PhasesConfig(coverage=CoveragePhaseConfig(enabled=False))
    project = ProjectConfig(generation=generation, phases=phases)
    config = SchemathesisConfig(projects=ProjectsConfig(default=project), suppress_health_check=[HealthCheck.all])
    return schemathesis.openapi.from_dict(document, config=config)


@dataclass
class Sender:
    """Hands requests to an application, on one loop that lives as long as the application."""

    runner: asyncio.Runner
    app: Any
    base_url: str

    def send(
        self, case: schemathesis.Case, *, headers: Mapping[str, str] | None = None, sign: Sign | None = None
    ) -> httpx.Response:
        """The application's answer to a generated case, with these headers in place of generated ones."""
        request = self._request(case, headers or {})
        if sign is not None:
            request.headers.update(sign(request))
        return self.answer(request)

    def answer(self, request: httpx.Request) -> httpx.Response:
        """The application's answer, read whole."""

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
            response = await transport.handle_async_request(request)
            await response.aread()
            response.request, response.elapsed = request, timedelta()
            return response

        return self.runner.run(ask())

    def _request(self, case: schemathesis.Case, headers: Mapping[str, str]) -> httpx.Request:
        case.headers.update(headers)
        told = case.as_transport_kwargs(base_url=self.base_url)
        prepared = requests.Request(**{name: told[name] for name in _PARTS if name in told}).prepare()
        body: Any = prepared.body
        kept = [
            (name.encode(), value if isinstance(value, bytes) else value.encode())
            for name, value in prepared.headers.items()
            if name.lower() != "content-length"
        ]
        return httpx.Request(str(prepared.method), str(prepared.url), headers=kept, content=body)


def check(case: schemathesis.Case, response: httpx.Response, *, declared: frozenset[str]) -> None:
    """The document's promises, and those of a problem."""
    case.validate_response(response, checks=CHECKS)
    if response.status_code >= 400:
        errors = check_problem(response)
        text = _without_own_pointers(response.text, (one.pointer for one in errors), declared=declared)
        fixed = {one.code for one in errors}  # `missing` and the like
        echoed = [word for word in _sent_words(case) if word not in declared | fixed and word in text]
        assert echoed == [], f"{echoed} in {text}"


def _without_own_pointers(text: str, pointers: Iterable[str], *, declared: frozenset[str]) -> str:
    """The text without pointers that the document's own names make up: a part of one is no echo of what was sent."""
    names = {name.casefold() for name in declared} | {"header", "query", "path"}
    for pointer in pointers:
        if all(part.casefold() in names or part.isdigit() for part in pointer.split("/")[1:]):
            text = text.replace(f'"{pointer}"', '""')
    return text


def check_problem(response: httpx.Response) -> tuple[FieldProblem, ...]:
    """RFC 9457 with a stable type and both languages; what a token is refused with says the same in OAuth's form."""
    if "error" in response.json():
        refused = OAuthError.model_validate_json(response.content)
        assert response.headers["content-type"] == "application/json"
        assert refused.titles.id
        assert refused.titles.en in refused.error_description
        return ()
    assert response.headers["content-type"] == "application/problem+json"
    problem = Problem.model_validate_json(response.content)
    assert problem.status == response.status_code
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", problem.code)
    assert problem.type == f"urn:jejak:problem:{problem.code}"
    assert problem.title == problem.titles.id
    assert problem.titles.en
    return problem.errors


def names_in(document: Any) -> frozenset[str]:
    """Every key and text of a document: what an answer may say although it was also sent."""
    return frozenset(_words(document))


def _sent_words(case: schemathesis.Case) -> Iterator[str]:
    for part in (case.body, case.query, case.path_parameters, dict(case.headers)):
        yield from (word for word in _words(part) if len(word) >= _SHORTEST_ECHO)


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield str(name)
            yield from _words(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _words(one)
