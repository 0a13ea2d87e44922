"""Every other member as this node sees it: when heard, in back-off until when, covered to when, what is missing."""

from office_node.node import Node
from office_node.store import feeds, gaps, peers
from office_node.store.transactions import Connection
from shared_schemas.office import PeerView


async def view_peers(node: Node) -> list[PeerView]:
    """One row per member but this office."""
    now = node.clock.now()
    roster = node.roster.current()

    def view(connection: Connection) -> list[PeerView]:
        states = peers.states(connection)
        return [
            _peer(connection, member.id, state=states.get(member.id), suspended=roster.shut_out(member.id, now))
            for member in roster.roster.members
            if member.id != node.office and member.role == "office"
        ]

    return await node.run.read(view)


def _peer(connection: Connection, office: str, *, state: peers.PeerState | None, suspended: bool) -> PeerView:
    missing = gaps.missing(connection, office)
    known = state or peers.PeerState(office, None, None, failures=0)
    return PeerView(
        office=office,
        last_heard_at=known.last_heard_at,
        backoff_until=known.backoff_until,
        covered_to=feeds.covered_to(connection, office),
        missing_numbers=sum(last - first + 1 for first, last in missing or ()),
        suspended=suspended,
        whole=missing == [],
        clock_disputed=known.skew_at is not None,
        clock_skew_s=known.skew_s,
        hits_revealed=known.hits_revealed,
        hits_unfounded=known.hits_unfounded,
        speaks=known.speaks,
    )
