"""When an epoch opens or a kind changes, all own cases that peers see get the keys for it, a page at a time.

Nothing waits for it: a case that is asked about, decided or looked at before its turn is renewed at once (`renewed`).
"""

import hashlib
from datetime import timedelta

from office_node.node import Node
from office_node.signing.canonical import canonical
from office_node.store import cases, leases, meta
from office_node.store.transactions import Connection
from office_node.usecases.renewed import renew_case

_DONE = "keys_renewed"
_DUTY = "renew-keys"
_DUTY_S = 120.0
"""A page takes seconds; after a kill another process goes on when this is over."""
_PAGE = 50


async def renew_keys(node: Node) -> int:
    """Renew what is behind; how many cases were. Costs one look-up while epochs and kinds are those of last time."""
    if not node.roster.known:
        return 0
    wanted = _wanted(node)
    if await node.run.read(lambda connection: meta.get(connection, _DONE)) == wanted:
        return 0
    renewed, last = 0, ""
    while (page := await _next_page(node, after=last)) is not None:
        for ref in page:
            renewed += await renew_case(node, ref)
        if not page:
            await node.run.write(lambda connection: meta.put(connection, _DONE, value=wanted))
            break
        last = page[-1]
    return renewed


async def _next_page(node: Node, *, after: str) -> list[str] | None:
    """Own cases that peers see, by reference; None while another process has the duty."""

    def take(connection: Connection) -> list[str] | None:
        now = node.clock.now()
        until = now + timedelta(seconds=_DUTY_S)
        if not leases.take(connection, _DUTY, holder=node.process, now=now, until=until):
            return None
        return cases.seen_by_peers(connection, now=now, after=after, limit=_PAGE)

    return await node.run.write(take)


def _wanted(node: Node) -> str:
    """Names the epochs held and the live kinds; says nothing of a key."""
    told = {"epochs": sorted(node.roster.epoch_keys), "kinds": sorted(node.roster.current().roster.kinds)}
    return hashlib.sha256(canonical(told)).hexdigest()
