"""Reading a NIK: `PPKKCC DDMMYY SSSS`, region of first registration, birth date, serial. There is no checksum.

Women's day has 40 added. The region says where a person was first registered, possibly under a code that no
longer exists: it is never evidence by itself. A number whose date cannot be is no key at all, for many
people share those.
"""

from datetime import date
from typing import Literal, NamedTuple

_WOMENS_DAY = 40
_FEWEST_DIGITS = 3
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Nik(NamedTuple):
    """The three parts of a NIK; the year has two digits, so the century needs a reference date."""

    region: str
    date_digits: str
    serial: str

    @property
    def sex(self) -> Literal["F", "M"]:
        """The sex that the day says."""
        return "F" if int(self.date_digits[:2]) > _WOMENS_DAY else "M"

    @property
    def day_month_year(self) -> tuple[int, int, int]:
        """Day of the month, month, two-digit year."""
        day = int(self.date_digits[:2])
        return (
            day - _WOMENS_DAY if day > _WOMENS_DAY else day,
            int(self.date_digits[2:4]),
            int(self.date_digits[4:]),
        )

    @property
    def possible(self) -> bool:
        """Whether the number can have been issued: a date of some century, a region, a serial from 0001 on.

        Numbers of one or two digits only (1111…) are what people type who do not have theirs.
        """
        day, month, year = self.day_month_year
        if len(set(self.region + self.date_digits + self.serial)) < _FEWEST_DIGITS:
            return False
        if not 1 <= month <= 12 or self.serial == "0000" or self.region.startswith("0"):
            return False
        longest = 28 if month == 2 and year % 4 else _LONGEST[month - 1]
        return 1 <= day <= longest

    def birth_date(self, *, today: date) -> date | None:
        """The latest birth date not after `today` that the number can mean, or None if the date cannot be."""
        day, month, year = self.day_month_year
        for full_year in (today.year // 100 * 100 + year, today.year // 100 * 100 + year - 100):
            try:
                born = date(full_year, month, day)
            except ValueError:
                continue
            if born <= today:
                return born
        return None

    def agrees_with(self, birth_date: date) -> bool:
        """Whether day, month and two-digit year are those of the birth date."""
        return self.day_month_year == (birth_date.day, birth_date.month, birth_date.year % 100)


def parse_nik(digits: str) -> Nik:
    """The parts of 16 digits; anything else is a ValueError that does not repeat them."""
    if len(digits) != 16 or not digits.isascii() or not digits.isdigit():
        raise ValueError("a NIK has 16 digits")
    return Nik(region=digits[:6], date_digits=digits[6:12], serial=digits[12:])


def usable_nik(digits: str | None) -> Nik | None:
    """The parts of a NIK that may serve as a key, else None."""
    if digits is None:
        return None
    nik = parse_nik(digits)
    return nik if nik.possible else None
