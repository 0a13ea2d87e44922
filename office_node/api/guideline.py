"""The guideline in the office API: save an interview's answers, and see level, reasons and questions of a case."""

from fastapi import APIRouter, Response

from office_node.api.caller import CallerDep
from office_node.api.keyed_route import KeyedRoute
from office_node.api.office import REFUSALS, Reference
from office_node.usecases.assess_case import assess_case
from office_node.usecases.guideline_in_force import guideline_now
from office_node.usecases.save_answers import save_answers
from shared_schemas.assessment import AnswersSaved, AssessmentView, SaveAnswers
from shared_schemas.guideline import Pack

router = APIRouter(prefix="/office/v1", route_class=KeyedRoute, tags=["office"], responses=REFUSALS)


@router.put("/cases/{case}/answers")
async def put_answers(case: Reference, saved: SaveAnswers, by: CallerDep) -> AnswersSaved:
    """Save answers of the interview, each with its evidence note.

    An answer replaces an earlier one to the same question; the same once more changes nothing. `links` are kept as
    tokens only. Answers with every question that is answered now.
    """
    return await save_answers(by.node, case, saved, officer=by.officer)


@router.get("/cases/{case}/assessment")
async def get_assessment(case: Reference, by: CallerDep, response: Response) -> AssessmentView:
    """Show what the guideline makes of a case as it stands now.

    A level is no decision and HIJAU says nothing about a person: it says that no more needs to be asked. The look is
    written to the log. For the role `interview` other offices' answers are withheld until the question about earlier
    applications has been answered.
    """
    response.headers["cache-control"] = "no-store"
    return await assess_case(by.node, case, officer=by.officer)


@router.get("/guideline")
async def get_guideline(by: CallerDep) -> Pack:
    """Show the edition of the guideline that is in force."""
    return await guideline_now(by.node)
