"""An old register as a file of JSON lines, one row in memory at a time; what is wrong is named by line and column."""

from collections.abc import Callable, Iterator
from pathlib import Path

from pydantic import ValidationError

from shared_schemas.office import RegisterRow


class RowWrongError(ValueError):
    """A line is no row of a register: its number from 1, and `column: what is wrong`, without the value."""

    def __init__(self, line: int, wrong: str) -> None:
        super().__init__()
        self.line = line
        self.wrong = wrong

    def __str__(self) -> str:
        """For the administrator."""
        return f"line {self.line}: {self.wrong}"


def read_register(file: Path, *, skipped: Callable[[RowWrongError], None] | None = None) -> Iterator[RegisterRow]:
    """Every row in order; empty lines are none. RowWrongError, or `skipped` is told and reading goes on. OSError."""
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                yield RegisterRow.model_validate_json(line)
            except ValidationError as error:
                wrong = RowWrongError(number, _told(error))
                if skipped is None:
                    raise wrong from None
                skipped(wrong)


def _told(error: ValidationError) -> str:
    """Columns and kinds of error; an unknown column's name is the file's own and may be anything, so it is not told."""
    parts = []
    for one in error.errors(include_input=False, include_url=False, include_context=False):
        place = one["loc"][:-1] if one["type"] == "extra_forbidden" else one["loc"]
        parts.append(f"{'/'.join(map(str, place)) or 'row'}: {one['type']}")
    return ", ".join(parts)
