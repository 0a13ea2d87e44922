"""Local blocking keys: the values by which an office finds candidates among its own rows. They never leave it.

As many as help, of every pair of things that people keep when they change one: a key is two or more parts joined, so
that whoever changes name, birth date, mother, number or village alone is still found by the others. Keys that hundreds
share are for the store to pass over.
"""

from collections.abc import Iterator
from itertools import combinations

from office_node.domain.names import Name, Token
from office_node.domain.profile import Profile

MAX_LOCAL_KEYS = 32
_WORDS = 4


def local_keys(profile: Profile) -> tuple[str, ...]:
    """At most `MAX_LOCAL_KEYS` different keys, the most telling first; each begins with its kind."""
    return tuple(dict.fromkeys(_keys(profile)))[:MAX_LOCAL_KEYS]


def _keys(one: Profile) -> Iterator[str]:
    yield from _numbers(one)
    born = one.birth_date
    if born is not None:
        low, high = sorted((born.day, born.month))
        date, year = f"{born.year}{low:02d}{high:02d}", f"{born.year}"
        yield from _dated(one, date=date, year=year, month_day=f"{low:02d}{high:02d}")
    yield from _named(one)


def _numbers(one: Profile) -> Iterator[str]:
    if one.nik:
        yield f"n{one.nik}"
        yield f"nd{one.nik[:12]}"
        yield f"ns{one.nik[6:]}"
        yield f"nr{one.nik[:6]}{one.nik[12:]}"
    if one.number:
        yield f"o{one.number}"
    if one.passport:
        yield f"p{one.passport}"
    if one.kk:
        yield f"k{one.kk}"
    for phone in sorted(one.phones):
        yield f"t{phone}"


def _words(name: Name) -> list[Token]:
    """Its telling words, the rarest first."""
    words = [*name.significant, *(token for token in name.appended if not token.initial)]
    return sorted(words, key=lambda token: -token.bits)[:_WORDS]


def _dated(one: Profile, *, date: str, year: str, month_day: str) -> Iterator[str]:
    """A birth date or a part of it, with whatever else is known."""
    yield f"d{date}"
    for name in one.names:
        for word in _words(name):
            yield f"wd{word.skeleton}|{date}"
            yield f"cd{_consonants(word.skeleton)}|{date}"
        if len(name.significant) > 1:
            yield f"fy{name.full}|{year}"
        yield f"fm{name.full}|{month_day}"
    mother = one.mother
    if mother is not None:
        for word in _words(mother)[:2]:
            yield f"md{word.skeleton}|{date}"
        if one.names:
            yield f"my{_first(mother)}|{_first(one.names[0])}|{year}"
    if one.place:
        yield f"dp{date}|{one.place}"
    where = one.area.village or one.area.district
    if where:
        yield f"da{date}|{where}"
    if one.names:
        yield f"di{date}|{_initials(one.names[0])}"


def _named(one: Profile) -> Iterator[str]:
    """Names with one another and with places, for whoever changed the birth date or has none."""
    where = one.area.village or one.area.district
    for name in one.names:
        words = [word.skeleton for word in _words(name)[:3]]
        yield f"f{name.full}"
        for pair in combinations(sorted(words), 2):
            yield f"ww{pair[0]}|{pair[1]}"
        if where:
            yield f"wa{words[0] if words else name.full}|{where}"
        if one.mother is not None:
            yield f"wm{words[0] if words else name.full}|{one.mother.full}"
    if one.mother is not None and where:
        yield f"ma{one.mother.full}|{where}"
    if one.address:
        yield from _housed(one)


def _housed(one: Profile) -> Iterator[str]:
    """The address: its longest words with one another, with a house number, with a name."""
    words = sorted({word for word in one.address if not word.isdigit()}, key=lambda word: (-len(word), word))[:2]
    if len(words) == 2:
        yield f"aa{words[0]}|{words[1]}"
    for word in words:
        for number in sorted({digits for digits in one.address if digits.isdigit()})[:1]:
            yield f"an{word}|{number}"
        if one.names:
            yield f"aw{word}|{_first(one.names[0])}"


def _first(name: Name) -> str:
    words = name.significant or name.tokens
    return words[0].skeleton if words else ""


def _consonants(skeleton: str) -> str:
    """A word without its vowels after the first letter, so that one wrong vowel still meets."""
    return skeleton[:1] + "".join([letter for letter in skeleton[1:] if letter not in "aiueo"])


def _initials(name: Name) -> str:
    return "".join(sorted(token.skeleton[:1] for token in name.significant))
