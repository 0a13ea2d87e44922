"""A case that moves to the office that goes on with it: the only message besides a reveal that carries a person."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from shared_schemas.base import Answer, Ask, WireMoment
from shared_schemas.cases import State
from shared_schemas.ids import OfficeId, Ref, Sha256Hex
from shared_schemas.inquiry import Purpose
from shared_schemas.person import Person
from shared_schemas.statement import Body, Envelope
from shared_schemas.trace import MAX_VISIBLE, HelloFacts, NoticeStanding, ReasonGroup


class Handover(Body):
    """Statement of the office that leaves, or whose region has moved, to its successor. Dates stay as they were.

    `state`, `due_at`: where the case is within its standing; without it the successor begins at the standing.
    `asking`: the purpose for which it was still asking other offices; the successor asks them in its place.
    """

    type: Literal["handover"] = "handover"
    audience: OfficeId
    case: Ref
    application_no: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9./-]{3,40}$")]
    person: Person
    minor: bool
    filed_at: WireMoment
    state: State | None = None
    due_at: WireMoment | None = None
    standing: NoticeStanding
    reason_group: ReasonGroup | None = None
    decided_at: WireMoment | None = None
    until: WireMoment
    lapses_at: WireMoment | None = None
    condition: Annotated[str, Field(max_length=2000)] | None = None
    keep_until: WireMoment
    asking: Purpose | None = None

    @model_validator(mode="after")
    def _visible(self) -> Self:
        """Only what peers see is handed over, and it is seen no longer than any notice may be."""
        if self.standing == "cleared" or not self.issued_at < self.until <= self.issued_at + MAX_VISIBLE:
            raise ValueError("a case that peers see is handed over, for as long as they may see it")
        return self


class HandoverSent(Ask):
    """Body of `POST /federation/v1/handovers`."""

    handover: Envelope


class HandoverTaken(Answer):
    """The successor has the case. `delivered`: every other office has its notice of it, so the old one may end."""

    leaf: Sha256Hex
    delivered: bool
    hello: HelloFacts
