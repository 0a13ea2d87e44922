"""The last words of offices that have left, from those who heard them.

An office that was suspended while another left, or joins later, is told nothing by it and cannot ask it. What it said
of its cases stands until it ends, so two others are asked for it, once for each version of the roster.
"""

from functools import partial

from office_node.errors import PeerError
from office_node.logs import log
from office_node.node import Node
from office_node.store import gaps, meta, peers
from office_node.usecases.pull_notices import RELAYS, SOURCE_S, Patience, pull_range
from office_node.usecases.unanswered import cause_of

_DONE = "left_pulled"


async def pull_left(node: Node) -> None:
    """Costs one look-up while nobody has left since the last time; whoever does not answer is asked the next round."""
    roster, now = node.roster.current(), node.clock.now()
    left = [m.id for m in roster.roster.members if m.role == "office" and m.valid_until and m.valid_until <= now]
    version = str(roster.roster.version)
    if not left or await node.run.read(lambda connection: meta.get(connection, _DONE)) == version:
        return
    resting = await node.run.read(lambda connection: peers.resting(connection, now=now))
    others = [m.id for m in roster.offices(now) if m.id != node.office and m.id not in resting]
    heard = [await _from_others(node, issuer, others=others) for issuer in left if issuer != node.office]
    if all(heard):
        await node.run.write(lambda connection: meta.put(connection, _DONE, value=version))


async def _from_others(node: Node, issuer: str, *, others: list[str]) -> bool:
    """Whether somebody has given all that it holds behind what is here without a gap."""
    turn, heard = int.from_bytes(node.random(4), "big") % max(1, len(others)), False
    for via in (others[turn:] + others[:turn])[:RELAYS]:
        after = await node.run.read(partial(gaps.reached, issuer=issuer))
        patience = Patience(node, ends=node.clock.monotonic() + SOURCE_S)
        try:
            heard = await pull_range(node, issuer=issuer, via=via, after=after, until=None, patience=patience) or heard
        except PeerError as error:
            log.info("pull-failed", office=issuer, peer=via, cause=cause_of(error))
    return heard
