"""How long a process keeps a piece of work to itself: past its own time-outs, so that no two ask one office at once."""

from datetime import datetime, timedelta

from office_node.node import Node

_AFTERWARDS = timedelta(seconds=5)
"""For what follows an answer that came at the last moment."""


def claim_until(node: Node, *, now: datetime, exchanges: int = 2) -> datetime:
    """When another process may take the work over; a process that died does not come back to it.

    A question is two exchanges: the answer, and the traces that it names. Each ends within the peer's time-out.
    """
    return now + exchanges * timedelta(seconds=node.settings.peer_timeout_s) + _AFTERWARDS
