"""Going through the whole log: every leaf against its entry and what the entry says, the tree against its checkpoint.

What was edited in the database shows here: a payload that does not give its leaf, a column that says something else
than the payload, an entry that was slipped in, a tree that is not the one that was signed. Pages are gone through in a
reader, off the event loop, and of the tree only the largest complete subtrees are kept, so its size does not matter.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from office_node.domain.merkle import HASH_OCTETS, appended, empty_root, peaks, root
from office_node.domain.merkle import Node as TreeNode
from office_node.errors import JejakError, MalformedStatementError
from office_node.node import Node
from office_node.signing.notes import Checkpoint, read_checkpoint
from office_node.signing.statements import Statement, leaf_of, read_body
from office_node.store import log
from office_node.store.log import Kept, Numbered
from office_node.store.transactions import Connection
from office_node.usecases.integrate_log import is_own
from shared_schemas.base import rfc3339

_PAGE = 500
MOST_FAULTS = 100
"""Then it ends: more than that need no list."""


@dataclass(frozen=True)
class _Seen:
    """How far it has come: so many leaves, the largest complete subtrees over them, the id of the last entry."""

    size: int = 0
    subtrees: Mapping[TreeNode, bytes] = field(default_factory=dict)
    last_id: int = -(2**63)
    signed_root: bytes | None = None
    """The root when it was as large as the checkpoint says."""
    faults: tuple[str, ...] = ()
    is_over: bool = False


async def verify_log(node: Node, *, progress: Callable[[int], None]) -> list[str]:
    """Every fault, in plain words, the first hundred; empty if the log is whole.

    `progress` is told how many entries were looked at.
    """
    note = await node.run.read(log.checkpoint)
    told, faults = _told(node, note)
    base = await node.run.read(log.base)
    seen = _Seen(last_id=base or -(2**63), signed_root=empty_root() if told is not None and told.size == 0 else None)
    while not seen.is_over and len(seen.faults) < MOST_FAULTS:
        seen = await node.run.read(partial(_next_page, node=node, seen=seen, told=told))
        progress(seen.size)
    if note is None and seen.size and await node.run.read(log.checkpoint) is None:
        faults.append("there is no checkpoint")
    if told is not None and seen.is_over:
        faults += _tree_faults(told, seen)
    return list(dict.fromkeys([*seen.faults, *faults]))[:MOST_FAULTS]


def _told(node: Node, note: str | None) -> tuple[Checkpoint | None, list[str]]:
    """What the newest checkpoint says, and what is wrong with it itself."""
    if note is None:
        return None, []
    try:
        signed = read_checkpoint(note)
    except MalformedStatementError:
        return None, ["the checkpoint has not its form"]
    return signed.checkpoint, [] if is_own(node, signed) else ["the checkpoint is not signed by this office"]


def _tree_faults(told: Checkpoint, seen: _Seen) -> list[str]:
    if told.size > seen.size:
        return [f"the checkpoint says {told.size} entries, {seen.size} are here"]
    return [] if seen.signed_root == told.root else ["the tree is not the one that was signed"]


def _next_page(connection: Connection, *, node: Node, seen: _Seen, told: Checkpoint | None) -> _Seen:
    """The next leaves gone through; it is over where there are none, or one is missing."""
    page = log.leaves(connection, first=seen.size, limit=_PAGE)
    whole = [one for at, one in enumerate(page) if one.number == seen.size + at]
    faults = [f"entry {one.number}: {fault}" for one in whole for fault in _faults(node, one)]
    if whole and log.entries_between(connection, seen.last_id, whole[-1].entry_id) != len(whole):
        faults.append(f"entries {seen.size} to {whole[-1].number}: others beside them are not in the log")
    size = seen.size + len(whole)
    known = _grown(seen, [one.leaf for one in whole])
    if not all(_is_stored(connection, place, value) for place, value in known.items() if place not in seen.subtrees):
        faults.append("the stored tree is not the tree of its leaves")
    if len(whole) < len(page):
        faults.append(f"entry {size}: missing from the log")
    return replace(
        seen,
        size=size,
        subtrees={place: known[place] for place in peaks(size)},
        last_id=whole[-1].entry_id if whole else seen.last_id,
        signed_root=_root_at(told, seen, size=size, known=known),
        faults=(*seen.faults, *faults),
        is_over=len(whole) < _PAGE,
    )


def _grown(seen: _Seen, leaves: list[bytes]) -> dict[TreeNode, bytes]:
    """The subtrees that were known, these leaves, and what they complete."""
    fresh = appended(seen.size, leaves, lambda level, place: seen.subtrees[level, place])
    return {**seen.subtrees, **fresh, **{(0, seen.size + at): leaf for at, leaf in enumerate(leaves)}}


def _root_at(told: Checkpoint | None, seen: _Seen, *, size: int, known: Mapping[TreeNode, bytes]) -> bytes | None:
    if told is None or not seen.size < told.size <= size:
        return seen.signed_root
    return root(told.size, lambda level, place: known[level, place])


def _is_stored(connection: Connection, place: TreeNode, value: bytes) -> bool:
    try:
        return log.node(connection, *place) == value
    except KeyError:
        return False


def _faults(node: Node, one: Numbered) -> Iterator[str]:
    """What is wrong with one entry."""
    kept = one.entry
    if kept is None:
        yield "the entry is gone"
    elif kept.leaf != one.leaf or len(one.leaf) != HASH_OCTETS:
        yield "the entry has another leaf than the log"
    elif kept.body_sealed is None or kept.salt is None:
        if (kept.salt, kept.body_sealed, kept.attached_sealed) != (None, None, None):
            yield "half of what it says is gone"
    else:
        yield from _payload_faults(node, kept, salt=kept.salt, body_sealed=kept.body_sealed)


def _payload_faults(node: Node, kept: Kept, *, salt: bytes, body_sealed: bytes) -> Iterator[str]:
    row, attached = kept.leaf.hex(), None
    try:
        body = node.sealer.unseal("entry", row, body_sealed)
        if kept.attached_sealed is not None:
            attached = node.sealer.unseal("entry.attached", row, kept.attached_sealed)
        if leaf_of(body, salt)[1] != kept.leaf:
            yield "what it says is not what was logged"
            return
        said = read_body(body)
    except (JejakError, ValueError):
        yield "what it says does not open"
        return
    if not _agree(kept, said):
        yield "its columns are not what it says"
    if "in_reply_to" in said and attached is not None and said["in_reply_to"] != _digest_of(attached):
        yield "what is attached is not what it answers"


def _digest_of(attached: bytes) -> str | None:
    try:
        return Statement.unpacked(attached).digest
    except MalformedStatementError:
        return None


def _agree(kept: Kept, said: Mapping[str, Any]) -> bool:
    """Whether type, time, actor, peer and inquiry beside the body are those in it, as far as it names them."""
    actor = said.get("actor", {})
    beside = (kept.type, rfc3339(kept.at), *kept.actor)
    if beside != (
        said.get("type"),
        said.get("issued_at"),
        *(actor.get(name) for name in ("office", "role", "officer")),
    ):
        return False
    named = (said.get("audience", kept.peer), said.get("inquiry", kept.inquiry))
    return named == (kept.peer, kept.inquiry)
