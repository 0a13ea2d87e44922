"""The interview as a checklist in the order of the guideline; what she answers is saved before more is shown."""

from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError

from office_node.console.case_pages import CaseRef, shown_person
from office_node.console.desk import AtDesk, Desk
from office_node.console.forms import Form
from office_node.console.page_route import PageRoute
from office_node.console.pages import go_to, page
from office_node.usecases.assess_case import assess_case
from office_node.usecases.guideline_in_force import guideline_now
from office_node.usecases.refusals import AnswerInvalidError
from office_node.usecases.save_answers import read_answers, save_answers
from office_node.usecases.view_case import view_case
from shared_schemas.assessment import SaveAnswers
from shared_schemas.guideline import APPLIED_ELSEWHERE, PARTS, Pack

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_ROUTE = ("PUT", "/office/v1/cases/{case}/answers")


@router.get("/console/cases/{case}/interview")
async def get_interview(request: Request, case: CaseRef, at: AtDesk) -> Response:
    """The checklist with what was answered so far."""
    await at.acts(*_ROUTE)
    return await _interview_page(request, at, case, wrong=())


@router.post("/console/cases/{case}/interview")
async def post_interview(request: Request, case: CaseRef, at: AtDesk) -> Response:
    """Save what is filled in; what is left empty stays as it was."""
    officer = await at.acts(*_ROUTE)
    pack = await guideline_now(at.node)
    try:
        saved = SaveAnswers.model_validate({"answers": tuple(_given(at.form, pack))})
        await save_answers(at.node, case, saved, officer=officer)
    except (ValidationError, AnswerInvalidError):
        return await _interview_page(request, at, case, wrong=_wrong(at.form, pack))
    return go_to(f"/console/cases/{case}" if at.form.text("then") == "case" else f"/console/cases/{case}/interview")


async def _interview_page(request: Request, at: Desk, case: str, *, wrong: tuple[str, ...]) -> Response:
    view = await view_case(at.node, case, officer=at.actor)
    pack = await guideline_now(at.node)
    asked = await assess_case(at.node, case, officer=at.actor)
    held = await read_answers(at.node, case, purpose=at.purpose, officer=at.actor)
    always = {one.code for one in pack.questions if one.always}
    context = {
        "ahead": {one.code for one in asked.questions} | always | held.keys() | set(wrong),
        "case": view,
        "person": await shown_person(at, case),
        "first": next(one for one in pack.questions if one.code == APPLIED_ELSEWHERE),
        "parts": [
            (part, [one for one in pack.questions if one.part == part and one.code != APPLIED_ELSEWHERE])
            for part in PARTS
        ],
        "held": held,
        "form": at.form if wrong else None,
        "wrong": wrong,
    }
    return page(request, "interview.html", at.frame | context, status=422 if wrong else 200)


def _given(form: Form, pack: Pack) -> list[dict[str, Any]]:
    """Every question of the pack that has something in the form."""
    return [
        {
            "code": one.code,
            "value": _value(form.text(f"value-{one.code}"), kind=one.answer),
            "note": form.text(f"note-{one.code}"),
            "verified": form.text(f"verified-{one.code}") == "on",
        }
        for one in pack.questions
        if form.text(f"value-{one.code}")
    ]


def _value(text: str, *, kind: str) -> Any:
    if kind == "yes_no":
        return {"yes": True, "no": False}.get(text, text)
    if kind == "number":
        return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else text
    return text.upper()


def _wrong(form: Form, pack: Pack) -> tuple[str, ...]:
    """The questions whose answer does not fit; all that were answered if no single one can be named."""
    found = []
    for one in _given(form, pack):
        try:
            SaveAnswers.model_validate({"answers": (one,)})
        except ValidationError:
            found.append(str(one["code"]))
    return tuple(found) or tuple(str(one["code"]) for one in _given(form, pack))
