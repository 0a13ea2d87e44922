"""Reading a list: CSV (UTF-8; comma, semicolon, tab or bar) row by row, or the first sheet of an XLSX workbook.

Rows come as numbered lists of text, the header first. A workbook is read whole into memory; a CSV file is not.
"""

import csv
import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TextIO

from python_calamine import CalamineError, CalamineWorkbook

from services.match.problems import ListError

_DELIMITERS = ",;\t|"
_TOLD = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
"""The line by which a spreadsheet is told the delimiter; no spreadsheet shows it or counts it."""
_QUOTED = re.compile(r'"[^"]*"?')
_EXACT = 10**15
"""A spreadsheet keeps 15 digits of a number: of a longer one, such as a NIK, the last have become 0."""


class Row(NamedTuple):
    """One row as text; `number` as a spreadsheet counts it, the header being 1."""

    number: int
    cells: list[str]
    lost: tuple[int, ...] = ()
    """Places of the cells that were numbers too long to keep their digits."""


def rows(path: Path) -> Iterator[Row]:
    """Every row that has anything in it, the header included; ListError."""
    if path.suffix.lower() == ".csv":
        return _csv_rows(path)
    if path.suffix.lower() == ".xlsx":
        return _sheet_rows(path)
    raise ListError("suffix", path)


def _csv_rows(path: Path) -> Iterator[Row]:
    number = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            delimiter = _delimiter(file)
            for cells in csv.reader(file, delimiter=delimiter, strict=True):
                number += 1
                if any(cell.strip() for cell in cells):
                    yield Row(number, cells)
    except UnicodeDecodeError as error:
        raise ListError("not-utf8", path) from error
    except csv.Error as error:
        raise ListError("cell-long" if "field limit" in str(error) else "not-csv", path, row=number + 1) from error
    except OSError as error:
        raise ListError("not-found", path) from error


def _delimiter(file: TextIO) -> str:
    """The sign that is most often in the first line that says something; the file stands at its first row then."""
    line = file.readline()
    if told := _TOLD.fullmatch(line):
        return told[1]
    while line and not line.strip():
        line = file.readline()
    file.seek(0)
    return max(_DELIMITERS, key=_QUOTED.sub("", line).count)


def _sheet_rows(path: Path) -> Iterator[Row]:
    try:
        sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    except (CalamineError, OSError) as error:
        raise ListError("not-xlsx" if path.is_file() else "not-found", path) from error
    start = (sheet.start or (0, 0))[0]
    for number, values in enumerate(sheet.iter_rows(), start + 1):
        cells = [_text(value) for value in values]
        if any(cell.strip() for cell in cells):
            yield Row(number, cells, tuple(at for at, value in enumerate(values) if _too_long(value)))


def _too_long(value: object) -> bool:
    return isinstance(value, float) and abs(value) >= _EXACT


def _text(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
