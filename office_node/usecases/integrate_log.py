"""Numbering the log: entries that transactions wrote without a number get one, and the tree grows, within a second.

One process of the office does it at a time. A checkpoint is signed with every growth; its size never shrinks.
"""

from datetime import timedelta
from functools import partial

from office_node.domain.merkle import root
from office_node.node import Node
from office_node.signing.notes import Checkpoint, sign_checkpoint
from office_node.store import leases, log
from office_node.store.transactions import Connection

_DUTY, _DUTY_S = "log", 30.0
_PAGE = 2000


def origin(node: Node) -> str:
    """The log's name in its checkpoints: one log for each generation of an office."""
    return f"jejak/{node.office}/{node.generation}"


async def integrate_log(node: Node) -> int:
    """Number what waits; how many entries. Costs one look-up while nothing does."""
    if not node.roster.known or not await node.run.read(log.is_behind):
        return 0
    numbered = 0
    while page := await node.run.write(partial(_integrate, node=node)):
        numbered += page
        if page < _PAGE:
            break
    return numbered


def _integrate(connection: Connection, *, node: Node) -> int:
    now = node.clock.now()
    if not leases.take(connection, _DUTY, holder=node.process, now=now, until=now + timedelta(seconds=_DUTY_S)):
        return 0
    page = log.integrate(connection, limit=_PAGE)
    if page:
        size = log.size(connection)
        top = root(size, lambda level, place: log.node(connection, level, place))
        log.put_checkpoint(connection, sign_checkpoint(Checkpoint(origin(node), size, top), key=node.signing).note())
    return page
