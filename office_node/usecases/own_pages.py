"""Going through all own cases that peers see, a page at a time, in one process of the office at a time."""

from collections.abc import AsyncIterator
from datetime import timedelta

from office_node.node import Node
from office_node.store import cases, leases
from office_node.store.transactions import Connection

_DUTY_S = 120.0
"""A page takes seconds; after a kill another process goes on when this is over."""
_PAGE = 50


async def own_pages(node: Node, *, duty: str) -> AsyncIterator[list[str]]:
    """Pages of references in their order; the last one is empty, and missing if another process took the duty over."""
    last = ""
    while (page := await _next_page(node, duty=duty, after=last)) is not None:
        yield page
        if not page:
            return
        last = page[-1]


async def _next_page(node: Node, *, duty: str, after: str) -> list[str] | None:
    def take(connection: Connection) -> list[str] | None:
        now = node.clock.now()
        until = now + timedelta(seconds=_DUTY_S)
        if not leases.take(connection, duty, holder=node.process, now=now, until=until):
            return None
        return cases.seen_by_peers(connection, now=now, after=after, limit=_PAGE)

    return await node.run.write(take)
