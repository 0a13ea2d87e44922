"""Every other member as this node sees it: when heard, in back-off until when, covered to when, what is missing."""

from office_node.node import Node
from office_node.store import feeds, peers
from office_node.store.transactions import Connection
from shared_schemas.office import PeerView


async def view_peers(node: Node) -> list[PeerView]:
    """One row per member but this office."""
    now = node.clock.now()
    roster = node.roster.current()

    def view(connection: Connection) -> list[PeerView]:
        states = peers.states(connection)
        rows: list[PeerView] = []
        for member in roster.roster.members:
            if member.id == node.office or member.role != "office":
                continue
            state = states.get(member.id)
            last = feeds.hello_last(connection, member.id)
            first = feeds.first_missing(connection, member.id)
            rows.append(
                PeerView(
                    office=member.id,
                    last_heard_at=state.last_heard_at if state else None,
                    backoff_until=state.backoff_until if state else None,
                    covered_to=feeds.covered_to(connection, member.id),
                    missing_numbers=0 if first is None or last is None else last - first + 1,
                    suspended=roster.shut_out(member.id, now),
                )
            )
        return rows

    return await node.run.read(view)
