"""Places of the invented people: a village of Lampung to live in, a birth place, the region digits of a NIK.

Villages are the real ones of `wilayah_18.csv`; nobody who is said to live there exists.
"""

import csv
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from itertools import accumulate
from random import Random
from typing import NamedTuple

from services.simulator.data.areas import AREAS, ELSEWHERE, OFFICES, Area


class Home(NamedTuple):
    """Where a household lives: its area, its village and the six region digits of its sub-district."""

    area: Area
    village: str

    @property
    def region(self) -> str:
        """The first six digits of a NIK or KK given out here."""
        return self.village.replace(".", "")[:6]


class Origin(NamedTuple):
    """Where somebody was born and registered: the six digits a NIK begins with, the birth place in words."""

    region: str
    birth_place: str


@cache
def villages() -> dict[str, tuple[str, ...]]:
    """Area code (`18.07`) → the codes of its villages, in order."""
    table = files("office_node").joinpath("domain", "tables", "wilayah_18.csv")
    found: dict[str, list[str]] = {}
    for code, _name in csv.reader(table.read_text(encoding="utf-8").splitlines()[1:]):
        if len(code) == len("18.01.04.2001"):
            found.setdefault(code[:5], []).append(code)
    return {area: tuple(codes) for area, codes in found.items()}


@cache
def _weighted(office: str | None, migrant: bool) -> tuple[Sequence[Area], Sequence[int]]:
    areas = [area for area in AREAS if office in (None, area.office)]
    if not areas:
        raise ValueError(f"no such office: {office}; known are {', '.join(OFFICES)}")
    return areas, list(accumulate(area.migrants if migrant else area.population for area in areas))


def home(rng: Random, office: str | None = None, *, migrant: bool = False) -> Home:
    """A village, of one office's areas if it is given; by population, for a migrant by migrants placed."""
    areas, weights = _weighted(office, migrant)
    area = rng.choices(areas, cum_weights=weights)[0]
    return Home(area, rng.choice(villages()[area.code]))


def moved(rng: Random, village: str | None) -> str:
    """Another village: mostly of the same kabupaten, as one who moves to a relative would name."""
    area = village[:5] if village and rng.random() < 0.8 else rng.choice(AREAS).code
    choice = rng.choice(villages()[area])
    return choice if choice != village else villages()[area][-1 if choice == villages()[area][0] else 0]


def origin(rng: Random, home: Home, group: str, *, age: int) -> Origin:
    """Where one who lives in `home` was born: there, elsewhere in Lampung, or off the island."""
    away = 0.08 + (0.25 if age > 45 else 0.04)
    if group == "batak" or rng.random() < away:
        code, place = rng.choice(ELSEWHERE[group])
        return Origin(f"{code}{rng.randrange(1, 16):02d}", place)
    if rng.random() < 0.75:
        return Origin(home.region, rng.choice(home.area.towns))
    area = rng.choice(AREAS)
    return Origin(rng.choice(villages()[area.code]).replace(".", "")[:6], rng.choice(area.towns))


_OFFICE_OF = {area.code: area.office for area in AREAS}


def office_of(village: str | None) -> str:
    """The office that serves the village; of no village, the largest."""
    return _OFFICE_OF[village[:5]] if village else OFFICES[0]
