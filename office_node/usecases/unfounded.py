"""Hits that were revealed to and proved to be somebody else: who gives many of them is fishing for reveals."""

from collections.abc import Iterable

from office_node.domain.compare import compare
from shared_schemas.history import History
from shared_schemas.inquiry import Hit
from shared_schemas.person import Person


def count_unfounded(hits: Iterable[Hit], history: History, *, person: Person) -> int:
    """Hits that proved to be nobody like her: *none*, left out, or *possible* without data that bears it out."""
    borne_out = {
        row.case
        for row in history.rows
        if row.zone == "related" or (row.person is not None and compare(person, row.person).zone != "none")
    }
    return sum(hit.case not in borne_out for hit in hits)
