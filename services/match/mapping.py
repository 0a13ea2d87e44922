"""Which of a list's columns is which of ours; a file says so where the names differ (TOML or JSON).

[columns]
record_id = "rec_id"
full_name = ["given_name", "surname"]     # several are joined with blanks
birth_date = "date_of_birth"

[formats]
birth_date = "%Y%m%d"
"""

import json
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from time import strptime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from services.match.problems import ListError

FIELDS = (
    "nik", "full_name", "birth_date", "birth_place", "sex", "mother_name", "address", "village", "district", "regency",
    "passport_no", "phone",
)  # fmt: skip
IDS = ("record_id", "query_id")

Names = Annotated[tuple[str, ...], BeforeValidator(lambda value: (value,) if isinstance(value, str) else tuple(value))]


class Mapped(BaseModel):
    """A mapping file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: dict[str, Names] = {}
    formats: dict[str, str] = {}

    def places(self, header: Sequence[str], *, id_column: str, file: Path) -> dict[str, tuple[int, ...]]:
        """Where each of our columns stands in this header; ListError if the id or every other is missing."""
        names = [name.strip() for name in header]
        wanted = {name for names_of in self.columns.values() for name in names_of} | {id_column, *FIELDS}
        for name in wanted:
            if names.count(name) > 1:
                raise ListError("column-twice", file, column=name)
        found = {ours: self._place(ours, names, file=file) for ours in (id_column, *FIELDS)}
        if not found[id_column]:
            raise ListError("no-id", file, column=id_column)
        found = {ours: at for ours, at in found.items() if at}
        if len(found) == 1:
            raise ListError("no-field", file)
        return found

    def _place(self, ours: str, names: Sequence[str], *, file: Path) -> tuple[int, ...]:
        theirs = self.columns.get(ours)
        if theirs is None:
            return (names.index(ours),) if ours in names else ()
        if missing := [name for name in theirs if name not in names]:
            raise ListError("mapped-missing", file, column=missing[0])
        return tuple(names.index(name) for name in theirs)


def read(path: Path | None) -> Mapped:
    """The mapping in this file, or none; ListError."""
    if path is None:
        return Mapped()
    try:
        text = path.read_text(encoding="utf-8")
        told: Mapping[str, object] = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
        mapped = Mapped.model_validate(told)
    except OSError as error:
        raise ListError("not-found", path) from error
    except (ValueError, ValidationError) as error:
        raise ListError("mapping", path) from error
    known = {*IDS, *FIELDS}
    if (
        not set(mapped.columns) <= known
        or not set(mapped.formats) <= {"birth_date"}
        or not all(map(_names_a_day, mapped.formats.values()))
    ):
        raise ListError("mapping", path)
    return mapped


def _names_a_day(form: str) -> bool:
    """Whether a date survives being written and read in this form."""
    day = date(1994, 3, 17)
    try:
        return date(*strptime(day.strftime(form), form)[:3]) == day
    except ValueError:
        return False
