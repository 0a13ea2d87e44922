"""Where people live and were born: the villages of Lampung, and places of birth by registration code.

A village is written by its ten-digit code or by name, a regency in full or short; no writing is right or wrong.
"""

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from services.recognition.sets_tables import Pool, rows, spread, words

POPULATION = {
    "18.01": 1124, "18.02": 1394, "18.03": 676, "18.04": 314, "18.05": 440, "18.06": 641, "18.07": 1123, "18.08": 495,
    "18.09": 501, "18.10": 445, "18.11": 241, "18.12": 313, "18.13": 177, "18.71": 1078, "18.72": 182,
}  # fmt: skip
"""Thousands of people by regency, 2025."""
ELSEWHERE_DISTRICTS = 18
WRITINGS = 8


class Village(NamedTuple):
    """One village: its code, the six digits of its sub-district in a NIK, and ways to write village to regency."""

    code: str
    region: str
    writings: tuple[tuple[str, str, str], ...]


class Birthplace(NamedTuple):
    """A regency as a place of birth: first four digits of a NIK registered there, and the names it goes by."""

    code: str
    names: Pool


class Places(NamedTuple):
    """All places: `homes` are positions in `villages`, spread by population; `near` the villages of a sub-district."""

    villages: tuple[Village, ...]
    homes: tuple[int, ...]
    near: dict[str, tuple[int, ...]]
    regions: dict[str, tuple[str, ...]]
    births: tuple[Birthplace, ...]
    other_names: dict[str, Pool]


def _writings(code: str, village: str, district: str, regency: str) -> tuple[tuple[str, str, str], ...]:
    short = regency.removeprefix("Kabupaten ").removeprefix("Kota ")
    return (
        (code, district, regency),
        (code, district.upper(), short.upper()),
        (village, district, short),
        (village.upper(), district.upper(), regency.upper()),
        (code, f"Kec. {district}", regency.replace("Kabupaten", "Kab.")),
        (f"Desa {village}", f"Kecamatan {district}", short),
        (code, district, short),
        (f"Ds. {village}", f"Kec {district}", regency.replace("Kabupaten", "Kab")),
    )


@cache
def places() -> Places:
    """The places, read once."""
    text = files("office_node.domain").joinpath("tables", "wilayah_18.csv").read_text(encoding="utf-8")
    names = {row["kode"]: row["nama"] for row in csv.DictReader(text.splitlines())}
    villages: list[Village] = []
    near: dict[str, list[int]] = {}
    by_regency: dict[str, list[int]] = {}
    for code, name in names.items():
        if len(code) == 13:
            region = code[:8].replace(".", "")
            near.setdefault(region, []).append(len(villages))
            by_regency.setdefault(code[:5], []).append(len(villages))
            villages.append(Village(code, region, _writings(code, name, names[code[:8]], names[code[:5]])))
    weighted = [(at, POPULATION[code] / len(members)) for code, members in by_regency.items() for at in members]
    homes = spread([at for at, _ in weighted], [weight for _, weight in weighted], 65536)
    births = [
        (Birthplace(row["code"], tuple(row["names"].split("|"))), float(row["weight"])) for row in rows("places.csv")
    ]
    regions = {
        place.code: tuple(sorted(region for region in near if region.startswith(place.code)))
        or tuple(f"{place.code}{number:02d}" for number in range(1, ELSEWHERE_DISTRICTS + 1))
        for place, _ in births
    }
    return Places(
        tuple(villages),
        homes,
        {region: tuple(members) for region, members in near.items()},
        regions,
        spread([place for place, _ in births], [weight for _, weight in births]),
        {name: place.names for place, _ in births for name in place.names},
    )


ROADS = words("road")["X"]
HAMLETS = words("hamlet")["X"]


def address(spot: int, style: int) -> str:
    """One address: `spot` (0 to 2**30) says where, `style` (0 to 7) how it is written."""
    road, hamlet = ROADS[spot % len(ROADS)], HAMLETS[(spot >> 5) % len(HAMLETS)]
    number, rt, rw = (spot >> 10) % 140 + 1, (spot >> 18) % 12 + 1, (spot >> 22) % 8 + 1
    if spot >> 29:  # half of the people live on a named road, half in a hamlet
        if style < 2:
            return f"Jl. {road} No. {number} RT {rt:03d} RW {rw:03d}"
        if style < 4:
            return f"Jln {road} No {number}"
        return (
            f"JL {road.upper()} {number} RT.{rt:02d}/{rw:02d}"
            if style < 6
            else f"Jalan {road} no.{number} rt {rt}/{rw}"
        )
    if style < 2:
        return f"Dusun {hamlet} RT {rt:03d} RW {rw:03d}"
    if style < 4:
        return f"Dsn. {hamlet} RT.{rt:02d}/RW.{rw:02d}"
    return f"DSN {hamlet.upper()} RT/RW {rt:03d}/{rw:03d}" if style < 6 else f"Dusun {hamlet} rt {rt} rw {rw}"
