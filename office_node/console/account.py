"""Her own account: a password of her own and an authenticator. Secrets are shown once, on the page that answers."""

from fastapi import APIRouter, Request, Response
from pydantic import SecretStr, ValidationError

from office_node.api.browser import set_session, source_of
from office_node.console.catalogues import N_
from office_node.console.desk import AtDesk, Desk
from office_node.console.page_route import UnfinishedPageRoute
from office_node.console.pages import go_to, page
from office_node.domain.browsers import csrf_of
from office_node.usecases.account_refusals import LoginLockedError, LoginRefusedError, PasswordUnfitError
from office_node.usecases.log_in import change_password, confirm_authenticator, enrol_authenticator
from office_node.usecases.verify_officer import Claim
from shared_schemas.accounts import ChangePassword

router = APIRouter(route_class=UnfinishedPageRoute, include_in_schema=False)
_WRONG = N_("Kata sandi atau kode tidak diterima.")
_LOCKED = N_("Terlalu banyak percobaan; tunggu sebentar.")
_UNFIT = N_("Kata sandi baru terlalu pendek, mudah ditebak, atau sama dengan yang lama. Pilih yang lain.")
_UNEQUAL = N_("Kedua isian kata sandi baru tidak sama.")


@router.get("/console/account")
async def get_account(request: Request, at: AtDesk) -> Response:
    """What she has, and what is still to be done."""
    return _account_page(request, at)


@router.post("/console/account/password")
async def post_password(request: Request, at: AtDesk) -> Response:
    """Choose another password; all her other sessions end."""
    old, new, again = (at.form.secret(name) for name in ("old", "new", "again"))
    if new != again:
        return _account_page(request, at, wrong=_UNEQUAL)
    try:
        ChangePassword(old=SecretStr(old), new=SecretStr(new))
        opened = await change_password(at.node, at.present, old=old, new=new, source=source_of(request))
    except (PasswordUnfitError, ValidationError):
        return _account_page(request, at, wrong=_UNFIT)
    except (LoginRefusedError, LoginLockedError) as error:
        return _account_page(request, at, wrong=_said(error))
    response = go_to("/console/account" if opened.view.unfinished else "/console")
    set_session(response, opened.secret)
    return response


@router.post("/console/account/authenticator")
async def post_authenticator(request: Request, at: AtDesk) -> Response:
    """Show a new secret once; it counts when a code of it has come back."""
    claim = Claim(at.present.officer, at.form.secret("password"), at.form.given("code"), source_of(request))
    try:
        made = await enrol_authenticator(at.node, at.present, claim)
    except (LoginRefusedError, LoginLockedError) as error:
        return _account_page(request, at, wrong=_said(error))
    return page(request, "authenticator.html", at.frame | {"made": made, "wrong": None})


@router.post("/console/account/confirmation")
async def post_confirmation(request: Request, at: AtDesk) -> Response:
    """The authenticator counts; recovery codes are shown once."""
    try:
        opened, codes = await confirm_authenticator(
            at.node, at.present, at.form.text("code"), source=source_of(request)
        )
    except (LoginRefusedError, LoginLockedError) as error:
        return _account_page(request, at, wrong=_said(error))
    view = opened.view.model_copy(update={"csrf": csrf_of(opened.secret)})
    response = page(request, "recovery.html", at.frame | {"present": view, "codes": codes})
    set_session(response, opened.secret)
    return response


def _said(error: LoginRefusedError | LoginLockedError) -> str:
    return _LOCKED if isinstance(error, LoginLockedError) else _WRONG


def _account_page(request: Request, at: Desk, *, wrong: str | None = None) -> Response:
    context = {"wrong": wrong, "has_authenticator": at.present.account.totp_sealed is not None}
    return page(request, "account.html", at.frame | context, status=422 if wrong else 200)
