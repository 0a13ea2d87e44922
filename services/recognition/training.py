"""Pairs to learn from: invented people of the simulator, each asked about again with changes, among hard negatives.

These people share no code with the node's recognition, and none with the sets that it is measured on.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any, NamedTuple

from office_node.domain.record import Record, record_of
from services.simulator.people import Population
from services.simulator.people_numbers import mistyped
from shared_schemas.person import Person

_KEPT = {
    "nik": 0.9, "kk": 0.4, "birth_place": 0.93, "mother_name": 0.85, "sex": 0.97, "village": 0.9, "phones": 0.75,
    "passport_no": 0.9, "address": 0.5,
}  # fmt: skip
"""How often a register has a field; a query lacks it as often again."""
_VILLAGE_MOVES, _REGENCY_ONLY = 0.2, 0.1
_OTHER_PLACE, _OTHER_MOTHER, _OTHER_NIK, _OTHER_SEX = 0.05, 0.02, 0.06, 0.005
_HEAVY = 0.3
_STREETS = (
    "Merdeka",
    "Diponegoro",
    "Kartini",
    "Ahmad Yani",
    "Pramuka",
    "Imam Bonjol",
    "Teuku Umar",
    "Hasanudin",
    "Raden Intan",
    "Soekarno Hatta",
    "Pattimura",
    "Sudirman",
    "Mawar",
    "Melati",
    "Cempaka",
    "Kenanga",
    "Flamboyan",
    "Rajawali",
    "Garuda",
    "Cendrawasih",
    "Way Semangka",
    "Way Sekampung",
    "Tirtayasa",
    "Pahlawan",
    "Veteran",
    "Sultan Agung",
)
_SYLLABLES = (
    "ba",
    "bung",
    "ci",
    "da",
    "gar",
    "ja",
    "jaya",
    "ka",
    "ku",
    "lam",
    "lang",
    "ma",
    "mas",
    "nga",
    "pa",
    "ra",
    "sa",
    "sari",
    "si",
    "su",
    "ta",
    "tan",
    "ti",
    "tu",
    "wa",
    "war",
    "ya",
)
_HAMLETS = (
    "Sukamaju",
    "Sidodadi",
    "Mekarsari",
    "Sumberejo",
    "Margodadi",
    "Karangsari",
    "Tanjung Baru",
    "Sinar Banten",
    "Umbul Kadu",
    "Way Lunik",
    "Purwodadi",
    "Sukajaya",
    "Banjarsari",
    "Rawa Selapan",
    "I",
    "II",
    "III",
    "IV",
)


class Query(NamedTuple):
    """A record that is asked about, and the number of the register's row of the same person, if there is one."""

    record: Record
    row: int | None
    relation: str


class TrainingSet(NamedTuple):
    """A register and what is asked of it."""

    register: list[Record]
    queries: list[Query]


def make(seed: int, *, persons: int) -> TrainingSet:
    """About `persons` rows, and as many queries as a third of them; the same seed makes the same."""
    rng, population = Random(seed), Population(seed)
    people = list(_people(population, rng, persons))
    register = [_partial(rng, record_of(person)) for person in people]
    queries = [query for row, person in enumerate(people) for query in _queries(rng, population, person, row=row)]
    if seed % 4 == 0:
        register = [_foreign(rng, record) for record in register]
        queries = [query._replace(record=_foreign(rng, query.record)) for query in queries]
    return TrainingSet(register, queries)


def stream(seed: int, *, persons: int) -> Iterator[tuple[int, Record, Callable[[], Query]]]:
    """The rows of a register of any size, one by one, each with a maker of a query about the same person."""
    rng, population = Random(seed), Population(seed)
    for row, person in enumerate(_people(population, rng, persons)):

        def again(person: Person = person, row: int = row) -> Query:
            return Query(_partial(rng, _changed(rng, population, person)), row, "self")

        yield row, _partial(rng, record_of(person)), again


def _foreign(rng: Random, record: Record) -> Record:
    """As an old register or another country's has it: a number that is no NIK, villages by name, mistyped at times."""
    changes: dict[str, Any] = {}
    if record.nik:
        number = f"{int(record.nik) * 7919 % 10**9:09d}"
        changes["nik"] = mistyped(rng, number) if rng.random() < 0.06 else number
    if record.village:
        village = names_of_villages()[record.village]
        at = rng.randrange(1, len(village))
        changes["village"] = village[:at] + village[at + 1 :] if rng.random() < 0.15 else village
        changes["district"] = record.village[:8]
    return replace(record, **changes)


@cache
def names_of_villages() -> dict[str, str]:
    """Code to name, of the villages of Lampung."""
    text = files("office_node.domain.tables").joinpath("wilayah_18.csv").read_text(encoding="utf-8")
    return {code: name for code, _, name in (line.partition(",") for line in text.splitlines()[1:])}


def _people(population: Population, rng: Random, persons: int) -> Iterator[Person]:
    made = 0
    while made < persons:
        draw = rng.random()
        if draw < 0.06:
            group = list(population.twins())
        elif draw < 0.25:
            group = population.family(rng.randrange(2, 6))
        else:
            group = [population.person()]
            if rng.random() < 0.06:
                group.append(population.namesake_of(group[0]))
            if rng.random() < 0.06:
                group.append(population.sibling_of(group[0]))
        yield from group
        made += len(group)


def _queries(rng: Random, population: Population, person: Person, *, row: int) -> Iterator[Query]:
    if rng.random() < 0.2:
        yield Query(_partial(rng, _changed(rng, population, person)), row, "self")
    if rng.random() < 0.03:
        yield Query(_partial(rng, _changed(rng, population, population.twin_of(person))), None, "twin")
    if rng.random() < 0.03:
        yield Query(_partial(rng, _changed(rng, population, population.sibling_of(person))), None, "sibling")
    if rng.random() < 0.03:
        yield Query(_partial(rng, _changed(rng, population, population.namesake_of(person))), None, "namesake")
    if rng.random() < 0.06:
        yield Query(_partial(rng, record_of(population.person())), None, "stranger")


def _changed(rng: Random, population: Population, person: Person) -> Record:
    """The person as she comes again: seldom as she was, mostly with a change or two, sometimes with many."""
    draw = rng.random()
    if draw > 0.15:
        person, _ = population.variant(person)
    if draw > 1 - _HEAVY:
        person, _ = population.variant(person)
    record = record_of(person)
    if rng.random() < 0.05:
        record = replace(record, birth_date=_other_date(rng, person.birth_date))
    if rng.random() < 0.04:
        record = replace(record, name=population.person().name)
    if rng.random() < _VILLAGE_MOVES:
        record = replace(record, village=population.person().village or "", kk="")
    if rng.random() < _OTHER_PLACE:
        record = replace(record, birth_place=population.person().birth_place or "")
    if rng.random() < _OTHER_MOTHER:
        record = replace(record, mother_name=population.person().mother_name or "")
    if rng.random() < _OTHER_NIK:
        record = replace(record, nik=population.person().nik or "")
    if rng.random() < _OTHER_SEX and record.sex:
        record = replace(record, sex="M" if record.sex == "F" else "F")
    return record


def _other_date(rng: Random, born: date) -> date:
    """A year off, a digit mistyped, or the day that clerks write when they do not know."""
    draw = rng.random()
    if draw < 0.4:
        year = born.year + rng.choice((-1, 1, -10, 10, -2, 2))
        return date(year, born.month, min(born.day, 28))
    if draw < 0.8:
        return born + timedelta(days=rng.choice((-1, 1, -10, 10, -3, 3)))
    return date(born.year, 1, 1)


def _street(rng: Random) -> str:
    """One of the streets that every town has, or, mostly, one of its own."""
    if rng.random() < 0.3:
        return rng.choice(_STREETS)
    first = "".join(rng.choice(_SYLLABLES) for _ in range(rng.choice((2, 2, 3))))
    return rng.choice((f"{first.title()}", f"Way {first.title()}", f"Raden {first.title()}"))


def _housed(rng: Random, record: Record, *, moved: bool) -> Record:
    """With an address: the same for the same family card and village, written as every clerk writes it."""
    home = Random(record.kk + record.village if not moved else rng.random())
    street, number = _street(home), home.randrange(1, 180)
    rt, rw, hamlet = home.randrange(1, 12), home.randrange(1, 6), home.choice(_HAMLETS)
    parts = [f"{rng.choice(('Jl.', 'Jln', 'Jalan'))} {street} {rng.choice(('No.', 'No', ''))} {number}"]
    if rng.random() < 0.6:
        parts.append(rng.choice((f"RT {rt:03d} RW {rw:03d}", f"RT.{rt}/RW.{rw}", f"RT {rt:02d}/{rw:02d}")))
    if rng.random() < 0.6:
        parts.append(f"{rng.choice(('Dusun', 'Dsn', 'Lk.'))} {hamlet}")
    text = " ".join(parts)
    if rng.random() < 0.15:
        at = rng.randrange(4, len(text))
        text = text[:at] + text[at + 1 :]
    return replace(record, address=text)


def _partial(rng: Random, record: Record, *, moved: bool = False) -> Record:
    """The record as a form carries it: some fields are empty."""
    record = _housed(rng, record, moved=moved)
    empty = {name: type(getattr(record, name))() for name, share in _KEPT.items() if rng.random() > share}
    record = replace(record, **empty)
    if record.village and rng.random() < _REGENCY_ONLY:
        record = replace(record, village="", regency=record.village[:5])
    return record
