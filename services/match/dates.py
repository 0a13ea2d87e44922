"""Dates as registers write them. The day stands before the month, unless the year stands first; nothing is guessed.

A form that was told is one of `strptime`, or `excel` for the days that a spreadsheet counts.
"""

import re
import unicodedata
from datetime import date, timedelta
from time import strptime

EXCEL = "excel"
_EPOCH = date(1899, 12, 30)
"""Day 0 of a spreadsheet, as all days since March 1900 count."""
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan i", "februari pebruari february feb peb ii", "maret march mar mrt iii",
            "april apr iv", "mei may v", "juni june jun vi", "juli july jul vii",
            "agustus august agu agt ags aug viii", "september sept sep ix", "oktober october okt oct x",
            "november nopember nov nop xi", "desember december des dec xii",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_LOOSE = re.compile(r"\s*([-/.])\s*")
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})\2(\d{4})")
_EIGHT = re.compile(r"(\d{8})(?:\.0)?")
_CELL = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_NAMED = re.compile(r"(\d{1,2})[-/. ]?([a-z]+)[-/. ]{0,2}(\d{4})")
_TIME = re.compile(r"(?<=[-/. \d]\d)[t ](\d{1,2})[:.](\d{2})(?:[:.]\d{2}(?:[.,]\d+)?)?\s*(z|[+-]\d{2}:?\d{2})?$")
_MIDNIGHTS = frozenset({"15", "16", "17"})
"""Hours of UTC at which a day begins in WIT, WITA and WIB."""
_YEARS = range(1850, 2100)
"""Years by which eight digits show which end the year stands at."""


def read_date(text: str, *, told: str | None = None, today: date = date.max) -> date | None:
    """The date, or None if it cannot be read. A year of two digits, if told, is the latest not after `today`."""
    if told is not None and (found := _as_told(text, told, today=today)):
        return found
    if told is None and (form := _YEAR_FIRST.fullmatch(text)):
        return _date(form[1], form[3], form[4])
    text = text.casefold()
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_DASHES)
    timed = _TIME.search(text)
    day = text[: timed.start()] if timed else text
    found = _written(_LOOSE.sub(r"\1", day)) if told is None else _beside_told(day, told, today=today)
    if found and timed and timed[3] == "z" and timed[1] in _MIDNIGHTS and timed[2] == "00":
        return found + timedelta(days=1)
    return found


def is_form(told: str) -> bool:
    """Whether a date survives being written and read in this form."""
    day = date(1994, 3, 17)
    try:
        return told == EXCEL or _as_told(day.strftime(told), told, today=date.max) == day
    except ValueError:
        return False


def _as_told(text: str, told: str, *, today: date) -> date | None:
    try:
        if told == EXCEL:
            return _EPOCH + timedelta(days=int(float(text)))
        found = date(*strptime(text, told)[:3])
        return found.replace(year=found.year - 100) if "%y" in told and found > today else found
    except (ValueError, OverflowError):
        return None


def _beside_told(text: str, told: str, *, today: date) -> date | None:
    """The told form without its time of day, or a date cell of a workbook, whatever its column was said to hold."""
    if found := _as_told(text, told, today=today):
        return found
    cell = None if told.startswith("%Y-") else _CELL.fullmatch(text)
    return _date(cell[1], cell[2], cell[3]) if cell else None


def _written(text: str) -> date | None:
    """A date in one of the forms that need not be told."""
    if form := _YEAR_FIRST.fullmatch(text):
        return _date(form[1], form[3], form[4])
    if form := _EIGHT.fullmatch(text):
        return _eight(form[1])
    place, comma, rest = text.rpartition(",")
    if comma and not any(c.isdigit() for c in place):
        text = rest.strip()  # `Kalianda, 17-03-1994`
    if form := _DAY_FIRST.fullmatch(text):
        return _date(form[4], form[3], form[1])
    if form := _NAMED.fullmatch(text):
        return _date(form[3], _MONTHS.get(form[2], 0), form[1])
    return None


def _eight(text: str) -> date | None:
    """Eight digits: the year at the end where it is a year, for no month begins with 18, 19 or 20."""
    last = int(text[4:]) in _YEARS and _date(text[4:], text[2:4], text[:2])
    return last or _date(text[:4], text[4:6], text[6:])


def _date(year: str, month: str | int, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
