"""The verified copies that trust is made from: rosters, the node's sealed epoch keys, suspensions, local denials."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from office_node.store import counters
from office_node.store.hot import HotStatement
from office_node.store.times import to_ms

_PUT = HotStatement(
    "INSERT INTO roster_copy (version, envelope, fetched_at) VALUES (?, ?, ?) ON CONFLICT (version) DO NOTHING"
)
_NEWEST = HotStatement("SELECT envelope FROM roster_copy ORDER BY version DESC LIMIT 1")
_NEWEST_VERSION = HotStatement("SELECT max(version) FROM roster_copy")
_PUT_KEYS = HotStatement(
    "INSERT INTO sealed_keys_copy (member, body) VALUES (?, ?) ON CONFLICT (member) DO UPDATE SET body = excluded.body"
)
_KEYS = HotStatement("SELECT body FROM sealed_keys_copy WHERE member = ?")
_SUSPEND = HotStatement(
    "INSERT INTO suspension (digest, member, envelope, since) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
_SUSPENSIONS = HotStatement("SELECT envelope FROM suspension ORDER BY digest")
_DENY = HotStatement("INSERT INTO denial (office, since, reason) VALUES (?, ?, ?) ON CONFLICT (office) DO NOTHING")
_ALLOW = HotStatement("DELETE FROM denial WHERE office = ?")
_DENIALS = HotStatement("SELECT office FROM denial ORDER BY office")


def put(connection: Connection, version: int, *, envelope: dict[str, Any], now: datetime) -> bool:
    """Keep a verified roster; False if that version is held."""
    changed = _PUT.run(connection, (version, json.dumps(envelope).encode(), to_ms(now))) == 1
    if changed:
        counters.bump_trust(connection)
    return changed


def newest(connection: Connection) -> dict[str, Any] | None:
    """The envelope of the highest version held."""
    row = _NEWEST.row(connection)
    return None if row is None else _json(row[0])


def newest_version(connection: Connection) -> int | None:
    """The highest version held."""
    row = _NEWEST_VERSION.row(connection)
    return None if row is None or row[0] is None else int(row[0])


def put_sealed_keys(connection: Connection, member: str, *, body: bytes) -> bool:
    """Keep a member's file of sealed epoch keys; False if it is the one held."""
    if sealed_keys(connection, member) == body:
        return False
    _PUT_KEYS.run(connection, (member, body))
    counters.bump_trust(connection)
    return True


def sealed_keys(connection: Connection, member: str) -> bytes | None:
    """A member's file as it was published."""
    row = _KEYS.row(connection, (member,))
    return None if row is None else bytes(row[0])


def suspend(connection: Connection, digest: str, *, member: str, envelope: dict[str, Any], since: datetime) -> bool:
    """Keep a verified suspension; False if it is held."""
    changed = _SUSPEND.run(connection, (digest, member, json.dumps(envelope).encode(), to_ms(since))) == 1
    if changed:
        counters.bump_trust(connection)
    return changed


def suspensions(connection: Connection) -> list[dict[str, Any]]:
    """All suspensions held, as envelopes."""
    return [_json(row[0]) for row in _SUSPENSIONS.rows(connection)]


def deny(connection: Connection, office: str, *, now: datetime, reason: str) -> None:
    """This node's own administrator trusts that office no longer; at once."""
    _DENY.run(connection, (office, to_ms(now), reason))
    counters.bump_trust(connection)


def allow(connection: Connection, office: str) -> None:
    """Lift a local denial."""
    _ALLOW.run(connection, (office,))
    counters.bump_trust(connection)


def denials(connection: Connection) -> list[str]:
    """Offices denied here."""
    return [str(row[0]) for row in _DENIALS.rows(connection)]


def _json(envelope: Any) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(bytes(envelope))
    return parsed
