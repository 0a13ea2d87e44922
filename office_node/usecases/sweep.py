"""What time does: traces whose `until` has passed go, old nonces and idempotency keys go."""

from datetime import timedelta

from office_node.node import Node
from office_node.store import idempotency, nonces, notices
from office_node.store.transactions import Connection

IDEMPOTENCY_DAYS = 2


async def sweep(node: Node) -> None:
    """One round."""
    now = node.clock.now()

    def once(connection: Connection) -> int:
        nonces.forget_expired(connection, now)
        idempotency.forget_before(connection, now - timedelta(days=IDEMPOTENCY_DAYS))
        return notices.expire(connection, now=now)

    while await node.run.write(once):
        continue
