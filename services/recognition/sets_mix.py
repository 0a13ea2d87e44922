"""Which changes come together, how often, and what stays recognisable.

`field` is what happens honestly: 60 % light (0 to 2 changes), 30 % medium (2 or 3), 10 % heavy (4 or 5). `evasive` is
who avoids a check: the NIK is missing or altered, the name strongly respelled, the telephone new, sometimes the birth
date changed. A self query is kept only if enough is left for a careful reader, by `evidence_left`: at least 5 points,
or name (two words or more, changed once at most) and birth date whole (4 points). So a name of one word and a birth
date alone, or a new name without a number, does not occur; a query that misses the bar ten times is written with
light changes, and counted in `change` like the others. What is left at 4 points is the hardest share: a namesake born
the same day could be written the same.
"""

from random import Random

from services.recognition.sets_facts import facts
from services.recognition.sets_naming import NAMING, Change, Draft
from services.recognition.sets_people import People, Person
from services.recognition.sets_places import places
from services.recognition.sets_rows import Kind, Query, Record
from services.recognition.sets_spelling import Spell, Spelling

WEIGHTS: dict[Kind, dict[str, float]] = {
    "field": {
        "renewal": 9, "moved": 6, "new_phone": 8, "phone_missing": 3, "new_passport": 4, "old_spelling": 3,
        "new_spelling": 1, "arabic_family": 5, "spelling_family": 5, "vowel": 3, "doubled": 3, "glide": 4, "sound": 3,
        "initials": 3, "abbreviation": 5, "order": 2, "word_dropped": 4, "word_added": 3, "title_added": 4,
        "degree_added": 3, "patronym": 2, "father_appended": 5, "married_name": 2, "joined": 4, "split": 2,
        "single_doubled": 3, "typo": 6, "ocr": 2, "transposed": 2, "new_given_name": 0.7, "nickname": 1,
        "birth_day_month": 2.5, "birth_year_off": 2, "birth_digit": 3, "birth_first_january": 1.5, "birth_missing": 0.4,
        "nik_missing": 4, "nik_digit": 4, "nik_swapped": 2, "nik_other": 0.2, "mother_missing": 4,
        "mother_part": 3, "mother_respelled": 5, "birth_place_other": 6, "sex_missing": 1,
    },
    "evasive": {
        "moved": 7, "renewal": 3, "new_phone": 14, "phone_missing": 3, "old_spelling": 5, "arabic_family": 5,
        "spelling_family": 3, "vowel": 5, "doubled": 3, "glide": 4, "sound": 7, "initials": 2, "abbreviation": 3,
        "order": 4, "word_dropped": 6, "word_added": 5, "patronym": 3, "father_appended": 4, "married_name": 3,
        "joined": 3, "split": 3, "single_doubled": 2, "typo": 2, "transposed": 1, "new_given_name": 4, "nickname": 5,
        "birth_day_month": 3, "birth_year_off": 3, "birth_years_off": 3, "birth_digit": 3, "birth_first_january": 3,
        "nik_missing": 14, "nik_digit": 7, "nik_swapped": 4, "nik_other": 1.5, "nik_new_card": 3, "mother_missing": 3,
        "mother_part": 3, "mother_other": 1, "mother_respelled": 6, "birth_place_other": 5, "sex_missing": 1,
    },
}  # fmt: skip
LEVELS: dict[Kind, tuple[tuple[float, tuple[int, ...]], ...]] = {
    "field": ((0.6, (0, 0, 1, 1, 1, 2)), (0.9, (2, 3)), (1.0, (4, 4, 5))),
    "evasive": ((0.1, (1, 2)), (0.55, (3, 3, 4)), (1.0, (4, 5, 6))),
}
"""Up to which share of draws, how many changes."""
LIGHT = (0, 0, 1, 1)
NAME_CHANGES: dict[Kind, int] = {"field": 2, "evasive": 3}
"""How many of the changes may be to the name; of every other field, one."""
GROUPS = ("nik", "birth_place", "birth", "mother", "phone", "passport", "sex")
TRIES = 10


def _group(kind: str) -> str:
    if kind in ("moved", "renewal"):
        return "home"
    return next((group for group in GROUPS if kind.removeprefix("new_").startswith(group)), "name")


class Mix:
    """Writes people otherwise, as one kind of set does it."""

    def __init__(self, rng: Random, *, kind: Kind, people: People) -> None:
        self._rng, self._people, self._kind = rng, people, kind
        spelling = Spelling(kind)
        respell = {name: _as_change(spell) for name, spell in spelling.kinds.items()}
        every = {**respell, **NAMING, **facts(spelling)}
        self._weights = WEIGHTS[kind]
        self._changes = {name: every[name] for name in self._weights}
        self._names, self._odds = list(self._weights), list(self._weights.values())

    def changed(self, person: Person, *, light: bool = False) -> Draft:
        """The person written otherwise; `light`: at most one change."""
        rng = self._rng
        if light:
            wanted = rng.choice(LIGHT)
        else:
            luck = rng.random()
            wanted = rng.choice(next(counts for until, counts in LEVELS[self._kind] if luck < until))
        draft, room = Draft(person, []), {"name": NAME_CHANGES[self._kind]}
        for kind in rng.choices(self._names, self._odds, k=40) if wanted else ():
            group = _group(kind)
            if room.get(group, 1) < 1 or kind in draft.touched or (kind == "renewal" and room.get("phone", 1) < 1):
                continue
            if not self._changes[kind](draft, rng, self._people):
                continue
            draft.touched.append(kind)
            room[group] = room.get(group, 1) - 1
            if kind == "renewal":
                room["phone"] = room["passport"] = 0
            if len(draft.touched) == wanted:
                break
        draft.put(**draft.hidden)
        return draft


def _as_change(spell: Spell) -> Change:
    def change(draft: Draft, rng: Random, people: People) -> bool:
        made = spell(draft.person.name, rng)
        return made is not None and draft.put(name=made)

    return change


def evidence_left(record: Record, query: Query, *, person: Person, draft: Draft) -> int:
    """Points that speak for one person, counted from what both rows show and what was really changed.

    NIK equal 3, one slip 2; passport 3; telephone 2; birth date 2, two parts of three 1; name 2 (one word, or changed
    more than once, or a nickname 1; another name 0); mother, village and birth place 1 each.
    """
    points = _number_points(record.nik, query.nik)
    points += 3 * (record.passport_no == query.passport_no != "")
    points += 2 * bool(record.phone and query.phone and person.phone == draft.person.phone)
    points += _date_points(record.birth_date, query.birth_date)
    points += name_points(person, draft)
    points += bool(record.mother_name and query.mother_name and "mother_other" not in draft.touched)
    points += bool(record.village and query.village and person.home == draft.person.home)
    points += bool(record.birth_place and query.birth_place and draft.person.birth_place in _same_places(person))
    return points


def enough_left(record: Record, query: Query, *, person: Person, draft: Draft) -> bool:
    """Whether a careful reader can still tell (see the module)."""
    name = name_points(person, draft)
    dates = _date_points(record.birth_date, query.birth_date)
    number = max(_number_points(record.nik, query.nik), 3 * (record.passport_no == query.passport_no != ""))
    if not name and number < 3:
        return False
    points = evidence_left(record, query, person=person, draft=draft)
    return points >= 5 or (name == 2 and dates == 2)


def name_points(person: Person, draft: Draft) -> int:
    """Two points for a name that is still plainly there, fewer the more is gone."""
    kinds = [kind for kind in draft.touched if _group(kind) == "name"]
    if "new_given_name" in kinds:
        return 0
    return 1 if len(kinds) > 1 or "nickname" in kinds or " " not in person.name else 2


def _number_points(one: str, other: str) -> int:
    if not one or not other:
        return 0
    if one == other:
        return 3
    wrong = [at for at in range(16) if one[at] != other[at]]
    swapped = len(wrong) == 2 and wrong[1] - wrong[0] == 1 and sorted(one) == sorted(other)
    return 2 if len(wrong) == 1 or swapped else 0


def _date_points(one: str, other: str) -> int:
    if not one or not other:
        return 0
    if one == other:
        return 2
    a, b = one.split("-"), other.split("-")
    return int(sum(x == y for x, y in zip(a, b, strict=True)) == 2 or (a[0] == b[0] and a[1:] == b[:0:-1]))


def _same_places(person: Person) -> tuple[str, ...]:
    return (person.birth_place, *places().other_names.get(person.birth_place, ()))
