"""What is odd about a filed person: things to check with the document, never reasons to refuse.

A finding names its field and says what to do, in two languages, and repeats no value. None of them is
scored.
"""

import unicodedata
from collections.abc import Collection, Iterator
from datetime import date
from typing import NamedTuple

from office_node.domain.keys import index_keys
from office_node.domain.kinds import KINDS
from office_node.domain.nik import parse_nik
from office_node.domain.tables import lampung_villages, texts
from office_node.domain.values import phone_key
from shared_schemas.person import Person

_LAMPUNG = "18."
_OLDEST_YEARS = 110


class Finding(NamedTuple):
    """One thing to check: a stable code, the person's field, and what an officer reads."""

    code: str
    field: str
    text_id: str
    text_en: str


def birth_date_in_future(birth_date: date, *, today: date) -> bool:
    """Whether a birth date has not come yet; whoever files a case refuses it."""
    return birth_date > today


def findings(person: Person, *, today: date, kinds: Collection[str] = KINDS) -> tuple[Finding, ...]:
    """What to check about a person, in the order of the form; `kinds` are the live ones."""
    codes = list(_codes(person, today=today))
    if not any(key.kind in kinds for key in index_keys(person)):
        codes.append(("nothing-to-search", "name"))
    return tuple(Finding(code, field, *texts.FINDINGS[code]) for code, field in codes)


def _codes(person: Person, *, today: date) -> Iterator[tuple[str, str]]:
    for field, text in (("name", person.name), ("mother_name", person.mother_name)):
        yield from ((code, field) for code in _name_codes(text or ""))
    if not all(map(_latin, person.aliases)):
        yield "name-not-latin", "aliases"
    if birth_date_in_future(person.birth_date, today=today):
        yield "birth-date-in-future", "birth_date"
    if today.year - person.birth_date.year > _OLDEST_YEARS:
        yield "birth-date-very-old", "birth_date"
    if person.nik:
        yield from ((code, "nik") for code in _nik_codes(person.nik, person=person))
    if person.village and person.village.startswith(_LAMPUNG) and person.village not in lampung_villages():
        yield "village-unknown", "village"
    if any(phone_key(phone) is None for phone in person.phones):
        yield "phone-unusable", "phones"


def _name_codes(text: str) -> Iterator[str]:
    if not text:
        return
    if sum(unicodedata.category(c)[0] == "L" for c in text) == 1:
        yield "name-one-letter"
    if not _latin(text):
        yield "name-not-latin"


def _latin(text: str) -> bool:
    """Whether all letters are Latin, by their Unicode names; modifier letters stand in for apostrophes."""
    letters = (c for c in text if unicodedata.category(c) in ("Lu", "Ll", "Lt", "Lo"))
    return all(unicodedata.name(c, "").startswith(("LATIN ", "FULLWIDTH LATIN ")) for c in letters)


def _nik_codes(digits: str, *, person: Person) -> Iterator[str]:
    nik = parse_nik(digits)
    if not nik.possible:
        yield "nik-impossible"
        return
    if not nik.agrees_with(person.birth_date):
        yield "nik-date-differs"
    if person.sex and nik.sex != person.sex:
        yield "nik-sex-differs"
