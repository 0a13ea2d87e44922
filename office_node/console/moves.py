"""One step of a case, with what must be said, and where two officers sign the second one's password and code."""

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from office_node.api.browser import source_of
from office_node.api.problems import PROBLEMS
from office_node.console.case_pages import CaseRef, shown_person
from office_node.console.desk import AtDesk, Desk
from office_node.console.forms import read_day
from office_node.console.page_route import PageRoute
from office_node.console.pages import go_to, page
from office_node.domain.case_states import Step, step_from, takes_two
from office_node.domain.reasons import REASONS, may_be_for
from office_node.domain.step_rules import broken_rule
from office_node.errors import AskerError
from office_node.usecases.account_refusals import LoginLockedError
from office_node.usecases.move_case import move_case
from office_node.usecases.prove_officer import prove_officer
from office_node.usecases.refusals import DecisionInvalidError, StepImpossibleError
from office_node.usecases.second_signature import SECOND_ROLES
from office_node.usecases.view_case import view_case
from shared_schemas.accounts import ProveOfficer
from shared_schemas.cases import STATES, CaseView, MoveCase, Transition

router = APIRouter(route_class=PageRoute, include_in_schema=False)
Move = Annotated[Transition, Path()]
_ROUTE = ("POST", "/office/v1/cases/{case}/transitions")
_SECOND = ("second_officer", "second_password", "second_code")


@router.get("/console/cases/{case}/moves/{transition}")
async def get_move(request: Request, case: CaseRef, transition: Move, at: AtDesk) -> Response:
    """The form of one step."""
    await at.acts(*_ROUTE)
    view = await view_case(at.node, case, officer=at.actor)
    return await _move_page(request, at, view, _step(view, transition))


@router.post("/console/cases/{case}/moves/{transition}")
async def post_move(request: Request, case: CaseRef, transition: Move, at: AtDesk) -> Response:
    """Take it. What the second officer typed is never shown again."""
    officer = await at.acts(*_ROUTE)
    view = await view_case(at.node, case, officer=officer)
    step = _step(view, transition)
    try:
        told = _told(at, transition, step=step)
        _check(MoveCase.model_validate(told), step, now=at.node.clock.now())  # before her code is used up
        if any(at.form.text(name) for name in _SECOND):
            told["second"] = await _second(at, case, transition)
        await move_case(at.node, case, MoveCase.model_validate(told), officer=officer, key=at.key)
    except ValueError:  # pydantic's too
        return await _move_page(request, at, view, step, wrong="decision-invalid", status=422)
    except LoginLockedError as error:
        return await _move_page(request, at, view, step, wrong=error.code, status=429)
    except AskerError as error:
        rule = error.rule if isinstance(error, DecisionInvalidError) else None
        return await _move_page(request, at, view, step, wrong=error.code, rule=rule, status=409)
    return go_to(f"/console/cases/{case}")


def _check(move: MoveCase, step: Step, *, now: datetime) -> None:
    """DecisionInvalidError if what was said cannot be enough, wherever the case has been."""
    if (rule := broken_rule(step, move, been=STATES, now=now)) is not None:
        raise DecisionInvalidError(rule)


async def _second(at: Desk, case: str, transition: Transition) -> Mapping[str, Any]:
    """The second officer's proof, made here at the same desk. Refusals of a log-in, and of a proof."""
    asked = ProveOfficer.model_validate(
        {
            "officer": at.form.text("second_officer"),
            "password": at.form.secret("second_password"),
            "code": at.form.text("second_code"),
            "role": at.form.text("second_role"),
            "case": case,
            "act": "decision",
            "of": transition,
        }
    )
    proof = await prove_officer(at.node, at.present, asked, source=source_of(at.request))
    return {"role": proof.role, "officer": proof.officer, "proof": proof.proof}


def _told(at: Desk, transition: Transition, *, step: Step) -> dict[str, Any]:
    form = at.form
    told: dict[str, Any] = {"transition": transition, "after": int(form.text("after") or 0)}
    told |= {name: form.text(name) for name in ("reason_code", "reason") if form.text(name)}
    if "condition" in step.needs:
        told["condition"] = form.lines("condition")
    if form.given("until"):
        if (day := read_day(form.text("until"))) is None:
            raise ValueError("no date")
        told["until"] = datetime.combine(day, time(23, 59), tzinfo=at.node.workdays.clock).astimezone(UTC)
    if form.given("minutes"):
        told["minutes"] = int(form.text("minutes"))
    return told


def _step(view: CaseView, transition: Transition) -> Step:
    step = step_from(view.state, transition)
    if step is None or transition not in view.next:
        raise StepImpossibleError
    return step


async def _move_page(
    request: Request, at: Desk, view: CaseView, step: Step, *, wrong: str | None = None, rule: str | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    said = PROBLEMS[wrong] if wrong is not None else None
    context = {
        "case": view,
        "person": await shown_person(at, view.case),
        "step": step,
        "two": takes_two(step, before=view.standing),
        "reasons": [code for code in REASONS if may_be_for(step.name, code)] if "reason_code" in step.needs else [],
        "second_roles": sorted(SECOND_ROLES),
        "said": None if said is None else (said.id, said.en),
        "rule": rule,
        "form": at.form if wrong is not None else None,
    }
    return page(request, "move.html", at.frame | context, status=status)
