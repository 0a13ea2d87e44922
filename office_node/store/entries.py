"""The log's entries: salt, sealed payload, leaf hash. Numbered later by one integrator; the payload can be erased."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import from_ms, to_ms

_WRITE = HotStatement(
    "INSERT INTO entry (at, type, case_ref, peer, inquiry, actor_office, actor_role, actor_officer, purpose,"
    " keep_until, salt, body_sealed, attached_sealed, leaf) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_LIST = HotStatement(
    "SELECT id, at, type, case_ref, peer, inquiry, actor_role, actor_officer, purpose, salt, body_sealed, leaf"
    " FROM entry WHERE id > ? ORDER BY id LIMIT ?"
)
_ERASE = HotStatement(
    "UPDATE entry SET salt = NULL, body_sealed = NULL, attached_sealed = NULL, case_ref = NULL, inquiry = NULL,"
    " actor_officer = NULL WHERE id IN"
    " (SELECT id FROM entry WHERE keep_until <= ? AND body_sealed IS NOT NULL LIMIT ?)"
)
_CAME = HotStatement(
    "SELECT leaf, attached_sealed FROM entry WHERE id > ? AND id <= ? AND peer = ? AND type = ?"
    " AND at <= ? AND attached_sealed IS NOT NULL ORDER BY id"
)
_OF_TYPES = (
    "SELECT id, at, type, case_ref, peer, inquiry, actor_role, actor_officer, purpose, salt, body_sealed, leaf"
    " FROM entry WHERE id > ? AND id <= ? AND type IN ({}) ORDER BY id"
)
_LAST_ID = HotStatement("SELECT max(id) FROM entry")
_IS_WRITTEN = HotStatement("SELECT 1 FROM entry WHERE id > ? AND leaf = ? LIMIT 1")


class Attached(NamedTuple):
    """What an entry of one's own keeps of another office's statement, sealed under the entry's leaf."""

    leaf: bytes
    attached_sealed: bytes


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry before it has a number."""

    at: datetime
    type: str
    case_ref: str | None
    peer: str | None
    inquiry: str | None
    actor_office: str
    actor_role: str
    actor_officer: str | None
    purpose: str | None
    keep_until: datetime
    salt: bytes
    body_sealed: bytes
    attached_sealed: bytes | None
    leaf: bytes


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it is kept."""

    id: int
    at: datetime
    type: str
    case_ref: str | None
    peer: str | None
    inquiry: str | None
    actor_role: str
    actor_officer: str | None
    purpose: str | None
    salt: bytes | None
    body_sealed: bytes | None
    leaf: bytes


def write_entry(connection: Connection, entry: NewEntry) -> None:
    """Add one entry in this transaction."""
    _WRITE.run(
        connection,
        (
            to_ms(entry.at), entry.type, entry.case_ref, entry.peer, entry.inquiry, entry.actor_office,
            entry.actor_role, entry.actor_officer, entry.purpose, to_ms(entry.keep_until), entry.salt,
            entry.body_sealed, entry.attached_sealed, entry.leaf,
        ),
    )  # fmt: skip


def erase_due(connection: Connection, *, now: datetime, limit: int = 500) -> int:
    """Erase what entries said whose time is over, how many; their leaves stay, so the tree stays valid.

    The salt goes too: with it a body could be guessed. So do the references to case, inquiry and officer.
    """
    return _ERASE.run(connection, (to_ms(now), limit))


def listed(connection: Connection, *, after: int = 0, limit: int = 1000) -> list[Entry]:
    """Entries in the order in which they were written."""
    return [_entry(row) for row in _LIST.rows(connection, (after, limit))]


def of_types(connection: Connection, types: tuple[str, ...], *, after: int, last: int) -> list[Entry]:
    """Entries of these types with ids from beyond `after` to `last`, in the order in which they were written."""
    statement = HotStatement(_OF_TYPES.format(", ".join("?" * len(types))))
    return [_entry(row) for row in statement.rows(connection, (after, last, *types))]


def last_id(connection: Connection) -> int:
    """The id of the newest entry; 0 before the first."""
    row = _LAST_ID.row(connection, ())
    return 0 if row is None or row[0] is None else int(row[0])


def came_from(
    connection: Connection, peer: str, *, type: str, after: int, last: int, before: datetime
) -> list[Attached]:  # fmt: skip
    """What came from this office in entries of this type, between these ids and before that time."""
    rows = _CAME.rows(connection, (after, last, peer, type, to_ms(before)))
    return [Attached(bytes(row[0]), bytes(row[1])) for row in rows]


def is_written(connection: Connection, leaf: bytes, *, after: int) -> bool:
    """Whether an entry behind this one has the leaf."""
    return _IS_WRITTEN.row(connection, (after, leaf)) is not None


def _entry(row: tuple[Any, ...]) -> Entry:
    return Entry(
        id=int(row[0]),
        at=from_ms(row[1]),
        type=row[2],
        case_ref=row[3],
        peer=row[4],
        inquiry=row[5],
        actor_role=row[6],
        actor_officer=row[7],
        purpose=row[8],
        salt=None if row[9] is None else bytes(row[9]),
        body_sealed=None if row[10] is None else bytes(row[10]),
        leaf=bytes(row[11]),
    )
