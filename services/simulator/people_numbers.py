"""Numbers of the invented people: well formed, and such that no living person can have them.

NIK and KK serials start at 7001: no sub-district registers seven thousand people or families of one day.
Mobile numbers use prefixes that no Indonesian operator has been given, passports a letter that is not in use.
"""

from datetime import date
from random import Random
from typing import Final

FIRST_SERIAL: Final = 7001
PHONE_PREFIXES: Final[tuple[str, ...]] = (
    "834", "835", "836", "837", "839", "854", "871", "872", "873", "874", "891", "892", "893",
)  # fmt: skip
PASSPORT_LETTER: Final = "Z"


class NumberBook:
    """Hands out numbers; never the same NIK or KK twice."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._last: dict[str, int] = {}

    def _next(self, prefix: str) -> str:
        step = 1 if self._rng.random() < 0.6 else self._rng.randrange(2, 12)
        serial = self._last.get(prefix, FIRST_SERIAL - 1) + step
        if serial > 9999:
            raise RuntimeError("no serial is left for this sub-district and day")
        self._last[prefix] = serial
        return f"{prefix}{serial:04d}"

    def nik(self, region: str, birth_date: date, sex: str) -> str:
        """`PPKKCC DDMMYY SSSS` without spaces; day + 40 for women. Serials of one prefix lie close."""
        day = birth_date.day + (40 if sex == "F" else 0)
        return self._next(f"{region}{day:02d}{birth_date:%m%y}")

    def kk(self, region: str, since: date) -> str:
        """A family card of the sub-district, registered on the day `since`."""
        return self._next(f"{region}{since:%d%m%y}")

    def phone(self) -> str:
        """A mobile number, written in one of the ways people write it."""
        prefix = self._rng.choice(PHONE_PREFIXES)
        digits = f"{self._rng.randrange(10**8):08d}"[: self._rng.choice((7, 8, 8, 8))]
        style = self._rng.random()
        if style < 0.55:
            return f"0{prefix}{digits}"
        if style < 0.80:
            return f"+62{prefix}{digits}"
        if style < 0.92:
            return f"0{prefix}-{digits[:4]}-{digits[4:]}"
        return f"62{prefix}{digits}"

    def passport(self) -> str:
        """An earlier passport's number."""
        return f"{PASSPORT_LETTER}{self._rng.randrange(1_000_000, 10_000_000)}"


def mistyped(rng: Random, digits: str) -> str:
    """The number with one digit changed or two neighbours exchanged."""
    swappable = [i for i in range(len(digits) - 1) if digits[i] != digits[i + 1]]
    if swappable and rng.random() < 0.5:
        i = rng.choice(swappable)
        return digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :]
    i = rng.randrange(len(digits))
    other = rng.choice([d for d in "0123456789" if d != digits[i]])
    return digits[:i] + other + digits[i + 1 :]
