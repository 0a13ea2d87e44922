"""Whether everybody who was asked about a case is accounted for now."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from office_node.domain import coverage
from office_node.domain.person_keys import PersonKeys
from office_node.node import Node
from office_node.store import feeds, screenings
from office_node.store.transactions import Connection
from office_node.usecases.visible import OwnCase


def covered_to(connection: Connection, asked: Iterable[screenings.Asked]) -> Mapping[str, datetime | None]:
    """Up to when all notices of each asked office are held here."""
    return {one.office: feeds.covered_to(connection, one.office) for one in asked}


def states_of(
    asked: Iterable[screenings.Asked], *, covered: Mapping[str, datetime | None]
) -> tuple[coverage.Asked, ...]:
    """How each asked office stands."""
    return tuple(
        coverage.Asked(
            office=one.office, outcome=one.outcome or "unknown", cause=one.cause, covered_to=covered[one.office]
        )
        for one in asked
    )


def searchable(node: Node, keys: PersonKeys, *, now: datetime) -> bool:
    """Whether this person would be found among the notices held here, under whichever open epoch they are."""
    opened = {epoch.id for epoch in node.roster.current().open_epochs(now)}
    return bool(keys.index) and opened <= set(node.roster.epoch_keys)


def is_complete(connection: Connection, node: Node, case: OwnCase, *, now: datetime) -> bool:
    """Whether the newest screening of a case is complete; a case that was never screened is not."""
    of_case = screenings.of_case(connection, case.row.ref)
    if not of_case:
        return False
    asked = screenings.asked(connection, of_case[-1])
    states = states_of(asked, covered=covered_to(connection, asked))
    return coverage.complete(states, now=now, searchable=searchable(node, case.keys, now=now))
