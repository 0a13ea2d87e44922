"""A village by its Kemendagri code, with what is above it: `tables/wilayah_18.csv` (Kepmendagri 300.2.2-2430/2025).

Only Lampung is known by name. A code of another province is taken as it is; one of Lampung that is not there is wrong.
"""

from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

_TABLES = "office_node.domain.tables"
_KNOWN_PROVINCE = "18"


class Place(NamedTuple):
    """A code such as `18.01` or `18.01.04`, and its name."""

    code: str
    name: str


class Village(NamedTuple):
    """A desa (last part 2xxx) or kelurahan (1xxx), its sub-district and its regency."""

    code: str
    name: str
    kind: Literal["desa", "kelurahan"]
    district: Place
    regency: Place


@cache
def _names() -> dict[str, str]:
    text = files(_TABLES).joinpath("wilayah_18.csv").read_text(encoding="utf-8")
    lines = (line.partition(",") for line in text.splitlines()[1:])
    return {code: name for code, _, name in lines}


@cache
def _below() -> dict[str, tuple[Place, ...]]:
    found: dict[str, list[Place]] = {}
    for code, name in sorted(_names().items()):
        found.setdefault(code.rpartition(".")[0], []).append(Place(code, name))
    return {code: tuple(places) for code, places in found.items()}


def find_village(code: str) -> Village | None:
    """The village with that code; None if the table has none."""
    names = _names()
    if len(code) != 13 or code not in names:
        return None
    kind: Literal["desa", "kelurahan"] = "kelurahan" if code[9] == "1" else "desa"
    district, regency = code[:8], code[:5]
    return Village(code, names[code], kind, Place(district, names[district]), Place(regency, names[regency]))


def can_be_village(code: str) -> bool:
    """Whether a code of the right form may be one: known here, or of a province whose villages are not."""
    return code[:2] != _KNOWN_PROVINCE or find_village(code) is not None


def find_place(code: str) -> Place | None:
    """The province, regency, sub-district or village with that code; None if the table has none."""
    name = _names().get(code)
    return None if name is None else Place(code, name)


def places_below(code: str) -> tuple[Place, ...]:
    """What lies directly in a province, regency or sub-district, by code; nothing in a village."""
    return _below().get(code, ())
