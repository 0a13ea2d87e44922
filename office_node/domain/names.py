"""Names as Indonesia writes them, brought to a form in which spellings of one name meet.

Three levels: the *exact* token (lower case, without marks, titles and particles), its *skeleton* (old
spelling, sound-alikes and doubled letters folded), and its *bits* (how rare it is). An old `j` is read both
ways, since j, y and z share one letter of the skeleton. Titles go only where titles stand. Both levels are
idempotent. Other scripts are kept.
"""

import re
import unicodedata
from functools import cache, lru_cache
from typing import NamedTuple

from office_node.domain.tables import frequencies, spellings, titles
from office_node.domain.tables.wordlists import groups_of

_VOWELS = "aiueo"
_CONSONANTS = "bcdfghjklmnpqrstvwxyz"

_FOLDS: tuple[tuple[str, re.Pattern[str], str], ...] = tuple(
    (trigger, re.compile(pattern), replacement)
    for trigger, pattern, replacement in (
        ("oe", r"oe", "u"),
        ("tj", r"tj", "c"),
        ("dj", r"dj", "j"),
        ("ch", rf"^ch(?={'|'.join(spellings.ENGLISH_CH)})", "c"),
        ("chr", r"^chr", "kr"),
        ("h", r"[ck]h", "h"),
        ("s", r"s[yj](?=[aiueo])|sh", "s"),
        ("dz", r"dz", "z"),
        ("ts", r"^ts", "s"),
        ("q", r"q", "k"),
        ("c", r"ck|c(?=[bcdfgjklmnpqrstvwxz])|c$", "k"),
        ("x", r"x", "ks"),
        ("v", r"v", "p"),
        ("f", r"f", "p"),
        ("ph", r"ph", "p"),
        ("h", r"(?<=[bcdgjklmnprstwz])h|(?<=.)h$", ""),
        ("ae", r"ae", "ai"),
        ("ie", rf"(?<=.)ie(?=[{_CONSONANTS}]|$)", "i"),
        ("z", rf"z(?=[{_CONSONANTS}]|$)", "s"),
        ("z", r"z", "y"),
        ("j", r"j", "y"),
        ("y", rf"(?<=[{_CONSONANTS}])i?y(?=[{_VOWELS}])", "i"),
        ("w", rf"(?<=[{_CONSONANTS}])u?w(?=[{_VOWELS}])", "u"),
        ("y", rf"(?<=.)y(?=[{_CONSONANTS}]|$)", "i"),
        ("w", rf"(?<=.)w(?=[{_CONSONANTS}]|$)", "u"),
        ("i", rf"(?<=[{_VOWELS}])i(?=[{_VOWELS}])", "y"),
        ("u", rf"(?<=[{_VOWELS}])u(?=[{_VOWELS}])", "w"),
        ("d", r"(?<=.)d$", "t"),
        ("", r"([a-z])\1+", r"\1"),
    )
)
"""(what must occur for the rule to be tried, pattern, replacement), in this order."""

_ABDUL = re.compile(r"abd(?:u|oe)(?:l|([rsntdz]))(.{3,})$")
_APOSTROPHES = str.maketrans(dict.fromkeys("'’‘`ʼʻ", ""))
_BREAKS = re.compile(r"[^\w]+|_+")
_MISREAD = str.maketrans("015", "ois")
"""Digits that print or a typist puts for a letter; read so only in a word that has letters."""


class Token(NamedTuple):
    """One word of a name."""

    exact: str
    skeleton: str
    bits: float

    @property
    def initial(self) -> bool:
        """Whether it is a single letter."""
        return len(self.exact) == 1


class Name(NamedTuple):
    """A parsed name: the given words in order, and those after *bin*, *binti* or *alias*."""

    given: tuple[Token, ...]
    appended: tuple[Token, ...]
    significant: tuple[Token, ...]
    """The given words that say something; all of them when none does."""
    full: str
    """The skeleton of the significant words in one piece, so that joined and split spellings meet."""
    joined: str
    """The skeleton of all given words as written in one piece, so that words split anywhere meet."""
    tokens: tuple[Token, ...]
    """All words."""
    bits: float
    """How rare the significant words are together."""


def _fold_once(token: str) -> str:
    for trigger, pattern, replacement in _FOLDS:
        if trigger in token:
            token = pattern.sub(replacement, token)
    return token


def fold(token: str) -> str:
    """The fixed point of the rules; each of them shortens a token or moves a letter one way, so there is one."""
    folded = _fold_once(token)
    while folded != token:
        token, folded = folded, _fold_once(folded)
    return folded


@cache
def _same_names() -> dict[str, str]:
    groups = groups_of(spellings.SAME_NAME)
    return {fold(other): fold(first) for first, *others in groups for other in others}


@cache
def _common_bits() -> dict[str, float]:
    return {skeleton(t): bits for bits, line in frequencies.COMMON_TOKENS.items() for t in line.split()}


@lru_cache(maxsize=65536)
def skeleton(token: str) -> str:
    """The form in which spellings of one name meet: `tjahjono`, `cahyono` → one skeleton."""
    folded = fold(token)
    return _same_names().get(folded, folded)


def token_bits(token_skeleton: str) -> float:
    """How rare a token is, in bits, by the frequency table."""
    known = _common_bits().get(token_skeleton)
    if known is not None:
        return known
    if len(token_skeleton) == 1:
        return 1.0
    return frequencies.SHORT_TOKEN_BITS if len(token_skeleton) == 2 else frequencies.NAME_TOKEN_BITS


def plain(text: str) -> str:
    """Lower case without marks and apostrophes; done twice, since folding case can bring up marks."""
    if text.isascii():
        return text.lower().translate(_APOSTROPHES)
    for _ in range(2):
        text = unicodedata.normalize("NFKD", text.casefold())
        text = "".join(c for c in text if not unicodedata.combining(c))
    return text.translate(_APOSTROPHES)


def _words(head: str) -> list[str]:
    """The words of the part before the first comma, without dotted or unmistakable degrees at its end."""
    raw = head.split()
    while len(raw) > 1:
        last = raw[-1].rstrip(".")
        squeezed = last.replace(".", "")
        if not ("." in last and squeezed in titles.AFTER_COMMA) and squeezed not in titles.BARE_AT_END:
            break
        raw.pop()
    return [word for part in raw for word in _BREAKS.split(part) if word]


def _living(words: list[str]) -> list[str]:
    """Words with misread digits as letters, and without the mark of the dead (*Alm.*) at either end."""
    words = [word if word.isalpha() or word.isdigit() else word.translate(_MISREAD) for word in words]
    while len(words) > 1 and words[-1] in titles.DECEASED:
        words = words[:-1]
    while len(words) > 1 and words[0] in titles.DECEASED:
        words = words[1:]
    return words


def _is_degree(part: str) -> bool:
    words = part.replace(".", "").split()
    return all(word in titles.AFTER_COMMA for word in words) or "".join(words) in titles.AFTER_COMMA


def _without_front(words: list[str]) -> list[str]:
    """Words without titles and Balinese particles at the front, and with the abbreviation there written out."""
    while len(words) > 1:
        if words[0] in spellings.BALINESE_PARTICLES and words[1] in spellings.BALINESE_ORDER:
            words = ["made" if words[1] == "md" else words[1], *words[2:]]
        elif words[0] in titles.FRONT:
            words = words[1:]
        elif words[0] in spellings.FRONT_ABBREVIATIONS:
            words = [spellings.FRONT_ABBREVIATIONS[words[0]], *words[1:]]
        else:
            break
    return words


@lru_cache(maxsize=65536)
def _split_joined(word: str) -> tuple[str, ...]:
    abdul = _ABDUL.match(word)
    if abdul and skeleton(word) != skeleton("abdullah"):
        letter, tail = abdul.group(1) or "", abdul.group(2)
        return ("abdul", *_split_joined(tail if tail.startswith(letter) else letter + tail))
    for prefix, needed in spellings.JOINED_PREFIXES.items():
        rest = word[len(prefix) :]
        if word.startswith(prefix) and len(rest) >= needed and not rest.startswith("ul"):
            return (prefix, *_split_joined(rest))
    return (word,)


def _parts(text: str) -> tuple[list[str], list[str]]:
    head, *tail = plain(text).split(",")
    words = _words(head)
    words += [word for part in tail if not _is_degree(part) for word in _BREAKS.split(part) if word]
    pieces = [piece for word in _without_front(_living(words)) for piece in _split_joined(word)]
    marks = spellings.PATRONYM_MARKS
    at = next((i for i, piece in enumerate(pieces[1:-1], 1) if piece in marks), len(pieces))
    given, appended = pieces[:at], [piece for piece in pieces[at + 1 :] if piece not in marks]
    return given, appended


@lru_cache(maxsize=65536)
def _token(exact: str) -> Token:
    form = skeleton(exact)
    return Token(exact=exact, skeleton=form, bits=token_bits(form))


@lru_cache(maxsize=4096)
def parse_name(text: str) -> Name:
    """The words of a name as a document carries it; empty when nothing but punctuation is left."""
    given_words, appended_words = _parts(text)
    given = tuple(_token(word) for word in given_words)
    appended = tuple(_token(word) for word in appended_words)
    weak = frequencies.WEAK_TOKEN_BITS
    significant = tuple(t for t in given if t.bits > weak) or tuple(t for t in given if not t.initial) or given
    return Name(
        given=given,
        appended=appended,
        significant=significant,
        full=fold("".join(t.skeleton for t in significant)),
        joined=fold("".join(given_words)),
        tokens=given + appended,
        bits=min(frequencies.NAME_BITS_CAP, sum(token.bits for token in significant)),
    )


def normalise(text: str) -> str:
    """The exact words of a name with single spaces; normalising again changes nothing."""
    given, appended = _parts(text)
    return " ".join([*given, "bin", *appended] if appended else given)
