"""How much one member, one access key or one officer may ask: counted in the database, for all processes together.

A member above its rate is told so with each refusal, signed, and when to come again. This process remembers until when
nothing can be free for it, so that a flood costs no transaction that is undone.
"""

from datetime import timedelta
from math import ceil

from office_node.errors import TooManyRequestsError
from office_node.node import Node
from office_node.store import rates
from office_node.store.rates import Rate
from office_node.store.transactions import Connection
from office_node.usecases.accept import Carried


def spend_of_peer(connection: Connection, node: Node, carried: Carried) -> None:
    """One message of this member. TooManyRequestsError, and then nothing is spent."""
    if (wait_s := _spend_of_peer(connection, node, carried)) > 0:
        raise _too_many(wait_s)


def is_free(connection: Connection, node: Node, carried: Carried) -> bool:
    """The same for a message that is refused in any case: whether it was within the rate."""
    return not _spend_of_peer(connection, node, carried) > 0


def _spend_of_peer(connection: Connection, node: Node, carried: Carried) -> float:
    rate = Rate(node.settings.peer_rate_per_s, node.settings.peer_burst)
    wait_s = rates.spend(connection, f"peer {carried.office}", rate=rate, now=carried.arrived_at)
    if wait_s > 0:
        node.limited[carried.office] = carried.arrived_at + timedelta(seconds=wait_s)
    return wait_s


def refuse_limited(node: Node, carried: Carried) -> None:
    """TooManyRequestsError while this process knows that nothing is free for the member."""
    until = node.limited.get(carried.office)
    if until is None:
        return
    wait_s = (until - carried.arrived_at).total_seconds()
    longest_s = node.settings.peer_burst / node.settings.peer_rate_per_s
    if 0 < wait_s <= longest_s:  # beyond: the clock was set back
        raise _too_many(wait_s)
    del node.limited[carried.office]


async def spend_of_caller(node: Node, *, key: str, officer: str) -> None:
    """One call of an office system for an officer. TooManyRequestsError."""
    settings, now = node.settings, node.clock.now()
    by_key, by_officer = (
        Rate(settings.key_rate_per_s, settings.key_burst),
        Rate(settings.officer_rate_per_s, settings.officer_burst),
    )

    def spend(connection: Connection) -> float:
        return rates.spend(connection, f"key {key}", rate=by_key, now=now) or rates.spend(
            connection, f"officer {key} {officer}", rate=by_officer, now=now
        )

    if (wait_s := await node.run.write(spend)) > 0:
        raise _too_many(wait_s)


def _too_many(wait_s: float) -> TooManyRequestsError:
    return TooManyRequestsError(max(1, ceil(wait_s)))
