"""PIMPASA in the office API: desa binaan, their officers, the calendar, literacy sessions and what follows from them.

Nothing here is about a person of a village: people are counted, and tests are anonymous. Who recruits is said in a form
of its own (`recruiters.py`). What a phone sends has an id of its own making (a UUID without its dashes) and is accepted
once under it.
"""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from shared_schemas.base import Answer, Ask, Flag, Moment, StrictInt
from shared_schemas.ids import OfficerRef, Ref, VillageCode
from shared_schemas.office import FreeText
from shared_schemas.statement import Role

Audience = Literal["residents", "pupils", "village_officials", "migrant_families", "returned_migrants"]
Topic = Literal["passport", "legal_route", "broker_tactics", "rights_and_contract", "where_to_complain"]
Material = Literal["leaflet", "poster", "banner", "film", "slides", "checklist"]
PartnerPresent = Literal["bp3mi", "disnaker", "police", "village_government", "school", "dukcapil", "ngo", "other"]
AgeBand = Literal["under_18", "18_24", "25_34", "35_44", "45_59", "60_up", "not_said"]
Sex = Literal["F", "M", "not_said"]
QuestionId = Annotated[str, StringConstraints(pattern=r"^q[1-9][0-9]?$")]
TestVersion = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}$")]
Count = Annotated[StrictInt, Field(ge=0, le=5000)]
Day = Annotated[date, Field(description="A day in the office's zone")]
LongText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=2000)]
Several = Field(max_length=12)


def _once(what: str, values: tuple[object, ...]) -> None:
    if len(set(values)) != len(values):
        raise ValueError(f"{what} twice")


class Mentor(Ask):
    """Body of `PUT /office/v1/pimpasa/officers/{officer}`: who is one, and since when."""

    appointed_on: Day
    ended_on: Day | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.ended_on is not None and self.ended_on < self.appointed_on:
            raise ValueError("it ends before it begins")
        return self


class MentorView(Answer):
    """A PIMPASA officer, by staff pseudonym."""

    officer: OfficerRef
    appointed_on: date
    ended_on: date | None = None
    villages: tuple[VillageCode, ...] = ()


class MentorVillage(Ask):
    """Body of `PUT /office/v1/pimpasa/villages/{village}`: a desa binaan, its officer, and until when it is one."""

    officer: OfficerRef
    since: Day
    ended_on: Day | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.ended_on is not None and self.ended_on < self.since:
            raise ValueError("it ends before it begins")
        return self


class PlaceView(Answer):
    """A place by its Kemendagri code, and what lies directly in it."""

    code: str
    name: str
    below: tuple["PlaceView", ...] = ()


class VillageView(Answer):
    """A desa binaan. Names are empty where the shipped table has none."""

    village: VillageCode
    name: str
    district: str
    regency: str
    officer: OfficerRef
    since: date
    ended_on: date | None = None
    last_session: date | None = None
    sessions: int = 0
    open_follow_ups: int = 0


class PlanVisit(Ask):
    """Body of `PUT /office/v1/pimpasa/visits/{visit}`: a session that is planned; sent again it is the new plan."""

    village: VillageCode
    day: Day
    officers: Annotated[tuple[OfficerRef, ...], Field(min_length=1, max_length=12)]
    audience: Audience = "residents"
    topics: Annotated[tuple[Topic, ...], Several] = ()
    note: FreeText | None = None

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        _once("an officer", self.officers)
        _once("a topic", self.topics)
        return self


VisitState = Literal["planned", "held", "cancelled"]


class VisitView(Answer):
    """A line of the calendar. `session`: what came of it."""

    visit: Ref
    village: VillageCode
    name: str
    day: date
    officers: tuple[OfficerRef, ...]
    audience: Audience
    topics: tuple[Topic, ...] = ()
    note: str | None = None
    state: VisitState
    session: Ref | None = None


class Attendance(Ask):
    """How many of one sex and age band came; nobody is named."""

    sex: Sex
    age: AgeBand
    count: Annotated[StrictInt, Field(ge=1, le=5000)]


class TestTaken(Ask):
    """An anonymous test, summed up in the village: how many took it, and how many answered each question rightly."""

    takers: Annotated[StrictInt, Field(ge=1, le=5000)]
    right: Annotated[dict[QuestionId, Count], Field(max_length=12)]

    @model_validator(mode="after")
    def _no_more_than_took_it(self) -> Self:
        if any(count > self.takers for count in self.right.values()):
            raise ValueError("more right answers than people who took the test")
        return self


class FollowUp(Ask):
    """What is still to be done after a session: by whom in the office, and until when."""

    id: Ref
    what: FreeText
    owner: OfficerRef
    due_on: Day


class HoldSession(Ask):
    """Body of `PUT /office/v1/pimpasa/sessions/{session}`: a literacy session as it was held, whole.

    `visit`: the plan that it was. `asked`: what people asked, without their names. `photo_consent`: whether those on
    the photographs were asked and agreed; photographs themselves are not kept here.
    """

    village: VillageCode
    day: Day
    visit: Ref | None = None
    officers: Annotated[tuple[OfficerRef, ...], Field(min_length=1, max_length=12)]
    partners: Annotated[tuple[PartnerPresent, ...], Several] = ()
    audience: Audience
    attendance: Annotated[tuple[Attendance, ...], Field(min_length=1, max_length=21)]
    topics: Annotated[tuple[Topic, ...], Field(min_length=1, max_length=12)]
    materials: Annotated[tuple[Material, ...], Several] = ()
    test: TestVersion | None = None
    pre: TestTaken | None = None
    post: TestTaken | None = None
    asked: LongText | None = None
    note: LongText | None = None
    photo_consent: Flag = False
    follow_ups: Annotated[tuple[FollowUp, ...], Several] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for what, values in (
            ("an officer", self.officers),
            ("a partner", self.partners),
            ("a topic", self.topics),
            ("a material", self.materials),
            ("a group", tuple((one.sex, one.age) for one in self.attendance)),
            ("a follow-up", tuple(one.id for one in self.follow_ups)),
        ):
            _once(what, values)
        if (self.test is None) != (self.pre is None and self.post is None):
            raise ValueError("a test that was taken names its version, and nothing else does")
        if any(one.due_on < self.day for one in self.follow_ups):
            raise ValueError("a follow-up is due before the session")
        return self


class SessionLine(Answer):
    """A session in a list. Shares of right answers are in thousandths; None where nobody took the test."""

    session: Ref
    village: VillageCode
    name: str
    day: date
    audience: Audience
    attended: int
    pre_right_permille: int | None = None
    post_right_permille: int | None = None
    open_follow_ups: int = 0


class SessionView(SessionLine):
    """A session as it was sent, and when it came by whom."""

    told: HoldSession
    recorded_at: Moment
    role: Role
    officer: OfficerRef | None = None


class FollowUpView(Answer):
    """Something to be done. `overdue`: its day has passed."""

    follow_up: Ref
    session: Ref
    village: VillageCode
    name: str
    what: str
    owner: OfficerRef
    due_on: date
    overdue: bool = False
    done_at: Moment | None = None
    done_by: OfficerRef | None = None
    outcome: str | None = None


class DoneFollowUp(Ask):
    """Body of `POST /office/v1/pimpasa/follow-ups/{follow_up}/done`: what came of it."""

    outcome: FreeText


class Choice(Answer):
    """One answer of a question."""

    text_id: str
    text_en: str
    right: bool


class TestQuestion(Answer):
    """One question of the anonymous test."""

    id: QuestionId
    text_id: str
    text_en: str
    choices: tuple[Choice, ...]


class LiteracyTest(Answer):
    """The test before and after a session; nobody's name stands on it."""

    version: TestVersion
    questions: tuple[TestQuestion, ...]
