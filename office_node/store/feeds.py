"""How far each office's feed is accounted for: a number by its notice, by one that replaces it, or by a hello.

`accounted_to` is the end of the unbroken beginning; what lies beyond is kept as closed ranges that never touch.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from office_node.domain.ranges import to_ranges
from office_node.signing.statements import Statement
from office_node.store import feed_ranges, gaps
from office_node.store.hot import HotStatement
from office_node.store.times import from_ms, to_ms
from shared_schemas.trace import HelloFacts

_HELLO_TYPE = "application/vnd.jejak.hello+json"
_NEW_PEER = HotStatement(
    "INSERT INTO peer (office, accounted_to, failures, skew_errors) VALUES (?, 0, 0, 0) ON CONFLICT DO NOTHING"
)
_ACCOUNTED = HotStatement("SELECT accounted_to FROM peer WHERE office = ?")
_ADVANCE = HotStatement("UPDATE peer SET accounted_to = ? WHERE office = ?")
_NEXT = HotStatement(
    "UPDATE peer SET accounted_to = ? WHERE office = ? AND accounted_to = ?"
    " AND NOT EXISTS (SELECT 1 FROM feed_range WHERE issuer = ?)"
)
_IS_ACCOUNTED = HotStatement(
    "SELECT 1 FROM peer WHERE office = ? AND accounted_to >= ?"
    " UNION ALL SELECT 1 FROM feed_range WHERE issuer = ? AND first <= ? AND last >= ?"
)
_HELLO = HotStatement(
    "SELECT accounted_to, hello_at, hello_last_number, hello_payload, hello_signature, hello_keyid"
    " FROM peer WHERE office = ?"
)
_NOTE = HotStatement(
    "UPDATE peer SET hello_at = ?, hello_last_number = ?, hello_generation = ?"
    " WHERE office = ? AND (hello_at IS NULL OR hello_at < ?)"
)
_KEEP_STATEMENT = HotStatement(
    "UPDATE peer SET hello_payload = ?, hello_signature = ?, hello_keyid = ? WHERE office = ?"
)


def account(connection: Connection, issuer: str, *, numbers: Iterable[int]) -> None:
    """These numbers of the feed are known."""
    numbers = tuple(numbers)
    if len(numbers) == 1 and _NEXT.run(connection, (numbers[0], issuer, numbers[0] - 1, issuer)):
        return  # in order and nothing missing: as nearly always
    account_ranges(connection, issuer, ranges=to_ranges(numbers))


def account_ranges(connection: Connection, issuer: str, *, ranges: Iterable[tuple[int, int]]) -> None:
    """These closed ranges of numbers are known. Order and repetition do not matter."""
    row = _ACCOUNTED.row(connection, (issuer,))
    if row is None:
        _NEW_PEER.run(connection, (issuer,))
        row = _ACCOUNTED.row(connection, (issuer,)) or (0,)
    reached = int(row[0])
    now_reached = feed_ranges.add(connection, issuer, reached=reached, ranges=ranges)
    if now_reached > reached:
        _ADVANCE.run(connection, (now_reached, issuer))


def account_all_but_live(
    connection: Connection, issuer: str, *, last_number: int, live: Iterable[tuple[int, int]]
) -> None:
    """By the issuer's own word, every number up to `last_number` that is not live is accounted for."""
    gone: list[tuple[int, int]] = []
    reached = 0
    for first, last in sorted(live):
        if reached + 1 < first and reached < last_number:
            gone.append((reached + 1, min(first - 1, last_number)))
        reached = max(reached, last)
    if reached < last_number:
        gone.append((reached + 1, last_number))
    account_ranges(connection, issuer, ranges=gone)


def note_hello(connection: Connection, issuer: str, *, facts: HelloFacts, statement: Statement | None) -> None:
    """Keep the newest hello facts, and the newest whole statement for relaying."""
    _NEW_PEER.run(connection, (issuer,))
    at = to_ms(facts.at)
    changed = _NOTE.run(connection, (at, facts.last_number, facts.generation, issuer, at))
    if statement is not None and changed:
        _KEEP_STATEMENT.run(connection, (statement.payload, statement.signature, statement.keyid, issuer))


def forget(connection: Connection, issuer: str) -> None:
    """Nothing of this feed is accounted for any more: it is pulled anew once its issuer is in good standing."""
    _ADVANCE.run(connection, (0, issuer))
    feed_ranges.forget(connection, issuer)


def covered_to(connection: Connection, issuer: str) -> datetime | None:
    """The moment of its last hello, if every number that it had given by then is accounted for."""
    row = _HELLO.row(connection, (issuer,))
    if row is None or row[1] is None or (int(row[0]) < int(row[2]) and gaps.missing(connection, issuer)):
        return None
    return from_ms(row[1])


def first_missing(connection: Connection, issuer: str) -> int | None:
    """The first number of the feed that is not accounted for, up to the last hello."""
    missing = gaps.missing(connection, issuer)
    return missing[0][0] if missing else None


def is_accounted(connection: Connection, issuer: str, *, number: int) -> bool:
    """Whether this number of the feed is accounted for."""
    return _IS_ACCOUNTED.row(connection, (issuer, number, issuer, number, number)) is not None


def hello_last(connection: Connection, issuer: str) -> int | None:
    """The last number that the office has named, or None before its first hello."""
    row = _HELLO.row(connection, (issuer,))
    return None if row is None or row[1] is None else int(row[2])


def hello_statement(connection: Connection, issuer: str) -> Statement | None:
    """The newest hello statement of an office, for relaying."""
    row = _HELLO.row(connection, (issuer,))
    if row is None or row[3] is None:
        return None
    return Statement(payload=bytes(row[3]), payload_type=_HELLO_TYPE, keyid=row[5], signature=bytes(row[4]))
