"""Tables of how a case goes: its steps, and the flag that it may carry."""

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
