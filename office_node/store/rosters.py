"""What trust is made from: the files of the roster's repository, suspensions, local denials."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from office_node.signing.repository import RosterFiles
from office_node.store import counters, meta
from office_node.store.hot import HotStatement
from office_node.store.times import from_ms, to_ms

_FETCHED_AT = "roster_fetched_at"
_PUT = HotStatement(
    "INSERT INTO roster_file (path, body) VALUES (?, ?) ON CONFLICT (path) DO UPDATE SET body = excluded.body"
)
_DROP = HotStatement("DELETE FROM roster_file WHERE path = ?")
_FILES = HotStatement("SELECT path, body FROM roster_file")
_FILE = HotStatement("SELECT body FROM roster_file WHERE path = ?")
_SUSPEND = HotStatement(
    "INSERT INTO suspension (digest, member, envelope, since) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
_SUSPENSIONS = HotStatement("SELECT digest, envelope FROM suspension ORDER BY digest")
_DENY = HotStatement("INSERT INTO denial (office, since, reason) VALUES (?, ?, ?) ON CONFLICT (office) DO NOTHING")
_ALLOW = HotStatement("DELETE FROM denial WHERE office = ?")
_DENIALS = HotStatement("SELECT office FROM denial ORDER BY office")


def put(connection: Connection, held: RosterFiles) -> None:
    """Keep these verified files, and no other."""
    before = _paths(connection)
    for path in before.keys() - held.files.keys():
        _DROP.run(connection, (path,))
    for path, body in held.files.items():
        if before.get(path) != body:
            _PUT.run(connection, (path, body))
    meta.put(connection, _FETCHED_AT, value=str(to_ms(held.fetched_at)))
    counters.bump_trust(connection)


def files(connection: Connection) -> RosterFiles | None:
    """All files held, or None before the first."""
    fetched_at = meta.get(connection, _FETCHED_AT)
    return None if fetched_at is None else RosterFiles(_paths(connection), from_ms(int(fetched_at)))


def file(connection: Connection, path: str) -> bytes | None:
    """One file, for whoever mirrors from here."""
    row = _FILE.row(connection, (path,))
    return None if row is None else bytes(row[0])


def suspend(connection: Connection, digest: str, *, member: str, envelope: dict[str, Any], since: datetime) -> bool:
    """Keep a verified suspension; False if it is held."""
    changed = _SUSPEND.run(connection, (digest, member, json.dumps(envelope).encode(), to_ms(since))) == 1
    if changed:
        counters.bump_trust(connection)
    return changed


def suspensions(connection: Connection) -> dict[str, dict[str, Any]]:
    """All suspensions held by digest, as envelopes."""
    return {str(row[0]): _json(row[1]) for row in _SUSPENSIONS.rows(connection)}


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


def _paths(connection: Connection) -> Mapping[str, bytes]:
    return {str(row[0]): bytes(row[1]) for row in _FILES.rows(connection)}


def _json(envelope: Any) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(bytes(envelope))
    return parsed
