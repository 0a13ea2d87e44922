"""From a row of text to a record. What cannot be read of a field is left out and told; the rest of the row counts."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
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
_NIK = re.compile(r"[ .'’-]")


class Listed(NamedTuple):
    """One row of a list, read."""

    row: int
    id: str
    record: Record


def read(
    path: Path, mapped: Mapped, *, id_column: str, fault: Callable[[Fault], None], unique: bool = True
) -> Iterator[Listed]:
    """Every row of a list as a record, in order; faults of single fields go to `fault`, ListError for the list's.

    With `unique` an id that stands twice is an error; to know that, the ids read so far are kept.
    """
    source = rows(path)
    header = next(source, None)
    if header is None:
        raise ListError("empty", path)
    places = mapped.places(header.cells, id_column=id_column, file=path)
    seen: set[str] = set()
    for row in source:
        if len(row.cells) > len(header.cells) and any(row.cells[len(header.cells) :]):
            raise ListError("more-cells", path, row=row.number)
        own = {name: _cell(row, at) for name, at in places.items()}
        given = own.pop(id_column)
        if not given:
            raise ListError("id-empty", path, row=row.number, column=id_column)
        if unique:
            if given in seen:
                raise ListError("id-twice", path, row=row.number, column=id_column)
            seen.add(given)
        record, faults = to_record(own, date_format=mapped.formats.get("birth_date"))
        for column, code in faults:
            fault(Fault(code, path.name, row.number, column))
        yield Listed(row.number, given, record)


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


def _date(text: str, told: str | None) -> date | None:
    if not text:
        return None
    for form in (told,) if told else _DATES:
        try:
            return datetime.strptime(text[:10] if form == "%Y-%m-%d" else text, form).date()  # noqa: DTZ007 (a date has no zone)
        except ValueError:
            continue
    return None
