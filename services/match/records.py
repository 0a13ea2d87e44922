"""From a row of text to a record. What cannot be read of a field is left out and told; the rest of the row counts.

A row that cannot be told from others or whose cells have shifted is wrong as a whole: it ends the run, or is left out
and told if that was asked for.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from time import strptime
from typing import NamedTuple

from office_node.domain.record import Record
from services.match.mapping import Mapped
from services.match.problems import Fault, ListError
from services.match.tables import Row, rows

_DATES = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%Y%m%d", "%Y/%m/%d")
_SEXES = {
    **dict.fromkeys(("f", "p", "pr", "perempuan", "wanita", "female"), "F"),
    **dict.fromkeys(("m", "l", "lk", "laki-laki", "laki", "pria", "male"), "M"),
}
_SEVERAL = re.compile(r"[;,/|]| atau | dan ")
_TIMED = re.compile(r"(\d{4}-\d{2}-\d{2})[T ][\d:.]+(?:Z|[+-]\d{2}:?\d{2})?")
"""A date with a time of day, as databases write it."""
_NIK = re.compile(r"[ .'’-]")


class Listed(NamedTuple):
    """One row of a list, read."""

    row: int
    id: str
    record: Record


def read(
    path: Path, mapped: Mapped, *, id_column: str, fault: Callable[[Fault], None], skip_wrong: bool = False
) -> Iterator[Listed]:
    """Every row of a list as a record, in order; faults of single fields go to `fault`, ListError for the list's.

    A wrong row is a ListError too, or with `skip_wrong` goes to `fault`. The ids read so far are kept in memory.
    """
    source = rows(path)
    header = next(source, None)
    if header is None:
        raise ListError("empty", path)
    places = mapped.places(header.cells, id_column=id_column, file=path)
    seen: set[str] = set()
    for row in source:
        own = {name: _cell(row, at) for name, at in places.items()}
        given = own.pop(id_column)
        if wrong := _wrong(row, places, width=len(header.cells), id_column=id_column, twice=given in seen):
            code, column = wrong
            if not skip_wrong:
                raise ListError(code, path, row=row.number, column=column)
            fault(Fault(code, path.name, row.number, column))
            continue
        seen.add(given)
        record, faults = to_record(own, date_format=mapped.formats.get("birth_date"))
        for column, code in faults:
            fault(Fault(code, path.name, row.number, column))
        yield Listed(row.number, given, record)


def _wrong(
    row: Row, places: Mapping[str, tuple[int, ...]], *, width: int, id_column: str, twice: bool
) -> tuple[str, str | None] | None:
    """Code and column of what makes the whole row unusable."""
    if any(row.cells[width:]):
        return "more-cells", None
    for name, at in places.items():
        if any(place in row.lost for place in at):
            return "number-cell", name
    if not _cell(row, places[id_column]):
        return "id-empty", id_column
    return ("id-twice", id_column) if twice else None


def _cell(row: Row, at: tuple[int, ...]) -> str:
    parts = (row.cells[i].strip() for i in at if i < len(row.cells))
    return " ".join(part for part in parts if part)


def to_record(fields: Mapping[str, str], *, date_format: str | None = None) -> tuple[Record, list[tuple[str, str]]]:
    """The record, and (column, code) of what could not be read; empty fields are not known."""
    faults: list[tuple[str, str]] = []
    get = {name: _plain(text) for name, text in fields.items()}.get
    born = _date(get("birth_date", ""), date_format)
    if born is None and get("birth_date"):
        faults.append(("birth_date", "date"))
    sex = _SEXES.get(get("sex", "").casefold(), "")
    if get("sex") and not sex:
        faults.append(("sex", "sex"))
    return Record(
        name=get("full_name", ""),
        birth_date=born,
        birth_place=get("birth_place", ""),
        sex=sex,
        nik=_NIK.sub("", get("nik", "")),
        passport_no=get("passport_no", "").replace(" ", "").upper(),
        mother_name=get("mother_name", ""),
        address=get("address", ""),
        village=get("village", ""),
        district=get("district", ""),
        regency=get("regency", ""),
        phones=tuple(part.strip() for part in _SEVERAL.split(get("phone", "")) if part.strip()),
    ), faults


def _plain(text: str) -> str:
    """Without control characters and with single blanks."""
    if text.isascii() and text.isprintable():
        return text
    return " ".join("".join(" " if unicodedata.category(c)[0] == "C" else c for c in text).split())


def _forms(told: str | None) -> tuple[str, ...]:
    """Forms to try; a date cell of a workbook comes as YYYY-MM-DD whatever its column was said to hold."""
    if told is None:
        return _DATES
    return (told,) if told.startswith("%Y-") else (told, "%Y-%m-%d")


def _date(text: str, told: str | None) -> date | None:
    if not text:
        return None
    if timed := _TIMED.fullmatch(text):
        text = timed[1]
    for form in _forms(told):
        if form == "%Y%m%d" and len(text) != 8:
            continue  # strptime would take one digit for a month
        try:
            year, month, day, *_ = strptime(text, form)
            return date(year, month, day)
        except ValueError:
            continue
    return None
