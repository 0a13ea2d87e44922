"""The directory: gives out what stewards have published, byte for byte, and is trusted by nobody.

It verifies nothing; every node verifies what it gets. With the directory off, nodes give the same files to one
another. If it is given an online key, it signs the timestamp anew every hour, and can do nothing else with it.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from fastapi import FastAPI, Header, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from office_node.clock import Clock
from office_node.logs import log
from office_node.signing.canonical import canonical
from office_node.signing.keys import SigningKey
from office_node.signing.repository import TIMESTAMP
from office_node.signing.statements import Statement
from services.directory.publish import read_file, read_suspensions, renew_timestamp
from shared_schemas.operations import name_operations
from shared_schemas.problem import MEDIA_TYPE, Problem, Titles, name_problems
from shared_schemas.roster import MetadataName, SuspensionsSent, TargetName, file_tag, suspensions_tag

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
_PROBLEM: dict[str, Any] = {"model": Problem, "description": "Problem (RFC 9457)"}
_UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "The asker has these bytes"}, 422: _PROBLEM}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/json": {}}, "description": "The file, byte for byte"},
    404: _PROBLEM,
    503: _PROBLEM,
    **_UNCHANGED,
}
_LOOK_EVERY_S = 60.0


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


def create_directory(folder: Path, *, clock: Clock, key: SigningKey | None = None) -> FastAPI:
    """The application that serves what has been published in this folder, its timestamp signed hourly by this key."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        stamping = None if key is None else asyncio.create_task(_stamp(folder, key, clock))
        yield
        if stamping is not None:
            stamping.cancel()
            await asyncio.gather(stamping, return_exceptions=True)

    app = DirectoryApi(
        title="Jejak directory", docs_url=None, redoc_url=None, redirect_slashes=False, lifespan=lifespan
    )  # fmt: skip
    _add_roster_routes(app, folder)
    _add_health_routes(app, folder)
    _add_problems(app)

    @app.middleware("http")
    async def secured(request: Request, call: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call(request)
        response.headers.update(SECURITY_HEADERS)
        return response

    return app


async def _stamp(folder: Path, key: SigningKey, clock: Clock) -> None:
    """Look once a minute whether the timestamp is an hour old; a disk that fails for a while ends nothing."""
    while True:
        try:
            await asyncio.to_thread(renew_timestamp, folder, key=key, now=clock.now())
        except (OSError, ValueError) as error:
            log.error("timestamp-not-signed", error=type(error).__name__)
        await clock.sleep(_LOOK_EVERY_S)


def _add_roster_routes(app: FastAPI, folder: Path) -> None:
    @app.get("/roster/v1/metadata/{name}", responses=_FILE, response_class=Response)
    def metadata(name: MetadataName, if_none_match: IfNoneMatch = None) -> Response:
        """Give a file of TUF metadata: a root by its version, the timestamp, a snapshot, the targets."""
        return _tagged(_read(folder, f"metadata/{name}"), if_none_match)

    @app.get("/roster/v1/targets/{name}", responses=_FILE, response_class=Response)
    def target(name: TargetName, if_none_match: IfNoneMatch = None) -> Response:
        """Give the roster, as the TUF targets name it."""
        return _tagged(_read(folder, f"targets/{name}"), if_none_match)

    @app.get("/roster/v1/targets/keys/{name}", responses=_FILE, response_class=Response)
    def epoch_keys(name: TargetName, if_none_match: IfNoneMatch = None) -> Response:
        """Give a member's file of epoch keys, which only that member can open."""
        return _tagged(_read(folder, f"targets/keys/{name}"), if_none_match)

    @app.get("/roster/v1/suspensions", response_model=SuspensionsSent, responses=_UNCHANGED)
    def suspensions(if_none_match: IfNoneMatch = None) -> Response:
        """Give the suspensions that no roster has lifted; each proves itself."""
        held = read_suspensions(folder)
        sent = SuspensionsSent.model_validate({"suspensions": held})
        tag = suspensions_tag(Statement.from_dict(one).digest for one in held)
        return _tagged(canonical(sent.model_dump(mode="json")), if_none_match, tag=tag)


def _add_health_routes(app: FastAPI, folder: Path) -> None:
    @app.get("/livez")
    def livez() -> dict[str, str]:
        """Say that the process runs."""
        return {"status": "alive"}

    @app.get("/readyz", responses={503: _PROBLEM})
    def readyz() -> dict[str, str]:
        """Say whether there is a roster to give out; otherwise 503."""
        _read(folder, TIMESTAMP)
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


def _read(folder: Path, path: str) -> bytes:
    if not (folder / TIMESTAMP).exists():
        raise NothingPublishedError
    try:
        return read_file(folder, path)
    except FileNotFoundError as error:
        raise HTTPException(404) from error


def _tagged(body: bytes, if_none_match: str | None, *, tag: str | None = None) -> Response:
    """200 with an entity tag, or 304 if the asker has these bytes (RFC 9110 §13.1.2)."""
    tag = tag or file_tag(body)
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
