"""The two roots of every wire model, and time as the wire writes it.

What is *asked* of a node forbids unknown fields: a member that sends more than the protocol knows is told so.
What a node *answers* ignores them, so that an older reader survives a newer writer.
"""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, PlainSerializer


class Ask(BaseModel):
    """Root of what is sent to a node: frozen, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Answer(BaseModel):
    """Root of what a node sends back: frozen, unknown fields ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


def to_milliseconds(moment: datetime) -> datetime:
    """The same moment in UTC, cut to milliseconds: the precision of the wire and of the store."""
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def rfc3339(moment: datetime) -> str:
    """`2026-11-24T09:30:00.000Z`, RFC 3339 in UTC with milliseconds: the one way the wire writes a time."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


Moment = Annotated[
    AwareDatetime,
    AfterValidator(to_milliseconds),
    PlainSerializer(rfc3339, return_type=str, when_used="json"),
]
