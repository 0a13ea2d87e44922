"""Where a person lives, as village, sub-district and regency: by code where it is known, else by the folded name.

Registers name a village by its Kemendagri code, by its name, or only by what is above it. Only Lampung's names are
known here (`tables/wilayah_18.csv`); codes of other provinces are taken as they are.
"""

import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from office_node.domain.names import fold, plain
from office_node.domain.tables import places
from office_node.domain.values import place_key

_CODE = re.compile(r"[0-9]{2}\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?")
_BREAKS = re.compile(r"[\W_]+")
_TABLES = "office_node.domain.tables"


class Area(NamedTuple):
    """Codes such as `18.01.04.2001`, `18.01.04`, `18.01`, or `~` and a folded name; empty where nothing is known."""

    village: str
    district: str
    regency: str


@cache
def _codes() -> tuple[dict[str, str], dict[tuple[str, str], str], dict[tuple[str, str], str]]:
    """Code by folded name: regencies (short names too); districts by (regency, name); villages by (district, name)."""
    regencies: dict[str, str] = {}
    districts: dict[tuple[str, str], str] = {}
    villages: dict[tuple[str, str], str] = {}
    text = files(_TABLES).joinpath("wilayah_18.csv").read_text(encoding="utf-8")
    for code, _, name in (line.partition(",") for line in text.splitlines()[1:]):
        if code.count(".") == 1:
            regencies[place_key(name)] = code
        elif code.count(".") == 2:
            districts[code[:5], _folded(name)] = code
        elif code.count(".") == 3:
            villages[code[:8], _folded(name)] = code
    return regencies, districts, villages


@cache
def _by_name_alone() -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """Districts whose name is in one regency only, and villages by (regency, name) where one district has them."""
    _, districts, villages = _codes()
    alone: dict[str, str] = {}
    within: dict[tuple[str, str], str] = {}
    for (_, name), code in districts.items():
        alone[name] = "" if name in alone else code
    for (district, name), code in villages.items():
        key = (district[:5], name)
        within[key] = "" if key in within else code
    return alone, within


@lru_cache(maxsize=65536)
def area(village: str, district: str, regency: str) -> Area:
    """The most exact of what the three texts (codes or names, or empty) say."""
    if _CODE.fullmatch(village):
        return Area(village if len(village) == 13 else "", village[:8] if len(village) >= 8 else "", village[:5])
    regencies, districts, villages = _codes()
    alone, within = _by_name_alone()
    regency_code = _coded(regency, regencies.get(place_key(regency), ""))
    name = _folded(district)
    district_code = _coded(district, districts.get((regency_code, name), "") or alone.get(name, ""))
    if not regency_code and district_code[:1].isdigit():
        regency_code = district_code[:5]
    name = _folded(village)
    village_code = _coded(village, villages.get((district_code, name), "") or within.get((regency_code, name), ""))
    if not district_code and village_code[:1].isdigit():
        district_code = village_code[:8]
    return Area(village_code, district_code, regency_code)


def _coded(text: str, found: str) -> str:
    if _CODE.fullmatch(text):
        return text
    folded = _folded(text)
    return found or (f"~{folded}" if folded else "")


@lru_cache(maxsize=16384)
def _folded(text: str) -> str:
    words = [word for word in _BREAKS.split(plain(text)) if word]
    while len(words) > 1 and words[0] in places.PREFIXES:
        words = words[1:]
    return fold("".join(words))
