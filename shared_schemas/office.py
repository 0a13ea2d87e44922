"""The office API: what an office system (SIMKIM, a counter programme) files, follows, decides and signs off.

Levels, flags and scores do not appear here: a screening says what offices know, people decide.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import StringConstraints

from shared_schemas.base import Answer, Ask, Moment
from shared_schemas.history import Evidence, Zone
from shared_schemas.ids import OfficeId, OfficerRef, Ref, Sha256Hex
from shared_schemas.inquiry import Purpose
from shared_schemas.person import Person
from shared_schemas.statement import Role
from shared_schemas.trace import NoticeStanding, ReasonGroup, Standing

Outcome = Literal["hit", "no_hit", "unknown"]
"""How an asked office ends. Silence is *unknown*, never *no hit*."""

FreeText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=600)]


class OnPaper(Ask):
    """A case that was taken on paper while the node could not be reached, and is entered later with its true time.

    It is screened when it is entered; that it was not when she stood at the counter stays visible.
    """

    taken_at: Moment
    because: Literal["node_down", "power_cut", "network_down", "other"]


class FileCase(Ask):
    """Body of `POST /office/v1/cases`: one passport application, as it stands at the counter."""

    application_no: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9./-]{3,40}$")]
    person: Person
    purpose: Purpose = "passport_application"
    paper: OnPaper | None = None


class Finding(Answer):
    """Something about the data a person should look at; never a refusal."""

    code: str
    field: str
    text_id: str
    text_en: str


class CaseFiled(Answer):
    """The case is committed and its question is on its way."""

    case: Ref
    screening: Ref
    findings: tuple[Finding, ...] = ()


class ScreenAgain(Ask):
    """Body of `POST /office/v1/cases/{case}/screenings`: ask the federation once more about the same case."""

    purpose: Purpose = "passport_application"


class ScreeningStarted(Answer):
    """A screening that was opened for a case."""

    case: Ref
    screening: Ref


class CoverageRow(Answer):
    """What is known of one asked office. `covered_to`: up to when its notices are all held here.

    `goes_on_for`: closed, merged or split offices whose cases it has taken over, or is taking over.
    """

    office: OfficeId
    outcome: Outcome
    cause: str | None = None
    covered_to: Moment | None = None
    asked_at: Moment
    answered_at: Moment | None = None
    late: bool = False
    goes_on_for: tuple[OfficeId, ...] = ()


Verdict = Literal["same", "not", "unsure"]
"""What an officer says of two cases: one person, two persons, or not to be told."""


class Judge(Ask):
    """Body of `POST /office/v1/screenings/{screening}/verdicts`: what an officer says of one row of its history."""

    office: OfficeId
    case: Ref
    verdict: Verdict
    reason: FreeText


class VerdictView(Answer):
    """What an officer of this office said of a row, as which role and when. It decides nothing."""

    verdict: Verdict
    office: OfficeId
    role: Role
    decided_at: Moment


class HistoryView(Answer):
    """One case of one office on this person, compared and explained by the office that owns it.

    `verdict`: what an officer of this office has said of it; null means that somebody is to judge it.
    """

    office: OfficeId
    case: Ref
    standing: Standing
    reason_group: ReasonGroup | None = None
    filed_on: date
    decided_on: date | None = None
    until: Moment
    condition: str | None = None
    zone: Zone
    probability: float
    model: str
    agreeing: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    person: Person | None = None
    verdict: VerdictView | None = None


class TraceView(Answer):
    """What an office had said before, told by its notice held here. `confirmed` once its own history has come."""

    office: OfficeId
    case: Ref
    standing: Standing
    reason_group: ReasonGroup | None = None
    until: Moment
    zone: Literal["possible", "none"]
    confirmed: bool = False


class PatternView(Answer):
    """A value shared by several cases; a count, never a hit."""

    kind: Literal["phone"]
    cases: int
    offices: int


class ScreeningView(Answer):
    """The result as it stands now. `complete` says whether every member is accounted for; nothing says *clean*.

    `alone`: there is no other office to ask yet; only this office's own cases were looked at.
    `own_history_truncated`: more of this office's own cases are like this one than were compared; the rest is unknown.
    """

    screening: Ref
    case: Ref
    state: Literal["running", "settled"]
    complete: bool
    started_at: Moment
    settled_at: Moment | None = None
    elapsed_ms: int
    asked: int
    answered: int
    unknown: int
    roster_stage: str
    coverage: tuple[CoverageRow, ...]
    history: tuple[HistoryView, ...]
    traces: tuple[TraceView, ...]
    patterns: tuple[PatternView, ...]
    own_history_truncated: bool = False
    alone: bool = False


class Progress(Answer):
    """How far a screening has come: which offices have answered, whatever they said, and for which it still waits."""

    case: Ref
    settled: bool
    answered: tuple[OfficeId, ...]
    waiting: tuple[OfficeId, ...]


class SecondOfficer(Ask):
    """Who signs a decision with the first officer; distinct from her.

    `proof`: from `POST /session/v1/proofs`, needed where the first officer has logged in herself.
    """

    role: Role
    officer: OfficerRef
    proof: Sha256Hex | None = None


class ClearTrace(Ask):
    """Body of `POST /office/v1/traces/{office}/{case}/clearance`: always signed by two officers."""

    reason: FreeText
    second: SecondOfficer


class PeerView(Answer):
    """One member as this node sees it.

    `last_heard_at` may be up to ten seconds old. `whole`: it has said where its feed ends, and all of that is held
    here. `clock_skew_s`: it refuses this node's messages because this node's clock is so much ahead of its own.
    `hits_unfounded`: so many of its `hits_revealed` (to which a person was revealed) then compared as *none*; an office
    with many is fishing for reveals. `speaks`: the newest protocol version that it has said it speaks.
    """

    office: OfficeId
    last_heard_at: Moment | None = None
    backoff_until: Moment | None = None
    covered_to: Moment | None = None
    missing_numbers: int
    suspended: bool
    whole: bool = False
    clock_disputed: bool = False
    clock_skew_s: int | None = None
    hits_revealed: int = 0
    hits_unfounded: int = 0
    speaks: int | None = None


class RetentionView(Answer):
    """What the retention job has removed or erased since then, by kind of row; `at`: its last round."""

    since: Moment
    at: Moment
    removed: dict[str, int]


class NodeView(Answer):
    """What this node says of itself. `clock_wrong`: several peers refuse its messages for their time.

    `training`: its people are invented. `alone`: it is the only office of its federation.

    `degraded`: what an administrator should look at while the node goes on: `log-damaged`, `clock-wrong`,
    `feeds-missing`, `roster-stale`, `roster-untrusted`.
    """

    office: OfficeId
    roster_stage: str
    training: bool = False
    alone: bool = False
    clock_wrong: bool = False
    clock_ahead_s: int | None = None
    feeds_missing: tuple[OfficeId, ...] = ()
    degraded: tuple[str, ...] = ()
    retention: RetentionView | None = None


class RegisterRow(Ask):
    """One line of an old register that is imported (JSON lines)."""

    application_no: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9./-]{3,40}$")]
    person: Person
    filed_at: Moment
    standing: NoticeStanding
    reason_group: ReasonGroup | None = None
    decided_at: Moment | None = None
    until: Moment | None = None
    condition: FreeText | None = None
