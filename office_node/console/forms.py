"""What a form sends: text by name, cut to what a form may hold; nothing of it is repeated in an error's text."""

import re
from datetime import date
from urllib.parse import parse_qsl

from office_node.usecases.account_refusals import ForeignRequestError

MAX_FIELDS = 400
_DAY = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})", re.ASCII)


class Form:
    """The fields of one sent form, trimmed; an empty one counts as not given."""

    def __init__(self, fields: dict[str, str]) -> None:
        self._fields = fields

    def text(self, name: str) -> str:
        """What was typed; empty if nothing was."""
        return self._fields.get(name, "").strip()

    def given(self, name: str) -> str | None:
        """What was typed, or None."""
        return self.text(name) or None

    def secret(self, name: str) -> str:
        """A password as it was typed: blanks at its ends are part of it."""
        return self._fields.get(name, "")

    def lines(self, name: str) -> tuple[str, ...]:
        """The lines of a text field that hold something."""
        return tuple(line.strip() for line in self.text(name).splitlines() if line.strip())

    def names(self, prefix: str) -> tuple[str, ...]:
        """The rest of each field's name that begins so."""
        return tuple(name.removeprefix(prefix) for name in self._fields if name.startswith(prefix))


def read_form(content_type: str, body: bytes) -> Form:
    """The fields of an urlencoded body; ForeignRequestError, since our own pages send nothing else."""
    if content_type.partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise ForeignRequestError
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except ValueError as error:
        raise ForeignRequestError from error
    return Form(dict(pairs))


def read_day(text: str) -> date | None:
    """A date as it is written here, day first, or as ISO 8601; None if it is neither.

    Not a field of type `date`: browsers show that in the order of their own language, and day and month get mixed up.
    """
    written = _DAY.fullmatch(text)
    try:
        if written is not None:
            return date(int(written[3]), int(written[2]), int(written[1]))
        return date.fromisoformat(text)
    except ValueError:
        return None
