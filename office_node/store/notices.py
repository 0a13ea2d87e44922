"""The latest notice on every case, own and others', and one posting per index token. The highest revision wins."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from office_node.signing.statements import Statement
from office_node.store.hot import HotStatement, integers
from office_node.store.times import from_ms, from_ms_or_none, to_ms, to_ms_or_none

_PAYLOAD_TYPE = "application/vnd.jejak.notice+json"
_SHARING = (
    "SELECT p.token, n.issuer, n.case_ref, n.revision, n.number, n.standing, n.reason_group, n.until, n.lapses_at,"
    " n.arrived_at FROM {} JOIN notice n ON n.id = p.notice_id WHERE n.until > ? AND n.standing <> 'cleared'"
    " AND (p.until IS NULL OR p.until > ?)"
)
_POSTINGS = HotStatement(
    _SHARING.format("json_each(?) wanted CROSS JOIN posting p ON p.token = wanted.value"),
    postgres=_SHARING.format("unnest(?::bigint[]) wanted JOIN posting p ON p.token = wanted"),
)
_PUT = HotStatement(
    "INSERT INTO notice (issuer, case_ref, revision, number, generation, standing, reason_group, until, lapses_at,"
    " arrived_at, keyid, signature, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (issuer, case_ref) DO UPDATE SET revision = excluded.revision, number = excluded.number,"
    " generation = excluded.generation, standing = excluded.standing, reason_group = excluded.reason_group,"
    " until = excluded.until, lapses_at = excluded.lapses_at, arrived_at = excluded.arrived_at,"
    " keyid = excluded.keyid, signature = excluded.signature, payload = excluded.payload"
    " WHERE notice.revision < excluded.revision RETURNING id, revision"
)
_UNPOST = HotStatement("DELETE FROM posting WHERE notice_id = ?")
_POST = HotStatement(
    "INSERT INTO posting (token, notice_id) SELECT value, ? FROM json_each(?)",
    postgres="INSERT INTO posting (token, notice_id) SELECT value, ? FROM unnest(?::bigint[]) AS value",
)
_POST_FORMER = HotStatement(
    "INSERT INTO posting (token, notice_id, until) SELECT value, ?, ? FROM json_each(?)",
    postgres="INSERT INTO posting (token, notice_id, until) SELECT value, ?, ? FROM unnest(?::bigint[]) AS value",
)
_COLUMNS = "issuer, case_ref, revision, number, standing, reason_group, until, lapses_at, keyid, signature, payload"
_GET = HotStatement(f"SELECT {_COLUMNS} FROM notice WHERE issuer = ? AND case_ref = ?")
_AFTER = HotStatement(
    f"SELECT {_COLUMNS} FROM notice WHERE issuer = ? AND number > ? AND number <= ? ORDER BY number LIMIT ?"
)
_LIVE = HotStatement(
    "SELECT number FROM notice WHERE issuer = ? AND (standing = 'cleared' OR until > ?) ORDER BY number"
)
_SIZE = HotStatement("SELECT coalesce(max(id), 0) FROM notice")
_EXPIRED = HotStatement("SELECT id FROM notice WHERE until <= ? LIMIT ?")
_WITHOUT_CASE = HotStatement(
    "SELECT n.case_ref FROM notice n LEFT JOIN office_case c ON c.ref = n.case_ref"
    " WHERE n.issuer = ? AND n.standing <> 'cleared' AND c.ref IS NULL ORDER BY n.case_ref"
)
_ARRIVED = HotStatement(
    "SELECT id, case_ref, revision, number, payload, arrived_at FROM notice WHERE issuer = ? AND arrived_at >= ?"
    " LIMIT ?"
)
_REMOVE = HotStatement("DELETE FROM notice WHERE id = ?")
_DROP = HotStatement("DELETE FROM notice WHERE id = ? AND until <= ?")


class Posting(NamedTuple):
    """A notice in force that shares an index token. Times are Unix milliseconds until they are asked for."""

    token: int
    issuer: str
    case_ref: str
    revision: int
    number: int
    standing: Any
    reason_group: Any
    until_ms: int
    lapses_at_ms: int | None
    arrived_at_ms: int

    @property
    def arrived_at(self) -> datetime:
        """When it came here."""
        return from_ms(self.arrived_at_ms)

    @property
    def until(self) -> datetime:
        """When its time is over."""
        return from_ms(self.until_ms)

    @property
    def lapses_at(self) -> datetime | None:
        """When it lapses, if it does."""
        return from_ms_or_none(self.lapses_at_ms)


class Arrived(NamedTuple):
    """A notice as it came."""

    id: int
    case_ref: str
    revision: int
    number: int
    payload: bytes
    arrived_at: datetime


@dataclass(frozen=True, slots=True)
class NewNotice:
    """A verified notice on its way into the store."""

    issuer: str
    case_ref: str
    revision: int
    number: int
    generation: int
    standing: str
    reason_group: str | None
    until: datetime | None
    lapses_at: datetime | None
    arrived_at: datetime
    keyid: str
    signature: bytes
    payload: bytes


@dataclass(frozen=True, slots=True)
class StoredNotice:
    """A notice as it is kept: what the store reads of it, and the statement's own bytes."""

    issuer: str
    case_ref: str
    revision: int
    number: int
    standing: str
    reason_group: str | None
    until: datetime | None
    lapses_at: datetime | None
    statement: Statement


def postings(connection: Connection, tokens: Iterable[int], *, now: datetime) -> list[Posting]:
    """Every notice in force (neither cleared nor over) that shares one of these tokens, once per shared token."""
    wanted = integers(connection, tokens)
    moment = to_ms(now)
    return [Posting._make(row) for row in _POSTINGS.rows(connection, (wanted, moment, moment))]


def put(
    connection: Connection, notice: NewNotice, *, tokens: Iterable[int],
    former: Iterable[tuple[Iterable[int], datetime]] = (),
) -> bool:  # fmt: skip
    """Keep a notice and its postings; False, and nothing changes, if the same or a higher revision is held.

    `former` are the tokens of identities from before corrections: each finds the notice until its own end only.
    """
    found_by = set(tokens)
    row = _PUT.row(
        connection,
        (
            notice.issuer, notice.case_ref, notice.revision, notice.number, notice.generation, notice.standing,
            notice.reason_group, to_ms_or_none(notice.until), to_ms_or_none(notice.lapses_at),
            to_ms(notice.arrived_at), notice.keyid, notice.signature, notice.payload,
        ),
    )  # fmt: skip
    if row is None:
        return False
    if notice.revision > 1:
        _UNPOST.run(connection, (row[0],))
    _POST.run(connection, (row[0], integers(connection, sorted(found_by))))
    for some, until in sorted(former, key=lambda one: one[1], reverse=True):  # the later end of a value counts
        if more := sorted(set(some) - found_by):
            _POST_FORMER.run(connection, (row[0], to_ms(until), integers(connection, more)))
            found_by |= set(more)
    return True


def get(connection: Connection, issuer: str, *, case_ref: str) -> StoredNotice | None:
    """The notice held on a case."""
    row = _GET.row(connection, (issuer, case_ref))
    return None if row is None else _stored(row)


def after(
    connection: Connection, issuer: str, *, number: int, limit: int, until: int | None = None
) -> list[StoredNotice]:
    """Notices of an issuer by number, tombstones among them."""
    last = 2**62 if until is None else until
    return [_stored(row) for row in _AFTER.rows(connection, (issuer, number, last, limit))]


def size(connection: Connection) -> int:
    """About how many notices are held: never fewer than there are."""
    row = _SIZE.row(connection)
    return 0 if row is None else int(row[0])


def live_numbers(connection: Connection, issuer: str, *, now: datetime) -> list[int]:
    """Numbers still in force. A tombstone is: who holds the earlier revision must get it."""
    return [int(row[0]) for row in _LIVE.rows(connection, (issuer, to_ms(now)))]


def expire(connection: Connection, *, now: datetime, limit: int = 500) -> int:
    """Remove notices whose `until` has passed, with their postings; how many.

    A revision that came since the row was found, and is in force, stays.
    """
    dropped = 0
    for (notice_id,) in _EXPIRED.rows(connection, (to_ms(now), limit)):
        if _DROP.run(connection, (notice_id, to_ms(now))):
            _UNPOST.run(connection, (notice_id,))
            dropped += 1
    return dropped


def arrived_since(connection: Connection, issuer: str, *, since: datetime, limit: int) -> list[Arrived]:
    """Notices of an issuer that came at that time or later."""
    rows = _ARRIVED.rows(connection, (issuer, to_ms(since), limit))
    return [
        Arrived(int(row[0]), row[1], int(row[2]), int(row[3]), bytes(row[4]), from_ms(row[5])) for row in rows
    ]  # fmt: skip


def without_case(connection: Connection, issuer: str) -> list[str]:
    """Cases of this issuer, in force, of which the office itself has no row: lost, and still known to peers."""
    return [str(row[0]) for row in _WITHOUT_CASE.rows(connection, (issuer,))]


def remove(connection: Connection, notice_id: int) -> None:
    """Remove a notice and its postings."""
    _UNPOST.run(connection, (notice_id,))
    _REMOVE.run(connection, (notice_id,))


def _stored(row: tuple[Any, ...]) -> StoredNotice:
    return StoredNotice(
        issuer=row[0],
        case_ref=row[1],
        revision=int(row[2]),
        number=int(row[3]),
        standing=row[4],
        reason_group=row[5],
        until=from_ms_or_none(row[6]),
        lapses_at=from_ms_or_none(row[7]),
        statement=Statement(payload=bytes(row[10]), payload_type=_PAYLOAD_TYPE, keyid=row[8], signature=bytes(row[9])),
    )
