"""Names of the invented people: by origin, sex and year of birth, about a quarter of them a single name."""

from collections.abc import Callable, Sequence
from functools import cache
from itertools import accumulate
from random import Random

from services.simulator.data import names as pool


@cache
def _zipf(count: int) -> Sequence[float]:
    """Cumulative weights: the commonest part of a long pool comes about ten times as often as the last."""
    return list(accumulate(1.0 / (rank + 6) for rank in range(count)))


def _pick(rng: Random, parts: Sequence[str]) -> str:
    return rng.choices(parts, cum_weights=_zipf(len(parts)))[0]


_ORIGINS = tuple(pool.ORIGINS)
_ORIGIN_WEIGHTS = tuple(accumulate(pool.ORIGINS.values()))


def group(rng: Random) -> str:
    """An origin, by its share."""
    return rng.choices(_ORIGINS, cum_weights=_ORIGIN_WEIGHTS)[0]


def _javanese(rng: Random, sex: str, born: int) -> str:
    if rng.random() < (0.75 if born < 1975 else 0.38 if born < 1990 else 0.13):
        return _pick(rng, pool.JAVANESE_SINGLE[sex])
    name = [_pick(rng, pool.JAVANESE_FIRST[sex]), _pick(rng, pool.JAVANESE_LAST[sex])]
    if born >= 1985 and rng.random() < 0.3:
        name.insert(1, _pick(rng, pool.JAVANESE_FIRST[sex]))
    return " ".join(name)


def _two_part(
    first: dict[str, tuple[str, ...]], last: dict[str, tuple[str, ...]], single: float
) -> Callable[[Random, str, int], str]:
    def name(rng: Random, sex: str, born: int) -> str:
        given = _pick(rng, first[sex])
        if len(given) > 4 and rng.random() < (2 * single if born < 1980 else single):
            return given
        return f"{given} {_pick(rng, last[sex])}"

    return name


def _arabic(rng: Random, sex: str, born: int) -> str:
    given, last = _pick(rng, pool.ARABIC_FIRST[sex]), _pick(rng, pool.ARABIC_LAST[sex])
    # Bound forms (Abdul, Nurul, Siti ...) never stand alone.
    if len(given) > 5 and not given.endswith(("ul", "un")) and " " not in given and rng.random() < 0.2:
        return given
    if rng.random() < (0.08 if born < 1985 else 0.03):
        return last
    third = _pick(rng, pool.ARABIC_LAST[sex]) if born >= 1990 and rng.random() < 0.3 else last
    return f"{given} {last}" if third == last else f"{given} {last} {third}"


def _balinese(rng: Random, sex: str, born: int) -> str:
    article = "Ni" if sex == "F" else "I"
    middle = "Luh" if sex == "F" and rng.random() < 0.2 else _pick(rng, pool.BALINESE_ORDER)
    modern = "Ayu " if sex == "F" and born >= 1990 and rng.random() < 0.25 else ""
    return f"{article} {middle} {modern}{_pick(rng, pool.BALINESE_LAST[sex])}"


def _batak(rng: Random, sex: str, born: int) -> str:
    second = f" {_pick(rng, pool.BATAK_FIRST[sex])}" if born >= 1980 and rng.random() < 0.15 else ""
    return f"{_pick(rng, pool.BATAK_FIRST[sex])}{second} {_pick(rng, pool.BATAK_MARGA)}"


_MAKERS: dict[str, Callable[[Random, str, int], str]] = {
    "javanese": _javanese,
    "sundanese": _two_part(pool.SUNDANESE_FIRST, pool.SUNDANESE_LAST, 0.08),
    "lampung": _two_part(pool.LAMPUNG_FIRST, pool.LAMPUNG_LAST, 0.2),
    "balinese": _balinese,
    "bugis": _two_part(pool.BUGIS_FIRST, pool.BUGIS_LAST, 0.2),
    "batak": _batak,
    "arabic": _arabic,
}


def full_name(rng: Random, group: str, sex: str, *, born: int) -> str:
    """A name of the origin for `F` or `M`, in the fashion of the year of birth."""
    return _MAKERS[group](rng, sex, born)


_RHYMES = (("an", "in"), ("in", "an"), ("em", "ah"), ("ah", "atun"), ("a", "i"), ("i", "a"), ("o", "adi"))


def rhyming(rng: Random, name: str) -> str:
    """A twin's name: the first long part ends otherwise (Rina, Rini), or a later part is another's."""
    parts = name.split()
    at = next((i for i, part in enumerate(parts) if len(part) > 2 and not part.endswith(".")), 0)
    if parts[0] in ("I", "Ni"):
        at = len(parts) - 1
    if len(parts) > at + 1 and rng.random() < 0.3:
        last = pool.JAVANESE_LAST["F" if parts[-1].endswith(("i", "h")) else "M"]
        other = _pick(rng, last)
        parts[-1] = other if other != parts[-1] else next(p for p in last if p != other)
    else:
        part = parts[at]
        ending, other = next((pair for pair in _RHYMES if part.endswith(pair[0])), ("", "i"))
        parts[at] = part.removesuffix(ending) + other
    return " ".join(parts)


def sibling(rng: Random, name: str, sex: str, *, born: int) -> str:
    """A brother's or sister's name, in the fashion of the name that is known."""
    parts = name.split()
    if parts[0] in ("I", "Ni"):
        return _balinese(rng, sex, born)
    if parts[-1] in pool.BATAK_MARGA:
        return f"{_pick(rng, pool.BATAK_FIRST[sex])} {parts[-1]}"
    fresh = _MAKERS[rng.choice(("javanese", "javanese", "arabic"))](rng, sex, born)
    while fresh == name:
        fresh = _javanese(rng, sex, 2000)
    if len(parts) > 1 and rng.random() < 0.3:
        shared = f"{fresh.split()[0]} {parts[-1]}"
        return shared if shared != name else fresh
    return fresh
