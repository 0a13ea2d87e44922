"""The case in the office API: its states, what moves it from one to the next, and what officers must say when they do.

A flag, a postponement, a suspension and a refusal are four different things (`docs/cases.md`).
"""

from typing import Annotated, Literal, get_args

from pydantic import Field, StringConstraints

from shared_schemas.base import Answer, Ask, Moment, StrictInt
from shared_schemas.guideline import Level
from shared_schemas.ids import OfficeId, OfficerRef, Ref
from shared_schemas.office import FreeText, SecondOfficer
from shared_schemas.statement import Role
from shared_schemas.trace import ReasonGroup, Standing

State = Literal[
    "filed",
    "incomplete",
    "received",
    "biometrics",
    "interview",
    "examination",
    "adjudication",
    "approved",
    "issued",
    "handed_over",
    "postponed",
    "suspended",
    "refused",
    "withdrawn",
    "cancelled",
    "annulled",
    "passport_cancelled",
    "passport_revoked",
    "passport_withdrawn",
    "departure_postponed",
]
"""Where a case is (`domain/case_states.py` has the names on screens, and what each is for peers)."""

Transition = Literal[
    "receive",
    "request_documents",
    "take_biometrics",
    "begin_interview",
    "examine",
    "adjudicate",
    "approve",
    "issue",
    "hand_out",
    "postpone",
    "suspend",
    "refuse",
    "withdraw",
    "close_incomplete",
    "cancel",
    "resume",
    "reopen",
    "annul",
    "cancel_passport",
    "revoke_passport",
    "withdraw_passport",
    "postpone_departure",
]
ReasonCode = Literal["A1", "A2", "A3", "A4", "B1", "B2", "B3", "B4", "B5", "C1", "C2", "X1"]
"""Why (`GET /office/v1/reasons` gives the words). Peers are told the letter alone."""

LegalBasis = Literal[
    "PERMENKUMHAM-8-2014",
    "PERMENKUMHAM-8-2014-22",
    "PERMENKUMHAM-8-2014-30",
    "PERMENKUMHAM-8-2014-41",
    "UU-6-2011-126C",
    "UU-63-2024-97",
    "UU-18-2017-5",
    "UU-21-2007",
    "SE-IMI-1308-2024",
    "UU-30-2014",
]
OutcomeLabel = Literal["confirmed", "possible_victim", "lawful_route", "unfounded", "other_person", "not_known"]
"""What proved true of a flag later. `possible_victim`: signs of trafficking; `lawful_route`: went the legal way after
counselling; `other_person`: what was found belongs to somebody else; `not_known`: nobody could tell in time."""

Zone = Literal["WIB", "WITA", "WIT"]
"""The office's time: UTC+7, +8, +9."""

STATES: tuple[State, ...] = get_args(State)
TRANSITIONS: tuple[Transition, ...] = get_args(Transition)
Minutes = Annotated[StrictInt, Field(ge=0, le=600)]
Conditions = Annotated[
    tuple[Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200)], ...],
    Field(max_length=20),
]


class MoveCase(Ask):
    """Body of `POST /office/v1/cases/{case}/transitions`: one step of a case, and why.

    `after`: the number of the newest step that the officer has seen; after another one this one is refused.
    `reason_code`, `reason`, `legal_basis`, `condition` and `until` are needed by some (`GET /office/v1/reasons`).
    `condition`: what is missing, one item each. `minutes`: what this step cost the officer.
    """

    transition: Transition
    after: Annotated[StrictInt, Field(ge=0, le=2**31)] | None = None
    reason_code: ReasonCode | None = None
    legal_basis: LegalBasis | None = None
    reason: FreeText | None = None
    condition: Conditions = ()
    due: Moment | None = None
    until: Moment | None = None
    minutes: Minutes | None = None
    second: SecondOfficer | None = None


class FlagView(Answer):
    """A sign that a case wants more questions; no decision, and no word about the person.

    `due_at`: when its outcome must be known at the latest; after that it ends as `not_known`.
    """

    level: Level
    source: Literal["guideline", "officer"]
    raised_at: Moment
    due_at: Moment
    outcome: OutcomeLabel | None = None
    outcome_at: Moment | None = None


class LabelFlag(Ask):
    """Body of `POST /office/v1/cases/{case}/flag/outcome`: what proved true of a flag."""

    outcome: OutcomeLabel
    note: FreeText


class CaseView(Answer):
    """Where a case is, and where it stands for peers.

    `step` is the number of its newest step, `next` what this caller's role may do now. The person is shown only by
    `GET …/person`, which is logged with its purpose. `moved_to`: the office that decides on it now. `entered_at`: taken
    on paper at `filed_at`, it was entered, and screened, only then.
    """

    case: Ref
    state: State
    step: int
    since: Moment
    due_at: Moment | None = None
    next: tuple[Transition, ...] = ()
    standing: Standing
    reason_group: ReasonGroup | None = None
    filed_at: Moment
    entered_at: Moment | None = None
    decided_at: Moment | None = None
    until: Moment | None = None
    revision: int
    minutes: int = 0
    flag: FlagView | None = None
    moved_to: OfficeId | None = None
    screenings: tuple[Ref, ...]


class StepView(Answer):
    """One step of a case: what, when, by whom, why, signed with whom."""

    step: int
    at: Moment
    transition: Transition
    before: State
    after: State
    role: Role
    officer: OfficerRef | None = None
    second_role: Role | None = None
    second_officer: OfficerRef | None = None
    reason_code: ReasonCode | None = None
    legal_basis: LegalBasis | None = None
    reason: str | None = None
    condition: tuple[str, ...] = ()
    until: Moment | None = None
    minutes: int | None = None


class CaseLine(Answer):
    """One case in a list. No person."""

    case: Ref
    state: State
    since: Moment
    due_at: Moment | None = None
    level: Level | None = None
    standing: Standing
    filed_at: Moment


class CasePage(Answer):
    """Some cases, those due first in front; `next`: hand it in as `after` for those that follow."""

    cases: tuple[CaseLine, ...]
    next: str | None = None


class Words(Answer):
    """The same in Indonesian and English."""

    id: str
    en: str


class ReasonTold(Answer):
    """A reason code and its words; `transitions` that may be taken for it, `legal_basis` that it rests on by itself."""

    code: ReasonCode
    text: Words
    transitions: tuple[Transition, ...]
    legal_basis: LegalBasis


class BasisTold(Answer):
    """A legal basis. `checked`: its text was read at the source; otherwise no screen may show it as certain."""

    code: LegalBasis
    title: str
    checked: bool


class TransitionTold(Answer):
    """A step: from where to where, who may take it, and what must be said; `second`: two officers sign."""

    transition: Transition
    text: Words
    sources: tuple[State, ...]
    target: State
    roles: tuple[Role, ...]
    needs: tuple[str, ...]
    second: bool


class ReasonsTold(Answer):
    """All codes of cases, for the systems that file and decide."""

    reasons: tuple[ReasonTold, ...]
    legal_bases: tuple[BasisTold, ...]
    transitions: tuple[TransitionTold, ...]
