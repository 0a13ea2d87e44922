"""Tables of the office's own work: cases, screenings, alerts, and the systems that file through the API."""

from sqlalchemy import Index
from sqlmodel import Field

from office_node.store.rows import CLUSTERED, Row, big, filled, key, maybe, only


class OfficeCaseRow(Row, table=True):
    """One passport application of this office; the person and what stretches them is in `person_sealed`.

    `handed_to`: the office that it was handed over to. `due_at`: far away where nothing is due. `entered_at`: when a
    case was entered that had been taken on paper at `filed_at`.
    """

    __tablename__ = "office_case"
    ref: str = key()
    person_sealed: bytes
    filed_at: int = big(index=True)
    standing: str
    reason_group: str | None = None
    until: int | None = maybe(index=True)
    lapses_at: int | None = maybe()
    decided_at: int | None = maybe()
    revision: int = big()
    number: int = big()
    minor: bool
    condition_sealed: bytes | None = None
    keep_until: int = big(index=True)
    updated_at: int = big()
    handed_to: str | None = None
    state: str
    step: int
    since: int = big()
    due_at: int = big()
    entered_at: int | None = maybe()
    __table_args__ = (Index("ix_office_case_state_due_at_ref", "state", "due_at", "ref"),)


class OwnKeyRow(Row, table=True):
    """An exact look-up token of an own case, under the office's local key."""

    __tablename__ = "own_key"
    token: int = big(key=True)
    case_ref: str = Field(primary_key=True, index=True)
    __table_args__ = CLUSTERED


class ScreeningRow(Row, table=True):
    """One check of a case over the federation; its id is the inquiry's."""

    __tablename__ = "screening"
    id: str = key()
    case_ref: str = Field(index=True)
    purpose: str
    started_at: int = big()
    soft_until: int = big()
    settled_at: int | None = maybe()
    ask_until: int | None = maybe(index=True)
    roster_version: int = big()
    keyid: str
    inquiry_payload: bytes
    inquiry_signature: bytes
    notice_payload: bytes
    notice_signature: bytes
    notice_keyid: str
    actor_role: str
    actor_officer: str | None = None


class AskedRow(Row, table=True):
    """One office asked in a screening: the outbox row of the question, its answer, its history."""

    __tablename__ = "asked"
    screening: str = Field(primary_key=True, foreign_key="screening.id", ondelete="CASCADE")
    office: str = key()
    state: str
    outcome: str | None = None
    cause: str | None = None
    asked_at: int | None = maybe()
    answered_at: int | None = maybe()
    late: bool
    attempts: int
    due_at: int | None = maybe()
    claimed_until: int | None = maybe()
    answer_issued_at: int | None = maybe()
    answer_payload: bytes | None = None
    answer_signature: bytes | None = None
    answer_keyid: str | None = None
    history_sealed: bytes | None = None
    history_at: int | None = maybe()
    history_until: int | None = maybe()
    __table_args__ = (
        only("ix_asked_office_due_at", "office", "due_at", where="due_at IS NOT NULL"),
        filled("ix_asked_history_until", "history_until"),
    )


class ScreeningEventRow(Row, table=True):
    """What happened in a screening, in order, for the officer's live view. No personal data."""

    __tablename__ = "screening_event"
    screening: str = Field(primary_key=True, foreign_key="screening.id", ondelete="CASCADE")
    seq: int = key()
    at: int = big()
    kind: str
    office: str | None = None
    detail: str


class AlertRow(Row, table=True):
    """Something that a person must look at and sign off. In the unique columns empty text stands for none."""

    __tablename__ = "alert"
    id: str = key()
    kind: str
    case_ref: str
    office: str
    inquiry: str
    zone: str | None = None
    raised_at: int = big()
    signed_at: int | None = maybe()
    signed_role: str | None = None
    signed_officer: str | None = None
    note_sealed: bytes | None = None
    count: int | None = None
    __table_args__ = (
        only("ix_alert_open", "kind", "case_ref", "office", "inquiry", where="signed_at IS NULL", unique=True),
        Index("ix_alert_signed_at_raised_at", "signed_at", "raised_at"),
        Index("ix_alert_case_ref", "case_ref"),
    )


class VerdictRow(Row, table=True):
    """What an officer said of an own case and another: level codes and two references, no names; the reason sealed."""

    __tablename__ = "verdict"
    case_ref: str = key()
    office: str = key()
    other_case: str = Field(primary_key=True, index=True)
    vector: str
    model: str
    verdict: str
    reason_sealed: bytes
    decided_at: int = big()
    actor_office: str
    actor_role: str
    actor_officer: str | None = None
    keep_until: int = big(index=True)


class ApiKeyRow(Row, table=True):
    """A key of an office system; only its hash is kept."""

    __tablename__ = "api_key"
    id: str = key()
    hash: bytes = Field(unique=True)
    label: str
    roles: str
    created_at: int = big()
    revoked_at: int | None = maybe()


class IdempotencyRow(Row, table=True):
    """What a request with an idempotency key led to, so that sending it again files nothing twice."""

    __tablename__ = "idempotency"
    key_id: str = key()
    idem_key: str = key()
    request_hash: bytes
    case_ref: str
    screening: str
    created_at: int = big(index=True)


class FiledNearRow(Row, table=True):
    """What one key or officer has filed in a day, as two keyed codes: what it has in common, and what differs."""

    __tablename__ = "filed_near"
    actor: str = key()
    code: int = big(key=True)
    value: int = big(key=True)
    at: int = big(index=True)
