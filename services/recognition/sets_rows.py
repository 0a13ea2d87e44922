"""The rows of an evaluation set: plain text in the columns that `jejak match` reads; the truth stands apart.

Every value is text and may be empty; dates are ISO (YYYY-MM-DD). Nothing in a record or a query gives the truth away.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal, NamedTuple

Kind = Literal["field", "evasive"]
KINDS: tuple[Kind, ...] = ("field", "evasive")
RELATIONS = ("self", "twin", "sibling", "parent", "namesake", "nik_neighbour", "stranger")


class Record(NamedTuple):
    """One person as an office wrote them down."""

    record_id: str
    nik: str
    full_name: str
    birth_date: str
    birth_place: str
    sex: str
    mother_name: str
    address: str
    village: str
    district: str
    regency: str
    passport_no: str
    phone: str


class Query(NamedTuple):
    """One person as another office writes them down, later."""

    query_id: str
    nik: str
    full_name: str
    birth_date: str
    birth_place: str
    sex: str
    mother_name: str
    address: str
    village: str
    district: str
    regency: str
    passport_no: str
    phone: str


@dataclass(frozen=True, slots=True)
class Truth:
    """What is so about one query.

    `record_id` is the person's own record, empty when there is none. `relation` is `self` when there is one; otherwise
    how the person stands to `related_to` (`parent` is parent or child). For `self`, `related_to` names the record of
    the person's own twin, if that is there too. `change` names what was changed, joined by "+", or "none".
    `sex` (L, P), `age_band` and `origin` are the person's, whatever the rows say.
    """

    query_id: str
    record_id: str
    relation: str
    related_to: str
    change: str
    sex: str
    age_band: str
    origin: str


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """Records, queries and the truth about each query, in the order of the queries."""

    kind: Kind
    records: list[Record]
    queries: list[Query]
    truth: list[Truth]

    def write(self, folder: Path) -> None:
        """Write `records.csv`, `queries.csv` and `truth.csv` into a folder, made if it is missing."""
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / "records.csv", Record._fields, self.records)
        _write(folder / "queries.csv", Query._fields, self.queries)
        columns = [field.name for field in fields(Truth)]
        _write(folder / "truth.csv", columns, ([getattr(row, name) for name in columns] for row in self.truth))


def _write(path: Path, columns: Iterable[str], lines: Iterable[Iterable[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(lines)
