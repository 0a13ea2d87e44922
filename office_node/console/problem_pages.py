"""Errors as pages: the sentences are those of the problems, with what she can do next; no error names a person."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import cast

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from office_node.api.browser import SESSION, clear_session
from office_node.api.problems import PROBLEMS
from office_node.console.desk import desk_of
from office_node.console.pages import go_to, language_of, page
from office_node.errors import JejakError
from office_node.usecases.account_refusals import AccountUnfinishedError, SessionEndedError

Handler = Callable[[Request, Exception], Response | Awaitable[Response]]
_PREFIX = "/console"
_KINDS = (JejakError, RequestValidationError, ValidationError, HTTPException, Exception)


def install(app: FastAPI) -> None:
    """Put a page in front of each handler of the API; everything outside the console is answered as before."""
    for kind in _KINDS:
        app.add_exception_handler(kind, _in_front_of(cast(Handler, app.exception_handlers[kind])))


def _in_front_of(inner: Handler) -> Handler:
    async def handle(request: Request, error: Exception) -> Response:
        answer = inner(request, error)
        told = answer if isinstance(answer, Response) else await answer
        return _page(request, error, told=told) if _is_page(request) else told

    return handle


def _is_page(request: Request) -> bool:
    """A page of the console, or a browser on its way to and from the office's OpenID provider."""
    path = request.url.path
    if path.startswith("/session/v1/oidc"):
        return "text/html" in request.headers.get("accept", "")
    return path == _PREFIX or path.startswith(f"{_PREFIX}/")


def _page(request: Request, error: Exception, *, told: Response) -> Response:
    if isinstance(error, AccountUnfinishedError):
        return go_to("/console/account")
    if isinstance(error, SessionEndedError):
        return _ended(request)
    code = getattr(error, "code", None) or _code_of(told.status_code)
    said = PROBLEMS.get(code, PROBLEMS["internal"])
    # Known and refused: the page has her frame, so that she can go on or sign out.
    frame = desk_of(request).frame if getattr(request.state, "present", None) is not None else {}
    context = frame | {
        "status": told.status_code,
        "code": code,
        "said": said.en if language_of(request) == "en" else said.id,
        "retry_s": getattr(error, "retry_s", None) or said.retry_s,
    }
    kept = {name: told.headers[name] for name in ("retry-after", "allow") if name in told.headers}
    return page(request, "problem.html", context, status=told.status_code, headers=kept)


def _code_of(status: int) -> str:
    return {404: "not-found", 405: "method-not-allowed", 422: "invalid-input"}.get(
        status, "bad-request" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "internal"
    )


def _ended(request: Request) -> Response:
    """To the sign-in; who has sent a form is told that nothing of it was kept."""
    had_one = SESSION in request.cookies
    if request.method == "GET":
        answer = go_to("/console/sign-in?ended=1" if had_one else "/console/sign-in")
    else:
        answer = page(request, "ended.html", {}, status=401)
    if had_one:  # else another site may have led here, whose requests do not carry it
        clear_session(answer)
    return answer
