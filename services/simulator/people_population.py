"""Invented people: single applicants, families, twins, namesakes; the same seed makes the same people.

A person's fields agree with one another (NIK with birth date and sex, KK with the village) as they do on real
documents, and some are missing, as they are on real forms.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from random import Random
from typing import Any

from services.simulator import people_names as names
from services.simulator import people_places as places
from services.simulator.people_numbers import NumberBook
from services.simulator.people_places import Home
from services.simulator.people_variants import vary
from shared_schemas.person import Person

TODAY = date(2026, 11, 24)
"""The day on which ages are reckoned unless another is given."""

_COMMON_BIRTHDAYS = ((1, 1), (12, 31), (7, 1), (8, 17), (6, 10), (5, 5))


class Population:
    """A seeded source of invented people of the three Lampung offices."""

    def __init__(self, seed: int, *, today: date = TODAY) -> None:
        self._rng = Random(seed)
        self._today = today
        self._numbers = NumberBook(self._rng)

    def person(self, office: str | None = None, *, migrant: bool = False) -> Person:
        """An applicant who lives in the area of `office` (any of the three, if none is given).

        Applicants live where people live; would-be migrants where migrants come from: half of them under
        Kalianda.
        """
        rng = self._rng
        home = places.home(rng, office, migrant=migrant)
        sex = "F" if rng.random() < (0.65 if migrant else 0.54) else "M"
        born = self._born(*((18, 45) if migrant else self._ages()))
        return self._resident(home, names.group(rng), sex, born)

    def people(self, n: int) -> list[Person]:
        """`n` applicants who have nothing to do with one another."""
        return [self.person() for _ in range(n)]

    def family(self, n: int) -> list[Person]:
        """A household of `n`, 1 to 12: mother, father (from three on), children; one KK, often one phone."""
        if not 1 <= n <= 12:
            raise ValueError("a household has 1 to 12 members")
        rng = self._rng
        home, group = places.home(rng), names.group(rng)
        mother_born = self._born(38, 60)
        mother = self._resident(home, group, "F", mother_born, phones=(self._numbers.phone(),), partial=False)
        household = [mother]
        if n > 2:
            born = mother_born - timedelta(days=rng.randrange(100, 3000))
            household.append(self._resident(home, group, "M", born, **self._shared(mother)))
        while len(household) < n:
            # Nine months and more between two of them, for as many as a household can have.
            born = mother_born + timedelta(days=365 * 18 + 420 * len(household) + rng.randrange(120))
            sex = rng.choice("FM")
            child = self._resident(home, group, sex, born, mother_name=mother.name, **self._shared(mother))
            household.append(child)
        return household

    def twins(self) -> tuple[Person, Person]:
        """Two of one birth: everything agrees but the name (often one letter) and the NIK's serial."""
        rng = self._rng
        home, group = places.home(rng), names.group(rng)
        phones = (self._numbers.phone(),)
        first = self._resident(home, group, rng.choice("FM"), self._born(17, 45), phones=phones, partial=False)
        return first, self.twin_of(first)

    def twin_of(self, person: Person) -> Person:
        """A twin of the same sex."""
        changes = {"name": names.rhyming(self._rng, person.name)}
        return self._relative(person, person.birth_date, person.sex or "F", changes)

    def sibling_of(self, person: Person) -> Person:
        """A brother or sister, one to nine years older or younger, of the same household."""
        rng = self._rng
        gap = timedelta(days=rng.randrange(400, 3300))
        oldest = self._today - timedelta(days=365 * 15)
        born = person.birth_date + (gap if person.birth_date + gap < oldest and rng.random() < 0.5 else -gap)
        sex = rng.choice("FM")
        changes = {"name": names.sibling(rng, person.name, sex, born=born.year)}
        return self._relative(person, born, sex, changes)

    def namesake_of(self, person: Person) -> Person:
        """Somebody else of the same name and birth date: another mother, village, number, phone."""
        rng = self._rng
        home = places.home(rng)
        while home.village == person.village:
            home = places.home(rng)
        group = names.group(rng)
        mother = names.full_name(rng, group, "F", born=person.birth_date.year - 25)
        while mother == person.mother_name:
            mother = names.full_name(rng, group, "F", born=person.birth_date.year - 25)
        return self._resident(
            home,
            group,
            person.sex or "F",
            person.birth_date,
            name=person.name,
            aliases=(),
            mother_name=mother,
        )

    def variant(self, person: Person, kinds: Iterable[str] | None = None) -> tuple[Person, tuple[str, ...]]:
        """What one who avoids a check changes: the person again, and the kinds of change that took effect.

        Without `kinds` a plausible handful is drawn, and at least one takes effect. With `kinds` exactly
        those are tried; one that has nothing to change (the order of a single name) is left out of the second
        value. An unknown kind is a ValueError. The kinds are `people_variants.KINDS`.
        """
        return vary(self._rng, self._numbers, person, kinds)

    def _ages(self) -> tuple[int, int]:
        draw = self._rng.random()
        return (18, 40) if draw < 0.45 else (35, 62) if draw < 0.90 else (62, 80) if draw < 0.98 else (8, 17)

    def _born(self, youngest: int, oldest: int) -> date:
        rng = self._rng
        born = self._today - timedelta(days=365 * youngest + 20 + rng.randrange(365 * (oldest - youngest + 1)))
        # Who was registered late got a day that is easy to remember.
        if rng.random() < (0.12 if born.year < 1980 else 0.02):
            month, day = _COMMON_BIRTHDAYS[min(int(rng.expovariate(1.0)), len(_COMMON_BIRTHDAYS) - 1)]
            return date(born.year, month, day)
        return born

    def _shared(self, person: Person) -> dict[str, Any]:
        phones = person.phones if self._rng.random() < 0.4 else (self._numbers.phone(),)
        return {"kk": person.kk, "phones": phones, "partial": False}

    def _relative(self, person: Person, born: date, sex: str, changes: dict[str, Any]) -> Person:
        region = person.nik[:6] if person.nik else (person.village or "18.01.01").replace(".", "")[:6]
        nik = self._numbers.nik(region, born, sex)
        phones = person.phones if self._rng.random() < 0.4 else (self._numbers.phone(),)
        own = {
            "aliases": (),
            "birth_date": born,
            "sex": sex,
            "nik": nik,
            "phones": phones,
            "passport_no": None,
        }
        return Person(**{**dict(person), **own, **changes})

    def _resident(self, home: Home, group: str, sex: str, born: date, *, partial: bool = True, **known: Any) -> Person:
        """One who lives in `home`; `known` fields are as given; with `partial` some others stay empty."""
        rng, numbers = self._rng, self._numbers
        age = self._today.year - born.year
        place = places.origin(rng, home, group, age=age)
        fields: dict[str, Any] = {
            "name": known.get("name") or self._named(group, sex, born.year, age),
            "birth_date": born,
            "birth_place": place.birth_place,
            "sex": sex,
            "nik": numbers.nik(place.region, born, sex),
            "mother_name": known.get("mother_name") or names.full_name(rng, group, "F", born=born.year - 25),
            "village": home.village,
        }
        if "kk" not in known:
            fields["kk"] = numbers.kk(home.region, self._today - timedelta(days=rng.randrange(60, 5400)))
        if "phones" not in known:
            count = 1 if rng.random() < 0.93 else rng.choice((0, 0, 2))
            fields["phones"] = tuple(numbers.phone() for _ in range(count))
        if rng.random() < 0.18:
            fields["passport_no"] = numbers.passport()
        if partial:
            for field, missing in (("nik", 0.01), ("kk", 0.15), ("mother_name", 0.06), ("birth_place", 0.02)):
                if rng.random() < missing:
                    fields[field] = None
        return Person(**{**fields, **known})

    def _named(self, group: str, sex: str, year: int, age: int) -> str:
        rng = self._rng
        name = names.full_name(rng, group, sex, born=year)
        if age > 45 and group != "balinese" and rng.random() < 0.06:
            return f"{'Hj.' if sex == 'F' else 'H.'} {name}"
        if age > 24 and rng.random() < 0.02:
            return f"{name}, S.Pd."
        return name
