"""Two cases side by side, and what she says of them: the same person, another one, or not to be told, and why."""

from collections.abc import Iterator
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Path, Request, Response
from pydantic import ValidationError

from office_node.console.case_pages import CaseRef, shown_person, shown_screening
from office_node.console.desk import AtDesk, Desk
from office_node.console.differences import Piece, differences
from office_node.console.page_route import PageRoute
from office_node.console.pages import go_to, page
from office_node.usecases.refusals import QuestionFirstError, RowNotShownError
from office_node.usecases.remember_verdict import remember_verdict
from office_node.usecases.view_case import view_case
from shared_schemas.ids import OfficeId
from shared_schemas.office import HistoryView, Judge
from shared_schemas.person import Person

router = APIRouter(route_class=PageRoute, include_in_schema=False)
Office = Annotated[OfficeId, Path()]
_READ = ("GET", "/office/v1/screenings/{screening}")
_JUDGE = ("POST", "/office/v1/screenings/{screening}/verdicts")
_COMPARED = (
    "name", "birth_date", "birth_place", "nik", "kk", "passport_no", "mother_name", "phones", "aliases", "village",
)  # fmt: skip


class Line(NamedTuple):
    """One field of both."""

    field: str
    ours: tuple[Piece, ...]
    theirs: tuple[Piece, ...]
    same: bool


@router.get("/console/cases/{case}/compare/{office}/{other}")
async def get_comparison(request: Request, case: CaseRef, office: Office, other: CaseRef, at: AtDesk) -> Response:
    """Both, with what differs marked."""
    await at.acts(*_READ)
    return await _comparison_page(request, at, case, office=office, other=other)


@router.post("/console/cases/{case}/compare/{office}/{other}")
async def post_verdict(request: Request, case: CaseRef, office: Office, other: CaseRef, at: AtDesk) -> Response:
    """Remember what she says; it decides nothing."""
    officer = await at.acts(*_JUDGE)
    view = await view_case(at.node, case, officer=officer)
    told = {"office": office, "case": other, "verdict": at.form.text("verdict"), "reason": at.form.text("reason")}
    try:
        judged = Judge.model_validate(told)
    except ValidationError:
        return await _comparison_page(request, at, case, office=office, other=other, wrong=True)
    await remember_verdict(at.node, _newest(view.screenings), judged, officer=officer)
    return go_to(f"/console/cases/{case}")


async def _comparison_page(
    request: Request, at: Desk, case: str, *, office: str, other: str, wrong: bool = False
) -> Response:
    view = await view_case(at.node, case, officer=at.actor)
    screening = await shown_screening(at, view)
    if screening is None:
        raise QuestionFirstError
    row = _row(screening.history, office=office, other=other)
    person = await shown_person(at, case)
    context = {
        "case": view, "row": row, "wrong": wrong, "person": person, "form": at.form if wrong else None,
        "lines": tuple(_lines(person, row.person)) if person is not None and row.person is not None else (),
    }  # fmt: skip
    return page(request, "compare.html", at.frame | context, status=422 if wrong else 200)


def _newest(screenings: tuple[str, ...]) -> str:
    if not screenings:
        raise RowNotShownError
    return screenings[-1]


def _row(history: tuple[HistoryView, ...], *, office: str, other: str) -> HistoryView:
    for row in history:
        if (row.office, row.case) == (office, other):
            return row
    raise RowNotShownError


def _lines(ours: Person, theirs: Person) -> Iterator[Line]:
    for field in _COMPARED:
        left, right = (_text(person, field) for person in (ours, theirs))
        if left or right:
            marked = differences(left, right)
            yield Line(field, *marked, not any(piece.differs for side in marked for piece in side))


def _text(person: Person, field: str) -> str:
    value = getattr(person, field)
    if value is None:
        return ""
    return ", ".join(value) if isinstance(value, tuple) else str(value)
