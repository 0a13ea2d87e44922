"""Signing in and out, the language, and as what and for which purpose she works."""

import re
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from office_node.api.browser import clear_session, cookie_of, set_session, source_of
from office_node.console.catalogues import LANGUAGES
from office_node.console.desk import PURPOSE, PURPOSES, ROLE, AtDesk
from office_node.console.forms import Form
from office_node.console.outcome import WORDS
from office_node.console.page_route import OpenPageRoute, PageRoute, UnfinishedPageRoute
from office_node.console.pages import LANGUAGE, go_to, page
from office_node.usecases.account_refusals import LoginLockedError, LoginRefusedError
from office_node.usecases.log_in import log_in
from office_node.usecases.officer_sessions import log_out
from office_node.usecases.refuse import refuse_stranger
from office_node.usecases.verify_officer import Claim

open_router = APIRouter(route_class=OpenPageRoute, include_in_schema=False)
router = APIRouter(route_class=PageRoute, include_in_schema=False)
unfinished_router = APIRouter(route_class=UnfinishedPageRoute, include_in_schema=False)
_LONGEST = 1024
_OWN_PATH = re.compile(r"/console(/[a-z0-9_-]{1,80}){0,8}")


@open_router.get("/")
async def get_root() -> Response:
    """The address of the node alone leads to the console."""
    return go_to("/console")


@open_router.get("/console/sign-in")
async def get_sign_in(request: Request, ended: Annotated[str | None, Query(max_length=1)] = None) -> Response:
    """The form to sign in."""
    return _sign_in_page(request, ended=ended is not None)


@open_router.post("/console/sign-in")
async def post_sign_in(request: Request) -> Response:
    """Open a session; what was wrong is not told."""
    form: Form = request.state.form
    officer, password, code = form.text("officer"), form.secret("password"), form.given("code")
    if not officer or not password or max(map(len, (officer, password, code or ""))) > _LONGEST:
        return _sign_in_page(request, officer=officer[:80], refused=True, status=422)
    node = request.app.state.node
    try:
        opened = await log_in(node, Claim(officer, password, code, source_of(request)), replaces=cookie_of(request))
    except (LoginRefusedError, LoginLockedError) as error:
        await refuse_stranger(node, error, source=source_of(request))
        locked_s = error.retry_s if isinstance(error, LoginLockedError) else None
        status = 429 if locked_s else 401
        return _sign_in_page(request, officer=officer[:80], refused=True, locked_s=locked_s, status=status)
    response = go_to("/console/account" if opened.view.unfinished else "/console")
    set_session(response, opened.secret)
    return response


def _sign_in_page(
    request: Request, *, officer: str = "", refused: bool = False, locked_s: int | None = None, ended: bool = False,
    status: int = 200,
) -> Response:  # fmt: skip
    context = {
        "officer": officer, "refused": refused, "locked_s": locked_s, "ended": ended,
        "oidc": request.app.state.node.provider is not None,
    }  # fmt: skip
    return page(request, "sign_in.html", context, status=status)


@open_router.post("/console/language")
async def post_language(request: Request) -> Response:
    """Show the pages in another language; kept in this browser until it is closed."""
    form: Form = request.state.form
    chosen = form.text("language")
    back = form.text("back")
    response = go_to(back if _OWN_PATH.fullmatch(back) else "/console")
    if chosen in LANGUAGES:
        response.set_cookie(LANGUAGE, chosen, path="/", secure=True, httponly=True, samesite="strict")
    return response


@open_router.get("/console/help")
async def get_help(request: Request) -> Response:
    """What the words of the pages mean, and what is written down."""
    return page(request, "help.html", {"outcomes": WORDS})


@open_router.get("/console/hidden")
async def get_hidden(request: Request) -> Response:
    """Nothing, for who must hide the screen without a script."""
    return page(request, "hidden.html", {})


@unfinished_router.post("/console/sign-out")
async def post_sign_out(at: AtDesk) -> Response:
    """End the session and what the browser keeps."""
    await log_out(at.node, at.present)
    response = go_to("/console/sign-in")
    clear_session(response)
    for name in (ROLE, PURPOSE):
        response.delete_cookie(name, path="/", secure=True, httponly=True, samesite="strict")
    return response


@router.get("/console/desk")
async def get_desk(request: Request, at: AtDesk) -> Response:
    """As what, and what for."""
    return page(request, "desk.html", at.frame | {"purposes": PURPOSES})


@router.post("/console/desk")
async def post_desk(at: AtDesk) -> Response:
    """Work in another of her roles, or for another purpose; both stand on every reading in the log."""
    response = go_to("/console")
    for cookie, name, allowed in ((ROLE, "role", at.view.roles), (PURPOSE, "purpose", PURPOSES)):
        if at.form.text(name) in allowed:
            chosen = at.form.text(name)
            response.set_cookie(cookie, chosen, path="/", secure=True, httponly=True, samesite="strict")
    return response
