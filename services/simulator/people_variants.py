"""What somebody who avoids a check changes on a form: other fields here, the name in `people_respelling`.

Each kind is one change; it takes effect or has nothing to change, and never gives back the same person.
"""

from collections.abc import Callable, Iterable
from datetime import date
from random import Random
from typing import Any, Final

from services.simulator import people_places as places
from services.simulator.people_numbers import NumberBook, mistyped
from services.simulator.people_respelling import NAME_CHANGES, RESPELLINGS
from shared_schemas.person import Person

Change = Callable[[Random, NumberBook, Person], dict[str, Any] | None]
"""The fields that change, or None if there is nothing to change."""


def _name_change(change: Callable[[Random, str, str], str | None]) -> Change:
    def changed(rng: Random, _numbers: NumberBook, person: Person) -> dict[str, Any] | None:
        name = change(rng, person.name, person.sex or "F")
        return None if name is None or name == person.name else {"name": name}

    return changed


def _day_month(_rng: Random, _numbers: NumberBook, person: Person) -> dict[str, Any] | None:
    born = person.birth_date
    if born.day > 12 or born.day == born.month:
        return None
    return {"birth_date": date(born.year, born.day, born.month)}


def _phone(_rng: Random, numbers: NumberBook, person: Person) -> dict[str, Any] | None:
    fresh = numbers.phone()
    return {"phones": (fresh,)} if (fresh,) != person.phones else None


def _nik_typo(rng: Random, _numbers: NumberBook, person: Person) -> dict[str, Any] | None:
    return {"nik": mistyped(rng, person.nik)} if person.nik else None


def _nik_omitted(_rng: Random, _numbers: NumberBook, person: Person) -> dict[str, Any] | None:
    return {"nik": None} if person.nik else None


def _mother_respelled(rng: Random, _numbers: NumberBook, person: Person) -> dict[str, Any] | None:
    for kind in rng.sample(RESPELLINGS, len(RESPELLINGS)):
        mother = NAME_CHANGES[kind](rng, person.mother_name, "F") if person.mother_name else None
        if mother and mother != person.mother_name:
            return {"mother_name": mother}
    return None


def _village_moved(rng: Random, _numbers: NumberBook, person: Person) -> dict[str, Any] | None:
    return {"village": places.moved(rng, person.village)}


CHANGES: Final[dict[str, Change]] = {
    **{kind: _name_change(change) for kind, change in NAME_CHANGES.items()},
    "day_month": _day_month,
    "phone": _phone,
    "nik_typo": _nik_typo,
    "nik_omitted": _nik_omitted,
    "mother_respelled": _mother_respelled,
    "village_moved": _village_moved,
}
NAME_KINDS: Final[tuple[str, ...]] = tuple(NAME_CHANGES)
KINDS: Final[tuple[str, ...]] = tuple(CHANGES)
"""Every kind of change, the names of `Population.variant`."""

_AVOIDERS: Final[tuple[tuple[str, float], ...]] = (
    ("phone", 0.6), ("nik_omitted", 0.1), ("nik_typo", 0.08), ("day_month", 0.08),
    ("mother_respelled", 0.2), ("village_moved", 0.12),
)  # fmt: skip


def _plausible(rng: Random) -> list[str]:
    """The name nearly always, a phone often, the NIK seldom."""
    draw = rng.random()
    count = 0 if draw < 0.15 else 1 if draw < 0.8 else 2
    return rng.sample(NAME_KINDS, count) + [kind for kind, share in _AVOIDERS if rng.random() < share]


def vary(
    rng: Random, numbers: NumberBook, person: Person, kinds: Iterable[str] | None = None
) -> tuple[Person, tuple[str, ...]]:
    """The person with the changes made, and the kinds that took effect; see `Population.variant`."""
    asked = _plausible(rng) if kinds is None else list(kinds)
    if unknown := set(asked) - set(KINDS):
        raise ValueError(f"no such kind of change: {', '.join(sorted(unknown))}")
    changed, done = person, []
    for kind in asked:
        fields = CHANGES[kind](rng, numbers, changed)
        if fields is not None:
            changed = Person(**{**dict(changed), **fields})
            done.append(kind)
    # Two changes of one name can undo each other (split, then joined).
    if kinds is None and changed == person:
        return vary(rng, numbers, person, None)
    return changed, tuple(done) if changed != person else ()
