"""Profiles as bytes and back: what a store keeps so that a candidate need not be parsed again.

JSON, for it may be read from a file; its first member is the version of this form. It holds names in the clear: whoever
stores it seals it or keeps it for the length of one run.
"""

from datetime import date

import orjson

from office_node.domain.areas import Area
from office_node.domain.names import Name, Token
from office_node.domain.profile import Profile

_FORM = 1


def pack(profile: Profile) -> bytes:
    """The profile as bytes."""
    return orjson.dumps((
        _FORM,
        [_of_name(name) for name in profile.names],
        None if profile.mother is None else _of_name(profile.mother),
        None if profile.birth_date is None else profile.birth_date.toordinal(),
        profile.place, profile.sex, profile.nik, profile.number, profile.kk, profile.passport,
        list(profile.phones), tuple(profile.area), profile.address,
    ))  # fmt: skip


def unpack(packed: bytes) -> Profile:
    """Back from `pack`; ValueError for another form."""
    form, names, mother, born, place, sex, nik, number, kk, passport, phones, area, address = orjson.loads(packed)
    if form != _FORM:
        raise ValueError("a profile of another form")
    return Profile(
        names=tuple([_to_name(*name) for name in names]),
        mother=None if mother is None else _to_name(*mother),
        birth_date=None if born is None else date.fromordinal(born),
        place=place, sex=sex, nik=nik, number=number, kk=kk, passport=passport,
        phones=frozenset(phones), area=Area(*area), address=tuple(address),
    )  # fmt: skip


def _of_name(name: Name) -> tuple[object, ...]:
    words = [(token.exact, token.skeleton, token.bits) for token in name.tokens]
    at = [name.tokens.index(token) for token in name.significant]
    return words, len(name.given), at, name.full, name.joined, name.bits


def _to_name(words: list[list[object]], given: int, at: list[int], full: str, joined: str, bits: float) -> Name:
    tokens = tuple([Token._make(word) for word in words])
    return Name(tokens[:given], tokens[given:], tuple([tokens[i] for i in at]), full, joined, tokens, bits)
