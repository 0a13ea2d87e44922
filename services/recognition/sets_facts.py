"""Everything but the name stated otherwise: birth date and place, NIK, telephone, mother, home, sex.

Each change takes a draft of the person, alters one field and says whether it could. Missing means empty.
"""

from collections.abc import Callable
from datetime import date
from random import Random

from services.recognition.sets_naming import Change, Draft
from services.recognition.sets_people import FIRST_YEAR, TODAY, People, new_phone
from services.recognition.sets_places import places
from services.recognition.sets_spelling import Spelling

MOTHER_SPELLINGS = ("vowel", "doubled", "glide", "sound", "old_spelling", "arabic_family", "spelling_family", "typo")


def _moved(draft: Draft, rng: Random, people: People) -> bool:
    return draft.put(home=people.home(), spot=int(rng.random() * (1 << 30)))


def _new_phone(draft: Draft, rng: Random, people: People) -> bool:
    return draft.put(phone=new_phone(rng))


def _new_passport(draft: Draft, rng: Random, people: People) -> bool:
    return bool(draft.person.passport) and draft.put(passport=f"Z{rng.randrange(10_000_000):07d}")


def _renewal(draft: Draft, rng: Random, people: People) -> bool:
    """What years bring: another village, another telephone, a new passport."""
    _new_passport(draft, rng, people)
    return _moved(draft, rng, people) and _new_phone(draft, rng, people)


def _birth(parts: Callable[[str, Random], tuple[int, int, int]]) -> Change:
    def change(draft: Draft, rng: Random, people: People) -> bool:
        year, month, day = parts(draft.person.birth, rng)
        try:
            said = date(year, month, day)
        except ValueError:
            return False
        return said <= TODAY and year >= FIRST_YEAR - 10 and draft.put(birth=said.isoformat())

    return change


def _parts(birth: str) -> tuple[int, int, int]:
    return int(birth[:4]), int(birth[5:7]), int(birth[8:])


def _day_month(birth: str, rng: Random) -> tuple[int, int, int]:
    year, month, day = _parts(birth)
    return year, day, month


def _year_off(birth: str, rng: Random) -> tuple[int, int, int]:
    year, month, day = _parts(birth)
    return year + rng.choice((-1, 1)), month, day


def _years_off(birth: str, rng: Random) -> tuple[int, int, int]:
    year, month, day = _parts(birth)
    return year + rng.choice((-5, -4, -3, -2, 2, 3)), month, day


def _first_january(birth: str, rng: Random) -> tuple[int, int, int]:
    return int(birth[:4]), 1, 1


def _one_digit(birth: str, rng: Random) -> tuple[int, int, int]:
    at = rng.choice((3, 6, 8, 9))
    typed = birth[:at] + rng.choice("0123456789") + birth[at + 1 :]
    return _parts(typed)


def _nik_digit(draft: Draft, rng: Random, people: People) -> bool:
    nik, at = draft.person.nik, rng.randrange(16)
    return bool(nik) and draft.put(nik=nik[:at] + rng.choice("0123456789") + nik[at + 1 :])


def _nik_swapped(draft: Draft, rng: Random, people: People) -> bool:
    nik, at = draft.person.nik, rng.randrange(15)
    return bool(nik) and draft.put(nik=nik[:at] + nik[at + 1] + nik[at] + nik[at + 2 :])


def _nik_other(draft: Draft, rng: Random, people: People) -> bool:
    """The number of somebody else, who is in nobody's list."""
    return draft.put(nik=people.someone(draft.person.origin, draft.person.sex, draft.person.birth).nik)


def _nik_of_said_date(draft: Draft, rng: Random, people: People) -> bool:
    """Another card, whose number fits another date in the same sub-district."""
    nik = draft.person.nik
    return bool(nik) and draft.put(
        nik=people.nik(nik[:6], f"{int(nik[6:8]) // 40 * 40 + rng.randint(1, 28):02d}{nik[8:12]}")
    )


def _emptied(field: str) -> Change:
    def change(draft: Draft, rng: Random, people: People) -> bool:
        draft.hidden[field] = ""  # only at the end: other changes need to know
        return True

    return change


def _mother_part(draft: Draft, rng: Random, people: People) -> bool:
    tokens = draft.person.mother.split()
    return len(tokens) > 1 and draft.put(mother=rng.choice(tokens))


def _mother_other(draft: Draft, rng: Random, people: People) -> bool:
    """A stepmother or an aunt is named."""
    return draft.put(mother=people.name(draft.person.origin, "P", old=True))


def _mother_respelled(spelling: Spelling) -> Change:
    def change(draft: Draft, rng: Random, people: People) -> bool:
        made = spelling.kinds[rng.choice(MOTHER_SPELLINGS)](draft.person.mother, rng)
        return bool(made) and draft.put(mother=str(made))

    return change


def _birth_place(draft: Draft, rng: Random, people: People) -> bool:
    """The same place by its other name, or the village or sub-district of the home instead of the regency."""
    known = places().other_names.get(draft.person.birth_place, ())
    if known and rng.random() < 0.75:
        return draft.put(birth_place=rng.choice(known))
    village, district, _ = places().villages[draft.person.home].writings[2]
    return draft.put(birth_place=rng.choice((village, district)))


def facts(spelling: Spelling) -> dict[str, Change]:
    """The changes by name of their kind."""
    return {
        "moved": _moved,
        "new_phone": _new_phone,
        "phone_missing": _emptied("phone"),
        "new_passport": _new_passport,
        "renewal": _renewal,
        "birth_day_month": _birth(_day_month),
        "birth_year_off": _birth(_year_off),
        "birth_years_off": _birth(_years_off),
        "birth_digit": _birth(_one_digit),
        "birth_first_january": _birth(_first_january),
        "birth_missing": _emptied("birth"),
        "nik_missing": _emptied("nik"),
        "nik_digit": _nik_digit,
        "nik_swapped": _nik_swapped,
        "nik_other": _nik_other,
        "nik_new_card": _nik_of_said_date,
        "mother_missing": _emptied("mother"),
        "mother_part": _mother_part,
        "mother_other": _mother_other,
        "mother_respelled": _mother_respelled(spelling),
        "birth_place_other": _birth_place,
        "sex_missing": _emptied("sex"),
    }
