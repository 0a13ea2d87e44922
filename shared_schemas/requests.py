"""What an applicant may ask about her case, in the office API: correction, access, objection, appeal.

Sources: UU 27/2022 Pasal 5 to 7, 30 and 32 (3 x 24 hours); UU 30/2014 (objection within 21 working days, answered in
10, then appeal). No citation has been read at its source yet.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from shared_schemas.base import Answer, Ask, Flag, Moment
from shared_schemas.ids import OfficerRef, Ref
from shared_schemas.office import FreeText, SecondOfficer
from shared_schemas.person import Person
from shared_schemas.statement import Role

RequestKind = Literal["correction", "access", "objection", "appeal"]
MadeBy = Literal["applicant", "guardian", "representative", "officer"]
RequestOutcome = Literal["granted", "declined", "withdrawn"]
ToldHow = Literal["in_person", "letter", "email", "phone"]
Lift = Literal["annul", "reopen", "resume"]


class MakeRequest(Ask):
    """Body of `POST /office/v1/cases/{case}/requests`.

    `person`: how the data should be, whole, for a correction and for nothing else. `received_at`: when it came, if that
    was earlier than now (on paper); due times count from there.
    """

    kind: RequestKind
    made_by: MadeBy = "applicant"
    text: FreeText
    person: Person | None = None
    received_at: Moment | None = None

    @model_validator(mode="after")
    def _a_correction_says_what(self) -> Self:
        if (self.kind == "correction") != (self.person is not None):
            raise ValueError("a correction, and nothing else, brings the person as she should be")
        return self


class AnswerRequest(Ask):
    """Body of `POST /office/v1/requests/{request}/answer`: what became of it, and why, in words for the applicant.

    `lift`: the step by which a granted objection or appeal ends the decision it is against; it takes two officers.
    """

    outcome: RequestOutcome
    reason: FreeText
    lift: Lift | None = None
    second: SecondOfficer | None = None


class ToldApplicant(Ask):
    """Body of `POST /office/v1/requests/{request}/told`: the applicant knows what became of her request."""

    how: ToldHow
    at: Moment | None = None


class RequestLine(Answer):
    """A request in a list. `late`: it came after its time; that alone is no ground to leave it unanswered."""

    request: Ref
    case: Ref
    kind: RequestKind
    made_by: MadeBy
    received_at: Moment
    due_at: Moment
    late: Flag = False
    outcome: RequestOutcome | None = None
    decided_at: Moment | None = None
    told_at: Moment | None = None


class RequestView(RequestLine):
    """A request with its words, and who answered it."""

    text: str
    fields: Annotated[tuple[str, ...], Field(description="For a correction: which fields it changes.")] = ()
    reason: str | None = None
    role: Role | None = None
    officer: OfficerRef | None = None
    second_role: Role | None = None
    second_officer: OfficerRef | None = None
    told_how: ToldHow | None = None
