"""Remembered verdicts beside the rows that they were said of. They hide no row and change no zone.

*Same* and *not* stand until an officer says otherwise; *unsure* stands while the comparison says what it said then.
"""

from collections.abc import Sequence

from office_node.domain.compare import Comparison, compare
from office_node.node import Node
from office_node.store import cases, verdicts
from office_node.store.transactions import Connection
from office_node.usecases.visible import OwnCase, open_case
from shared_schemas.office import HistoryView, VerdictView


def pair_of(node: Node, case: OwnCase, row: HistoryView) -> verdicts.Pair:
    """The two cases that a row of a history compares."""
    return verdicts.pair(case.row.ref, row.case, office=row.office, own=node.office)


def compared_here(connection: Connection, node: Node, case: OwnCase, *, row: HistoryView) -> Comparison | None:
    """This node's own comparison of a row; None where its person cannot be read here."""
    if row.office == node.office:
        return compare(case.person, open_case(node, cases.must_get(connection, row.case)).person)
    return None if row.person is None else compare(case.person, row.person)


def with_verdicts(
    connection: Connection, node: Node, case: OwnCase, *, history: Sequence[HistoryView]
) -> list[HistoryView]:
    """The same rows, each with what was said of it, if that still stands."""
    held = verdicts.of_case(connection, case.row.ref, own=node.office)
    if not held:
        return list(history)
    return [_with_verdict(connection, node, case, row=row, said=held.get(pair_of(node, case, row))) for row in history]


def _with_verdict(
    connection: Connection, node: Node, case: OwnCase, *, row: HistoryView, said: verdicts.StoredVerdict | None
) -> HistoryView:
    if said is None:
        return row
    if said.verdict == "unsure":
        found = compared_here(connection, node, case, row=row)
        if (found.vector if found else ()) != said.vector:
            return row
    return row.model_copy(update={"verdict": verdict_view(said)})


def verdict_view(said: verdicts.StoredVerdict) -> VerdictView:
    """As the office API shows it: the reason stays sealed."""
    return VerdictView(verdict=said.verdict, office=said.actor_office, role=said.actor_role, decided_at=said.decided_at)
