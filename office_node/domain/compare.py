"""The readable comparison of two persons: zone, probability and reasons, the same from both sides.

The model adds what every level says (`model`); these rules hold whatever was learned. One NIK or one passport is at
least *possible*; with neither a name to compare nor a second field that agrees, at most; one field that is no number is
then *none*. Another name, or too low a score, with a family's data is *related*; another name with neither a family's
nor a number *none*. Name and mother together are at least *possible*; name and birth date alone, another NIK or an
unclear name at most. No text has a value of anybody.
"""

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from office_node.domain.levels import levels
from office_node.domain.model import Model, current
from office_node.domain.profile import Profile, profile
from office_node.domain.record import record_of
from office_node.domain.tables import texts
from office_node.domain.zones import Zone
from shared_schemas.person import Person


class Evidence(NamedTuple):
    """One reason for or against: a field of the person, and what an officer reads."""

    field: str
    supports: bool
    text_id: str
    text_en: str


class Weighed(NamedTuple):
    """A comparison in figures. `vector` are its level codes, which hold no value; `rule` set the zone, if one did."""

    zone: Zone
    score: float
    probability: float
    vector: tuple[str, ...]
    rule: str | None


@dataclass(frozen=True)
class Comparison:
    """What came of comparing two persons. `score` is log2 of the odds, `probability` is calibrated."""

    zone: Zone
    score: float
    probability: float
    agreeing: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    version: str
    vector: tuple[str, ...]


_NUMBERS = frozenset({"nik:equal", "passport_no:equal", "number:equal"})
_ANOTHER_NAME = frozenset({"partial", "other-given", "different"})
_NAME_AGREES = frozenset({"same", "respelled", "extended"})
_BESIDE = frozenset({"nik", "number", "passport_no", "mother_name", "village", "address", "phone", "kk"})
"""Fields of which one must agree beside name and birth date for a match."""
_CERTAINTY = 0.9999


def compare(a: Person, b: Person) -> Comparison:
    """How sure it is that two persons are one, and why; `compare(a, b) == compare(b, a)`."""
    return compare_profiles(profile(record_of(a)), profile(record_of(b)))


def compare_profiles(a: Profile, b: Profile) -> Comparison:
    """The same of two profiles, of whatever source; what is missing on either side says nothing."""
    return explain(weigh(a, b))


def weigh(a: Profile, b: Profile) -> Weighed:
    """The figures alone, for ranking many candidates."""
    vector = levels(a, b)
    model = current()
    score = model.score(vector)
    zone, rule = _zone(vector, score=score, model=model)
    probability = max(1.0 - _CERTAINTY, min(_CERTAINTY, model.probability(score)))
    return Weighed(zone, round(score, 3), round(probability, 4), vector, rule)


def explain(weighed: Weighed) -> Comparison:
    """The words to the figures."""
    weights = current().weights
    evidence = [
        Evidence(level.partition(":")[0], _agrees(level) or weights.get(level, 0.0) > 0, *_text(level))
        for level in weighed.vector
        if not level.startswith("term:")
    ]
    if weighed.rule:
        evidence.append(Evidence("name", False, *texts.EVIDENCE[weighed.rule]))
    return Comparison(
        zone=weighed.zone,
        score=weighed.score,
        probability=weighed.probability,
        agreeing=tuple(level.partition(":")[0] for level in weighed.vector if _agrees(level)),
        evidence=tuple(evidence),
        version=current().version,
        vector=weighed.vector,
    )


@cache
def _text(level: str) -> tuple[str, str]:
    """The words of a level; how rare a name is changes none of them."""
    field, _, rest = level.partition(":")
    return texts.EVIDENCE.get(f"{field}:{rest}") or texts.EVIDENCE[f"{field}:{rest.partition(':')[0]}"]


_AGREEING = frozenset({"same", "respelled", "extended", "typing", "equal", "common", "swapped", "mostly", "near"})
_NEARLY = frozenset({"nik:typo", "number:typo"})


def _agrees(level: str) -> bool:
    field, _, rest = level.partition(":")
    return field != "term" and rest.partition(":")[0] in _AGREEING


def _zone(vector: tuple[str, ...], *, score: float, model: Model) -> tuple[Zone, str | None]:
    """The zone, and the rule that set it where the score alone did not."""
    codes = frozenset(vector)
    grade, likeness = _name_of(vector)
    if codes & _NUMBERS:
        if score < model.match:
            return Zone.POSSIBLE, None
        if grade in _ANOTHER_NAME and likeness != "close" and not _family_agrees(vector):
            return Zone.POSSIBLE, "number-other-name"
        return (Zone.MATCH, None) if _confirmed(vector) else (Zone.POSSIBLE, "number-only")
    other = likeness != "close" and (grade in _ANOTHER_NAME or (grade == "unclear" and "nik:near-serial" in codes))
    if other and _one_household(codes):
        return Zone.RELATED, "household"
    if not codes & _NEARLY and (other or (not grade and _alone(vector))):
        return Zone.NONE, None
    if score < model.possible:
        return _below(grade, codes)
    if score < model.match:
        return Zone.POSSIBLE, None
    if not _beside(vector):
        return Zone.POSSIBLE, "name-and-date-only"
    sure = not other and grade != "unclear" and "term:other-nik" not in codes
    return (Zone.MATCH if sure else Zone.POSSIBLE), None


def _below(grade: str, codes: frozenset[str]) -> tuple[Zone, str | None]:
    """The zone of a score that is too low for *possible*."""
    if _worth_a_look(grade, codes):
        return Zone.POSSIBLE, None
    return (Zone.RELATED, "household") if _one_household(codes) else (Zone.NONE, None)


def _alone(vector: tuple[str, ...]) -> bool:
    """Whether fewer than two fields agree that tell people apart: without a name, a birth date or a phone is nobody."""
    fields = {level.partition(":")[0] for level in vector if _agrees(level)}
    return len(fields & (_BESIDE | {"birth_date"})) < 2


def _family_agrees(vector: tuple[str, ...]) -> bool:
    """Whether the mother's name or the family card agrees: without it, another name may mean a borrowed number."""
    return any(_agrees(level) and level.partition(":")[0] in ("mother_name", "kk") for level in vector)


def _confirmed(vector: tuple[str, ...]) -> bool:
    """Whether a number is not all there is: a name was weighed with it, or a second field agrees.

    Birth date, sex and region stand in a NIK, so they confirm none.
    """
    grade, _ = _name_of(vector)
    fields = {level.partition(":")[0] for level in vector if _agrees(level)}
    return bool(grade) or len(fields & _BESIDE) > 1


def _name_of(vector: tuple[str, ...]) -> tuple[str, str]:
    """Grade of the name, and how near it is in letters; empty if there is none to compare."""
    level = next((level for level in vector if level.startswith("name:")), "name::")
    _, grade, likeness = f"{level}:".split(":")[:3]
    return grade, likeness


def _worth_a_look(grade: str, codes: frozenset[str]) -> bool:
    """Whether name and mother agree, and the birth date in two of its parts: an officer looks whatever else differs."""
    named = grade in _NAME_AGREES
    born = codes & {
        "birth_date:equal",
        "birth_date:swapped",
        "birth_date:one-part",
        "birth_date:near-year",
        "birth_date:other-year",
    }
    return bool(named and born) and any(level.startswith("mother_name:") and _agrees(level) for level in codes)


def _beside(vector: tuple[str, ...]) -> bool:
    """Whether something besides name, birth date, birthplace and sex says *the same*."""
    return any(level in _NEARLY or (_agrees(level) and level.partition(":")[0] in _BESIDE) for level in vector)


def _one_household(codes: frozenset[str]) -> bool:
    """Whether what families share agrees: mother and one thing more, family card, or phone and village."""
    if "kk:equal" in codes:
        return True
    shared = codes & {
        "village:equal", "phone:equal", "address:equal", "birth_place:equal", "birth_place:common", "birth_date:equal",
        "birth_date:common",
    }  # fmt: skip
    mother = any(level.startswith("mother_name:") and _agrees(level) for level in codes)
    return bool(mother and shared) or {"phone:equal", "village:equal"} <= codes
