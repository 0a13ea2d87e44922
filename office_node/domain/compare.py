"""The readable comparison of two persons: zone, reasons and agreeing fields, the same from both sides.

Weights in bits are added (Fellegi and Sunter 1969), then four rules that adding cannot see: a household
that agrees while the person differs is *related*; name and birth date alone are at most *possible*; two
different NIKs, or a name that may be another, are at most *possible*; one NIK or one passport is at least
*possible*. No text holds a value of anybody.
"""

import math
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from office_node.domain.namecompare import NameAgreement, NameGrade, compare_names
from office_node.domain.names import Name
from office_node.domain.profile import Profile, profile
from office_node.domain.record import record_of
from office_node.domain.tables import frequencies, texts, weights
from office_node.domain.values import birth_date_bits, place_bits
from office_node.domain.zones import Zone
from shared_schemas.person import Person


class Evidence(NamedTuple):
    """One reason for or against: a field of the person, and what an officer reads."""

    field: str
    supports: bool
    text_id: str
    text_en: str


@dataclass(frozen=True)
class Comparison:
    """What came of comparing two persons. `score` is log2 of the odds; `probability` is not calibrated yet."""

    zone: Zone
    score: float
    probability: float
    agreeing: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    version: str


class _Finding(NamedTuple):
    """One field compared: the code of its text, its weight, and whether it agrees (None: neither way)."""

    field: str
    code: str
    weight: float
    agrees: bool | None


_GRADES = {grade: rank for rank, grade in enumerate(NameGrade)}
_INDEPENDENT = frozenset({"nik", "passport_no", "mother_name", "phone", "village", "birth_place"})
"""Fields of which one must agree beside name and birth date for a match."""

_MOTHER_CODES = {
    NameGrade.SAME: "mother-same",
    NameGrade.RESPELLED: "mother-respelled",
    NameGrade.EXTENDED: "mother-respelled",
    NameGrade.TYPING: "mother-respelled",
    NameGrade.UNCLEAR: "mother-unclear",
    NameGrade.PARTIAL: "mother-unclear",
}


def compare(a: Person, b: Person) -> Comparison:
    """How sure it is that two persons are one, and why; `compare(a, b) == compare(b, a)`."""
    return compare_profiles(profile(record_of(a)), profile(record_of(b)))


def compare_profiles(a: Profile, b: Profile) -> Comparison:
    """The same of two profiles, of whatever source; what is missing on either side says nothing."""
    name = _best_name(a, b)
    found = [finding for finding in _findings(a, b, name=name) if finding is not None]
    by_field = {finding.field: finding for finding in found}
    score = weights.PRIOR + sum(finding.weight for finding in found)
    zone, reason = _zone(name.grade, score=score, found=by_field)
    evidence = [_evidence(f.field, code=f.code, supports=bool(f.agrees)) for f in found]
    if reason:
        evidence.append(_evidence("name", code=reason, supports=False))
    return Comparison(
        zone=zone,
        score=round(score, 3),
        probability=_probability(score, zone=zone),
        agreeing=tuple(finding.field for finding in found if finding.agrees),
        evidence=tuple(evidence),
        version=weights.VERSION,
    )


def _evidence(field: str, *, code: str, supports: bool) -> Evidence:
    text_id, text_en = texts.EVIDENCE[code]
    return Evidence(field, supports, text_id, text_en)


def _findings(a: Profile, b: Profile, *, name: NameAgreement) -> list[_Finding | None]:
    return [
        _Finding("name", f"name-{name.grade}", name.bits, _name_agrees(name.grade)) if a.names and b.names else None,
        _birth_date(a.birth_date, b.birth_date) if a.birth_date and b.birth_date else None,
        _nik(a.nik_digits, b.nik_digits),
        _passport(a.passport, b.passport),
        _mother(a.mother, b.mother),
        _birth_place(a.place, b.place),
        _village(a.village, b.village),
        _phones(a.phones, b.phones),
        _Finding("kk", "kk-equal", 0.0, True) if a.kk and a.kk == b.kk else None,
        _sex(a.sex, b.sex),
    ]


def _best_name(a: Profile, b: Profile) -> NameAgreement:
    """The best agreement between any name of one and any name of the other."""
    every = [compare_names(one, other) for one in a.names for other in b.names]
    unknown = NameAgreement(NameGrade.UNCLEAR, 0.0)
    return min(every, key=lambda agreement: (_GRADES[agreement.grade], -agreement.bits), default=unknown)


def _name_agrees(grade: NameGrade) -> bool | None:
    if grade.agrees or grade is NameGrade.TYPING:
        return True
    return False if grade.another_person else None


def _birth_date(a: date, b: date) -> _Finding:
    def finding(code: str, weight: float, agrees: bool | None) -> _Finding:
        return _Finding("birth_date", f"birth-date-{code}", weight, agrees)

    if a == b:
        bits = birth_date_bits(a)
        return finding("equal" if bits == frequencies.BIRTH_DATE_BITS else "common", bits, True)
    if (a.year, a.month, a.day) == (b.year, b.day, b.month):
        return finding("swapped", weights.BIRTH_DATE_SWAPPED, True)
    if abs(a.year - b.year) >= weights.FAR_YEARS:
        return finding("far", weights.BIRTH_DATE_FAR, False)
    if (a.year == b.year) + (a.month == b.month) + (a.day == b.day) == 2:
        return finding("one-part", weights.BIRTH_DATE_ONE_PART, None)
    if a.year == b.year:
        return finding("year-only", weights.BIRTH_DATE_YEAR_ONLY, False)
    return finding("different", weights.BIRTH_DATE_DIFFERENT, False)


def _nik(a: str, b: str) -> _Finding | None:
    if not a or not b:
        return None
    if a == b:
        return _Finding("nik", "nik-equal", weights.NIK_EQUAL, True)
    return _Finding("nik", "nik-different", weights.NIK_DIFFERENT, False)


def _passport(a: str, b: str) -> _Finding | None:
    """Only agreement tells: a person has another passport number after every renewal."""
    return _Finding("passport_no", "passport-equal", weights.PASSPORT_EQUAL, True) if a and a == b else None


def _mother(a: Name | None, b: Name | None) -> _Finding | None:
    if a is None or b is None:
        return None
    grade, bits = compare_names(a, b)
    code = _MOTHER_CODES.get(grade, "mother-different")
    if grade.agrees or grade is NameGrade.TYPING:
        return _Finding("mother_name", code, min(weights.MOTHER_CAP, bits), True)
    if code == "mother-unclear":
        return _Finding("mother_name", code, weights.MOTHER_PARTIAL, None)
    return _Finding("mother_name", code, weights.MOTHER_DIFFERENT, False)


def _birth_place(a: str, b: str) -> _Finding | None:
    if not a or not b:
        return None
    if a == b:
        return _Finding("birth_place", "birth-place-equal", place_bits(a), True)
    return _Finding("birth_place", "birth-place-different", weights.BIRTH_PLACE_DIFFERENT, False)


def _village(a: str, b: str) -> _Finding | None:
    if not a or not b:
        return None
    if a == b:
        return _Finding("village", "village-equal", weights.VILLAGE_EQUAL, True)
    if a[:8] == b[:8]:
        return _Finding("village", "village-same-district", weights.VILLAGE_SAME_DISTRICT, None)
    return _Finding("village", "village-different", weights.VILLAGE_DIFFERENT, False)


def _phones(a: frozenset[str], b: frozenset[str]) -> _Finding | None:
    if not a or not b:
        return None
    if a & b:
        return _Finding("phone", "phone-equal", weights.PHONE_EQUAL, True)
    return _Finding("phone", "phone-different", weights.PHONE_DIFFERENT, False)


def _sex(a: str, b: str) -> _Finding | None:
    if not a or not b:
        return None
    equal = a == b
    code, weight = ("sex-equal", weights.SEX_EQUAL) if equal else ("sex-different", weights.SEX_DIFFERENT)
    return _Finding("sex", code, weight, equal)


def _agrees(found: dict[str, _Finding], field: str) -> bool:
    return field in found and bool(found[field].agrees)


def _zone(grade: NameGrade, *, score: float, found: dict[str, _Finding]) -> tuple[Zone, str | None]:
    """The zone, and the code of the rule that set it where adding weights did not."""
    numbered = _agrees(found, "nik") or _agrees(found, "passport_no")
    if numbered:
        return (Zone.MATCH if score >= weights.MATCH else Zone.POSSIBLE), None
    if _another_person(grade, found=found) and _one_household(found):
        return Zone.RELATED, "household"
    if score < weights.POSSIBLE:
        return Zone.NONE, None
    if score < weights.MATCH:
        return Zone.POSSIBLE, None
    agreeing = {field for field, finding in found.items() if finding.agrees}
    if not agreeing & _INDEPENDENT:
        return Zone.POSSIBLE, "name-and-date-only"
    nik_differs = "nik" in found and found["nik"].agrees is False
    sure = grade.agrees and not nik_differs and _agrees(found, "birth_date")
    return (Zone.MATCH if sure else Zone.POSSIBLE), None


def _another_person(grade: NameGrade, *, found: dict[str, _Finding]) -> bool:
    """Whether what is the person's own differs: the name, the birth date by half a generation, the NIK."""
    if grade.another_person:
        return True
    if "birth_date" in found and found["birth_date"].code == "birth-date-far":
        return not (grade.agrees and _agrees(found, "mother_name"))
    nik_differs = "nik" in found and found["nik"].agrees is False
    return nik_differs and grade in (NameGrade.TYPING, NameGrade.UNCLEAR)


def _one_household(found: dict[str, _Finding]) -> bool:
    """Whether what families share agrees: mother and one thing more, family card, or phone and village."""
    telling_mother = _agrees(found, "mother_name") and found["mother_name"].weight >= weights.MOTHER_TELLING
    if telling_mother and any(
        _agrees(found, field) for field in ("birth_date", "village", "kk", "phone", "birth_place")
    ):
        return True
    return _agrees(found, "kk") or (_agrees(found, "phone") and _agrees(found, "village"))


def _probability(score: float, *, zone: Zone) -> float:
    low, high = weights.PROBABILITY_LIMITS
    bounded = max(-60.0, min(60.0, score))
    chance = 1.0 / (1.0 + math.exp2(-bounded))
    if zone is Zone.RELATED:
        high = weights.HOUSEHOLD_PROBABILITY
    elif zone is Zone.POSSIBLE:
        low, high = 1.0 / (1.0 + math.exp2(-weights.POSSIBLE)), weights.CAPPED_PROBABILITY
    return round(max(low, min(high, chance)), 4)
