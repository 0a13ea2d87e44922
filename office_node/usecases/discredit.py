"""What came from a stolen key counts no more: its notices go, each with an entry that keeps what it said.

Until their turn has come they are passed over (`TrustedRoster.counts`). The feed is pulled anew once the office is back
in good standing, so that what the thief had overwritten is found again.
"""

from collections.abc import Iterable
from functools import partial

from office_node.node import Node
from office_node.store import feeds, notices
from office_node.store.notices import Posting
from office_node.store.transactions import Connection
from office_node.usecases.record import Act, enter
from office_node.usecases.trusting import write_trusting

_PAGE = 100


async def discredit(node: Node) -> int:
    """Take back what arrived from stolen keys, a page at a time; how many notices were."""
    if not node.roster.known:
        return 0
    taken = 0
    for office in node.roster.current().compromised_since:
        while page := await write_trusting(node, partial(_discredit, node=node, office=office)):
            taken += page
    return taken


def _discredit(connection: Connection, *, node: Node, office: str) -> int:
    node.roster.check(connection)
    since = node.roster.current().compromised_since.get(office)
    if since is None or office == node.office:
        return 0
    page = notices.arrived_since(connection, office, since=since, limit=_PAGE)
    for one in page:
        notices.remove(connection, one.id)
        act = Act(
            type="notice-discredited",
            at=node.clock.now(),
            actor=node.machine,
            peer=office,
            attached=one.payload,
            members={"of": office, "case": one.case_ref, "revision": one.revision, "number": one.number},
        )
        enter(connection, node, act=act)
    if page:
        feeds.forget(connection, office)
    return len(page)


def that_count(node: Node, postings: Iterable[Posting]) -> list[Posting]:
    """Those that do not come from a stolen key."""
    roster = node.roster.current()
    if not roster.compromised_since:
        return list(postings)
    return [one for one in postings if one.issuer == node.office or roster.counts(one.issuer, one.arrived_at)]
