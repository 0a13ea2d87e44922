"""The interviewer asks *pernah mengajukan di kantor lain?* before she is shown what other offices answered.

Otherwise an answer could no longer be told from an echo of what the screen says.
"""

from office_node.store import answers
from office_node.store.transactions import Connection
from office_node.usecases.refusals import QuestionFirstError
from shared_schemas.guideline import APPLIED_ELSEWHERE
from shared_schemas.statement import Actor


def may_see_others(connection: Connection, case_ref: str, *, officer: Actor) -> bool:
    """Whether other offices' answers may be shown to this officer now."""
    return officer.role != "interview" or answers.answered(connection, case_ref, code=APPLIED_ELSEWHERE)


def check_asked_first(connection: Connection, case_ref: str, *, officer: Actor) -> None:
    """QuestionFirstError while the interviewer has not saved the answer."""
    if not may_see_others(connection, case_ref, officer=officer):
        raise QuestionFirstError
