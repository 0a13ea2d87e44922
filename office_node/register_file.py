"""An old register as a file of JSON lines, one in memory at a time; what is wrong is named by line and column only."""

from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import ValidationError

from shared_schemas.office import RegisterRow


class RowWrongError(ValueError):
    """A line is no row of a register: its number from 1, and `column: what is wrong`, without the value."""

    def __init__(self, line: int, wrong: str) -> None:
        super().__init__(f"line {line}: {wrong}")
        self.line = line


def read_register(
    file: Path, *, skipped: Callable[[RowWrongError], None] | None = None
) -> Iterator[RegisterRow | None]:
    """A row for every line in order, None for an empty one; so a row's place is its line's number.

    A wrong line is a RowWrongError; with `skipped`, that is told of it and the line is None. OSError.
    """
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if number == 1:
                line = line.removeprefix(BOM_UTF8)
            try:
                yield RegisterRow.model_validate_json(line) if line.strip() else None
            except ValidationError as error:
                wrong = RowWrongError(number, _told(error))
                if skipped is None:
                    raise wrong from None
                skipped(wrong)
                yield None


def _told(error: ValidationError) -> str:
    """Columns and kinds of error; an unknown column's name is the file's own and may be anything, so it is not told."""
    parts = []
    for one in error.errors(include_input=False, include_url=False, include_context=False):
        place = one["loc"][:-1] if one["type"] == "extra_forbidden" else one["loc"]
        parts.append(f"{'/'.join(map(str, place)) or 'row'}: {one['type']}")
    return ", ".join(parts)
