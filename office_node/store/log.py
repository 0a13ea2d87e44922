"""The numbered log: leaves in the order in which their entries were written, and the complete subtrees over them.

Entries are numbered in the order of their ids, which is the order of their transactions: one writes at a time.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from office_node.domain.merkle import Node, appended
from office_node.store import meta
from office_node.store.hot import HotStatement
from office_node.store.times import from_ms

_CHECKPOINT, _COSIGNED, _WITNESS = "log_checkpoint", "log_cosigned", "log_witness_"
_LAST = HotStatement("SELECT number, entry_id FROM log_leaf ORDER BY number DESC LIMIT 1")
_WAITING = HotStatement("SELECT id, leaf FROM entry WHERE id > ? ORDER BY id LIMIT ?")
_ADD = HotStatement("INSERT INTO log_leaf (number, entry_id, leaf) VALUES (?, ?, ?)")
_ADD_NODE = HotStatement("INSERT INTO log_node (level, place, hash) VALUES (?, ?, ?)")
_LEAF = HotStatement("SELECT leaf FROM log_leaf WHERE number = ?")
_NODE = HotStatement("SELECT hash FROM log_node WHERE level = ? AND place = ?")
_NUMBER = HotStatement("SELECT number FROM log_leaf WHERE leaf = ? ORDER BY number LIMIT 1")
_LEAVES = HotStatement(
    "SELECT l.number, l.entry_id, l.leaf, e.leaf, e.at, e.type, e.peer, e.inquiry, e.actor_office, e.actor_role,"
    " e.actor_officer, e.salt, e.body_sealed, e.attached_sealed FROM log_leaf l LEFT JOIN entry e ON e.id = l.entry_id"
    " WHERE l.number >= ? ORDER BY l.number LIMIT ?"
)
ROLLED_BACK = "rolled_back"
"""The fact that an old copy of the database runs: the signed checkpoint that it does not hold."""
_BASE = "log_base"
"""The last entry of the generations that are closed: the tree of this one begins behind it."""
_CLOSE = (HotStatement("DELETE FROM log_leaf"), HotStatement("DELETE FROM log_node"))
_FORGET = HotStatement("DELETE FROM meta WHERE name IN (?, ?) OR substr(name, 1, 12) = ?")
_BETWEEN = HotStatement("SELECT COUNT(*) FROM entry WHERE id > ? AND id <= ?")


class Kept(NamedTuple):
    """What an entry holds beside its leaf: no salt, body and attachment once they were erased."""

    leaf: bytes
    at: datetime
    type: str
    peer: str | None
    inquiry: str | None
    actor: tuple[str, str, str | None]
    """Office, role, officer."""
    salt: bytes | None
    body_sealed: bytes | None
    attached_sealed: bytes | None


class Numbered(NamedTuple):
    """A leaf of the tree and its entry, None where that is gone."""

    number: int
    entry_id: int
    leaf: bytes
    entry: Kept | None


def size(connection: Connection) -> int:
    """How many entries are numbered."""
    row = _LAST.row(connection)
    return 0 if row is None else int(row[0]) + 1


def last_entry(connection: Connection) -> int:
    """The id of the last entry that has a number, or that is of a closed generation; 0 before the first."""
    row = _LAST.row(connection)
    return base(connection) if row is None else int(row[1])


def base(connection: Connection) -> int:
    """The id of the last entry of the generations that are closed; 0 in the first."""
    return int(meta.get(connection, _BASE) or 0)


def close(connection: Connection, *, last_entry: int) -> None:
    """A new tree begins behind this entry. The old one follows from the entries, in the order of their ids."""
    meta.put(connection, _BASE, value=str(last_entry))
    for statement in _CLOSE:
        statement.run(connection, ())
    _FORGET.run(connection, (_CHECKPOINT, _COSIGNED, _WITNESS))


def is_behind(connection: Connection) -> bool:
    """Whether entries wait for their numbers."""
    return bool(_waiting(connection, limit=1))


def integrate(connection: Connection, *, limit: int) -> int:
    """Number the next entries and extend the tree; how many were."""
    waiting = _waiting(connection, limit=limit)
    if not waiting:
        return 0
    first = size(connection)
    fresh = appended(first, [leaf for _, leaf in waiting], lambda level, place: node(connection, level, place))
    _ADD.run_many(connection, [(first + at, entry_id, leaf) for at, (entry_id, leaf) in enumerate(waiting)])
    _put_nodes(connection, fresh)
    return len(waiting)


def node(connection: Connection, level: int, place: int) -> bytes:
    """The hash of a complete subtree; KeyError if the tree has none there."""
    row = _LEAF.row(connection, (place,)) if level == 0 else _NODE.row(connection, (level, place))
    if row is None:
        raise KeyError((level, place))
    return bytes(row[0])


def number_of(connection: Connection, leaf: bytes) -> int | None:
    """The place of a leaf in the tree."""
    row = _NUMBER.row(connection, (leaf,))
    return None if row is None else int(row[0])


def leaves(connection: Connection, *, first: int, limit: int) -> list[Numbered]:
    """Leaves in their order, with what their entries hold."""
    return [
        Numbered(int(row[0]), int(row[1]), bytes(row[2]), None if row[3] is None else _kept(row[3:]))
        for row in _LEAVES.rows(connection, (first, limit))
    ]


def entries_between(connection: Connection, after: int, last: int) -> int:
    """How many entries have an id above the one and not above the other, numbered or not."""
    row = _BETWEEN.row(connection, (after, last))
    return 0 if row is None else int(row[0])


def checkpoint(connection: Connection) -> str | None:
    """The newest signed checkpoint, as a note."""
    return meta.get(connection, _CHECKPOINT)


def put_checkpoint(connection: Connection, note: str) -> None:
    """Keep it in the place of the one before."""
    meta.put(connection, _CHECKPOINT, value=note)


def cosigned(connection: Connection) -> str | None:
    """The newest checkpoint that witnesses have cosigned, with their cosignatures."""
    return meta.get(connection, _COSIGNED)


def put_cosigned(connection: Connection, note: str) -> None:
    """Keep it in the place of the one before."""
    meta.put(connection, _COSIGNED, value=note)


def witnessed_size(connection: Connection, *, witness: str) -> int:
    """The size of this log that a witness is thought to know."""
    return int(meta.get(connection, f"{_WITNESS}{witness}") or 0)


def put_witnessed_size(connection: Connection, *, witness: str, size: int) -> None:
    """What it knows now."""
    meta.put(connection, f"{_WITNESS}{witness}", value=str(size))


def _waiting(connection: Connection, *, limit: int) -> list[tuple[int, bytes]]:
    after = last_entry(connection)
    return [(int(row[0]), bytes(row[1])) for row in _WAITING.rows(connection, (after, limit))]


def _kept(row: tuple[Any, ...]) -> Kept:
    leaf, at, kind, peer, inquiry, office, role, officer, *sealed = row
    salt, body, attached = (None if part is None else bytes(part) for part in sealed)
    return Kept(bytes(leaf), from_ms(at), kind, peer, inquiry, (office, role, officer), salt, body, attached)


def _put_nodes(connection: Connection, fresh: Mapping[Node, bytes]) -> None:
    _ADD_NODE.run_many(connection, [(level, place, value) for (level, place), value in fresh.items()])
