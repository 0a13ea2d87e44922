"""A record made ready for comparison and for keys: every field in its normal form, once, however often it is used."""

import re
from dataclasses import dataclass
from datetime import date

from office_node.domain.names import Name, parse_name
from office_node.domain.nik import Nik, usable_nik
from office_node.domain.record import Record
from office_node.domain.values import passport_key, phone_key, place_key

_NIK = re.compile(r"[0-9]{16}")
_VILLAGE_CODE = re.compile(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]{4}")


@dataclass(frozen=True, slots=True)
class Profile:
    """The normal forms of a record; empty or None is not known, or not usable as evidence."""

    names: tuple[Name, ...]
    """The name, then other names; empty when the record has none."""
    mother: Name | None
    birth_date: date | None
    place: str
    sex: str
    nik_digits: str
    """16 digits of a number that can have been issued, else empty."""
    nik: Nik | None
    kk: str
    passport: str
    phones: frozenset[str]
    village: str
    """The village's code, `18.01.01.2001`, if known."""


def profile(record: Record) -> Profile:
    """The normal forms of a record; the same record gives the same profile."""
    nik = usable_nik(record.nik) if _NIK.fullmatch(record.nik) else None
    texts = [text for text in (record.name, *record.aliases) if text]
    return Profile(
        names=tuple(parse_name(text) for text in texts),
        mother=parse_name(record.mother_name) if record.mother_name else None,
        birth_date=record.birth_date,
        place=place_key(record.birth_place) if record.birth_place else "",
        sex=record.sex,
        nik_digits=record.nik if nik else "",
        nik=nik,
        kk=record.kk,
        passport=passport_key(record.passport_no) or "",
        phones=frozenset(key for key in map(phone_key, record.phones) if key),
        village=record.village if _VILLAGE_CODE.fullmatch(record.village) else "",
    )
