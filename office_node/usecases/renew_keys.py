"""When an epoch opens or a kind changes, all own cases that peers see get the keys for it, a page at a time.

Nothing waits for it: a case that is asked about, decided or looked at before its turn is renewed at once (`renewed`).
"""

import hashlib

from office_node.node import Node
from office_node.signing.canonical import canonical
from office_node.store import meta
from office_node.usecases.own_pages import own_pages
from office_node.usecases.renewed import renew_case

_DONE = "keys_renewed"
_DUTY = "renew-keys"


async def renew_keys(node: Node) -> int:
    """Renew what is behind; how many cases were. Costs one look-up while epochs and kinds are those of last time."""
    if not node.roster.known:
        return 0
    wanted = _wanted(node)
    if await node.run.read(lambda connection: meta.get(connection, _DONE)) == wanted:
        return 0
    renewed = 0
    async for page in own_pages(node, duty=_DUTY):
        for ref in page:
            renewed += await renew_case(node, ref)
        if not page:
            await node.run.write(lambda connection: meta.put(connection, _DONE, value=wanted))
    return renewed


def _wanted(node: Node) -> str:
    """Names the epochs held and the live kinds; says nothing of a key."""
    told = {"epochs": sorted(node.roster.epoch_keys), "kinds": sorted(node.roster.current().roster.kinds)}
    return hashlib.sha256(canonical(told)).hexdigest()
