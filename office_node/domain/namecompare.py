"""How two names agree: in full, respelled, extended, or as names that only look alike.

Words are paired one to one, by `wordcompare`; the grade says which words found their like.
"""

from enum import StrEnum
from itertools import accumulate
from typing import NamedTuple

from office_node.domain.names import Name, Token
from office_node.domain.wordcompare import LONG_ENOUGH, WordRank, compare_words


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
    rank: WordRank
    bits: float
    left: int
    right: int


def compare_names(a: Name, b: Name) -> NameAgreement:
    """How two parsed names agree, the same from both sides. A name without words agrees with nothing."""
    if not a.tokens or not b.tokens:
        return NameAgreement(NameGrade.UNCLEAR, 0.0)
    if a.given == b.given:
        return NameAgreement(NameGrade.UNCLEAR, 0.0) if _other_father(a, b) else NameAgreement(NameGrade.SAME, a.bits)
    if a.full == b.full:
        if _lesser_words(a) - _lesser_words(b) and _lesser_words(b) - _lesser_words(a):
            return NameAgreement(NameGrade.UNCLEAR, 0.0)
        return NameAgreement(NameGrade.RESPELLED, min(a.bits, b.bits))
    if a.joined == b.joined:
        return NameAgreement(NameGrade.RESPELLED, min(a.bits, b.bits))
    first, second = _in_order(a, b)
    return _graded(first, second, pairs=_aligned(first.tokens, second.tokens))


def _other_father(a: Name, b: Name) -> bool:
    """Whether both have words after *bin* or *alias*, and none of them agrees: namesakes, or one with two aliases."""
    if not a.appended or not b.appended:
        return False
    return all(compare_words(x, y)[0] is WordRank.APART for x in a.appended for y in b.appended)


def _in_order(a: Name, b: Name) -> tuple[Name, Name]:
    """The name of fewer words first, whichever way round they came."""
    if len(a.tokens) != len(b.tokens):
        return (a, b) if len(a.tokens) < len(b.tokens) else (b, a)
    return (a, b) if [t.exact for t in a.tokens] <= [t.exact for t in b.tokens] else (b, a)


def _graded(short: Name, long: Name, *, pairs: list[_Pair]) -> NameAgreement:
    if not pairs:
        if _starts(short, long):
            return NameAgreement(NameGrade.EXTENDED, min(short.bits, long.bits))
        return NameAgreement(NameGrade.DIFFERENT, 0.0)
    bits = sum(pair.bits for pair in pairs)
    worst = max(pair.rank for pair in pairs)
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


def _covered(worst: WordRank, *, bits: float, extended: bool) -> NameAgreement:
    """Every word of one name has found its like in the other."""
    if worst == WordRank.UNCLEAR:
        return NameAgreement(NameGrade.UNCLEAR, 0.0)
    if worst == WordRank.TYPING:
        return NameAgreement(NameGrade.TYPING, bits)
    if extended:
        return NameAgreement(NameGrade.EXTENDED, bits)
    if worst == WordRank.SAME:
        return NameAgreement(NameGrade.SAME, bits)
    return NameAgreement(NameGrade.RESPELLED, bits)


def _starts(short: Name, long: Name) -> bool:
    """Whether one full name is the first words of the other, joined or split as they may be."""
    first, second = (short, long) if len(short.full) <= len(long.full) else (long, short)
    if first.full[:1] != second.significant[0].skeleton[:1]:
        return False
    beginnings = accumulate(token.skeleton for token in second.significant)
    return len(first.full) > LONG_ENOUGH and first.full in beginnings


def _lesser_words(name: Name) -> set[str]:
    return {t.skeleton for t in name.given if t not in name.significant and not t.initial}


def _telling(token: Token, name: Name) -> bool:
    return token in name.significant or (token in name.appended and not token.initial)


def _aligned(left: tuple[Token, ...], right: tuple[Token, ...]) -> list[_Pair]:
    """Words paired one to one, the best pairs first."""
    candidates = []
    for i, first in enumerate(left):
        for j, second in enumerate(right):
            rank, bits = compare_words(first, second)
            if rank is not WordRank.APART:
                candidates.append(_Pair(rank, bits, i, j))
    if len(candidates) < 2:
        return candidates
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
