"""Numbers as registers write them: NIK, passport, phone, codes of areas. What stands around a number is left out.

Each reader gives the number, empty if there is none, and the code of what is wrong with the text.
"""

import re
import unicodedata

from services.match.problems import TEXTS

_SPACED = re.compile(r"[\s.\-_'’‘`\"=]+")
_WORDS = re.compile(r"[0-9A-Z]+")
_SIXTEEN = re.compile(r"(?<!\d)\d{16}(?!\d)")
_FLOAT = re.compile(r"(\d+)\.0+")
_SCIENTIFIC = re.compile(r"(\d)[.,](\d+)e\+?(\d+)")
_EXACT = 2**53
"""Up to here a floating-point number keeps every whole number."""
_MISREAD = str.maketrans("OIL", "011")
_FEWEST_DIGITS = 10
"""So many of a NIK's 16 signs must be digits before letters are taken for misread ones."""
_PASSPORT = re.compile(r"[A-Z][A-Z0-9][0-9OIL]{6}")
_SEVERAL = re.compile(r"[;,/|&]| atau | dan | or | and ", re.IGNORECASE)
_EXTENSION = re.compile(r"\s*\b(?:ext|ekst|pes|pesawat|psw)\b.*$", re.IGNORECASE)
_SHORTEST, _LONGEST = 7, 15
"""Digits of a phone number (E.164)."""
_ONE = re.compile(r"\+?[0-9](?:[ -]?[0-9]){6,14}")
_AREA = {"village": (2, 2, 2, 4), "district": (2, 2, 2), "regency": (2, 2)}

NOT_A_NUMBER, SEVERAL, PHONE = "not-a-number", "several", "phone"
assert {NOT_A_NUMBER, SEVERAL, PHONE} <= TEXTS.keys()

Read = tuple[str, str | None]


def has_lost_digits(text: str) -> bool:
    """Whether a spreadsheet or a program wrote this as a number that cannot have kept its digits (`1.80105E+15`)."""
    if "." not in text and "," not in text:
        return False
    if form := _FLOAT.fullmatch(text):
        return int(form[1]) > _EXACT
    if form := _SCIENTIFIC.fullmatch(text.casefold()):
        return len(form[2]) < int(form[3]) or int(form[1] + form[2]) > _EXACT
    return False


def nik(text: str) -> Read:
    """16 digits, or whatever else stands in their place if it has a digit."""
    if len(text) == 16 and text.isascii() and text.isdigit():
        return text, None
    text = _whole(_usual(text))
    compact = _SPACED.sub("", text)
    if len(compact) == 16 and compact.isdecimal():
        return compact, None
    found = _SIXTEEN.findall(compact)
    if len(set(found)) == 1:
        return str(found[0]), None
    if found:
        return "", SEVERAL
    if len(compact) == 16 and sum(c.isdecimal() for c in compact) >= _FEWEST_DIGITS:
        read = compact.upper().translate(_MISREAD)
        compact = read if read.isdecimal() else compact
    return (compact, None) if any(c.isdecimal() for c in compact) else ("", NOT_A_NUMBER)


def passport(text: str) -> Read:
    """Letters and digits in one piece; of one number of Indonesia's form, O and I among its digits read as such."""
    words = _WORDS.findall(_whole(_usual(text)).upper())
    joined = "".join(words)
    of_form = {word for word in (joined, *words) if _PASSPORT.fullmatch(word)}
    if len(of_form) > 1:
        return "", SEVERAL
    if of_form:
        number = of_form.pop()
        return number[0] + number[1:].translate(_MISREAD), None
    return (joined, None) if any(c.isdecimal() for c in joined) else ("", NOT_A_NUMBER)


def phones(text: str) -> tuple[tuple[str, ...], str | None]:
    """Every number in it; several stand apart by a sign, a word, or a blank if each is whole."""
    if _ONE.fullmatch(text):
        return (text,), None
    text = _usual(text)
    found = []
    for part in _SEVERAL.split(text):
        part = _EXTENSION.sub("", _whole(part.strip()))
        pieces = [part] if _digits(part) <= _LONGEST else part.split()
        found += [piece for piece in pieces if _SHORTEST <= _digits(piece) <= _LONGEST]
    return tuple(found), None if found else PHONE


def area_code(column: str, text: str) -> str:
    """A code of the column's kind with full stops (`1801042001` → `18.01.04.2001`); any other text as it is."""
    if not text[:1].isdecimal():
        return text
    compact = _SPACED.sub("", _whole(text))
    lengths = _AREA[column]
    if not compact.isdecimal() or len(compact) != sum(lengths):
        return text
    parts, at = [], 0
    for length in lengths:
        parts.append(compact[at : at + length])
        at += length
    return ".".join(parts)


def _digits(text: str) -> int:
    return sum(c.isdecimal() for c in text)


def _usual(text: str) -> str:
    """With the usual letters and digits in place of wide ones and the like."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _whole(text: str) -> str:
    """A number that was written as a floating-point one and has kept its digits; any other text as it is."""
    if "." not in text and "," not in text:
        return text
    if form := _FLOAT.fullmatch(text):
        return form[1]
    form = _SCIENTIFIC.fullmatch(text.casefold())
    if form is None or has_lost_digits(text):
        return text
    return (form[1] + form[2])[: int(form[3]) + 1]
