"""Tables of how a case goes: its steps, its flag, what the applicant asked of it, who she was before a correction."""

from sqlalchemy import Index
from sqlmodel import Field

from office_node.store.rows import Row, big, key, maybe


class CaseStepRow(Row, table=True):
    """One step of a case; reason, conditions and end are in `said_sealed`."""

    __tablename__ = "case_step"
    case_ref: str = key()
    step: int = key()
    at: int = big()
    transition: str
    before_state: str
    after_state: str
    actor_role: str
    actor_officer: str | None = None
    second_role: str | None = None
    second_officer: str | None = None
    reason_code: str | None = None
    legal_basis: str | None = None
    said_sealed: bytes
    minutes: int | None = None


class CaseFlagRow(Row, table=True):
    """A sign that a case wants more questions, and what proved true of it; the note is sealed."""

    __tablename__ = "case_flag"
    case_ref: str = key()
    level: str
    source: str
    raised_at: int = big(index=True)
    due_at: int = big()
    outcome: str | None = Field(default=None, index=True)
    outcome_at: int | None = maybe()
    outcome_role: str | None = None
    outcome_officer: str | None = None
    note_sealed: bytes | None = None


class CaseFormerRow(Row, table=True):
    """The identity of a case from before a correction, still in matching until then; person and keys are sealed."""

    __tablename__ = "case_former"
    request: str = key()
    case_ref: str = Field(index=True)
    until: int = big(index=True)
    former_sealed: bytes


class CaseRequestRow(Row, table=True):
    """What the applicant asked about a case: a correction, access, an objection, an appeal. The words are sealed."""

    __tablename__ = "case_request"
    id: str = key()
    case_ref: str = Field(index=True)
    kind: str
    made_by: str
    received_at: int = big()
    due_at: int = big()
    late: bool
    asked_sealed: bytes
    outcome: str | None = None
    decided_at: int | None = maybe()
    decided_role: str | None = None
    decided_officer: str | None = None
    second_role: str | None = None
    second_officer: str | None = None
    answer_sealed: bytes | None = None
    told_at: int | None = maybe()
    told_how: str | None = None
    __table_args__ = (Index("ix_case_request_open", "told_at", "due_at", "id"),)


class CaseDocumentRow(Row, table=True):
    """A document of a case; number and note are sealed."""

    __tablename__ = "case_document"
    case_ref: str = key()
    kind: str = key()
    status: str
    said_sealed: bytes
    saved_at: int = big()
    actor_role: str
    actor_officer: str | None = None
