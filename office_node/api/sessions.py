"""Officers' sessions (`/session/v1`): log in and out, password, authenticator, the proof of a second officer."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from office_node.api.browser import (
    FLOW,
    clear_flow,
    clear_session,
    cookie_of,
    own_origin,
    set_flow,
    set_session,
    source_of,
)
from office_node.api.session_route import REFUSALS, NodeDep, OpenRoute, PresentDep, SessionRoute
from office_node.node import Node
from office_node.usecases import oidc_log_in
from office_node.usecases.account_refusals import LoginRefusedError
from office_node.usecases.log_in import change_password, confirm_authenticator, enrol_authenticator, log_in
from office_node.usecases.officer_sessions import log_out, log_out_everywhere, view_session
from office_node.usecases.prove_officer import prove_officer
from office_node.usecases.verify_officer import Claim
from shared_schemas.accounts import (
    AuthenticatorConfirmed,
    AuthenticatorSecret,
    ChangePassword,
    ConfirmAuthenticator,
    EnrolAuthenticator,
    LogIn,
    Proof,
    ProveOfficer,
    SessionView,
)

open_router = APIRouter(prefix="/session/v1", route_class=OpenRoute, tags=["session"], responses=REFUSALS)
router = APIRouter(prefix="/session/v1", route_class=SessionRoute, tags=["session"], responses=REFUSALS)
_BACK = "/session/v1/oidc/return"
_PAGE = b"""<!doctype html><html lang="id"><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=/">
<title>Jejak</title><p><a href="/">Lanjutkan</a></p></html>"""
_PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@open_router.post("")
async def post_session(asked: LogIn, node: NodeDep, request: Request, response: Response) -> SessionView:
    """Log in with password and code.

    The answer sets the session's cookie under a new id; a session that the browser had before ends. What was wrong is
    not told. `unfinished` names what is to be done before the office API answers.
    """
    code = None if asked.code is None else asked.code.get_secret_value()
    claim = Claim(asked.officer, asked.password.get_secret_value(), code, source_of(request))
    opened = await log_in(node, claim, replaces=cookie_of(request))
    set_session(response, opened.secret)
    return opened.view


@open_router.get("/oidc", status_code=303, response_class=Response, responses={303: {"content": {"text/plain": {}}}})
async def get_oidc(node: NodeDep) -> Response:
    """Go to the office's OpenID provider to log in.

    303 to the provider; 404 where none is set.
    """
    flow, address = await oidc_log_in.begin(node, back_to=_back_to(node))
    response = Response(status_code=303, media_type="text/plain", headers={"Location": address})
    set_flow(response, flow)
    return response


@open_router.get(
    "/oidc/return",
    response_class=Response,
    responses={200: {"content": {"text/html": {}}, "description": "The session is open; the page goes on to `/`."}},
)
async def get_oidc_return(
    node: NodeDep,
    request: Request,
    state: Annotated[str, Query(max_length=200)],
    code: Annotated[str | None, Query(max_length=4096)] = None,
    iss: Annotated[str | None, Query(max_length=400)] = None,
) -> Response:
    """Come back from the provider and open the session.

    A page that goes on by itself, not a redirect: the session's cookie is not sent where another site has led.
    """
    if code is None:
        raise LoginRefusedError
    opened = await oidc_log_in.finish(
        node, request.cookies.get(FLOW), state=state, code=code, issuer=iss, back_to=_back_to(node),
        replaces=cookie_of(request),
    )  # fmt: skip
    response = Response(_PAGE, media_type="text/html", headers=_PAGE_HEADERS)
    set_session(response, opened.secret)
    clear_flow(response)
    return response


def _back_to(node: Node) -> str:
    return own_origin(node) + _BACK


@router.get("")
async def get_session(node: NodeDep, present: PresentDep) -> SessionView:
    """Show who is logged in, and what she may do."""
    return view_session(node, present)


@router.delete("", status_code=204)
async def delete_session(node: NodeDep, present: PresentDep, response: Response) -> None:
    """Log out of this session.

    Answers 204 without a body.
    """
    await log_out(node, present)
    clear_session(response)


@router.delete("/all", status_code=204)
async def delete_sessions(node: NodeDep, present: PresentDep, response: Response) -> None:
    """Log out everywhere, this browser too.

    Answers 204 without a body; her unused proofs end with it.
    """
    await log_out_everywhere(node, present)
    clear_session(response)


@router.post("/password")
async def post_password(
    asked: ChangePassword, node: NodeDep, present: PresentDep, request: Request, response: Response
) -> SessionView:
    """Choose another password.

    At least twelve characters and not easily guessed; all her other sessions end, this one goes on under a new id.
    """
    old, new = asked.old.get_secret_value(), asked.new.get_secret_value()
    opened = await change_password(node, present, old=old, new=new, source=source_of(request))
    set_session(response, opened.secret)
    return opened.view


@router.post("/authenticator")
async def post_authenticator(
    asked: EnrolAuthenticator, node: NodeDep, present: PresentDep, request: Request
) -> AuthenticatorSecret:
    """Set up an authenticator, or another one in place of the old.

    The secret is shown once and counts when a code of it has come back.
    """
    code = None if asked.code is None else asked.code.get_secret_value()
    claim = Claim(present.officer, asked.password.get_secret_value(), code, source_of(request))
    return await enrol_authenticator(node, present, claim)


@router.post("/authenticator/confirmation")
async def post_confirmation(
    asked: ConfirmAuthenticator, node: NodeDep, present: PresentDep, request: Request, response: Response
) -> AuthenticatorConfirmed:
    """Confirm the authenticator with a code of it.

    Gives ten recovery codes, shown once, each good once. All her other sessions end.
    """
    code = asked.code.get_secret_value()
    opened, codes = await confirm_authenticator(node, present, code, source=source_of(request))
    set_session(response, opened.secret)
    return AuthenticatorConfirmed(recovery_codes=codes, session=opened.view)


@router.post("/proofs", status_code=201)
async def post_proof(asked: ProveOfficer, node: NodeDep, present: PresentDep, request: Request) -> Proof:
    """Prove that a second officer signs.

    With her own password and code, for one case and one act; good for five minutes and once, as `second.proof`.
    """
    return await prove_officer(node, present, asked, source=source_of(request))
