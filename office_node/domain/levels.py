"""What agrees and what differs between two profiles, as level codes such as `name:respelled:rare`; no value of anybody.

A field that one side lacks has no level. *Terms* say what single fields cannot: independent fields of twins, brothers
and sisters agree together, so that adding them up would call two people one.
"""

from datetime import date

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from office_node.domain.namecompare import NameAgreement, NameGrade, compare_names
from office_node.domain.names import Name
from office_node.domain.nik import parse_nik
from office_node.domain.profile import Profile
from office_node.domain.tables import frequencies
from office_node.domain.values import birth_date_bits, place_bits

_GRADES = {grade: rank for rank, grade in enumerate(NameGrade)}
_RARE_NAME = 14.0
_COMMON_NAME = 7.0
_NEAR_SERIALS = 3
"""Twins and others registered together get serials that follow one another."""
_NEAR_YEARS = 2
_FAR_YEARS = 15
_RARE_PLACE = 6.0
_CLOSE, _NEAR, _LOOSE = 0.88, 0.75, 0.6
_ADDRESS_EQUAL, _ADDRESS_CLOSE, _ADDRESS_PARTLY = 95.0, 80.0, 55.0
_ADDRESS_WORDS = 3


def levels(a: Profile, b: Profile) -> tuple[str, ...]:
    """The levels of all fields that both have, then the terms; the same from both sides."""
    found = [
        _name(a, b),
        _birth_date(a.birth_date, b.birth_date),
        _nik(a.nik, b.nik),
        _number(a.number, b.number),
        _equal("passport_no", a.passport, b.passport),
        _mother(a.mother, b.mother),
        _place(a.place, b.place),
        _area(a, b),
        _address(a.address, b.address),
        _phone(a.phones, b.phones),
        _equal("kk", a.kk, b.kk),
        _equal("sex", a.sex, b.sex),
    ]
    present = [level for level in found if level]
    return (*present, *terms(present))


def _equal(field: str, a: str, b: str) -> str:
    if not a or not b:
        return ""
    return f"{field}:equal" if a == b else f"{field}:different"


def _name(a: Profile, b: Profile) -> str:
    if not a.names or not b.names:
        return ""
    if len(a.names) == len(b.names) == 1:
        best = compare_names(a.names[0], b.names[0])
    else:
        every = [compare_names(one, other) for one in a.names for other in b.names]
        best = min(every, key=lambda agreement: (_GRADES[agreement.grade], -agreement.bits))
    return f"name:{best.grade}{_rarity(best) or _likeness(a.names[0], b.names[0])}"


def _rarity(agreement: NameAgreement) -> str:
    """How rare what agrees is: it says more that two are called Sutrasno Wibisana than that two are called Siti."""
    if not (agreement.grade.agrees or agreement.grade is NameGrade.TYPING):
        return ""
    if agreement.bits >= _RARE_NAME:
        return ":rare"
    return ":usual" if agreement.bits >= _COMMON_NAME else ":common"


def _mother(a: Name | None, b: Name | None) -> str:
    if a is None or b is None:
        return ""
    found = compare_names(a, b)
    return f"mother_name:{found.grade}{_rarity(found) or _likeness(a, b)}"


def _likeness(a: Name, b: Name) -> str:
    """How near two names are in letters that no rule of spelling makes one: a slip of the pen, or another name."""
    near = max(_near(a.joined, b.joined), _near(_sorted(a), _sorted(b)))
    if near >= _CLOSE:
        return ":close"
    return ":near" if near >= _NEAR else ":loose" if near >= _LOOSE else ":far"


def _near(a: str, b: str) -> float:
    return OSA.normalized_similarity(a, b, score_cutoff=_LOOSE)


def _sorted(name: Name) -> str:
    return "".join(sorted([token.skeleton for token in name.tokens]))


def _birth_date(a: date | None, b: date | None) -> str:
    if a is None or b is None:
        return ""
    if a == b:
        return "birth_date:equal" if birth_date_bits(a) == frequencies.BIRTH_DATE_BITS else "birth_date:common"
    same = (a.year == b.year, a.month == b.month, a.day == b.day)
    if same[0] and (a.month, a.day) == (b.day, b.month):
        return "birth_date:swapped"
    years = abs(a.year - b.year)
    if sum(same) == 2:
        if same[0]:
            return "birth_date:one-part"
        return "birth_date:near-year" if years <= _NEAR_YEARS or years % 10 == 0 else "birth_date:other-year"
    if same[0]:
        return "birth_date:year-only"
    return "birth_date:far" if years >= _FAR_YEARS else "birth_date:different"


def _nik(a: str, b: str) -> str:
    if not a or not b:
        return ""
    if a == b:
        return "nik:equal"
    one, other = parse_nik(a), parse_nik(b)
    born = one.date_digits == other.date_digits
    if born and one.region == other.region:
        if abs(int(one.serial) - int(other.serial)) <= _NEAR_SERIALS:
            return "nik:near-serial"
        return "nik:serial-typo" if _mistyped(one.serial, other.serial) else "nik:other-serial"
    if one.serial == other.serial and _mistyped(a, b):
        return "nik:typo"
    if born and one.serial == other.serial:
        return "nik:other-region"
    if one.serial == other.serial and one.region == other.region:
        return "nik:other-date"
    return "nik:date-only" if born else "nik:different"


def _number(a: str, b: str) -> str:
    if not a or not b or a == b:
        return _equal("number", a, b)
    return "number:typo" if OSA.distance(a, b, score_cutoff=1) == 1 else "number:different"


def _mistyped(a: str, b: str) -> bool:
    """Whether one digit was typed wrong, or two neighbours were exchanged."""
    apart = [i for i, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
    if len(apart) == 1:
        return True
    return len(apart) == 2 and apart[1] == apart[0] + 1 and a[apart[0]] == b[apart[1]] and a[apart[1]] == b[apart[0]]


def _place(a: str, b: str) -> str:
    if not a or not b:
        return ""
    if a != b:
        return "birth_place:different"
    return "birth_place:equal" if place_bits(a) >= _RARE_PLACE else "birth_place:common"


def _area(a: Profile, b: Profile) -> str:
    """The smallest area that both name: village, sub-district, regency."""
    ours, theirs = a.area, b.area
    if ours.village and ours.village == theirs.village:
        return "village:equal"
    if ours.village[:1] == theirs.village[:1] == "~" and _near(ours.village, theirs.village) >= _NEAR:
        return "village:near"
    if ours.district and ours.district == theirs.district:
        return "village:different-in-district" if ours.village and theirs.village else "village:district"
    if ours.regency and ours.regency == theirs.regency:
        return "village:regency"
    compared = (ours.regency and theirs.regency) or (ours.village and theirs.village)
    return "village:different" if compared else ""


def _address(a: tuple[str, ...], b: tuple[str, ...]) -> str:
    """How much of the shorter address stands in the other one, slips of the pen allowed."""
    if not a or not b:
        return ""
    alike = fuzz.token_set_ratio(a, b, processor=" ".join)
    shared = len(set(a) & set(b))
    if alike >= _ADDRESS_EQUAL and shared >= _ADDRESS_WORDS:
        return "address:equal"
    if alike >= _ADDRESS_CLOSE and shared > 1:
        return "address:mostly"
    return "address:partly" if alike >= _ADDRESS_PARTLY else "address:different"


def _phone(a: frozenset[str], b: frozenset[str]) -> str:
    if not a or not b:
        return ""
    return "phone:equal" if a & b else "phone:different"


_NAME_AGREES = frozenset({NameGrade.SAME, NameGrade.RESPELLED, NameGrade.EXTENDED, NameGrade.TYPING})
_ANOTHER = frozenset({NameGrade.PARTIAL, NameGrade.OTHER_GIVEN, NameGrade.DIFFERENT})
_BORN = frozenset({"equal", "common", "swapped"})
_FAMILY = ("mother_name", "kk")
_NUMBERS = ("nik", "number", "passport_no")


def terms(present: list[str]) -> list[str]:
    """Codes of what holds between fields, from their levels alone."""
    by_field = {field: rest for field, _, rest in (level.partition(":") for level in present)}
    name = by_field.get("name", "").partition(":")[0]
    mother = by_field.get("mother_name", "").partition(":")[0]
    named, another = name in _NAME_AGREES, name in _ANOTHER
    mothered, born = mother in _NAME_AGREES, by_field.get("birth_date") in _BORN
    numbered = any(by_field.get(field) == "equal" for field in _NUMBERS)
    found = []
    if mothered and not named and name:
        found.append("term:mother-only" if another else "term:mother-unclear-name")
        if born:
            found.append("term:twins" if another else "term:twins-unclear")
    if by_field.get("nik") == "near-serial" and not named:
        found.append("term:registered-together")
    if named and born and mother and not mothered:
        found.append("term:namesake" if mother in _ANOTHER else "term:mother-unclear")
    if numbered and another:
        found.append("term:number-other-name")
    if by_field.get("phone") == "equal" and another:
        found.append("term:shared-phone")
    if by_field.get("nik", "equal") not in ("equal", "typo") and named and born:
        found.append("term:other-nik")
    supports = sum(_supports(field, rest, mothered=mothered) for field, rest in by_field.items())
    both = "name-and-date" if named and born else "name" if named else "date" if born else "nothing"
    found.append(f"term:beside-{both}-{min(supports, 3)}")
    return found


def _supports(field: str, rest: str, *, mothered: bool) -> bool:
    """Whether a field other than name, date and sex says *the same*."""
    if field in ("name", "birth_date", "birth_place", "sex"):
        return False
    if field == "mother_name":
        return mothered
    return rest.partition(":")[0] in ("equal", "mostly", "near", "typo")
