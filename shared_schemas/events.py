"""What office systems follow: events of cases in their order, and webhooks that are sent the same."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from shared_schemas.base import Answer, Moment
from shared_schemas.ids import Ref

EventKind = Literal[
    "case_filed",
    "case_moved",
    "case_handed_over",
    "case_taken_over",
    "person_corrected",
    "screening_opened",
    "screening_settled",
    "documents_saved",
    "answers_saved",
    "case_assessed",
    "flag_raised",
    "flag_outcome",
    "request_made",
    "request_answered",
    "applicant_told",
    "alert_raised",
]
Cursor = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,16}$")]
Detail = str | int | bool | None | tuple[str, ...]


class OfficeEvent(Answer):
    """One thing that happened. `detail` holds codes and references only; what they mean is in docs/office-api.md."""

    cursor: Cursor
    at: Moment
    kind: EventKind
    case: Ref | None = None
    detail: dict[str, Detail] = Field(default_factory=dict)


class EventPage(Answer):
    """Some events in the order of their commits. `next`: hand it in as `after`; unchanged if nothing came."""

    events: tuple[OfficeEvent, ...]
    next: Cursor
