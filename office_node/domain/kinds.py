"""The registry of key kinds: what each is made of, what it is worth, and whether it finds or weighs.

A kind's name carries its version, and the version covers the normaliser and the frequency table behind it.
An *index* kind finds; one of its values is issued only if it is worth `INDEX_MIN_BITS`. A *field* kind
weighs what was found.
"""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Literal, NamedTuple

from office_node.domain.tables import frequencies

TABLE = frequencies.TABLE
INDEX_MIN_BITS = 18
HIT_MIN_BITS = 30
MAX_INDEX_KEYS = 16
MAX_FIELDS = 24


class Source(StrEnum):
    """What a person is known by; two kinds that share one are not two pieces of evidence."""

    NAME = "name"
    MOTHER = "mother_name"
    BIRTH_DATE = "birth_date"
    BIRTH_PLACE = "birth_place"
    SEX = "sex"
    VILLAGE = "village"
    NIK_REGION = "nik_region"
    NIK_SERIAL = "nik_serial"
    PASSPORT = "passport_no"
    PHONE = "phone"


class Key(NamedTuple):
    """One value of one kind. It is personal data: it is never logged and never sent."""

    kind: str
    value: str


@dataclass(frozen=True)
class Kind:
    """A way to recognise a person. `bits` is the least a value of it is usually worth."""

    name: str
    role: Literal["index", "field"]
    bits: int
    uses: frozenset[Source]


def _index(name: str, bits: int, *uses: Source) -> Kind:
    return Kind(name=name, role="index", bits=bits, uses=frozenset(uses))


def _field(name: str, bits: int, *uses: Source) -> Kind:
    return Kind(name=name, role="field", bits=bits, uses=frozenset(uses))


INDEX_KINDS: tuple[Kind, ...] = (
    _index("nik/1", 27, Source.NIK_REGION, Source.BIRTH_DATE, Source.NIK_SERIAL),
    _index("passport/1", 26, Source.PASSPORT),
    _index("phone/1", 26, Source.PHONE),
    _index("nik-region-date/1", 23, Source.NIK_REGION, Source.BIRTH_DATE),
    _index("name-dob/1", 22, Source.NAME, Source.BIRTH_DATE),
    _index("mother-dob/1", 22, Source.MOTHER, Source.BIRTH_DATE),
    _index("name-mother/1", 20, Source.NAME, Source.MOTHER),
    _index("name-mother-year/1", 20, Source.NAME, Source.MOTHER, Source.BIRTH_DATE),
    _index("dob-place/1", 20, Source.BIRTH_DATE, Source.BIRTH_PLACE),
    _index("name-village/1", 20, Source.NAME, Source.VILLAGE),
    _index("mother-village/1", 18, Source.MOTHER, Source.VILLAGE),
    _index("name-year/1", 18, Source.NAME, Source.BIRTH_DATE),
)
"""Kinds that find, the most telling first. All name parts are skeletons, so that spellings meet."""

FIELD_KINDS: tuple[Kind, ...] = (
    _field("birth-date/1", 14, Source.BIRTH_DATE),
    _field("name-full/1", 12, Source.NAME),
    _field("name-first/1", 7, Source.NAME),
    _field("mother-full/1", 8, Source.MOTHER),
    _field("village/1", 10, Source.VILLAGE),
    _field("birth-place/1", 6, Source.BIRTH_PLACE),
    _field("nik-serial/1", 6, Source.NIK_SERIAL),
    _field("nik-region/1", 7, Source.NIK_REGION),
    _field("nik-date/1", 14, Source.BIRTH_DATE),
    _field("sex/1", 1, Source.SEX),
    _field("birth-month-day/1", 8, Source.BIRTH_DATE),
    _field("birth-year/1", 5, Source.BIRTH_DATE),
    _field("passport-field/1", 26, Source.PASSPORT),
    _field("phone-field/1", 26, Source.PHONE),
    _field("district/1", 7, Source.VILLAGE),
    _field("name-initials/1", 5, Source.NAME),
    _field("name-token/1", 7, Source.NAME),
    _field("mother-token/1", 7, Source.MOTHER),
    _field("name-exact/1", 7, Source.NAME),
)
"""Kinds that weigh, in the order in which they are kept when there are too many."""

KINDS: MappingProxyType[str, Kind] = MappingProxyType({kind.name: kind for kind in INDEX_KINDS + FIELD_KINDS})
