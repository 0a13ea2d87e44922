"""The second question, with the person, and the history that the owning office compares and explains itself."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from shared_schemas.base import Ask, Flag, StrictInt, WireDate, WireMoment
from shared_schemas.ids import Ref
from shared_schemas.inquiry import MAX_HITS, Purpose
from shared_schemas.person import Person
from shared_schemas.statement import Envelope, Reply
from shared_schemas.trace import ReasonGroup, Revision, Standing


class Zone(StrEnum):
    """How sure it is the same person. Tokens alone never say more than *possible*."""

    MATCH = "match"
    POSSIBLE = "possible"
    RELATED = "related"
    NONE = "none"


class Reveal(Reply):
    """The person, sent only to an office whose hit proof was checked; answers that office's answer."""

    type: Literal["reveal"] = "reveal"
    inquiry: Ref
    purpose: Purpose
    person: Person


class RevealSent(Ask):
    """Body of `POST /federation/v1/reveals`."""

    reveal: Envelope


class Evidence(Ask):
    """One field's say for or against, in words an officer understands; never another person's values."""

    field: Annotated[str, Field(max_length=40)]
    supports: Flag
    text_id: Annotated[str, Field(max_length=300)]
    text_en: Annotated[str, Field(max_length=300)]


class HistoryRow(Ask):
    """One visible case of the answering office. Readable fields only from zone *possible* up."""

    case: Ref
    revision: Revision
    standing: Standing
    reason_group: ReasonGroup | None = None
    filed_on: WireDate
    decided_on: WireDate | None = None
    until: WireMoment
    condition: Annotated[str, Field(max_length=600)] | None = None
    zone: Zone
    probability_permille: Annotated[StrictInt, Field(ge=0, le=1000)]
    model: Annotated[str, Field(max_length=40)]
    agreeing: Annotated[tuple[Annotated[str, Field(max_length=40)], ...], Field(max_length=40)] = ()
    evidence: Annotated[tuple[Evidence, ...], Field(max_length=40)] = ()
    person: Person | None = None

    @model_validator(mode="after")
    def _strangers_stay_unread(self) -> Self:
        if self.zone in (Zone.RELATED, Zone.NONE) and self.person is not None:
            raise ValueError("readable fields need zone possible or match")
        return self


class History(Reply):
    """The visible rows of one office on the revealed person."""

    type: Literal["history"] = "history"
    inquiry: Ref
    rows: Annotated[tuple[HistoryRow, ...], Field(max_length=MAX_HITS)]


class HistoryAnswered(Ask):
    """Body of the response to `POST /federation/v1/reveals`."""

    history: Envelope
