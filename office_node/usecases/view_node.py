"""This node as its office sees it: roster, clock, whose notices are not all here, what the retention job did."""

from collections.abc import Iterator
from datetime import datetime

from office_node.node import Node
from office_node.store import meta
from office_node.store.transactions import Connection
from office_node.usecases.integrate_log import is_damaged
from office_node.usecases.own_clock import own_clock_fault
from office_node.usecases.pull_notices import feeds_missing
from office_node.usecases.retained import retained
from shared_schemas.base import rfc3339
from shared_schemas.office import NodeView


async def view_node(node: Node) -> NodeView:
    """RosterMissingError before the first roster."""
    now = node.clock.now()

    def view(connection: Connection) -> NodeView:
        fault = own_clock_fault(connection, node, now=now)
        seen = NodeView(
            office=node.office,
            roster_stage=node.roster.current().stage(now),
            training=node.settings.training,
            alone=is_alone(node, now=now),
            clock_wrong=fault is not None,
            clock_ahead_s=fault.ahead_s if fault else None,
            feeds_missing=feeds_missing(connection, node, now=now),
            retention=retained(connection),
        )
        return seen.model_copy(update={"degraded": tuple(_degraded(connection, node, seen))})

    return await node.run.read(view)


def is_alone(node: Node, *, now: datetime) -> bool:
    """Whether there is no other office in the roster now."""
    return all(member.id == node.office for member in node.roster.current().offices(now))


def _degraded(connection: Connection, node: Node, seen: NodeView) -> Iterator[str]:
    if is_damaged(connection, node=node):
        yield "log-damaged"
    if seen.clock_wrong:
        yield "clock-wrong"
    if seen.feeds_missing:
        yield "feeds-missing"
    if seen.roster_stage != "valid":
        yield f"roster-{seen.roster_stage}"


async def prove_writable(node: Node) -> None:
    """Write one fact, so that a full disk is known before somebody is asked to wait for it. StoreError."""
    now = rfc3339(node.clock.now())
    await node.run.write(lambda connection: meta.put(connection, "written", value=now))
