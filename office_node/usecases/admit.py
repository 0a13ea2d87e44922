"""The first act of every transaction that a peer's message leads to: is it new, and may its sender still speak?

Offices alone ask one another: a dashboard, although a member with keys, is told nothing of any person here.

The carriage was verified against this process's copy of the roster. Here the copy is shown to be the newest, and the
key is looked up in it once more; so a member that another process has just denied is refused at once.
"""

from office_node.domain.backoff import share_s
from office_node.errors import ReplayedError
from office_node.node import Node
from office_node.store import nonces, peers
from office_node.store.transactions import Connection
from office_node.usecases.accept import Carried
from office_node.usecases.drain import AT_ONCE
from office_node.usecases.limits import spend_of_peer


def admit(connection: Connection, node: Node, carried: Carried) -> dict[str, int]:
    """Use up the nonce and mark the peer as heard; all counters.

    ReplayedError, UnknownKeyError, RevokedKeyError, NotAnOfficeError, TooManyRequestsError.
    """
    if not nonces.remember(connection, carried.keyid, nonce=carried.nonce, expires_at=carried.nonce_until):
        raise ReplayedError(carried.keyid)
    counters = node.roster.check(connection)
    node.roster.current().office_key(carried.keyid, carried.arrived_at)
    spend_of_peer(connection, node, carried)
    # that an office is back all the others hear at once: each sends what it owes at a time of its own
    spread = share_s(AT_ONCE, members=len(node.roster.current().roster.members)) * node.random(1)[0] / 256
    peers.heard(connection, carried.office, now=carried.arrived_at, wake_in_s=spread)
    return counters
