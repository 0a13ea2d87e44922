"""How long a process keeps a piece of work to itself: past its own time-out, so that no two ask one office at once."""

from datetime import datetime, timedelta

from office_node.node import Node

_AFTERWARDS = timedelta(seconds=5)
"""For what follows an answer that came at the last moment."""


def claim_until(node: Node, *, now: datetime) -> datetime:
    """When another process may take the work over; a process that died does not come back to it."""
    return now + timedelta(seconds=node.settings.peer_timeout_s) + _AFTERWARDS
