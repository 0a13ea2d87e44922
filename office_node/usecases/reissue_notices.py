"""When an epoch has opened, all own notices in force are issued anew under it, a page at a time, standing unchanged.

So are those whose signature counts no more, because their key was stolen and ended before they were signed.

An epoch can be retired once no member has a live notice under it (`docs/protocol.md` section 6). Until a case's turn
has come it is found by the epoch it was signed under, for questions carry the tokens of every live epoch; so nothing
is unfindable in between.
"""

import hashlib
from datetime import datetime
from functools import partial

from office_node.domain.standings import Visibility
from office_node.errors import StatementUnknownKeyError
from office_node.node import Node
from office_node.signing.canonical import canonical
from office_node.store import cases, meta, notices
from office_node.store.transactions import Connection
from office_node.usecases.own_pages import own_pages
from office_node.usecases.publish_notice import Standing, publish_notice
from office_node.usecases.renewed import open_renewed, write_renewed
from shared_schemas.trace import Notice

_DONE = "notices_under"
_DUTY = "reissue-notices"
PAUSE_S = 5.0
"""Between two pages, so that officers and peers notice nothing: 10 notices a second, 36,000 an hour."""


async def reissue_notices(node: Node) -> int:
    """Issue anew what is of an earlier epoch; how many notices were. Costs one look-up until the next epoch opens."""
    if not node.roster.known:
        return 0
    epoch = node.roster.current().current_epoch(node.clock.now()).id
    wanted = f"{epoch} {_ends(node)}"
    done = await node.run.read(lambda connection: meta.get(connection, _DONE))
    if done == wanted or epoch not in node.roster.epoch_keys:
        return 0
    issued = 0
    async for page in own_pages(node, duty=_DUTY):
        if page:
            issued += await _reissue_page(node, page)
            await node.clock.sleep(PAUSE_S)
        else:
            await node.run.write(lambda connection: meta.put(connection, _DONE, value=wanted))
    return issued


async def _reissue_page(node: Node, page: list[str]) -> int:
    issued = 0
    for ref in page:
        now = node.clock.now()
        issued += await write_renewed(node, partial(_reissue, node=node, ref=ref, now=now))
    return issued


def _reissue(connection: Connection, node: Node, ref: str, *, now: datetime) -> bool:
    """The same standing, reason and dates as the next revision; False if the notice is of this epoch, or over."""
    node.roster.check(connection)
    row = cases.get(connection, ref)
    held = notices.get(connection, node.office, case_ref=ref)
    if row is None or row.until is None or row.until <= now or held is None:
        return False
    notice = Notice.model_validate_json(held.statement.payload)
    current = notice.tokens is not None and notice.tokens.epoch == node.roster.current().current_epoch(now).id
    if notice.tokens is None or (current and _is_provable(node, held.statement.keyid, notice.issued_at)):
        return False
    publish_notice(
        connection,
        node,
        case_ref=ref,
        keys=open_renewed(node, row).keys,
        standing=Standing(row.standing, row.reason_group, Visibility(row.until, row.lapses_at)),
        actor=node.machine,
        now=now,
    )
    return True


def _is_provable(node: Node, keyid: str, issued_at: datetime) -> bool:
    try:
        node.roster.current().key_of_then(keyid, issued_at)
    except StatementUnknownKeyError:
        return False
    return True


def _ends(node: Node) -> str:
    """Names when this office's signing keys end: if that changes, its notices are looked through."""
    member = node.roster.current().member(node.office)
    told = [] if member is None else [[key.keyid, key.valid_until.isoformat()] for key in member.signing_keys]
    return hashlib.sha256(canonical(told)).hexdigest()[:16]
