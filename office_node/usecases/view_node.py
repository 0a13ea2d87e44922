"""This node as its office sees it: is its roster fresh, its clock right, whose notices are not all here."""

from office_node.node import Node
from office_node.store.transactions import Connection
from office_node.usecases.own_clock import own_clock_fault
from office_node.usecases.pull_notices import feeds_missing
from shared_schemas.office import NodeView


async def view_node(node: Node) -> NodeView:
    """RosterMissingError before the first roster."""
    now = node.clock.now()

    def view(connection: Connection) -> NodeView:
        fault = own_clock_fault(connection, node, now=now)
        return NodeView(
            office=node.office,
            roster_stage=node.roster.current().stage(now),
            clock_wrong=fault is not None,
            clock_ahead_s=fault.ahead_s if fault else None,
            feeds_missing=feeds_missing(connection, node, now=now),
        )

    return await node.run.read(view)
