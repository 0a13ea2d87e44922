"""A new application: one form, filed through the same use case as the office API, once however often it is sent."""

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from office_node.console.desk import AtDesk, Desk
from office_node.console.forms import Form, read_day
from office_node.console.page_route import PageRoute
from office_node.console.pages import go_to, page
from office_node.console.words import FIELDS
from office_node.usecases.file_case import file_case
from office_node.usecases.once import Once, request_hash
from office_node.usecases.refusals import BirthDateInFutureError, PaperTimeError
from shared_schemas.office import FileCase

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_ROUTE = ("POST", "/office/v1/cases")
_DIGITS = ("nik", "kk")
_TEXTS = ("name", "birth_place", "sex", "passport_no", "mother_name", "village")


@router.get("/console/cases/new")
async def get_new(request: Request, at: AtDesk) -> Response:
    """An empty form."""
    await at.acts(*_ROUTE)
    return _form_page(request, at, form=Form({}), once=at.node.new_ref(), wrong=())


@router.post("/console/cases/new")
async def post_new(request: Request, at: AtDesk) -> Response:
    """File it, and on to its page; or the form again, with what is wrong in front and nothing lost."""
    officer = await at.acts(*_ROUTE)
    form = at.form
    once = form.text("once") if len(form.text("once")) == 32 and form.text("once").isalnum() else at.node.new_ref()
    try:
        filing = FileCase.model_validate(_filing(form, zone=at.node.workdays.clock))
        told = filing.model_dump_json().encode()
        filed = await file_case(
            at.node, filing, officer=officer, once=Once(at.key.id, f"page-{once}", request_hash(told))
        )
    except ValidationError as error:
        return _form_page(request, at, form=form, once=once, wrong=_fields(error))
    except BirthDateInFutureError:
        return _form_page(request, at, form=form, once=once, wrong=("birth_date",))
    except PaperTimeError:
        return _form_page(request, at, form=form, once=once, wrong=("taken_at",))
    return go_to(f"/console/cases/{filed.case}")


def _form_page(request: Request, at: Desk, *, form: Form, once: str, wrong: tuple[str, ...]) -> Response:
    context = {"form": form, "once": once, "wrong": wrong}
    return page(request, "new_case.html", at.frame | context, status=422 if wrong else 200)


def _filing(form: Form, *, zone: timezone) -> Mapping[str, Any]:
    """The form as the body of the office API; digits may be pasted with blanks, dots or hyphens between them."""
    person: dict[str, Any] = {name: form.given(name) for name in _TEXTS}
    person["birth_date"] = str(read_day(form.text("birth_date")) or "") or None
    person |= {name: _digits(form.text(name)) for name in _DIGITS}
    person["passport_no"] = (form.text("passport_no").replace(" ", "").upper()) or None
    person["aliases"] = form.lines("aliases")
    person["phones"] = form.lines("phones")
    told: dict[str, Any] = {"application_no": form.text("application_no"), "person": _given(person)}
    if form.given("purpose"):
        told["purpose"] = form.text("purpose")
    if form.given("taken_at") or form.given("because"):
        told["paper"] = {"taken_at": _local(form.text("taken_at"), zone=zone), "because": form.text("because")}
    return told


def _given(person: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in person.items() if value not in (None, (), "")}


def _digits(text: str) -> str:
    return "".join(one for one in text if one not in " .-\u00a0\t")


def _local(text: str, *, zone: timezone) -> Any:
    """What a field for date and time holds, in the office's own time; left as it is if it is none."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone)
    except ValueError:
        return text


def _fields(error: ValidationError) -> tuple[str, ...]:
    """The fields that broke a rule, in the order of the form."""
    named = {str(part) for one in error.errors() for part in one["loc"]}
    found = tuple(field for field in FIELDS if field in named)
    return found or (("taken_at",) if "paper" in named else ("name",))
