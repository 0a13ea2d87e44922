"""Who files one near number after the other, and who asks more than it used to: counts and keyed codes only."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import to_ms

HOUR = timedelta(hours=1)
_NEAR = HotStatement(
    "INSERT INTO filed_near (actor, code, value, at) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (actor, code, value) DO UPDATE SET at = excluded.at"
)
_HOW_MANY = HotStatement("SELECT count(*) FROM filed_near WHERE actor = ? AND code = ? AND at > ?")
_FORGET_NEAR = HotStatement("DELETE FROM filed_near WHERE at <= ?")
_ANSWERED = HotStatement(
    "SELECT peer, count(*), max(id) FROM entry WHERE id > ? AND type = 'answer' AND peer IS NOT NULL GROUP BY peer"
)
_FOUND = HotStatement("SELECT asker, count(*) FROM hit_given WHERE answered_at >= ? GROUP BY asker")
_USED = HotStatement(
    "INSERT INTO peer_use (office, hour, asked, found) VALUES (?, ?, ?, 0)"
    " ON CONFLICT (office, hour) DO UPDATE SET asked = peer_use.asked + excluded.asked"
)
_USED_FOUND = HotStatement("UPDATE peer_use SET found = ? WHERE office = ? AND hour = ?")
_USE = HotStatement(
    "SELECT office, asked - found, coalesce((SELECT avg(b.asked - b.found) FROM peer_use b"
    " WHERE b.office = peer_use.office AND b.hour < peer_use.hour), 0) FROM peer_use WHERE hour = ?"
)
_FORGET_USE = HotStatement("DELETE FROM peer_use WHERE hour <= ?")


def filed(connection: Connection, actor: str, *, code: int, value: int, now: datetime, since: datetime) -> int:
    """Note one value beside what it has in common with others; how many different ones that makes since then."""
    _NEAR.run(connection, (actor, code, value, to_ms(now)))
    row = _HOW_MANY.row(connection, (actor, code, to_ms(since)))
    return 0 if row is None else int(row[0])


def count_answers(connection: Connection, *, after: int, hour: datetime) -> int:
    """Add the answers given after this entry to the hour, by asking office; the last entry that was counted."""
    last, start = after, to_ms(hour)
    for office, answered, newest in _ANSWERED.rows(connection, (after,)):
        _USED.run(connection, (office, start, int(answered)))
        last = max(last, int(newest))
    for office, found in _FOUND.rows(connection, (start,)):
        _USED_FOUND.run(connection, (int(found), office, start))
    return last


def unfounded(connection: Connection, *, hour: datetime) -> list[tuple[str, int, float]]:
    """(office, questions of this hour that found nothing, how many were usual in an hour in which it asked)."""
    return [(str(row[0]), int(row[1]), float(row[2])) for row in _USE.rows(connection, (to_ms(hour),))]


def forget(connection: Connection, *, filed_before: datetime, used_before: datetime) -> None:
    """Drop what is older."""
    _FORGET_NEAR.run(connection, (to_ms(filed_before),))
    _FORGET_USE.run(connection, (to_ms(used_before),))
