"""Looking for values in bytes in every way in which they could stand there; what the privacy tests search with.

A needle is a value in one spelling (character set, case, escape, number as integer …). A haystack is searched as it is,
in lower case, and in every layer that can be taken off it: compressed streams, base64 and hexadecimal runs, nested.
That the search finds is shown in `tests/test_spellings.py`, which plants a value in each spelling.
"""

import base64
import binascii
import codecs
import gzip
import json
import re
import urllib.parse
import zlib
from collections.abc import Callable, Iterable, Iterator

_MIN_BYTES = 7
"""A shorter needle would be found in random bytes by chance."""
_MAX_DEPTH = 3
_CHUNK = 1 << 18
_MAX_LAYER = 1 << 20
_BASE64_RUN = re.compile(rb"[A-Za-z0-9+/_-]{20,}")
_HEX_RUN = re.compile(rb"(?:[0-9a-fA-F]{2}){10,}")
_COMPRESSED = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08")


class Needles:
    """Spellings of values, each with the name of its value; found by their first bytes, so many cost little."""

    def __init__(self, values: Iterable[tuple[str, str]]) -> None:
        self._exact: dict[bytes, dict[bytes, str]] = {}
        self._folded: dict[bytes, dict[bytes, str]] = {}
        for name, value in values:
            for into, spellings in ((self._exact, spell(value)), (self._folded, spell_folded(value))):
                for spelled in spellings:
                    if len(spelled) >= _MIN_BYTES:
                        into.setdefault(spelled[:_MIN_BYTES], {})[spelled] = name

    def found(self, data: bytes) -> set[str]:
        """Names of the values that stand in these bytes, in any layer of them."""
        return {name for layer in layers(data) for name in self.found_plain(layer)}

    def found_plain(self, data: bytes) -> set[str]:
        """The same without taking layers off: for large files."""
        data = re.sub(rb"\0{64,}", bytes(64), data)
        return {*_found(self._exact, data), *_found(self._folded, data.lower())}


def _found(needles: dict[bytes, dict[bytes, str]], data: bytes) -> Iterator[str]:
    for start in range(0, len(data), _CHUNK):
        windows = {data[at : at + _MIN_BYTES] for at in range(start, min(start + _CHUNK, len(data)))}
        for first in needles.keys() & windows:
            yield from (name for spelled, name in needles[first].items() if spelled in data)


def layers(data: bytes, depth: int = 0) -> Iterator[bytes]:
    """The bytes themselves, and what is left when an encoding or a compression is taken off, again and again."""
    yield data
    if depth == _MAX_DEPTH:
        return
    for inner in _peeled(data):
        yield from layers(inner, depth + 1)


def _peeled(data: bytes) -> Iterator[bytes]:
    yield from filter(None, (_inflated(data[match.start() :]) for match in _COMPRESSED.finditer(data)))
    for match in _HEX_RUN.finditer(data):
        yield binascii.unhexlify(match.group())
    for match in _BASE64_RUN.finditer(data):
        run = match.group().translate(bytes.maketrans(b"-_", b"+/"))
        yield base64.b64decode(run[:-1] if len(run) % 4 == 1 else run + b"=" * (-len(run) % 4))
    if b"\\u" in data or b"%" in data:
        yield from _unescaped(data)


def _inflated(data: bytes) -> bytes | None:
    try:
        return zlib.decompressobj(wbits=47).decompress(data, _MAX_LAYER) or None
    except zlib.error:
        return None


def _unescaped(data: bytes) -> Iterator[bytes]:
    unquoted = urllib.parse.unquote_to_bytes(data.replace(b"+", b" "))
    unescaped = re.sub(rb"\\u00([0-9a-fA-F]{2})", lambda match: binascii.unhexlify(match[1]), data)
    yield from (changed for changed in (unquoted, unescaped) if changed != data and changed != data.replace(b"+", b" "))


_CHARSETS = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
_OFFSETS = {4: 3, 8: 5}
"""Characters a group, to bytes a group: base64 and base32."""


def spell(value: str) -> Iterator[bytes]:
    """Spellings in which the case of letters counts, or which are no text at all."""
    for text in dict.fromkeys((value, value.lower(), value.upper(), value.title())):
        for charset in _CHARSETS:
            raw = text.encode(charset)
            yield raw
            yield from _in_groups(raw, base64.b64encode, size=4)
            yield from _in_groups(raw, base64.urlsafe_b64encode, size=4)
            yield from _in_groups(raw, base64.b32encode, size=8)
        yield from (text.encode().translate(bytes(byte ^ key for byte in range(256))) for key in (0x20, 0xFF))
        yield base64.b85encode(text.encode())[:-2]
        yield base64.a85encode(text.encode())[:-2]
        yield zlib.compress(text.encode())[2:-4]
        yield gzip.compress(text.encode(), mtime=0)[10:-8]
    if digits := _digits(value):
        yield from _numbers(digits)


def _in_groups(raw: bytes, encode: Callable[[bytes], bytes], *, size: int) -> Iterator[bytes]:
    """The part of the code that depends on these bytes alone, wherever they begin within a group."""
    for offset in range(_OFFSETS[size]):
        whole = encode(bytes(offset) + raw)
        yield whole[size if offset else 0 : (len(raw) + offset) * 8 // (5 if size == 8 else 6) // size * size]


def _numbers(digits: str) -> Iterator[bytes]:
    """A number as an integer of eight bytes, and two digits a byte."""
    for text in dict.fromkeys((digits, digits.lstrip("0"))):
        if 14 <= len(text) <= 19:
            yield int(text).to_bytes(8, "big")[-_MIN_BYTES:]
            yield int(text).to_bytes(8, "little")[:_MIN_BYTES]
        if len(text) % 2 == 0 and len(text) >= 2 * _MIN_BYTES:
            yield bytes.fromhex(text)
            yield bytes.fromhex(text[::-1])


def spell_folded(value: str) -> Iterator[bytes]:
    """Spellings of text, in lower case."""
    text = value.lower()
    for one in dict.fromkeys((text, text[::-1], codecs.encode(text, "rot13"), re.sub(r"[^\w]", "", text))):
        raw = one.encode()
        yield raw
        yield raw.hex().encode()
        yield b":".join(b"%02x" % byte for byte in raw)
        yield b" ".join(b"%02x" % byte for byte in raw)
        yield one.encode("utf-16-le").hex().encode()
        yield one.encode("utf-16-be").hex().encode()
        yield json.dumps(one).strip('"').encode().lower()
        for escape in (b"%%%02x", b"=%02x", b"\\x%02x", b"\\u00%02x", b"&#%d;", b"&#x%02x;", b"\\%03o"):
            yield b"".join(escape % byte for byte in raw)
        for space in ("+", "%20", "_", "-", ".", "", "\\u0020", "&#32;", "&nbsp;", "|"):
            yield one.replace(" ", space).encode()
    if digits := _digits(value):
        yield from _grouped(digits)


def _grouped(digits: str) -> Iterator[bytes]:
    """Digits in groups as people and programs write them, forwards and backwards."""
    for text in (digits, digits[::-1]):
        yield text.encode()
        for separator in (" ", "-", ".", "/", ",", "_", ":"):
            for size in (1, 2, 3, 4):
                yield separator.join(text[at : at + size] for at in range(0, len(text), size)).encode()
            for first in (3, 4, 6):  # an area or the region of a NIK first
                rest = [text[at : at + 4] for at in range(first, len(text), 4)]
                yield separator.join((text[:first], *rest)).encode()


def _digits(value: str) -> str:
    """The value's digits if it is a number as people write one, else nothing."""
    return re.sub(r"[^0-9]", "", value) if re.fullmatch(r"\+?[0-9][0-9 ().-]{5,}", value) else ""
