"""The guideline in the office API: answers of an interview, and what it makes of a case. It decides nothing."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from shared_schemas.base import Answer, Ask, Flag, Moment, StrictInt
from shared_schemas.guideline import Country, FactName, Group, Level, Part, Said
from shared_schemas.ids import Ref

Linked = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200)]


class GivenAnswer(Ask):
    """One answer with the note of its evidence. `value`: true or false, a number, or a country (ISO 3166-1 alpha-2).

    Which of them it is the guideline's question says. Without a note most answers do not count (`statement` ones do);
    what is not verified counts half.
    """

    code: FactName
    value: Flag | Annotated[StrictInt, Field(ge=0, le=1000)] | Country
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=600)] = ""
    verified: Flag = False


class Links(Ask):
    """What else the case names. Kept as tokens under the office's own key, to count what cases share; never readable.

    A member that is left out stays as it was.
    """

    email: Linked | None = None
    address: Linked | None = None
    payer: Linked | None = None
    guarantor: Linked | None = None
    letter: Linked | None = None


class SaveAnswers(Ask):
    """Body of `PUT /office/v1/cases/{case}/answers`: sent again it changes nothing; another answer replaces one."""

    answers: Annotated[tuple[GivenAnswer, ...], Field(max_length=120)] = ()
    links: Links | None = None

    @model_validator(mode="after")
    def _once(self) -> "SaveAnswers":
        if len({answer.code for answer in self.answers}) != len(self.answers):
            raise ValueError("a question answered twice")
        return self


class AnswersSaved(Answer):
    """Every question of the case that has an answer now."""

    case: Ref
    answered: tuple[str, ...]


class ReasonView(Answer):
    """An indicator that stands, its evidence, and what would change it."""

    code: str
    group: Group
    text: Said
    points: float
    verified: bool
    counted: bool
    evidence: tuple[str, ...]
    changes: tuple[Said, ...]
    ask: Said


class ProtectiveView(Answer):
    """What speaks for the applicant: the points it takes away, and the indicators it closed."""

    code: str
    text: Said
    points: float
    verified: bool
    closed: tuple[str, ...]


class QuestionView(Answer):
    """What to ask next; `because`: the indicators it would settle, none if it is asked in every case."""

    code: str
    part: Part
    text: Said
    because: tuple[str, ...]


class AssessmentView(Answer):
    """Level, reasons and questions by the guideline in force. An officer decides.

    `unknown_offices`: so many have not answered; what they know is not in here. `withheld`: other offices' answers are
    left out, because the question about earlier applications has not been answered yet.
    """

    case: Ref
    level: Level
    points: float
    guideline: str
    guideline_version: int
    assessed_at: Moment
    unknown_offices: int
    withheld: bool
    held_back: tuple[Literal["one-indicator", "one-group", "nothing-verified"], ...]
    reasons: tuple[ReasonView, ...]
    protective: tuple[ProtectiveView, ...]
    questions: tuple[QuestionView, ...]
