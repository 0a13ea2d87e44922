"""From a register and what is asked of it to what tokens would say of every pair that they find.

Agreement of values is agreement of tokens: the stretch is one-to-one, and a field token of 16 bits meets another
value's once in 65,536. So no key is stretched here.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields as members
from typing import Any, NamedTuple

from pydantic import ValidationError

from office_node.domain.areas import area
from office_node.domain.keys import fields, index_keys
from office_node.domain.kinds import Key
from office_node.domain.record import Record
from shared_schemas.person import Person

CROWD = 2000
"""A value that more rows share is not followed here; that it happened is counted."""


class Found(NamedTuple):
    """A row that shares an index value with a query, and what agrees; `fields` of both and those that agree."""

    query: int
    row: int
    index_kinds: frozenset[str]
    agreeing: frozenset[str]
    compared: frozenset[str]


class Values(NamedTuple):
    """A person's index values, and her fields by kind."""

    keys: tuple[Key, ...]
    fields: dict[str, set[str]]


def person_of(record: Record) -> Person | None:
    """The person that an office could file; None without a name and a birth date. What no form takes is left out."""
    given: dict[str, Any] = {m.name: getattr(record, m.name) for m in members(record) if m.name in Person.model_fields}
    given["village"] = area(record.village, record.district, record.regency).village
    given = {name: value for name, value in given.items() if value}
    while given.get("name") and given.get("birth_date"):
        try:
            return Person.model_validate(given)
        except ValidationError as error:
            bad = {str(one["loc"][0]) for one in error.errors()} & set(given)
            if not bad:
                return None
            given = {name: value for name, value in given.items() if name not in bad}
    return None


def values_of(record: Record) -> Values | None:
    """What would be made into tokens; None of a record that cannot be filed."""
    person = person_of(record)
    if person is None:
        return None
    by_kind: dict[str, set[str]] = {}
    for key in fields(person):
        by_kind.setdefault(key.kind, set()).add(key.value)
    return Values(index_keys(person), by_kind)


class Register:
    """Rows that peers may know of, found by index values."""

    def __init__(self, records: Iterable[Record]) -> None:
        self.rows = [values_of(record) for record in records]
        self._index: defaultdict[Key, list[int]] = defaultdict(list)
        for number, row in enumerate(self.rows):
            for key in row.keys if row else ():
                self._index[key].append(number)

    def crowds(self) -> int:
        """How many index values more than `CROWD` rows share."""
        return sum(len(rows) > CROWD for rows in self._index.values())

    def found(self, query: int, asked: Values) -> Iterator[Found]:
        """Every row that shares an index value."""
        shared: defaultdict[int, set[str]] = defaultdict(set)
        for key in asked.keys:
            rows = self._index.get(key, ())
            for row in rows if len(rows) <= CROWD else ():
                shared[row].add(key.kind)
        for row, kinds in shared.items():
            held = self.rows[row]
            if held is not None:
                both = asked.fields.keys() & held.fields.keys()
                agreeing = frozenset(kind for kind in both if asked.fields[kind] & held.fields[kind])
                yield Found(query, row, frozenset(kinds), agreeing, frozenset(both))


def all_found(register: Register, queries: Sequence[Values | None]) -> Iterator[Found]:
    """What every query that can be asked finds."""
    for number, asked in enumerate(queries):
        if asked is not None:
            yield from register.found(number, asked)
