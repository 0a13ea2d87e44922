"""Canonical JSON (RFC 8785) of values without floats: the one spelling that signatures and hashes commit to.

A float, an integer beyond 2^53 - 1, a key that is not a string and a lone surrogate have no canonical form here.
"""

import json
from collections.abc import Iterable
from typing import Any, NoReturn

import orjson

_STRICT = orjson.OPT_STRICT_INTEGER
_SORTED = _STRICT | orjson.OPT_SORT_KEYS
_FOUR_OCTETS = 0xF0
"""First octet, at least, of a UTF-8 character above U+FFFF."""
_PLAIN = frozenset({str, int, bool, type(None)})
"""How large an integer may be is seen when it is written."""


def canonical(value: object, *, checked: bool = False) -> bytes:
    """The canonical bytes of a value, in UTF-8; ValueError for what has no canonical form here.

    `checked`: its types were looked through before, as they are in whatever was canonical already.
    """
    if not checked:
        _check(value)
    return _written(value)


def read_canonical(octets: bytes) -> dict[str, Any]:
    """The JSON object in these bytes; ValueError unless they are its canonical form."""
    try:
        value = _READER.decode(octets.decode("utf-8"))
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not isinstance(value, dict) or _written(value) != octets:  # a repeated key is gone from what is written
        raise ValueError("not a canonical JSON object")
    return value


def _refuse(_text: str) -> NoReturn:
    raise ValueError("a float has no canonical form here")


_READER = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse)


def _written(value: object) -> bytes:
    try:
        octets = orjson.dumps(value, option=_SORTED)
        if not octets.isascii() and max(octets) >= _FOUR_OCTETS:
            # RFC 8785 §3.2.3 sorts by UTF-16 code units; orjson by code points, which differs above U+FFFF
            octets = orjson.dumps(_in_utf16_order(value), option=_STRICT)
    except orjson.JSONEncodeError as error:
        raise ValueError("no canonical form for this value") from error
    return octets


def _check(value: object) -> None:
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise ValueError("a key is not a string")
        members: Iterable[object] = value.values()
    elif isinstance(value, list | tuple):
        members = value
    elif type(value) in _PLAIN or isinstance(value, str | int):
        return
    else:
        raise ValueError("no canonical form for this type")
    for member in members:
        if type(member) not in _PLAIN:
            _check(member)


def _in_utf16_order(value: object) -> object:
    if isinstance(value, dict):
        ordered = sorted(value.items(), key=lambda item: str(item[0]).encode("utf-16-be"))
        return {key: _in_utf16_order(member) for key, member in ordered}
    if isinstance(value, list | tuple):
        return [_in_utf16_order(member) for member in value]
    return value
