"""How two words of names agree: as written, respelled, as an initial, with a slip of the pen, or not at all.

Indonesian names are often told apart by one letter, so a distance of strings decides nothing: a letter
exchanged near the end makes another name (Rina, Rini), a vowel added there may (Andrian, Andriani). A letter
left out, doubled, transposed, or misread for one that looks like it is a slip.
"""

from enum import IntEnum
from functools import lru_cache

from rapidfuzz.distance import OSA

from office_node.domain.names import Token


class WordRank(IntEnum):
    """How two words agree, best first."""

    SAME = 0
    RESPELLED = 1
    INITIAL = 2
    TYPING = 3
    UNCLEAR = 4
    APART = 5


TYPING_SHARE = 0.5
"""What a word with a slip in it is worth of the word itself."""
INITIAL_BITS = 1.0
LONG_ENOUGH = 4
"""Letters from which a word can be told from its slip."""
_NAME_FORMING_END = 3
_LONG_FOR_A_AND_O = 6
_AS_READ = str.maketrans("i", "l")
"""Letters that a reader of print takes for one another; compared as written, since folding may turn an i to y."""
_O_AND_U = frozenset("ou")
_APART = (WordRank.APART, 0.0)


def compare_words(a: Token, b: Token) -> tuple[WordRank, float]:
    """The rank, and the bits of what agrees; the same from both sides."""
    if a.exact == b.exact:
        return WordRank.SAME, a.bits
    one, two = a.skeleton, b.skeleton
    if one == two:
        return WordRank.RESPELLED, a.bits
    if a.initial or b.initial:
        return (WordRank.INITIAL, INITIAL_BITS) if one[:1] == two[:1] else _APART
    if one[:1] != two[:1] and one[-1:] != two[-1:]:
        return _APART  # one slip leaves the first or the last letter as it was
    if not -2 < len(one) - len(two) < 2 or len(one) < LONG_ENOUGH or len(two) < LONG_ENOUGH:
        return _APART
    if len(a.exact) == len(b.exact) and a.exact.translate(_AS_READ) == b.exact.translate(_AS_READ):
        return WordRank.TYPING, min(a.bits, b.bits) * TYPING_SHARE
    rank = _nearly(one, two) if (len(one), one) < (len(two), two) else _nearly(two, one)
    return rank, min(a.bits, b.bits) * TYPING_SHARE if rank is WordRank.TYPING else 0.0


@lru_cache(maxsize=65536)
def _nearly(one: str, two: str) -> WordRank:
    """How two skeletons, the shorter first, agree that are not the same."""
    if one.replace("rn", "m") == two.replace("rn", "m"):
        return WordRank.TYPING
    if OSA.distance(one, two, score_cutoff=1) > 1:
        return WordRank.APART
    if len(one) != len(two):
        return WordRank.UNCLEAR if two.startswith(one) and two[-1] in "aiueo" else WordRank.TYPING
    if sorted(one) == sorted(two):
        return WordRank.TYPING
    changed = next(i for i, (x, y) in enumerate(zip(one, two, strict=True)) if x != y)
    letters = frozenset((one[changed], two[changed]))
    last = changed == len(one) - 1
    if letters == _O_AND_U and not last:
        return WordRank.TYPING
    if last and letters == frozenset("ao") and len(one) >= _LONG_FOR_A_AND_O:
        return WordRank.UNCLEAR  # Javanese writes the last a as o; a few such pairs are two names
    return WordRank.UNCLEAR if changed < len(one) - _NAME_FORMING_END else WordRank.APART
