"""Normal forms and rarity of what a person carries beside a name: birthplace, birth date, phone, passport
number.

A value that many people give because they have none (a phone of one digit, passport A0000000) has no normal
form.
"""

import re
from datetime import date
from functools import cache, lru_cache

import phonenumbers

from office_node.domain.names import fold, plain
from office_node.domain.tables import frequencies, places
from office_node.domain.tables.wordlists import groups_of

_NOT_DIGITS = re.compile(r"[^0-9]+")
_BREAKS = re.compile(r"[\W_]+")
_COUNTRY = "62"
_SHORTEST_NUMBER = 7
_FEWEST_DIGITS = 3


@cache
def _same_places() -> dict[str, str]:
    groups = groups_of(places.SAME_PLACE)
    return {fold(other): fold(first) for first, *others in groups for other in others}


@cache
def _common_places() -> dict[str, float]:
    return {place_key(t): bits for bits, line in frequencies.COMMON_PLACES.items() for t in line.split()}


@lru_cache(maxsize=4096)
def place_key(text: str) -> str:
    """A birthplace in one word, without *Kabupaten*, *Kota* and the like; empty if nothing is left."""
    words = [word for word in _BREAKS.split(plain(text)) if word]
    while len(words) > 1 and words[0] in places.PREFIXES:
        words = words[1:]
    folded = fold("".join(words))
    return _same_places().get(folded, folded)


def place_bits(key: str) -> float:
    """How rare a birthplace is."""
    return _common_places().get(key, frequencies.BIRTH_PLACE_BITS)


def birth_date_bits(birth_date: date) -> float:
    """How rare a birth date is; days that people get who do not know theirs are less rare."""
    common = frequencies.COMMON_BIRTH_DAYS.get((birth_date.month, birth_date.day))
    return frequencies.BIRTH_DATE_BITS if common is None else common


def phone_key(text: str) -> str | None:
    """A phone number as digits with its country code; Indonesia's may be written +62, 62, 0 or bare.

    Numbers of other countries are read by the library; it takes 20 times as long, so Indonesia's are read here.
    """
    digits = _NOT_DIGITS.sub("", text)
    if digits.startswith("00"):
        digits = _abroad(digits[2:])
    elif text.lstrip().startswith("+"):
        digits = _abroad(digits)
    elif digits.startswith("0"):
        digits = _COUNTRY + digits[1:]
    elif digits.startswith("8"):
        digits = _COUNTRY + digits
    if digits.startswith(_COUNTRY + "0"):
        digits = _COUNTRY + digits[3:]
    subscriber = digits.removeprefix(_COUNTRY)
    return digits if len(subscriber) >= _SHORTEST_NUMBER and len(set(subscriber)) >= _FEWEST_DIGITS else None


def _abroad(digits: str) -> str:
    """Without the trunk prefix that some write into an international number (+44 (0)20 …); as it is if unreadable."""
    if digits.startswith(_COUNTRY):
        return digits
    try:
        return phonenumbers.format_number(phonenumbers.parse(f"+{digits}"), phonenumbers.PhoneNumberFormat.E164)[1:]
    except phonenumbers.NumberParseException:
        return digits


def passport_key(text: str | None) -> str | None:
    """A passport number, unless all its digits are one and the same."""
    return text if text and len(set(text[1:])) > 1 else None
