"""Nonces of accepted messages: in the database, so that a restart opens no replay.

A clock that is set back makes old messages valid again whose nonces are gone. So it is remembered up to which end
nonces were forgotten, and a message that ends no later is never new.
"""

from datetime import datetime

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import to_ms

_REMEMBER = HotStatement(
    "INSERT INTO nonce (keyid, nonce, expires_at) SELECT CAST(? AS VARCHAR), CAST(? AS VARCHAR), CAST(? AS BIGINT)"
    " WHERE NOT EXISTS (SELECT 1 FROM counter WHERE name = 'nonces_forgotten' AND value >= CAST(? AS BIGINT))"
    " ON CONFLICT DO NOTHING"
)
_HELD = HotStatement("SELECT 1 FROM nonce WHERE keyid = ? AND nonce = ?")
_LAST = HotStatement("SELECT max(expires_at) FROM nonce WHERE expires_at < ?")
_FORGOTTEN = HotStatement(
    "INSERT INTO counter (name, value) VALUES ('nonces_forgotten', ?)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE counter.value < excluded.value"
)
_FORGET = HotStatement("DELETE FROM nonce WHERE expires_at < ?")


def remember(connection: Connection, keyid: str, *, nonce: str, expires_at: datetime) -> bool:
    """False if this key has used the nonce before, or may have: nonces that ended as late were forgotten already."""
    until = to_ms(expires_at)
    return _REMEMBER.run(connection, (keyid, nonce, until, until)) == 1


def holds(connection: Connection, keyid: str, *, nonce: str) -> bool:
    """Whether this key's nonce is remembered."""
    return _HELD.row(connection, (keyid, nonce)) is not None


def forget_expired(connection: Connection, now: datetime) -> int:
    """Drop what no signature can use any more; how many."""
    last = _LAST.row(connection, (to_ms(now),))
    if last is None or last[0] is None:
        return 0
    _FORGOTTEN.run(connection, (int(last[0]),))
    return _FORGET.run(connection, (to_ms(now),))
