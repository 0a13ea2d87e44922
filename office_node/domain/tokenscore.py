"""What agreeing tokens alone can tell: whether an own row is a hit, and how sure a trace is. Never more than
*possible*.

A hit is two agreeing kinds that share no source, at least one of them an index kind, together worth at
least `HIT_MIN_BITS`; or the NIK, or the passport; and a score of at least *possible*. A phone alone is
never a hit. Whoever can open the fields must pass what could be *compared*, for a field that differs is
evidence too.
"""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import product

from office_node.domain.kinds import HIT_MIN_BITS, KINDS, Source
from office_node.domain.tables import tokenweights as weights
from office_node.domain.zones import Zone


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
) -> HitVerdict:
    """Whether an own row is a hit. Kinds that this version does not know are ignored.

    `compared_field_kinds` are the field kinds that both sides have; left out, no field counts as different.
    """
    index, fields = _known(agreeing_index_kinds, "index"), _known(agreeing_field_kinds, "field")
    score = token_zone(index, fields, compared_field_kinds)
    bits = _best_bits(index, fields)
    return HitVerdict(hit=bits > 0 and score.zone is Zone.POSSIBLE, kinds=tuple(sorted(index)), bits=bits, score=score)


def token_zone(
    agreeing_index_kinds: Collection[str],
    agreeing_field_kinds: Collection[str],
    compared_field_kinds: Collection[str],
) -> TokenScore:
    """How sure agreeing tokens make it that a trace or row is about one person; at most *possible*."""
    index, agreeing = _known(agreeing_index_kinds, "index"), _known(agreeing_field_kinds, "field")
    compared = _known(compared_field_kinds, "field") | agreeing
    score = weights.PRIOR + sum(
        (
            _birth(index, agreeing, compared),
            _name(index, agreeing, compared),
            _mother(index, agreeing, compared),
        )
    )
    score += _numbers(index, agreeing, compared) + _rest(index, agreeing, compared)
    return TokenScore(zone=_zone(score, index=index, agreeing=agreeing, compared=compared), score=round(score, 3))


def _zone(score: float, *, index: frozenset[str], agreeing: frozenset[str], compared: frozenset[str]) -> Zone:
    if index & weights.SUFFICIENT:
        return Zone.POSSIBLE
    name = _source_agrees(Source.NAME, index, agreeing)
    first_differs = "name-first/1" in compared - agreeing and "name-full/1" not in agreeing
    other_nik = "nik-serial/1" in compared - agreeing
    if _source_agrees(Source.MOTHER, index, agreeing) and other_nik and (not name or first_differs):
        return Zone.RELATED
    only = {source for kind in index | agreeing for source in KINDS[kind].uses}
    if score < weights.POSSIBLE or not only - {Source.PHONE, Source.SEX}:
        return Zone.NONE
    return Zone.POSSIBLE


def _known(kinds: Collection[str], role: str) -> frozenset[str]:
    return frozenset(kind for kind in kinds if kind in KINDS and KINDS[kind].role == role)


def _best_bits(index: frozenset[str], fields: frozenset[str]) -> int:
    alone = max((KINDS[kind].bits for kind in index & weights.SUFFICIENT), default=0)
    pairs = (
        KINDS[one].bits + KINDS[other].bits
        for one, other in product(index, index | fields)
        if not KINDS[one].uses & KINDS[other].uses
    )
    best = max(pairs, default=0)
    return max(alone, best if best >= HIT_MIN_BITS else 0)


def _source_agrees(source: Source, index: frozenset[str], agreeing: frozenset[str]) -> bool:
    return any(source in KINDS[kind].uses for kind in index | agreeing)


def _birth(index: frozenset[str], agreeing: frozenset[str], compared: frozenset[str]) -> float:
    if index & weights.BIRTH_DATE_INDEX or agreeing & {"birth-date/1", "nik-date/1"}:
        return weights.BIRTH_DATE
    if "birth-month-day/1" in agreeing:
        return weights.BIRTH_MONTH_DAY
    if "birth-year/1" in agreeing or index & weights.BIRTH_YEAR_INDEX:
        return weights.BIRTH_YEAR
    return weights.BIRTH_DIFFERENT if "birth-date/1" in compared else 0.0


def _name(index: frozenset[str], agreeing: frozenset[str], compared: frozenset[str]) -> float:
    exact = weights.NAME_EXACT if "name-exact/1" in agreeing else 0.0
    if "name-full/1" in agreeing or index & weights.FULL_NAME_INDEX:
        return weights.NAME_FULL + exact
    if "name-first/1" in agreeing:
        partly = "name-full/1" in compared and "name-initials/1" not in agreeing
        return (weights.NAME_FIRST_ONLY if partly else weights.NAME_FIRST) + exact
    if "name-token/1" in agreeing or "name-dob/1" in index:
        return weights.NAME_REORDERED if "name-initials/1" in agreeing else weights.NAME_TOKEN
    return weights.NAME_DIFFERENT if "name-first/1" in compared else 0.0


def _mother(index: frozenset[str], agreeing: frozenset[str], compared: frozenset[str]) -> float:
    if "mother-full/1" in agreeing or index & weights.FULL_MOTHER_INDEX:
        return weights.MOTHER_FULL
    if "mother-token/1" in agreeing or "mother-dob/1" in index:
        return weights.MOTHER_TOKEN
    return weights.MOTHER_DIFFERENT if "mother-full/1" in compared else 0.0


def _numbers(index: frozenset[str], agreeing: frozenset[str], compared: frozenset[str]) -> float:
    score = 0.0
    if "nik/1" in index:
        score += weights.NIK
    elif "nik-serial/1" in compared:
        score += weights.NIK_SERIAL if "nik-serial/1" in agreeing else weights.NIK_SERIAL_DIFFERENT
    if "passport/1" in index or "passport-field/1" in agreeing:
        score += weights.PASSPORT
    if "phone/1" in index or "phone-field/1" in agreeing:
        score += weights.PHONE
    elif "phone-field/1" in compared:
        score += weights.PHONE_DIFFERENT
    return score


def _rest(index: frozenset[str], agreeing: frozenset[str], compared: frozenset[str]) -> float:
    score = 0.0
    if "village/1" in agreeing or index & weights.VILLAGE_INDEX:
        score += weights.VILLAGE
    elif "district/1" in agreeing:
        score += weights.DISTRICT
    elif "village/1" in compared:
        score += weights.VILLAGE_DIFFERENT
    if "birth-place/1" in agreeing or "dob-place/1" in index:
        score += weights.BIRTH_PLACE
    elif "birth-place/1" in compared:
        score += weights.BIRTH_PLACE_DIFFERENT
    if "sex/1" in compared:
        score += weights.SEX if "sex/1" in agreeing else weights.SEX_DIFFERENT
    return score
