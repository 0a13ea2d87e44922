"""How two names agree: in full, respelled, extended, or as names that only look alike.

Indonesian names are often told apart by one letter (Suparman, Suparmin; Rina, Rini), so a distance of
strings decides nothing: a letter exchanged near the end makes another name, a vowel added there may
(Andrian, Andriani); a letter left out, doubled or transposed elsewhere is a typing error.
"""

from enum import StrEnum
from itertools import accumulate
from typing import NamedTuple

from rapidfuzz.distance import OSA

from office_node.domain.names import Name, Token


class NameGrade(StrEnum):
    """How two names agree, best first."""

    SAME = "same"
    RESPELLED = "respelled"
    EXTENDED = "extended"
    TYPING = "typing"
    UNCLEAR = "unclear"
    PARTIAL = "partial"
    OTHER_GIVEN = "other-given"
    DIFFERENT = "different"

    @property
    def agrees(self) -> bool:
        """Whether it is one name, up to spelling and added words."""
        return self in (NameGrade.SAME, NameGrade.RESPELLED, NameGrade.EXTENDED)

    @property
    def another_person(self) -> bool:
        """Whether the names are those of two people."""
        return self in (NameGrade.PARTIAL, NameGrade.OTHER_GIVEN, NameGrade.DIFFERENT)


class NameAgreement(NamedTuple):
    """The grade, and what the words that agree are worth in bits."""

    grade: NameGrade
    bits: float


class _Pair(NamedTuple):
    rank: int
    bits: float
    left: int
    right: int


_SAME, _RESPELLED, _INITIAL, _TYPING, _UNCLEAR, _APART = range(6)
_LONG_ENOUGH = 4
_TYPING_SHARE = 0.5
"""What a word with a slip in it is worth of the word itself."""
_INITIAL_BITS = 1.0
_NAME_FORMING_END = 3


def compare_names(a: Name, b: Name) -> NameAgreement:
    """How two parsed names agree, the same from both sides. A name without words agrees with nothing."""
    if not a.tokens or not b.tokens:
        return NameAgreement(NameGrade.UNCLEAR, 0.0)
    if a.given == b.given:
        return NameAgreement(NameGrade.SAME, a.bits)
    if a.full == b.full:
        if _lesser_words(a) - _lesser_words(b) and _lesser_words(b) - _lesser_words(a):
            return NameAgreement(NameGrade.UNCLEAR, 0.0)
        return NameAgreement(NameGrade.RESPELLED, min(a.bits, b.bits))
    if a.joined == b.joined:
        return NameAgreement(NameGrade.RESPELLED, min(a.bits, b.bits))
    if [t.exact for t in a.tokens] > [t.exact for t in b.tokens]:
        a, b = b, a
    if len(a.tokens) > len(b.tokens):
        a, b = b, a
    return _graded(a, b, pairs=_aligned(a.tokens, b.tokens))


def _graded(short: Name, long: Name, *, pairs: list[_Pair]) -> NameAgreement:
    bits = sum(pair.bits for pair in pairs)
    worst = max((pair.rank for pair in pairs), default=_APART)
    left, right = {pair.left for pair in pairs}, {pair.right for pair in pairs}
    if len(left) == len(short.tokens):
        return _covered(worst, bits=bits, extended=len(long.tokens) > len(short.tokens))
    if _starts(short, long):
        return NameAgreement(NameGrade.EXTENDED, min(short.bits, long.bits))
    open_left = [t for i, t in enumerate(short.tokens) if i not in left and _telling(t, short)]
    open_right = [t for i, t in enumerate(long.tokens) if i not in right and _telling(t, long)]
    if not open_left or not open_right:
        return _covered(worst, bits=bits, extended=True)
    shared = any(_telling(short.tokens[pair.left], short) for pair in pairs)
    if not shared:
        return NameAgreement(NameGrade.DIFFERENT, 0.0)
    if short.significant[0] in open_left or long.significant[0] in open_right:
        return NameAgreement(NameGrade.OTHER_GIVEN, 0.0)
    return NameAgreement(NameGrade.PARTIAL, 0.0)


def _covered(worst: int, *, bits: float, extended: bool) -> NameAgreement:
    """Every word of one name has found its like in the other."""
    if worst == _UNCLEAR:
        return NameAgreement(NameGrade.UNCLEAR, 0.0)
    if worst == _TYPING:
        return NameAgreement(NameGrade.TYPING, bits)
    if extended:
        return NameAgreement(NameGrade.EXTENDED, bits)
    if worst == _SAME:
        return NameAgreement(NameGrade.SAME, bits)
    return NameAgreement(NameGrade.RESPELLED, bits)


def _starts(short: Name, long: Name) -> bool:
    """Whether one full name is the first words of the other, joined or split as they may be."""
    first, second = sorted((short, long), key=lambda name: len(name.full))
    beginnings = accumulate(token.skeleton for token in second.significant)
    return len(first.full) > _LONG_ENOUGH and first.full in beginnings


def _lesser_words(name: Name) -> set[str]:
    return {t.skeleton for t in name.given if t not in name.significant and not t.initial}


def _telling(token: Token, name: Name) -> bool:
    return token in name.significant or (token in name.appended and not token.initial)


def _aligned(left: tuple[Token, ...], right: tuple[Token, ...]) -> list[_Pair]:
    """Words paired one to one, the best pairs first."""
    candidates = []
    for i, first in enumerate(left):
        for j, second in enumerate(right):
            rank, bits = _token_rank(first, second)
            if rank != _APART:
                candidates.append(_Pair(rank, bits, i, j))
    candidates.sort(key=lambda pair: (pair.rank, -pair.bits, abs(pair.left - pair.right), pair.left, pair.right))
    used_left: set[int] = set()
    used_right: set[int] = set()
    chosen = []
    for pair in candidates:
        if pair.left not in used_left and pair.right not in used_right:
            used_left.add(pair.left)
            used_right.add(pair.right)
            chosen.append(pair)
    return chosen


def _token_rank(a: Token, b: Token) -> tuple[int, float]:
    if a.exact == b.exact:
        return _SAME, a.bits
    if a.skeleton == b.skeleton:
        return _RESPELLED, a.bits
    if a.initial or b.initial:
        return (_INITIAL, _INITIAL_BITS) if a.skeleton[:1] == b.skeleton[:1] else (_APART, 0.0)
    return _nearly(*sorted((a.skeleton, b.skeleton), key=lambda s: (len(s), s)), bits=min(a.bits, b.bits))


def _nearly(one: str, two: str, *, bits: float) -> tuple[int, float]:
    """How two skeletons, the shorter first, agree that are not the same."""
    if len(one) < _LONG_ENOUGH or OSA.distance(one, two, score_cutoff=1) > 1:
        return _APART, 0.0
    typing = (_TYPING, bits * _TYPING_SHARE)
    if len(one) != len(two):
        return (_UNCLEAR, 0.0) if two.startswith(one) and two[-1] in "aiueo" else typing
    if sorted(one) == sorted(two):
        return typing
    changed = next(i for i, (x, y) in enumerate(zip(one, two, strict=True)) if x != y)
    if {one[changed], two[changed]} == {"o", "u"} and changed < len(one) - 1:
        return typing
    return (_UNCLEAR, 0.0) if changed < len(one) - _NAME_FORMING_END else (_APART, 0.0)
