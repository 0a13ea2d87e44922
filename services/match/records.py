"""From a row of text to a record. What cannot be read of a field is left out and told; the rest of the row counts.

A row that cannot be told from others, whose cells have shifted or whose number has lost its digits is wrong as a whole:
it ends the run, or is left out and told if that was asked for. A word that says there is nothing (*tidak ada*, `N/A`)
is nothing: as a value it would be shared by all who have none.
"""

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from office_node.domain.record import Record
from services.match import numbers
from services.match.dates import read_date
from services.match.mapping import Mapped, Part
from services.match.problems import Fault, ListError
from services.match.tables import Row, rows

_SEXES = {
    **dict.fromkeys(("f", "p", "pr", "perempuan", "wanita", "female"), "F"),
    **dict.fromkeys(("m", "l", "lk", "lakilaki", "laki", "lelaki", "pria", "male"), "M"),
}
_NOTHING = frozenset(
    {"", "n/a", "na", "#n/a", "nan", "nil", "nihil", "none", "null", "kosong", "idem", "unknown"}
    | {f"{no} {what}" for no in ("tidak", "tdk", "tak", "belum", "blm")
       for what in ("ada", "tahu", "diketahui", "punya", "memiliki")}
)  # fmt: skip
"""What stands in a cell for nothing, in small letters and without signs at its ends."""
_SIGNS = "-–—.*_'\"/()[]=~:;, "
_NUMBERS = ("nik", "passport_no", "phone")
_NAMES = ("full_name", "mother_name")
_LONGEST = 1000
"""Signs of a field; more is no field of one person."""


class Listed(NamedTuple):
    """One row of a list, read."""

    row: int
    id: str
    record: Record


class _Columns(NamedTuple):
    """Where each of our columns stands in a list, and how wide it is."""

    places: Mapping[str, tuple[int, ...]]
    width: int
    id: str


def read(
    path: Path, mapped: Mapped, *, id_column: str, fault: Callable[[Fault], None], skip_wrong: bool = False,
    today: date = date.max,
) -> Iterator[Listed]:  # fmt: skip
    """Every row of a list as a record, in order; faults of single fields go to `fault`, ListError for the list's.

    The header is read at once. A wrong row is a ListError too, or with `skip_wrong` goes to `fault`. The ids read so
    far are kept in memory.
    """
    source = rows(path)
    header = next(source, None)
    if header is None:
        raise ListError("empty", path)
    part = mapped.of(id_column)
    columns = _Columns(part.places(header.cells, id_column=id_column, file=path), len(header.cells), id_column)
    return _listed(source, columns, part, path=path, fault=fault, skip_wrong=skip_wrong, today=today)


def _listed(
    source: Iterator[Row], columns: _Columns, part: Part, *, path: Path, fault: Callable[[Fault], None],
    skip_wrong: bool, today: date,
) -> Iterator[Listed]:  # fmt: skip
    seen: set[str] = set()
    for row in source:
        own = {name: _cell(row, at) for name, at in columns.places.items()}
        given = own[columns.id]
        if wrong := _wrong(row, own, columns, twice=given in seen):
            code, column = wrong
            if not skip_wrong:
                raise ListError(code, path, row=row.number, column=column)
            fault(Fault(code, path.name, row.number, column))
            continue
        seen.add(own.pop(columns.id))
        record, faults = to_record(own, date_format=part.formats.get("birth_date"), today=today)
        for column, code in faults:
            fault(Fault(code, path.name, row.number, column))
        yield Listed(row.number, given, record)


def _wrong(row: Row, own: Mapping[str, str], columns: _Columns, *, twice: bool) -> tuple[str, str | None] | None:
    """Code and column of what makes the whole row unusable."""
    if any(cell.strip() for cell in row.cells[columns.width :]):
        return "more-cells", None
    for name, at in columns.places.items():
        if any(place in row.lost for place in at):
            return "number-cell", name
    for name in (columns.id, *_NUMBERS):
        if numbers.has_lost_digits(own.get(name, "")):
            return "number-cell", name
    if not own[columns.id]:
        return "id-empty", columns.id
    return ("id-twice", columns.id) if twice else None


def _cell(row: Row, at: tuple[int, ...]) -> str:
    parts = (row.cells[i].strip() for i in at if i < len(row.cells))
    return " ".join(part for part in parts if part)


def to_record(
    fields: Mapping[str, str], *, date_format: str | None = None, today: date = date.max
) -> tuple[Record, list[tuple[str, str]]]:
    """The record, and (column, code) of what could not be read; empty fields are not known."""
    given, faults = _given(fields)
    get = given.get
    nik, passport, phones = _numbers(given, faults)
    born = read_date(get("birth_date", ""), told=date_format, today=today) if "birth_date" in given else None
    if born is None and "birth_date" in given:
        faults.append(("birth_date", "date"))
    sex = _SEXES.get("".join(c for c in get("sex", "").casefold() if c.isalpha()), "")
    if "sex" in given and not sex:
        faults.append(("sex", "sex"))
    village, district, regency = _area(given)
    return Record(
        name=get("full_name", ""),
        birth_date=born,
        birth_place=get("birth_place", "").partition(",")[0],
        sex=sex,
        nik=nik,
        passport_no=passport,
        mother_name=get("mother_name", ""),
        address=get("address", ""),
        village=village,
        district=district,
        regency=regency,
        phones=phones,
    ), faults


def _given(fields: Mapping[str, str]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The fields that say something, in one line each, and what is wrong with others."""
    given: dict[str, str] = {}
    faults = []
    for name, raw in fields.items():
        text = _plain(raw)
        if _says_nothing(text):
            continue
        if len(text) > _LONGEST:
            faults.append((name, "too-long"))
        elif name in _NAMES and not any(c.isalpha() for c in text):
            faults.append((name, "name"))
        else:
            given[name] = text
    return given, faults


def _says_nothing(text: str) -> bool:
    word = text.casefold().strip(_SIGNS)
    return word in _NOTHING or not word.strip("0") or (len(word) > 1 and not word.strip("x"))


def _numbers(given: Mapping[str, str], faults: list[tuple[str, str]]) -> tuple[str, str, tuple[str, ...]]:
    """NIK, passport and phones; what is wrong with them is added to `faults`."""
    nik = passport = ""
    phones: tuple[str, ...] = ()
    wrong: str | None
    if "nik" in given:
        nik, wrong = numbers.nik(given["nik"])
        faults += [("nik", wrong)] if wrong else []
    if "passport_no" in given:
        passport, wrong = numbers.passport(given["passport_no"])
        faults += [("passport_no", wrong)] if wrong else []
    if "phone" in given:
        phones, wrong = numbers.phones(given["phone"])
        faults += [("phone", wrong)] if wrong else []
    return nik, passport, phones


def _area(given: Mapping[str, str]) -> tuple[str, str, str]:
    """Village, district and regency; a village written with both behind commas fills what is empty."""
    village, *behind = [part.strip() for part in given.get("village", "").split(",")]
    district, regency = given.get("district", ""), given.get("regency", "").partition(",")[0]
    if len(behind) > 1:
        district, regency = district or behind[0], regency or behind[1]
    return (
        numbers.area_code("village", village),
        numbers.area_code("district", district),
        numbers.area_code("regency", regency),
    )


def _plain(text: str) -> str:
    """Without control characters and with single blanks."""
    if text.isascii() and text.isprintable():
        return text
    return " ".join("".join(" " if unicodedata.category(c)[0] == "C" else c for c in text).split())
