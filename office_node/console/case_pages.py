"""The page of one case: what to do next, what is known, what is not, whom it comes from. Each look is in the log."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from office_node.console.desk import AtDesk, Desk
from office_node.console.outcome import outlook
from office_node.console.page_route import PageRoute
from office_node.console.pages import go_to, page
from office_node.domain.case_states import step_from
from office_node.usecases.assess_case import assess_case
from office_node.usecases.refusals import CaseUnknownError, QuestionFirstError
from office_node.usecases.screen_case import screen_again
from office_node.usecases.view_case import read_person, read_steps, view_case
from office_node.usecases.view_screening import view_screening
from office_node.usecases.watch_screening import watch_screening
from shared_schemas.assessment import AssessmentView
from shared_schemas.cases import CaseView
from shared_schemas.office import ScreeningView
from shared_schemas.person import Person

router = APIRouter(route_class=PageRoute, include_in_schema=False)
CaseRef = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
_OF = "/office/v1/cases/{case}"
_REFRESH_S = 3


@router.get("/console/cases/{case}")
async def get_case(request: Request, case: CaseRef, at: AtDesk) -> Response:
    """The whole case, as this role may see it."""
    officer = await at.acts("GET", _OF)
    view = await view_case(at.node, case, officer=officer)
    person = await shown_person(at, case)
    assessment = await _assessment(at, case)
    screening = await shown_screening(at, view)
    steps = (
        await read_steps(at.node, case, purpose=at.purpose, officer=officer) if at.may("GET", f"{_OF}/steps") else []
    )
    context = {
        "case": view,
        "person": person,
        "assessment": assessment,
        "screening": screening,
        "steps": steps,
        "outlook": outlook(assessment, screening),
        "moves": [(name, step) for name in view.next if (step := step_from(view.state, name)) is not None],
        "may_ask": at.may("POST", f"{_OF}/screenings") and view.moved_to is None,
        "may_interview": at.may("PUT", f"{_OF}/answers") and view.moved_to is None,
        "refresh_s": _REFRESH_S if screening is not None and screening.state == "running" else None,
    }
    return page(request, "case.html", at.frame | context)


@router.get("/console/cases/{case}/progress")
async def get_progress(request: Request, case: CaseRef, at: AtDesk) -> Response:
    """The panel while answers come: who has answered; once all is known the page is to be loaded anew."""
    officer = await at.acts("GET", "/office/v1/screenings/{screening}/events")
    view = await view_case(at.node, case, officer=officer)
    if not view.screenings:
        raise CaseUnknownError
    told = await watch_screening(at.node, view.screenings[-1], officer=officer)
    headers = {"HX-Refresh": "true"} if told.settled else {}
    return page(request, "progress.html", {"progress": told}, headers=headers)


@router.post("/console/cases/{case}/screenings")
async def post_screening(case: CaseRef, at: AtDesk) -> Response:
    """Ask all offices once more."""
    officer = await at.acts("POST", f"{_OF}/screenings")
    await screen_again(at.node, case, purpose=at.purpose, actor=officer)
    return go_to(f"/console/cases/{case}")


async def shown_person(at: Desk, case: str) -> Person | None:
    """The person, with the reading in the log; None for a role that may not see her."""
    if not at.may("GET", f"{_OF}/person"):
        return None
    return await read_person(at.node, case, purpose=at.purpose, officer=at.actor)


async def shown_screening(at: Desk, view: CaseView) -> ScreeningView | None:
    """The newest screening; None if there is none, or for whoever may not see it (yet)."""
    if not view.screenings or not at.may("GET", "/office/v1/screenings/{screening}"):
        return None
    try:
        return await view_screening(at.node, view.screenings[-1], officer=at.actor)
    except QuestionFirstError:
        return None


async def _assessment(at: Desk, case: str) -> AssessmentView | None:
    if not at.may("GET", f"{_OF}/assessment"):
        return None
    return await assess_case(at.node, case, officer=at.actor)
