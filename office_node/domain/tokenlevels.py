"""What agreeing tokens say of each field, as level codes; tokens show agreement only, no rarity and no near miss.

The region of a NIK has no level: it is never evidence by itself.
"""

from collections.abc import Set as AbstractSet

_BIRTH_DATE_INDEX = frozenset({"nik/1", "nik-region-date/1", "name-dob/1", "mother-dob/1", "dob-place/1"})
_BIRTH_YEAR_INDEX = frozenset({"name-year/1", "name-mother-year/1"})
_FULL_NAME_INDEX = frozenset({"name-mother/1", "name-mother-year/1", "name-village/1", "name-year/1"})
_FULL_MOTHER_INDEX = frozenset({"name-mother/1", "name-mother-year/1", "mother-village/1"})
_VILLAGE_INDEX = frozenset({"name-village/1", "mother-village/1"})

Kinds = AbstractSet[str]


def token_levels(index: Kinds, agreeing: Kinds, compared: Kinds) -> tuple[str, ...]:
    """The levels of agreeing index kinds, agreeing field kinds, and the field kinds that both sides have."""
    name, mother = _name(index, agreeing, compared), _mother(index, agreeing, compared)
    found = (
        _birth(index, agreeing, compared),
        name,
        "exact:equal" if "name-exact/1" in agreeing else "",
        mother,
        _nik(index, agreeing, compared),
        "passport_no:equal" if "passport/1" in index or "passport-field/1" in agreeing else "",
        _phone(index, agreeing, compared),
        _village(index, agreeing, compared),
        _place(index, agreeing, compared),
        _sex(agreeing, compared),
        "term:family" if mother.endswith((":full", ":token")) and name == "name:different" else "",
    )
    return tuple(level for level in found if level)


def _birth(index: Kinds, agreeing: Kinds, compared: Kinds) -> str:
    if index & _BIRTH_DATE_INDEX or agreeing & {"birth-date/1", "nik-date/1"}:
        return "birth_date:equal"
    if "birth-month-day/1" in agreeing:
        return "birth_date:month-day"
    if "birth-year/1" in agreeing or index & _BIRTH_YEAR_INDEX:
        return "birth_date:year-only"
    return "birth_date:different" if "birth-date/1" in compared else ""


def _name(index: Kinds, agreeing: Kinds, compared: Kinds) -> str:
    if "name-full/1" in agreeing or index & _FULL_NAME_INDEX:
        return "name:full"
    if "name-first/1" in agreeing:
        partly = "name-full/1" in compared and "name-initials/1" not in agreeing
        return "name:first-only" if partly else "name:first"
    if "name-token/1" in agreeing or "name-dob/1" in index:
        return "name:reordered" if "name-initials/1" in agreeing else "name:token"
    return "name:different" if "name-first/1" in compared else ""


def _mother(index: Kinds, agreeing: Kinds, compared: Kinds) -> str:
    if "mother-full/1" in agreeing or index & _FULL_MOTHER_INDEX:
        return "mother_name:full"
    if "mother-token/1" in agreeing or "mother-dob/1" in index:
        return "mother_name:token"
    return "mother_name:different" if "mother-full/1" in compared else ""


def _nik(index: Kinds, agreeing: Kinds, compared: Kinds) -> str:
    if "nik/1" in index:
        return "nik:equal"
    if "nik-serial/1" not in compared:
        return ""
    return "nik:serial" if "nik-serial/1" in agreeing else "nik:different"


def _phone(index: Kinds, agreeing: Kinds, compared: Kinds) -> str:
    if "phone/1" in index or "phone-field/1" in agreeing:
        return "phone:equal"
    return "phone:different" if "phone-field/1" in compared else ""


def _village(index: Kinds, agreeing: Kinds, compared: Kinds) -> str:
    if "village/1" in agreeing or index & _VILLAGE_INDEX:
        return "village:equal"
    if "district/1" in agreeing:
        return "village:district"
    return "village:different" if "village/1" in compared else ""


def _place(index: Kinds, agreeing: Kinds, compared: Kinds) -> str:
    if "birth-place/1" in agreeing or "dob-place/1" in index:
        return "birth_place:equal"
    return "birth_place:different" if "birth-place/1" in compared else ""


def _sex(agreeing: Kinds, compared: Kinds) -> str:
    if "sex/1" not in compared:
        return ""
    return "sex:equal" if "sex/1" in agreeing else "sex:different"
