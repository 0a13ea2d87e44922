"""A case that has moved to another office is still one case: of two that tell of it, the one that goes on counts.

Its reference stays the same, and the roster alone says whose cases can have gone to whom. So nobody is shown one
application twice, and what the successor has ended is over, also if the office that had it before is gone.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from office_node.domain.succession import goes_to
from office_node.node import Node
from office_node.store import notices
from office_node.store.transactions import Connection
from office_node.usecases.visible import OwnCase
from shared_schemas.office import HistoryView


def taker_of(node: Node, case: OwnCase, *, now: datetime) -> str | None:
    """The office that the roster names for a case of this one; None if there is none, or more than one."""
    roster = node.roster.current()
    giver = roster.member(node.office)
    if giver is None or giver.id not in roster.giving:
        return None
    village, today = case.person.village, now.date()
    found = [one.id for one in roster.offices(now) if goes_to(giver, one, village=village, today=today)]
    return found[0] if len(found) == 1 else None


def moved_to(node: Node, case: OwnCase, *, now: datetime) -> str | None:
    """The office that decides on a case since this one has handed it over; None if this one does.

    It is this one's again if the roster takes the naming back before the other has told everybody.
    """
    to = case.row.handed_to
    if to is None or case.row.standing == "cleared":
        return to
    return to if taker_of(node, case, now=now) == to else None


def followers(node: Node, giver: str, *, now: datetime) -> tuple[str, ...]:
    """The offices that cases of this one can have moved to by now."""
    return node.roster.current().followers(now.date()).get(giver, ())


def is_one_case(node: Node, office: str, other: str, *, now: datetime) -> bool:
    """Whether the same reference at these two is the same case: of others it is a coincidence, or a lie."""
    return office == other or office in followers(node, other, now=now) or other in followers(node, office, now=now)


def goes_on_for(node: Node, office: str, *, now: datetime) -> tuple[str, ...]:
    """The offices of which this one has cases, or will have them."""
    known = node.roster.current().followers(now.date())
    return tuple(sorted(giver for giver, takers in known.items() if office in takers))


def not_moved_on(
    connection: Connection, node: Node, told: Iterable[tuple[str, str]], *, now: datetime
) -> set[tuple[str, str]]:
    """Of these (office, case): those of which no notice of the office that goes on with them is held here."""
    found = set(told)
    for issuer, ref in list(found):
        held = (notices.get(connection, one, case_ref=ref) for one in followers(node, issuer, now=now))
        if any(one is not None for one in held):
            found.discard((issuer, ref))
    return found


def once_each(node: Node, history: Sequence[HistoryView], *, now: datetime) -> list[HistoryView]:
    """The rows without those of a case that another row tells of for the office that goes on with it."""
    told = {(row.office, row.case) for row in history}
    return [row for row in history if not any((one, row.case) in told for one in followers(node, row.office, now=now))]
