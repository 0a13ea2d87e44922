"""Which of a list's columns is which of ours; a file says so where the names differ (TOML or JSON).

[columns]
record_id = "rec_id"
full_name = ["given_name", "surname"]     # several are joined with blanks
birth_date = "date_of_birth"

[formats]
birth_date = "%Y%m%d"

[queries.columns]                         # what is otherwise in one of the two lists
full_name = "name"
"""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from services.match.dates import is_form
from services.match.problems import ListError

FIELDS = (
    "nik", "full_name", "birth_date", "birth_place", "sex", "mother_name", "address", "village", "district", "regency",
    "passport_no", "phone",
)  # fmt: skip
IDS = ("record_id", "query_id")
_LINE = re.compile(r"\bline (\d+)")


def _ours(name: str) -> str:
    if name not in (*IDS, *FIELDS):
        raise ValueError("no column of ours")
    return name


def _form(told: str) -> str:
    if not is_form(told):
        raise ValueError("no form of a date")
    return told


Names = Annotated[
    tuple[Annotated[str, Field(min_length=1)], ...],
    BeforeValidator(lambda value: (value,) if isinstance(value, str) else value),
    Field(min_length=1),
]


class Part(BaseModel):
    """The names of columns and forms of dates of a list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: dict[Annotated[str, AfterValidator(_ours)], Names] = {}
    formats: dict[Literal["birth_date"], Annotated[str, AfterValidator(_form)]] = {}

    def places(self, header: Sequence[str], *, id_column: str, file: Path) -> dict[str, tuple[int, ...]]:
        """Where each of our columns stands in this header; ListError if the id or every other is missing."""
        found = {ours: self._place(ours, header, file=file) for ours in (id_column, *FIELDS)}
        if not found[id_column]:
            raise ListError("no-id", file, column=id_column)
        found = {ours: at for ours, at in found.items() if at}
        if len(found) == 1:
            raise ListError("no-field", file)
        return found

    def _place(self, ours: str, header: Sequence[str], *, file: Path) -> tuple[int, ...]:
        mapped = ours in self.columns
        places = []
        for name in self.columns.get(ours, (ours,)):
            at = _standing(name, header)
            if len(at) > 1:
                raise ListError("column-twice", file, column=name)
            if mapped and not at:
                raise ListError("mapped-missing", file, column=name)
            places += at
        return tuple(places)


class Mapped(Part):
    """A mapping file: what holds for both lists, and what is otherwise in one of them."""

    records: Part = Part()
    queries: Part = Part()

    def of(self, id_column: str) -> Part:
        """What holds for the list that has this column of ids."""
        own = self.queries if id_column == "query_id" else self.records
        return Part(columns={**self.columns, **own.columns}, formats={**self.formats, **own.formats})


def _standing(name: str, header: Sequence[str]) -> list[int]:
    """Where a name stands: as it is written, else in other letters or with blanks between its words."""
    written = [at for at, cell in enumerate(header) if cell.strip() == name.strip()]
    return written or [at for at, cell in enumerate(header) if _spelled(cell) == _spelled(name)]


def _spelled(name: str) -> str:
    return "_".join(name.casefold().replace("-", " ").replace("_", " ").split())


def read(path: Path | None) -> Mapped:
    """The mapping in this file, or none; ListError, with the line or the name that is wrong where it is known."""
    if path is None:
        return Mapped()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ListError("folder" if path.is_dir() else "not-found", path) from error
    except UnicodeDecodeError as error:
        raise ListError("not-utf8", path) from error
    try:
        told: Mapping[str, Any] = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
        return Mapped.model_validate(told)
    except ValidationError as error:
        place = [str(part) for part in error.errors(include_input=False)[0]["loc"] if part != "[key]"]
        raise ListError("mapping", path, column=".".join(place) or None) from error
    except ValueError as error:
        line = _LINE.search(str(error))
        raise ListError("mapping-form", path, row=int(line[1]) if line else None) from error
