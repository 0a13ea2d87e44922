"""The directory: gives out what stewards have published, byte for byte, and is trusted by nobody.

It verifies nothing and holds no key; every node verifies what it gets. With the directory off, nodes give the
same two files to one another.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from fastapi import FastAPI, Header, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from services.directory.publish import read_current, read_suspensions
from shared_schemas.ids import OfficeId
from shared_schemas.operations import name_operations
from shared_schemas.problem import MEDIA_TYPE, Problem, Titles, name_problems
from shared_schemas.roster import RosterSent, SealedEpochKeys

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
IfNoneMatch = Annotated[str | None, Header(max_length=2000)]


class Said(NamedTuple):
    """Status and the two sentences of one code."""

    status: int
    id: str
    en: str


PROBLEMS = {
    "not-found": Said(404, "Tidak ditemukan.", "Not found."),
    "method-not-allowed": Said(405, "Metode tidak didukung.", "The method is not supported."),
    "invalid-input": Said(422, "Isian tidak sah.", "The input is not valid."),
    "roster-missing": Said(503, "Daftar anggota belum diterbitkan.", "No roster has been published yet."),
    "internal": Said(500, "Kesalahan pada direktori.", "An error in the directory."),
}
_PROBLEM = {"model": Problem, "description": "Problem (RFC 9457)"}
_UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "The asker has these bytes"}}
_ROSTER = _UNCHANGED | {422: _PROBLEM, 503: _PROBLEM}
_KEYS = _ROSTER | {404: _PROBLEM}


class NothingPublishedError(Exception):
    """The folder holds no roster yet."""


class DirectoryApi(FastAPI):
    """FastAPI, whose OpenAPI gives every error as a problem."""

    def openapi(self) -> dict[str, Any]:
        """The document."""
        if self.openapi_schema is None:
            document = super().openapi()
            name_problems(document)
            name_operations(document)
        return self.openapi_schema or {}


def create_directory(folder: Path) -> FastAPI:
    """The application that serves what has been published in this folder."""
    app = DirectoryApi(title="Jejak directory", docs_url=None, redoc_url=None, redirect_slashes=False)
    _add_roster_routes(app, folder)
    _add_health_routes(app, folder)
    _add_problems(app)

    @app.middleware("http")
    async def secured(request: Request, call: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call(request)
        response.headers.update(SECURITY_HEADERS)
        return response

    return app


def _add_roster_routes(app: FastAPI, folder: Path) -> None:
    @app.get("/roster/v1/current", response_model=RosterSent, responses=_ROSTER)
    def current(if_none_match: IfNoneMatch = None) -> Response:
        """Give the signed roster in force and the suspensions beside it; its signatures prove it."""
        sent = {"roster": json.loads(_read(folder, "roster.json")), "suspensions": read_suspensions(folder)}
        body = json.dumps(sent, separators=(",", ":"), ensure_ascii=False).encode()
        return _tagged(body, if_none_match)

    @app.get("/roster/v1/keys/{office}", response_model=SealedEpochKeys, responses=_KEYS)
    def keys(office: OfficeId, if_none_match: IfNoneMatch = None) -> Response:
        """Give the epoch keys sealed to one member, exactly the bytes that the roster names."""
        _read(folder, "roster.json")
        try:
            body = _read(folder, f"keys/{office}.json")
        except NothingPublishedError as error:
            raise HTTPException(404) from error
        return _tagged(body, if_none_match)


def _add_health_routes(app: FastAPI, folder: Path) -> None:
    @app.get("/livez")
    def livez() -> dict[str, str]:
        """Say that the process runs."""
        return {"status": "alive"}

    @app.get("/readyz", responses={503: _PROBLEM})
    def readyz() -> dict[str, str]:
        """Say whether there is a roster to give out; otherwise 503."""
        _read(folder, "roster.json")
        return {"status": "ready"}


def _add_problems(app: FastAPI) -> None:
    async def nothing(_request: Request, _error: Exception) -> JSONResponse:
        return _problem("roster-missing")

    async def invalid(_request: Request, _error: Exception) -> JSONResponse:
        return _problem("invalid-input")

    async def framework(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "-")
        return _problem(code if code in PROBLEMS else "invalid-input", headers=error.headers)

    async def unforeseen(_request: Request, _error: Exception) -> JSONResponse:
        response = _problem("internal")
        response.headers.update(SECURITY_HEADERS)
        return response

    app.add_exception_handler(NothingPublishedError, nothing)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, framework)
    app.add_exception_handler(Exception, unforeseen)


def _read(folder: Path, name: str) -> bytes:
    try:
        return read_current(folder, name)
    except FileNotFoundError as error:
        raise NothingPublishedError from error


def _tagged(body: bytes, if_none_match: str | None) -> Response:
    """200 with an entity tag, or 304 if the asker has these bytes (RFC 9110 §13.1.2)."""
    tag = f'"{hashlib.sha256(body).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    known = {one.strip().removeprefix("W/") for one in (if_none_match or "").split(",")}
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


def _problem(code: str, *, headers: Mapping[str, str] | None = None) -> JSONResponse:
    said = PROBLEMS[code]
    body = Problem(
        type=f"urn:jejak:problem:{code}",
        title=said.id,
        titles=Titles(id=said.id, en=said.en),
        status=said.status,
        code=code,
    )
    return JSONResponse(
        body.model_dump(mode="json", exclude_none=True),
        status_code=said.status,
        headers={"Cache-Control": "no-store", **(headers or {})},
        media_type=MEDIA_TYPE,
    )
