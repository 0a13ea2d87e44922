"""A record made ready for comparison and for keys: every field in its normal form, once, however often it is used."""

import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from office_node.domain.areas import Area, area
from office_node.domain.names import Name, fold, parse_name, plain
from office_node.domain.nik import Nik, usable_nik
from office_node.domain.record import Record
from office_node.domain.tables import addresses
from office_node.domain.values import passport_key, phone_key, place_key

_NIK = re.compile(r"[0-9]{16}")
_NOT_NUMBER = re.compile(r"[^0-9A-Za-z]+")
_BREAKS = re.compile(r"[\W_]+")
_FEWEST_DIGITS = 5
_folded = lru_cache(maxsize=16384)(fold)
"""Streets and hamlets recur."""


class Profile(NamedTuple):
    """The normal forms of a record; empty or None is not known, or not usable as evidence."""

    names: tuple[Name, ...]
    """The name, then other names; empty when the record has none."""
    mother: Name | None
    birth_date: date | None
    place: str
    sex: str
    nik: str
    """16 digits of a number that can have been issued, else empty."""
    number: str
    """What stands for a NIK and cannot be one: a number of another country or an old register, compared as a whole."""
    kk: str
    passport: str
    phones: frozenset[str]
    area: Area
    address: tuple[str, ...]
    """The telling words of the address in their order, house numbers included."""

    @property
    def nik_parts(self) -> Nik | None:
        """Region, date and serial."""
        return usable_nik(self.nik) if self.nik else None


def profile(record: Record) -> Profile:
    """The normal forms of a record; the same record gives the same profile."""
    nik, number = _numbers(record.nik)
    names = [record.name, *record.aliases] if record.aliases else [record.name]
    return Profile(
        names=tuple(parsed for parsed in map(parse_name, filter(None, names)) if parsed.tokens),
        mother=_name(record.mother_name),
        birth_date=record.birth_date,
        place=place_key(record.birth_place) if record.birth_place else "",
        sex=record.sex,
        nik=nik,
        number=number,
        kk=record.kk,
        passport=passport_key(record.passport_no) or "",
        phones=frozenset(key for key in map(phone_key, record.phones) if key) if record.phones else frozenset(),
        area=area(record.village, record.district, record.regency),
        address=_address(record.address) if record.address else (),
    )


def _name(text: str) -> Name | None:
    parsed = parse_name(text) if text else None
    return parsed if parsed is not None and parsed.tokens else None


def _numbers(text: str) -> tuple[str, str]:
    """A NIK, or what else stands in its place."""
    if not text:
        return "", ""
    if _NIK.fullmatch(text):
        return (text, "") if usable_nik(text) else ("", "")
    number = _NOT_NUMBER.sub("", text).upper()
    return "", number if len(number) >= _FEWEST_DIGITS and len(set(number)) > 1 else ""


def _address(text: str) -> tuple[str, ...]:
    words = [word for word in _BREAKS.split(plain(text)) if word and word not in addresses.GENERIC]
    return tuple([word.lstrip("0") or "0" if word.isdigit() else _folded(word) for word in words])
