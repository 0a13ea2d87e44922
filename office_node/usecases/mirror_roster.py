"""Every node gives out the roster's files and the suspensions that it holds, to whoever asks: they prove themselves."""

from typing import Any

from office_node.node import Node
from office_node.signing.repository import NEWEST_ROOT, newest_root
from office_node.store import rosters


async def roster_file(node: Node, path: str) -> bytes | None:
    """One file of the repository, or None if it is not held here. RosterMissingError before the first."""
    node.roster.current()
    if path == NEWEST_ROOT:
        held = await node.run.read(rosters.files)
        return None if held is None else newest_root(held.files)
    return await node.run.read(lambda connection: rosters.file(connection, path))


def suspensions_sent(node: Node) -> dict[str, Any]:
    """SuspensionsSent as JSON. RosterMissingError before the first roster."""
    node.roster.current()
    return {"suspensions": [envelope for _, envelope in sorted(node.roster.suspensions.items())]}
