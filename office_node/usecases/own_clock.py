"""Whose clock is wrong? If several peers say that ours is, it is ours; one alone may be wrong itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median_low

from office_node.node import Node
from office_node.store import peers
from office_node.store.transactions import Connection

DISPUTES = 3
"""So many peers must say so; in a smaller federation all of them, but two at least."""
RECENT = timedelta(hours=1)


@dataclass(frozen=True)
class ClockFault:
    """This node's clock is wrong: who says so, and by how many seconds it is ahead (None if nobody said)."""

    offices: tuple[str, ...]
    ahead_s: int | None

    def __str__(self) -> str:
        """For the administrator."""
        size = (
            ""
            if self.ahead_s is None
            else f" by about {abs(self.ahead_s)} s {'ahead' if self.ahead_s > 0 else 'behind'}"
        )
        return f"this node's clock is wrong{size}, say {', '.join(self.offices)}: set it (chrony, systemd-timesyncd)"


def own_clock_fault(connection: Connection, node: Node, *, now: datetime) -> ClockFault | None:
    """The fault, until the peers accept this node's messages again."""
    others = {member.id for member in node.roster.current().offices(now)} - {node.office}
    disputing = [
        state
        for office, state in peers.states(connection).items()
        if office in others and state.skew_at is not None and state.skew_at > now - RECENT
    ]
    if len(disputing) < max(2, min(DISPUTES, len(others))):
        return None
    said = [state.skew_s for state in disputing if state.skew_s is not None]
    return ClockFault(tuple(state.office for state in disputing), median_low(said) if said else None)
