"""From a person to the values that recognise her in the federation: index keys and fields.

An index key is issued only if its value is worth `INDEX_MIN_BITS` by the frequency table; so *Siti* or 1
January alone never becomes one. Several values of one kind are usual: each name token meets where another
was dropped. Order and content depend on the person alone.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice

from office_node.domain.kinds import FIELD_KINDS, INDEX_MIN_BITS, MAX_FIELDS, MAX_INDEX_KEYS, Key
from office_node.domain.names import Name, Token, parse_name
from office_node.domain.nik import usable_nik
from office_node.domain.tables import frequencies
from office_node.domain.values import birth_date_bits, passport_key, phone_key, place_bits, place_key
from shared_schemas.person import Person

_NAME_DOB_LIMIT = 4
_MOTHER_DOB_LIMIT = 2
_LONG_NAME = 10
"""Letters from which a single word may be a full name written in one, and is as rare as one."""
_FIELD_RANK = {kind.name: rank for rank, kind in enumerate(FIELD_KINDS)}
_FIELD_LIMITS = {"name-token/1": 3, "name-exact/1": 3, "mother-token/1": 2, "phone-field/1": 1}

_Weighted = tuple[str, str, float]


def index_keys(person: Person) -> tuple[Key, ...]:
    """The values by which offices find a person, the most telling first, at most `MAX_INDEX_KEYS`."""
    keys = (Key(kind, value) for kind, value, bits in _weighted(person) if bits >= INDEX_MIN_BITS)
    return tuple(islice(dict.fromkeys(keys), MAX_INDEX_KEYS))


def fields(person: Person) -> tuple[Key, ...]:
    """The single values by which a found person is weighed, at most `MAX_FIELDS`."""
    counts: dict[str, int] = {}
    kept: list[Key] = []
    for key in sorted(dict.fromkeys(_field_keys(person)), key=lambda key: _FIELD_RANK[key.kind]):
        counts[key.kind] = counts.get(key.kind, 0) + 1
        if counts[key.kind] <= _FIELD_LIMITS.get(key.kind, 1):
            kept.append(key)
    return tuple(kept[:MAX_FIELDS])


def _weighted(person: Person) -> Iterator[_Weighted]:
    """Every (index kind, value, bits) of a person, before the threshold."""
    born, born_bits = person.birth_date.isoformat(), birth_date_bits(person.birth_date)
    yield from _numbers(person)
    name = parse_name(person.name)
    mother = parse_name(person.mother_name) if person.mother_name else None
    for value, bits in islice(_parts(name, aliases=person.aliases), _NAME_DOB_LIMIT):
        yield "name-dob/1", f"{value}|{born}", bits + born_bits
    if mother and mother.full:
        for value, bits in islice(_parts(mother), _MOTHER_DOB_LIMIT):
            yield "mother-dob/1", f"{value}|{born}", bits + born_bits
        yield from _name_and_mother(name, mother, birth_date=person.birth_date)
    if person.birth_place and (place := place_key(person.birth_place)):
        yield "dob-place/1", f"{born}|{place}", born_bits + place_bits(place)
    several = len(name.significant) > 1
    if person.village:
        if several:
            yield "name-village/1", f"{name.full}|{person.village}", name.bits + frequencies.VILLAGE_BITS
        if mother and mother.full:
            yield (
                "mother-village/1",
                f"{mother.full}|{person.village}",
                mother.bits + frequencies.VILLAGE_BITS,
            )
    if several:
        yield "name-year/1", f"{name.full}|{person.birth_date.year}", name.bits + frequencies.BIRTH_YEAR_BITS


def _name_and_mother(name: Name, mother: Name, *, birth_date: date) -> Iterator[_Weighted]:
    """Both names in full; where they are too common for a key, with the birth year."""
    if not name.full:
        return
    both, bits = f"{name.full}|{mother.full}", name.bits + mother.bits
    if bits >= INDEX_MIN_BITS:
        yield "name-mother/1", both, bits
    else:
        yield "name-mother-year/1", f"{both}|{birth_date.year}", bits + frequencies.BIRTH_YEAR_BITS


def _numbers(person: Person) -> Iterator[_Weighted]:
    nik = usable_nik(person.nik)
    if nik and person.nik:
        yield "nik/1", person.nik, frequencies.NIK_BITS
    if passport := passport_key(person.passport_no):
        yield "passport/1", passport, frequencies.PASSPORT_BITS
    for phone in _phones(person):
        yield "phone/1", phone, frequencies.PHONE_BITS
    if nik:
        day, month, _ = nik.day_month_year
        date_bits = frequencies.COMMON_BIRTH_DAYS.get((month, day), frequencies.BIRTH_DATE_BITS)
        yield "nik-region-date/1", nik.region + nik.date_digits, frequencies.NIK_REGION_BITS + date_bits


def _phones(person: Person) -> list[str]:
    return [phone for phone in map(phone_key, person.phones) if phone is not None]


def _parts(name: Name, *, aliases: Iterable[str] = ()) -> Iterator[tuple[str, float]]:
    """A name in one piece, then its words from the rarest, then the same of every alias."""
    if name.full:
        yield name.full, name.bits
    if len(name.significant) > 1:
        for token in sorted(name.significant, key=lambda token: (-token.bits, name.significant.index(token))):
            yield token.skeleton, token.bits
    for alias in aliases:
        yield from _parts(parse_name(alias))


def _field_keys(person: Person) -> Iterator[Key]:
    born = person.birth_date
    yield Key("birth-date/1", born.isoformat())
    yield Key("birth-month-day/1", f"{born:%m-%d}")
    yield Key("birth-year/1", f"{born:%Y}")
    yield from _name_fields(parse_name(person.name))
    if person.mother_name:
        mother = parse_name(person.mother_name)
        if mother.full:
            yield Key("mother-full/1", mother.full)
        yield from (Key("mother-token/1", token.skeleton) for token in _rarest(mother.significant))
    if person.village:
        yield Key("village/1", person.village)
        yield Key("district/1", person.village[:8])
    if person.birth_place and (place := place_key(person.birth_place)):
        yield Key("birth-place/1", place)
    if person.sex:
        yield Key("sex/1", person.sex)
    if nik := usable_nik(person.nik):
        yield Key("nik-date/1", "".join(f"{part:02d}" for part in nik.day_month_year))
        yield Key("nik-region/1", nik.region)
        yield Key("nik-serial/1", nik.serial)
    if passport := passport_key(person.passport_no):
        yield Key("passport-field/1", passport)
    yield from (Key("phone-field/1", phone) for phone in _phones(person))


def _name_fields(name: Name) -> Iterator[Key]:
    if not name.significant:
        return
    if len(name.significant) > 1 or len(name.full) >= _LONG_NAME:
        yield Key("name-full/1", name.full)
    yield Key("name-first/1", name.significant[0].skeleton)
    yield Key("name-initials/1", "".join(sorted(token.skeleton[0] for token in name.significant)))
    for token in _rarest(name.significant):
        yield Key("name-token/1", token.skeleton)
        yield Key("name-exact/1", token.exact)


def _rarest(tokens: tuple[Token, ...]) -> list[Token]:
    return sorted(tokens, key=lambda token: -token.bits)
