"""A transaction that acts on the roster runs on the newest one: if that changed, it is loaded and all runs again."""

from collections.abc import Callable
from typing import TypeVar

from office_node.node import Node
from office_node.node_roster import TrustChangedError
from office_node.store.transactions import Connection

T = TypeVar("T")
_TRIES = 5


async def write_trusting(node: Node, function: Callable[[Connection], T]) -> T:
    """Like `run.write`; TrustChangedError only after several changes in a row."""
    for _ in range(_TRIES):
        try:
            return await node.run.write(function)
        except TrustChangedError:
            await node.run.read(node.roster.load)
    raise TrustChangedError


async def reload_trust(node: Node) -> bool:
    """Load roster, suspensions and denials if another process has changed them; False if there is nothing newer."""
    try:
        await node.run.read(node.roster.check)
    except TrustChangedError:
        await node.run.read(node.roster.load)
        return True
    return False
