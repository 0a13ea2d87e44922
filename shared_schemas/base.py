"""The two roots of every wire model, and numbers and times as the wire writes them.

What is *asked* of a node forbids unknown fields: a member that sends more than the protocol knows is told so.
What a node *answers* ignores them, so that an older reader survives a newer writer.

In statements every value has one spelling (`docs/protocol.md`, section 2): a number is a JSON number without a
fraction, never text or true; a time is `WireMoment`. The office API takes any RFC 3339 time with an offset (`Moment`).
"""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)


class Ask(BaseModel):
    """Root of what is sent to a node: frozen, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Answer(BaseModel):
    """Root of what a node sends back: frozen, unknown fields ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


def to_milliseconds(moment: datetime) -> datetime:
    """The same moment in UTC, cut to milliseconds: the precision of the wire and of the store. ValueError.

    The first and last hours of the calendar have no name in UTC, if their offset leads out of it.
    """
    try:
        moment = moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a time outside the calendar") from error
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def rfc3339(moment: datetime) -> str:
    """`2026-11-24T09:30:00.000Z`, RFC 3339 in UTC with milliseconds: the one way the wire writes a time."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


Moment = Annotated[
    AwareDatetime,
    AfterValidator(to_milliseconds),
    PlainSerializer(rfc3339, return_type=str, when_used="json"),
]


_DATE = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_WIRE_DATE = re.compile(_DATE)
_WIRE_TIME = re.compile(_DATE + r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z")


def _read_time(value: object) -> object:
    """Text only as `rfc3339` writes it; a datetime is left to the type."""
    if isinstance(value, str) and _WIRE_TIME.fullmatch(value):
        return datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return value
    raise ValueError("a time is written like 2026-11-24T02:30:00.000Z")


def _read_date(value: object) -> object:
    """Text only as RFC 3339 full-date."""
    if isinstance(value, str) and _WIRE_DATE.fullmatch(value):
        return date.fromisoformat(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise ValueError("a date is written like 1998-03-17")


WireMoment = Annotated[
    AwareDatetime,
    BeforeValidator(_read_time),
    AfterValidator(to_milliseconds),
    PlainSerializer(rfc3339, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": f"^{_WIRE_TIME.pattern}$", "examples": ["2026-11-24T02:30:00.000Z"]}),
]
"""A time in a statement: RFC 3339 in UTC with three decimals and `Z`, nothing else."""

WireDate = Annotated[date, BeforeValidator(_read_date)]
"""A date in a statement: `1998-03-17`."""

StrictInt = Annotated[int, Field(strict=True)]
"""A JSON number without fraction or exponent; neither text nor true."""

Counting = Annotated[StrictInt, Field(ge=1)]
"""From 1 on: versions, generations."""

Flag = Annotated[bool, Field(strict=True)]
"""true or false."""


def whole_number(value: object) -> object:
    """For literal numbers: `true` and 1.0 equal 1, and are not meant. ValueError."""
    if type(value) is not int:
        raise ValueError("a number is needed")
    return value


One = Annotated[Literal[1], BeforeValidator(whole_number)]
"""The number 1, as the version of a form."""
