"""Nonces of accepted messages: in the database, so that a restart opens no replay."""

from datetime import datetime

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import to_ms

_REMEMBER = HotStatement("INSERT INTO nonce (keyid, nonce, expires_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
_FORGET = HotStatement("DELETE FROM nonce WHERE expires_at < ?")


def remember(connection: Connection, keyid: str, *, nonce: str, expires_at: datetime) -> bool:
    """False if this key has used the nonce before."""
    return _REMEMBER.run(connection, (keyid, nonce, to_ms(expires_at))) == 1


def forget_expired(connection: Connection, now: datetime) -> int:
    """Drop what no signature can use any more; how many."""
    return _FORGET.run(connection, (to_ms(now),))
