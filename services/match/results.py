"""Writing what was found, as CSV or XLSX: whole or not at all."""

import csv
import errno
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from office_node.domain.compare import Comparison
from services.match.problems import ListError

COLUMNS = ("query_id", "record_id", "score", "zone", "reasons")
_MOST_ROWS = 1_048_575
_AGAINST = {"id": ("Sama", "Beda"), "en": ("Same", "Other")}


class Result(NamedTuple):
    """One line of the output. `score` is the log-odds in bits: it orders all lines, and does not saturate."""

    query_id: str
    record_id: str
    score: float
    zone: str
    reasons: str


Sink = Callable[[Iterable[Any]], Any]
"""Takes a line."""


def reasons(comparison: Comparison, *, language: str) -> str:
    """What speaks for and against, in an officer's words."""
    pro, contra = _AGAINST[language]
    parts = []
    for supports, word in ((True, pro), (False, contra)):
        said = [e.text_id if language == "id" else e.text_en for e in comparison.evidence if e.supports is supports]
        if said:
            parts.append(f"{word}: {' '.join(said)}")
    return " ".join(parts)


@contextmanager
def writing(path: Path, folder: Path, *, header: Iterable[str] = COLUMNS) -> Iterator[Sink]:
    """A sink for lines; the file appears under its name when the block ends well. ListError if it cannot be written."""
    draft = folder / f"out{path.suffix.lower()}"
    try:
        with _sink(draft) as sink:
            sink(header)
            yield sink
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.replace(path)
    except (OSError, FileCreateError) as error:
        cause = error if isinstance(error, OSError) else error.args[0]
        raise ListError("disk-full" if getattr(cause, "errno", None) == errno.ENOSPC else "out", path) from error


@contextmanager
def _sink(path: Path) -> Iterator[Sink]:
    if path.suffix == ".xlsx":
        with _sheet(path) as sink:
            yield sink
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        yield csv.writer(file).writerow


@contextmanager
def _sheet(path: Path) -> Iterator[Sink]:
    """Text stays text: a number loses no digit and nothing becomes a formula."""
    book = xlsxwriter.Workbook(
        path,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "tmpdir": str(path.parent)},
    )
    sheet = book.add_worksheet()
    written = 0

    def sink(line: Iterable[str | float]) -> None:
        nonlocal written
        if written > _MOST_ROWS:
            raise ListError("too-many", path)
        for column, value in enumerate(line):
            sheet.write(written, column, value)
        written += 1

    try:
        yield sink
    finally:
        book.close()
