"""Invented people and their kin, drawn one by one: the truth about a person, before anybody writes it down.

Memory does not grow with the number of people. A NIK is issued once (kept by a bit map, so that a number may be passed
over, never issued twice); serials start at 9001, phones with 086, passports with Z, which no office or operator uses.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from services.recognition.sets_places import places
from services.recognition.sets_tables import SLOTS, Pool, patterns, spread, words

TODAY = date(2026, 11, 1)
FIRST_YEAR = 1936
LAST_YEAR = 2026
RING = 256
"""From how many of the last people a relative is drawn."""
ORIGINS_OLD = {
    "javanese": 42, "sundanese": 10, "lampung": 12, "balinese": 7, "bugis": 6, "arabic": 12, "batak": 4, "minang": 4,
    "chinese": 3,
}  # fmt: skip
ORIGINS_YOUNG = {
    "javanese": 30, "sundanese": 8, "lampung": 10, "balinese": 6, "bugis": 5, "arabic": 14, "batak": 4, "minang": 4,
    "chinese": 3, "modern": 16,
}  # fmt: skip
"""Shares of name origins; small peoples are enlarged so that each can be measured, so this is no census."""
KIN = {"stranger": 72, "twin": 3, "sibling": 10, "parent": 10, "namesake": 2, "nik_neighbour": 3}
"""How the next person stands to one of the last people, in percent."""
FAMILY_LAST = frozenset({"batak", "chinese"})
VOWELS = {"a": "i", "i": "a", "o": "i", "u": "i", "e": "a"}


class Person(NamedTuple):
    """The truth about one person. `home` is a position in the villages, `spot` a place in it, `phone` without the 0."""

    origin: str
    sex: str
    name: str
    birth: str
    birth_place: str
    mother: str
    nik: str
    home: int
    spot: int
    passport: str
    phone: str


def age_band(birth: str) -> str:
    """Age on the day the sets are set in, as a band."""
    years = TODAY.year - int(birth[:4]) - (birth[5:] > f"{TODAY:%m-%d}")
    for band, until in (("0-16", 17), ("17-24", 25), ("25-34", 35), ("35-49", 50)):
        if years < until:
            return band
    return "50+"


def nik_day(birth: str, sex: str) -> str:
    """DDMMYY of a NIK: a woman's day has 40 added."""
    return f"{int(birth[8:]) + (40 if sex == 'P' else 0):02d}{birth[5:7]}{birth[2:4]}"


def _weight_of_age(age: int) -> float:
    for until, weight in ((17, 0.6), (25, 3.2), (35, 2.8), (50, 1.5), (65, 0.7)):
        if age < until:
            return weight
    return 0.2


class Crowd:
    """A telephone that many people give: a lodging, a travel group's agent, a broker."""

    def __init__(self, rng: Random, size: int) -> None:
        self._rng, self._size, self._left, self._phone = rng, size, 0, ""

    def phone(self) -> str:
        """The crowd's telephone; after `size` people there is another crowd."""
        if not self._left:
            self._left, self._phone = self._size, new_phone(self._rng)
        self._left -= 1
        return self._phone


def new_phone(rng: Random) -> str:
    """A telephone of one's own, without the leading 0."""
    return f"86{int(rng.random() * 10_000_000_00):09d}"


class People:
    """Draws people from one source of randomness; `persons` (how many there will be) sizes the bit map of numbers."""

    def __init__(self, rng: Random, *, persons: int) -> None:
        self._rng = rng
        self._bits = max(1 << 20, min(persons * 64, 1 << 27)) - 5
        self._issued = bytearray(self._bits // 8 + 1)
        self._places = places()
        self._patterns = patterns()
        years = range(FIRST_YEAR, LAST_YEAR + 1)
        self._years = spread(list(years), [_weight_of_age(LAST_YEAR - year) for year in years])
        self._days = {year: tuple(_days(year)) for year in years}
        self._origins = (_shares(ORIGINS_YOUNG), _shares(ORIGINS_OLD))
        self._crowds = (Crowd(rng, 300), Crowd(rng, 30), Crowd(rng, 80))

    def name(self, origin: str, sex: str, *, old: bool) -> str:
        """A full name of an origin."""
        draw = self._rng.random
        parts: tuple[Pool, ...] = self._patterns[origin, sex, old][int(draw() * 100)]
        return " ".join([pool[int(draw() * SLOTS)] for pool in parts])

    def phone(self) -> str:
        """A telephone: mostly one's own, sometimes one that a crowd gives, sometimes none."""
        luck = self._rng.random()
        if luck > 0.035:
            return new_phone(self._rng) if luck > 0.1 else ""
        return self._crowds[0 if luck < 0.012 else 1 if luck < 0.027 else 2].phone()

    def passport(self) -> str:
        """A passport number, or none for who never had one."""
        luck = self._rng.random()
        return f"Z{int((luck - 0.5) * 20_000_000):07d}" if luck >= 0.5 else ""

    def nik(self, region: str, day: str, *, serial: int = 0) -> str:
        """A number never issued before: region and day as given, serial as near to the wished one as is free."""
        if not serial:
            draw = self._rng.random()
            serial = 9001 + int(draw * draw * draw * 9) + (int(draw * 700) if draw > 0.985 else 0)
        head = int(region + day) * 10_000
        while True:
            if serial > 9999:
                serial = 9001
            byte, bit = divmod((head + serial) % self._bits, 8)
            if not self._issued[byte] >> bit & 1:
                self._issued[byte] |= 1 << bit
                return f"{head + serial:016d}"
            serial += 1

    def birth(self, year: int) -> str:
        """A day in a year; the older a person, the more often it is 1 January, because nobody knows."""
        draw, days = self._rng.random(), self._days[year]
        unknown = 0.01 if year > 1985 else 0.05 if year > 1965 else 0.12
        return days[0] if draw < unknown else days[int((draw - unknown) / (1 - unknown) * len(days))]

    def home(self) -> int:
        """A village, by population."""
        return self._places.homes[int(self._rng.random() * 65536)]

    def person(self) -> Person:
        """Somebody new, without kin."""
        draw = self._rng.random
        year = self._years[int(draw() * SLOTS)]
        old = year < 1990
        origin = self._origins[old][int(draw() * SLOTS)]
        return self.someone(origin, "L" if draw() < 0.48 else "P", self.birth(year))

    def someone(self, origin: str, sex: str, birth: str) -> Person:
        """Somebody new of an origin, a sex and a birth date."""
        draw, known = self._rng.random, self._places
        old = birth < "1990"
        home = self.home()
        luck = draw()
        if luck < 0.5:
            region = known.villages[home].region
            place = self._near_name(region)
        else:
            born = known.births[int((luck - 0.5) * 2 * SLOTS)]
            regions = known.regions[born.code]
            region = regions[int(draw() * len(regions))]
            place = born.names[0 if luck < 0.9 else int(draw() * len(born.names))]
        mother = self.name(origin if draw() < 0.85 else "javanese", "P", old=old or birth < "2008")
        return Person(
            origin,
            sex,
            self.name(origin, sex, old=old),
            birth,
            place,
            mother,
            self.nik(region, nik_day(birth, sex)),
            home,
            int(draw() * (1 << 30)),
            self.passport(),
            self.phone(),
        )

    def _near_name(self, region: str) -> str:
        village = self._places.villages[self._places.near[region][0]].writings[2]
        return village[1] if self._rng.random() < 0.25 else village[2]


def _days(year: int) -> Iterator[str]:
    day = date(year, 1, 1)
    while day.year == year and day <= TODAY:
        yield day.isoformat()
        day += timedelta(days=1)


def _shares(shares: dict[str, int]) -> tuple[str, ...]:
    return spread(list(shares), list(shares.values()))


def twin_name(name: str, rng: Random) -> str:
    """A name that sounds like another, as parents of twins choose it; never the same."""
    first, *rest = name.split()
    pairs = words("twin").get(first, ())
    if pairs and rng.random() < 0.7:
        return " ".join([rng.choice(pairs), *rest])
    at = max((i for i, letter in enumerate(first) if letter in VOWELS), default=-1)
    if at < 1:
        return f"{name} Kembar"
    changed = first[:at] + VOWELS[first[at]] + first[at + 1 :]
    return " ".join([changed, *rest])
