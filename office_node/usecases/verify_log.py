"""Going through the whole log: every leaf against its entry and what the entry says, the tree against its checkpoint.

What was edited in the database shows here: a payload that does not give its leaf, a leaf that is not the entry's, or a
tree that is not the one that was signed.
"""

from collections.abc import Callable
from functools import partial

from office_node.domain.merkle import HASH_OCTETS, appended, root
from office_node.errors import JejakError, MalformedStatementError
from office_node.node import Node
from office_node.signing.notes import is_signed, read_checkpoint
from office_node.signing.statements import leaf_of
from office_node.store import log
from office_node.store.log import Numbered
from office_node.store.transactions import Connection

_PAGE = 500


async def verify_log(node: Node, *, progress: Callable[[int], None]) -> list[str]:
    """Every fault, in plain words; empty if the log is whole. `progress` is told how many entries were looked at."""
    faults: list[str] = []
    tree: dict[tuple[int, int], bytes] = {}

    def held(level: int, place: int) -> bytes:
        return tree[level, place]

    note = await node.run.read(log.checkpoint)
    size = 0
    while page := await node.run.read(partial(log.leaves, first=size, limit=_PAGE)):
        for one in page:
            if one.number != size:
                faults.append(f"entry {size}: missing from the log")
                return faults
            if (fault := _fault(node, one)) is not None:
                faults.append(f"entry {one.number}: {fault}")
            tree |= {**appended(size, [one.leaf], held), (0, size): one.leaf}
            size += 1
        progress(size)
    return [*faults, *await _tree_faults(node, note, size=size, tree=tree)]


def _fault(node: Node, one: Numbered) -> str | None:
    if one.entry_leaf is None:
        return "the entry is gone"
    if one.entry_leaf != one.leaf or len(one.leaf) != HASH_OCTETS:
        return "the entry has another leaf than the log"
    if one.body_sealed is None or one.salt is None:
        return None if one.body_sealed is None and one.salt is None else "half of what it says is gone"
    try:
        body = node.sealer.unseal("entry", one.leaf.hex(), one.body_sealed)
        return None if leaf_of(body, one.salt)[1] == one.leaf else "what it says is not what was logged"
    except (JejakError, ValueError):
        return "what it says does not open"


async def _tree_faults(node: Node, note: str | None, *, size: int, tree: dict[tuple[int, int], bytes]) -> list[str]:
    if note is None:
        return [] if size == 0 else ["there is no checkpoint"]
    try:
        signed = read_checkpoint(note)
    except MalformedStatementError:
        return ["the checkpoint has not its form"]
    told = signed.checkpoint
    faults = []
    if not any(is_signed(signed, key.verify_key) for key in node.keys.signing_keys):
        faults.append("the checkpoint is not signed by this office")
    if told.size > size:
        faults.append(f"the checkpoint says {told.size} entries, {size} are here")
    elif root(told.size, lambda level, place: tree[level, place]) != told.root:
        faults.append("the tree is not the one that was signed")
    if not await node.run.read(partial(_same_nodes, tree=tree)):
        faults.append("the stored tree is not the tree of its leaves")
    return faults


def _same_nodes(connection: Connection, *, tree: dict[tuple[int, int], bytes]) -> bool:
    for (level, place), value in tree.items():
        try:
            if level and log.node(connection, level, place) != value:
                return False
        except KeyError:
            return False
    return True
