"""Keys of local office systems. Opaque, 256 bits, kept only as a SHA-256; each may act in certain roles."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from office_node.store.hot import HotStatement
from office_node.store.times import to_ms

_ADD = HotStatement("INSERT INTO api_key (id, hash, label, roles, created_at) VALUES (?, ?, ?, ?, ?)")
_FIND = HotStatement("SELECT id, label, roles FROM api_key WHERE hash = ? AND revoked_at IS NULL")
_REVOKE = HotStatement("UPDATE api_key SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL")
_LIST = HotStatement("SELECT id, label, roles FROM api_key WHERE revoked_at IS NULL ORDER BY created_at")


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A key in force. `officer`: who is logged in, where a session stands in a key's place."""

    id: str
    label: str
    roles: tuple[str, ...]
    officer: str | None = None


def add(connection: Connection, key: AccessKey, *, hashed: bytes, now: datetime) -> None:
    """Add a key by its hash."""
    _ADD.run(connection, (key.id, hashed, key.label, json.dumps(key.roles), to_ms(now)))


def find(connection: Connection, hashed: bytes) -> AccessKey | None:
    """The key with this hash, unless revoked."""
    row = _FIND.row(connection, (hashed,))
    return None if row is None else AccessKey(row[0], row[1], tuple(json.loads(row[2])))


def revoke(connection: Connection, key_id: str, *, now: datetime) -> bool:
    """End a key; False if there is none in force."""
    return _REVOKE.run(connection, (to_ms(now), key_id)) == 1


def listed(connection: Connection) -> list[AccessKey]:
    """All keys in force."""
    return [AccessKey(row[0], row[1], tuple(json.loads(row[2]))) for row in _LIST.rows(connection)]
