"""Numbering the log: entries that transactions wrote without a number get one, and the tree grows, within a second.

One process of the office does it at a time. A checkpoint is signed with every growth, and never one that contradicts
the last: a log whose stored tree is not the one that was signed is not extended (docs/adr/0026), nor one of
which it has signed another past (`roll_back`).
"""

from datetime import timedelta
from functools import partial

from office_node.domain.merkle import root
from office_node.errors import LogDamagedError, MalformedStatementError
from office_node.node import Node
from office_node.signing.keys import verify_key
from office_node.signing.notes import Checkpoint, SignedCheckpoint, is_signed, read_checkpoint, sign_checkpoint
from office_node.store import leases, log, meta
from office_node.store.transactions import Connection

_DUTY, _DUTY_S = "log", 3.0
"""A killed process leaves the duty to the next within this time. Two at once would do no harm: writers take turns."""
PAGE = 500
"""Entries in a transaction, which holds up every other one while it runs."""


def origin(node: Node) -> str:
    """The log's name in its checkpoints: one log for each generation of an office."""
    return f"jejak/{node.office}/{node.generation}"


def is_own(node: Node, signed: SignedCheckpoint) -> bool:
    """Whether this office signed it, with a key that it holds or that the roster lists for it, be it an old one."""
    member = node.roster.current().member(node.office) if node.roster.known else None
    listed = () if member is None else member.signing_keys
    keys = [*(key.verify_key for key in node.keys.signing_keys), *(verify_key(key.key) for key in listed)]
    return any(is_signed(signed, key) for key in keys)


async def integrate_log(node: Node) -> int:
    """Number what waits; how many entries. Costs one look-up while nothing does. LogDamagedError."""
    if not node.roster.known or not await node.run.read(log.is_behind):
        return 0
    numbered = 0
    while page := await node.run.write(partial(_integrate, node=node)):
        numbered += page
        if page < PAGE:
            break
    return numbered


def _integrate(connection: Connection, *, node: Node) -> int:
    now = node.clock.now()
    if not leases.take(connection, _DUTY, holder=node.process, now=now, until=now + timedelta(seconds=_DUTY_S)):
        return 0
    if not log.is_behind(connection) or meta.get(connection, log.ROLLED_BACK) is not None:
        return 0
    _refuse_another_tree(connection, node)
    page = log.integrate(connection, limit=PAGE)
    size = log.size(connection)
    point = Checkpoint(origin(node), size, top(connection, size))
    log.put_checkpoint(connection, sign_checkpoint(point, key=node.signing).note())
    return page


def is_damaged(connection: Connection, *, node: Node) -> bool:
    """Whether the stored tree is not the one that this office signed last, so that nothing is added to it."""
    try:
        _refuse_another_tree(connection, node)
    except LogDamagedError:
        return True
    return False


def _refuse_another_tree(connection: Connection, node: Node) -> None:
    """LogDamagedError unless what is stored is the tree that this office signed last."""
    note, size = log.checkpoint(connection), log.size(connection)
    if note is None and size == 0:
        return
    try:
        signed = read_checkpoint(note or "")
        same = (signed.checkpoint.size, signed.checkpoint.root) == (size, top(connection, size))
    except (MalformedStatementError, KeyError) as error:
        raise LogDamagedError from error
    if not same or not is_own(node, signed):
        raise LogDamagedError


def top(connection: Connection, size: int) -> bytes:
    """The root over so many leaves from the first; KeyError if the tree has not that many."""
    return root(size, lambda level, place: log.node(connection, level, place))
