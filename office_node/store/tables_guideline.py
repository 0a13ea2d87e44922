"""Tables of the guideline: what officers answered, what cases share, what a case was assessed as, the packs taken."""

from sqlmodel import Field

from office_node.store.rows import CLUSTERED, Row, big, key


class CaseAnswerRow(Row, table=True):
    """An answer to a question of the guideline; value and evidence note are in `answer_sealed`."""

    __tablename__ = "case_answer"
    case_ref: str = key()
    code: str = key()
    answer_sealed: bytes
    answered_at: int = big()
    actor_role: str
    actor_officer: str | None = None


class PatternTokenRow(Row, table=True):
    """A value that a case has, as a token under the office's local key, and a token of whose case it is."""

    __tablename__ = "pattern_token"
    kind: str = key()
    token: int = big(key=True)
    case_ref: str = Field(primary_key=True, index=True)
    person: int = big()
    at: int = big(index=True)
    __table_args__ = CLUSTERED


class AssessmentRow(Row, table=True):
    """What the guideline said of a case when it was last looked at; reasons and evidence are in `result_sealed`."""

    __tablename__ = "assessment"
    case_ref: str = key()
    pack_version: int
    level: str
    result_sealed: bytes
    assessed_at: int = big()


class GuidelineRow(Row, table=True):
    """A signed pack that was taken, as its envelope."""

    __tablename__ = "guideline"
    version: int = key()
    effective_from: str
    envelope: bytes
    taken_at: int = big()
