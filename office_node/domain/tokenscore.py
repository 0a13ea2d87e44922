"""What agreeing tokens alone can tell: whether an own row is a hit, and how sure a trace is. Never more than
*possible*.

A hit is two agreeing kinds that share no source, at least one of them an index kind, together worth at
least `HIT_MIN_BITS`; or the NIK, or the passport; and a score of at least *possible*. A phone alone is
never a hit. Whoever can open the fields must pass what could be *compared*, for a field that differs is
evidence too.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass
from itertools import product

from office_node.domain.kinds import HIT_MIN_BITS, KINDS, Source
from office_node.domain.model import TOKENS, current
from office_node.domain.tokenlevels import token_levels
from office_node.domain.zones import Zone

SUFFICIENT = frozenset({"nik/1", "passport/1"})
"""Kinds of which one alone is a hit (docs/adr/0012)."""
ROWS = 20_000
"""Rows among which *possible* was set; a larger store asks for a bit more with every doubling."""


@dataclass(frozen=True)
class TokenScore:
    """The zone (none, related or possible) and log2 of the odds that agreeing tokens give."""

    zone: Zone
    score: float


@dataclass(frozen=True)
class HitVerdict:
    """Whether an own row is a hit, by which index kinds it is to be proved, and its score."""

    hit: bool
    kinds: tuple[str, ...]
    """The agreeing index kinds, sorted: those that the answer proves."""
    bits: int
    """What the best pair of independent kinds is worth, or the NIK or passport alone; 0 without one."""
    score: TokenScore


def hit_rule(
    agreeing_index_kinds: Collection[str],
    agreeing_field_kinds: Collection[str],
    *,
    compared_field_kinds: Collection[str] = (),
    rows: int = ROWS,
) -> HitVerdict:
    """Whether an own row is a hit. Kinds that this version does not know are ignored.

    `compared_field_kinds` are the field kinds that both sides have; left out, no field counts as different.
    """
    index, fields = _known(agreeing_index_kinds, "index"), _known(agreeing_field_kinds, "field")
    score = token_zone(index, fields, compared_field_kinds, rows=rows)
    bits = _best_bits(index, fields)
    return HitVerdict(hit=bits > 0 and score.zone is Zone.POSSIBLE, kinds=tuple(sorted(index)), bits=bits, score=score)


def token_zone(
    agreeing_index_kinds: Collection[str],
    agreeing_field_kinds: Collection[str],
    compared_field_kinds: Collection[str],
    *,
    rows: int = ROWS,
) -> TokenScore:
    """How sure agreeing tokens make it that a trace or row is about one person; at most *possible*.

    Among twice as many `rows` chance agrees twice as often: *possible* needs a bit more.
    """
    index, agreeing = _known(agreeing_index_kinds, "index"), _known(agreeing_field_kinds, "field")
    compared = _known(compared_field_kinds, "field") | agreeing
    table = current(TOKENS)
    score = table.score(token_levels(index, agreeing, compared))
    needed = table.possible + _size(rows)
    zone = _zone(score >= needed, index=index, agreeing=agreeing, compared=compared)
    return TokenScore(zone=zone, score=round(score, 3))


def _size(rows: int) -> float:
    """Bits that a store larger than the one the threshold was set for asks for."""
    return max(0.0, math.log2(rows / ROWS))


def _zone(enough: bool, *, index: frozenset[str], agreeing: frozenset[str], compared: frozenset[str]) -> Zone:
    if index & SUFFICIENT:
        return Zone.POSSIBLE
    name = _source_agrees(Source.NAME, index, agreeing)
    first_differs = "name-first/1" in compared - agreeing and "name-full/1" not in agreeing
    other_nik = "nik-serial/1" in compared - agreeing
    if _source_agrees(Source.MOTHER, index, agreeing) and other_nik and (not name or first_differs):
        return Zone.RELATED
    only = {source for kind in index | agreeing for source in KINDS[kind].uses}
    if not enough or not only & {Source.NAME, Source.MOTHER, Source.BIRTH_DATE}:
        return Zone.NONE
    return Zone.POSSIBLE


def _known(kinds: Collection[str], role: str) -> frozenset[str]:
    return frozenset(kind for kind in kinds if kind in KINDS and KINDS[kind].role == role)


def _best_bits(index: frozenset[str], fields: frozenset[str]) -> int:
    alone = max((KINDS[kind].bits for kind in index & SUFFICIENT), default=0)
    pairs = (
        KINDS[one].bits + KINDS[other].bits
        for one, other in product(index, index | fields)
        if not KINDS[one].uses & KINDS[other].uses
    )
    best = max(pairs, default=0)
    return max(alone, best if best >= HIT_MIN_BITS else 0)


def _source_agrees(source: Source, index: frozenset[str], agreeing: frozenset[str]) -> bool:
    return any(source in KINDS[kind].uses for kind in index | agreeing)
