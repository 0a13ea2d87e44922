"""Who is close to a person without being that person: the hard negatives, and the endless stream of people.

Twins share mother, date, place, village and a neighbouring NIK; siblings and parents share a household; a namesake
shares name and birth date; a NIK neighbour was born the same day in the same sub-district and shares nothing else.
"""

from collections.abc import Iterator
from random import Random

from services.recognition.sets_people import (
    FAMILY_LAST,
    FIRST_YEAR,
    KIN,
    LAST_YEAR,
    RING,
    People,
    Person,
    nik_day,
    twin_name,
)
from services.recognition.sets_places import places
from services.recognition.sets_tables import SLOTS, spread


class Kin:
    """Makes the relatives and look-alikes of a given person."""

    def __init__(self, people: People, rng: Random) -> None:
        self._people, self._rng = people, rng

    def make(self, kind: str, base: Person) -> Person:
        """Somebody who stands to `base` in one of the relations (`stranger`: not at all)."""
        if kind == "twin":
            return self._twin(base)
        if kind == "sibling":
            return self._sibling(base)
        if kind == "parent":
            return self._parent(base) if self._can_have_parent(base) else self._child(base)
        if kind == "namesake":
            other = self._people.someone(base.origin, base.sex, base.birth)
            return other._replace(name=base.name)
        if kind == "nik_neighbour":
            return self._neighbour(base)
        return self._people.person()

    def _twin(self, base: Person) -> Person:
        rng = self._rng
        sex = base.sex if rng.random() < 0.65 else "P" if base.sex == "L" else "L"
        fresh = self._people.someone(base.origin, sex, base.birth)
        alike = sex == base.sex and rng.random() < 0.7
        name = twin_name(base.name, rng) if alike else self._with_family_name(fresh.name, base)
        serial = int(base.nik[12:]) + rng.choice((1, 1, 1, 1, -1, -1, 2))
        return fresh._replace(
            name=name if name != base.name else fresh.name,
            birth_place=base.birth_place,
            mother=base.mother,
            nik=self._people.nik(base.nik[:6], nik_day(base.birth, sex), serial=max(9001, serial)),
            home=base.home if rng.random() < 0.92 else fresh.home,
            spot=base.spot,
            phone=base.phone if rng.random() < 0.3 else fresh.phone,
        )

    def _sibling(self, base: Person) -> Person:
        rng = self._rng
        year = int(base.birth[:4]) + rng.choice((-9, -7, -5, -4, -3, -2, 2, 3, 4, 5, 6, 8))
        year = min(max(year, FIRST_YEAR), LAST_YEAR)
        fresh = self._people.someone(base.origin, rng.choice("LP"), self._people.birth(year))
        return self._housemate(fresh, base)._replace(
            name=self._with_family_name(fresh.name, base), mother=base.mother, birth_place=base.birth_place
        )

    def _can_have_parent(self, base: Person) -> bool:
        born = int(base.birth[:4])
        return born >= 1960 and (born > 2006 or self._rng.random() < 0.5)

    def _parent(self, base: Person) -> Person:
        rng = self._rng
        birth = self._people.birth(max(FIRST_YEAR, int(base.birth[:4]) - 18 - int(rng.random() * 20)))
        sex = "P" if rng.random() < 0.6 else "L"
        fresh = self._housemate(self._people.someone(base.origin, sex, birth), base)
        return fresh._replace(name=base.mother if sex == "P" else self._with_family_name(fresh.name, base))

    def _child(self, base: Person) -> Person:
        rng = self._rng
        year = min(LAST_YEAR, int(base.birth[:4]) + 18 + int(rng.random() * 20))
        fresh = self._people.someone(base.origin, rng.choice("LP"), self._people.birth(year))
        fresh = self._housemate(fresh, base)
        name, mother = self._with_family_name(fresh.name, base), base.name if base.sex == "P" else fresh.mother
        if rng.random() < 0.35 and " " not in base.name and base.name not in name.split():
            name = f"{name} {base.name}"
        return fresh._replace(name=name, mother=mother)

    def _neighbour(self, base: Person) -> Person:
        fresh = self._people.someone(self._people.person().origin, base.sex, base.birth)
        serial = int(base.nik[12:]) + self._rng.choice((1, 1, 2, 3, 5))
        near = places().near.get(base.nik[:6])
        return fresh._replace(
            nik=self._people.nik(base.nik[:6], base.nik[6:12], serial=serial),
            home=self._rng.choice(near) if near and self._rng.random() < 0.6 else fresh.home,
            birth_place=base.birth_place if self._rng.random() < 0.6 else fresh.birth_place,
        )

    def _housemate(self, fresh: Person, base: Person) -> Person:
        rng = self._rng
        together = rng.random() < 0.7
        same_region = rng.random() < 0.8
        return fresh._replace(
            home=base.home if together else fresh.home,
            spot=base.spot if together else fresh.spot,
            phone=base.phone if together and rng.random() < 0.35 else fresh.phone,
            nik=self._people.nik(base.nik[:6], fresh.nik[6:12]) if same_region else fresh.nik,
        )

    def _with_family_name(self, name: str, base: Person) -> str:
        """The name with the base's last part: always where there are family names, else now and then."""
        last = base.name.split()[-1]
        if " " not in base.name or (base.origin not in FAMILY_LAST and self._rng.random() < 0.7):
            return name
        made = " ".join([*name.split()[:-1], last]) if " " in name else f"{name} {last}"
        return made if made != base.name else name


def stream(people: People, rng: Random, *, persons: int) -> Iterator[tuple[Person, str, int]]:
    """People, each with the relation to an earlier one and that one's position (-1: a stranger to all)."""
    kin = Kin(people, rng)
    kinds = spread(list(KIN), list(KIN.values()))
    ring: list[tuple[Person, int]] = []
    for position in range(persons):
        kind = kinds[int(rng.random() * SLOTS)] if ring else "stranger"
        if kind == "stranger":
            person, earlier = people.person(), -1
        else:
            base, earlier = ring[int(rng.random() * len(ring))]
            person = kin.make(kind, base)
        yield person, kind, earlier
        if len(ring) < RING:
            ring.append((person, position))
        else:
            ring[position % RING] = (person, position)
