"""Evaluation sets of invented people, made without looking at the code they judge.

    python -m services.recognition.sets --set field --persons 20000 --queries 6000 --seed 7 --out DIR

About 45 % of the queries are about somebody who has a record; the others are about twins, siblings, parents and
children, namesakes and NIK neighbours of somebody who has one, and about plain strangers. `field` and `evasive` draw
other people and use partly different tables of change, so that a threshold chosen on one is fair on the other.
Columns are in `sets_rows`, the changes and what stays recognisable in `sets_mix`, sources in `data/README.md`.
"""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Annotated

import typer

from services.recognition.sets_kin import Kin, stream
from services.recognition.sets_mix import TRIES, Mix, enough_left
from services.recognition.sets_naming import Draft
from services.recognition.sets_people import People, Person, age_band
from services.recognition.sets_rows import KINDS, EvaluationSet, Kind, Query, Record, Truth
from services.recognition.sets_write import Writer

__all__ = ["EvaluationSet", "Kind", "Query", "Record", "Truth", "make_set", "people"]

SHARES = {"self": 0.45, "twin": 0.06, "sibling": 0.05, "parent": 0.04, "namesake": 0.05, "nik_neighbour": 0.04}
"""Share of the queries by relation; the rest are strangers."""


def people(*, persons: int, seed: int) -> Iterator[Record]:
    """Records one by one, for 1 to 10 million persons, of a set of kind `field`; memory stays flat (at most 16 MB)."""
    rng = Random(f"people/{seed}")
    drawn = People(rng, persons=persons)
    writer = Writer(rng, kind="field", queries=False)
    for position, (person, _, _) in enumerate(stream(drawn, rng, persons=persons)):
        yield writer.record(person, f"R{position + 1:08d}")


def make_set(*, kind: Kind, persons: int, queries: int, seed: int) -> EvaluationSet:
    """One evaluation set; the same arguments give the same set.

    `persons` is the number of records (1 or more), `queries` that of queries. Rows are in no telling order.
    """
    return _Maker(kind, persons=persons, seed=seed).make(queries)


class _Maker:
    """Holds the people of one set while its queries are written."""

    def __init__(self, kind: Kind, *, persons: int, seed: int) -> None:
        self._kind, self._rng = kind, Random(f"set/{kind}/{seed}")
        rng = self._rng
        self._drawn = People(rng, persons=persons)
        made = list(stream(self._drawn, rng, persons=persons))
        order = list(range(persons))
        rng.shuffle(order)
        writer = Writer(rng, kind=kind, queries=False)
        self._people = [made[at][0] for at in order]
        self._records = [writer.record(person, f"R{row + 1:06d}") for row, person in enumerate(self._people)]
        row_of = {at: row for row, at in enumerate(order)}
        self._twin_of: dict[int, int] = {}
        for at, (_, relation, earlier) in enumerate(made):
            if relation == "twin":
                self._twin_of[row_of[at]], self._twin_of[row_of[earlier]] = row_of[earlier], row_of[at]
        self._writer = Writer(rng, kind=kind, queries=True)
        self._mix = Mix(rng, kind=kind, people=self._drawn)
        self._kin = Kin(self._drawn, rng)

    def make(self, queries: int) -> EvaluationSet:
        """Write the queries, about as many of each relation as `SHARES` says."""
        relations = [name for name, share in SHARES.items() for _ in range(round(share * queries))][:queries]
        relations += ["stranger"] * (queries - len(relations))
        self._rng.shuffle(relations)
        rows = [self._row(relation, f"Q{at + 1:06d}") for at, relation in enumerate(relations)]
        return EvaluationSet(self._kind, self._records, [query for query, _ in rows], [truth for _, truth in rows])

    def _row(self, relation: str, query_id: str) -> tuple[Query, Truth]:
        row = self._rng.randrange(len(self._people))
        if relation == "self":
            return self._self(row, query_id)
        base, record = self._people[row], self._records[row]
        person = self._kin.make(relation, base)
        related = "" if relation == "stranger" else record.record_id
        for _ in range(TRIES):
            draft = self._mix.changed(person, light=True)
            query = self._writer.query(draft.person, query_id)
            if relation == "stranger" or _tells_apart(record, query):
                break
        else:
            draft = Draft(person, [])
            query = self._writer.query(person, query_id, full=True)
        return query, _truth(query_id, "", relation, related, draft, person)

    def _self(self, row: int, query_id: str) -> tuple[Query, Truth]:
        person, record = self._people[row], self._records[row]
        twin = self._records[self._twin_of[row]].record_id if row in self._twin_of else ""
        for _ in range(TRIES):
            draft = self._mix.changed(person)
            query = self._writer.query(draft.person, query_id)
            if enough_left(record, query, person=person, draft=draft):
                break
        else:
            draft = self._mix.changed(person, light=True)
            query = self._writer.query(draft.person, query_id, full=True)
        return query, _truth(query_id, record.record_id, "self", twin, draft, person)


def _tells_apart(record: Record, query: Query) -> bool:
    """Whether something is left by which a reader sees that these are two people: name, number or mother."""
    pairs = (
        (record.full_name, query.full_name),
        (record.nik, query.nik),
        (record.mother_name, query.mother_name),
    )
    return any(one and other and one.lower() != other.lower() for one, other in pairs)


def _truth(query_id: str, record_id: str, relation: str, related: str, draft: Draft, person: Person) -> Truth:
    change = "+".join(draft.touched) or "none"
    return Truth(query_id, record_id, relation, related, change, person.sex, age_band(person.birth), person.origin)


def main(
    kind: Annotated[str, typer.Option("--set", help="field or evasive")],
    out: Annotated[Path, typer.Option(help="folder for records.csv, queries.csv, truth.csv")],
    persons: Annotated[int, typer.Option(min=1)] = 20_000,
    queries: Annotated[int, typer.Option(min=0)] = 6_000,
    seed: int = 7,
) -> None:
    """Write one evaluation set."""
    known = next((name for name in KINDS if name == kind), None)
    if known is None:
        raise typer.BadParameter("field or evasive", param_hint="--set")
    made = make_set(kind=known, persons=persons, queries=queries, seed=seed)
    made.write(out)
    typer.echo(f"{len(made.records)} records, {len(made.queries)} queries")


if __name__ == "__main__":
    typer.run(main)
