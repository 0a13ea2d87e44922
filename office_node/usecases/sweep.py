"""What time does: traces whose `until` has passed go, tombstones, old nonces and idempotency keys go."""

from datetime import timedelta

from office_node.domain.standings import add_months
from office_node.node import Node
from office_node.store import entries, idempotency, nonces, notices, tombstones
from office_node.store.transactions import Connection

IDEMPOTENCY_DAYS = 2
TOMBSTONE_MONTHS = 32
"""Longer than any `until` that an earlier revision of the case can have (docs/adr/0013)."""


async def sweep(node: Node) -> None:
    """One round."""
    now = node.clock.now()

    def once(connection: Connection) -> int:
        nonces.forget_expired(connection, now)
        idempotency.forget_before(connection, now - timedelta(days=IDEMPOTENCY_DAYS))
        gone = tombstones.drop(connection, arrived_before=add_months(now, -TOMBSTONE_MONTHS))
        gone += entries.erase_due(connection, now=now)
        return gone + notices.expire(connection, now=now)

    while await node.run.write(once):
        continue
