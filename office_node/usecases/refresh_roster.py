"""Looking for a newer roster: from the directory and two random members; the higher version wins.

The copy held here stays in force whatever happens: nothing that a mirror says can do more than replace it by a
statement that enough stewards signed.
"""

import asyncio
import hashlib
from datetime import datetime
from functools import partial
from typing import Any

from office_node.errors import JejakError, PeerError
from office_node.logs import log
from office_node.node import Node
from office_node.store import rosters
from office_node.store.transactions import Connection
from office_node.usecases.reissue_notices import reissue_notices
from office_node.usecases.renew_keys import renew_keys
from office_node.usecases.trusting import write_trusting
from shared_schemas.roster import RosterSent

MIRRORS = 2
_TIMEOUT_S = 10.0


async def refresh_roster(node: Node) -> bool:
    """Ask the mirrors, all at once and whatever one of them gives; True if anything new was kept."""
    mirrors = _mirrors(node)
    ended = await asyncio.gather(*(_from_mirror(node, base_url) for base_url in mirrors), return_exceptions=True)
    for one in ended:
        if isinstance(one, JejakError | ValueError):
            log.warning("roster-mirror-failed", cause=one.code if isinstance(one, JejakError) else "malformed")
        elif isinstance(one, BaseException):
            log.error("roster-mirror-failed", error=type(one).__name__)
    changed = True in ended
    if changed:
        await node.run.read(node.roster.load)
    node.errands.start_once("renew-keys", partial(_renew, node))
    return changed


async def _renew(node: Node) -> None:
    """Beside the round: thousands of cases take minutes."""
    await renew_keys(node)
    await reissue_notices(node)


def _mirrors(node: Node) -> list[str]:
    urls = [node.settings.directory_url] if node.settings.directory_url else []
    if not node.roster.known:
        return urls
    others = [m.base_url for m in node.roster.current().offices(node.clock.now()) if m.id != node.office]
    for _ in range(min(MIRRORS, len(others))):
        pick = int.from_bytes(node.random(4), "big") % len(others)
        urls.append(others.pop(pick))
    return urls


async def accept_roster(node: Node, sent: RosterSent, *, sealed_keys: bytes | None = None) -> bool:
    """Keep what proves itself, wherever it came from; True if any of it was new. RosterRefusedError."""
    now = node.clock.now()
    envelope: dict[str, Any] = sent.roster.model_dump(mode="json")
    suspensions = [one.model_dump(mode="json") for one in sent.suspensions]
    changed = await write_trusting(node, lambda connection: _keep(connection, node, envelope, now=now))
    if changed:
        await node.run.read(node.roster.load)
    changed = await node.run.write(lambda c: _keep_suspensions(c, node, suspensions)) or changed
    if sealed_keys is not None:
        file = sealed_keys
        changed = await write_trusting(node, lambda connection: _keep_keys(connection, node, file)) or changed
        await node.run.read(node.roster.load)
    return changed


def _keep(connection: Connection, node: Node, envelope: dict[str, Any], *, now: datetime) -> bool:
    """Held against the newest roster, also if another process has kept it."""
    node.roster.check(connection)
    return node.roster.keep(connection, envelope, now=now)


def _keep_keys(connection: Connection, node: Node, file: bytes) -> bool:
    node.roster.check(connection)
    return node.roster.keep_epoch_keys(connection, file)


async def _from_mirror(node: Node, base_url: str) -> bool:
    raw = await node.peers.fetch_public(base_url, "/roster/v1/current", timeout_s=_TIMEOUT_S)
    changed = await accept_roster(node, RosterSent.model_validate_json(raw))
    named = node.roster.current().roster.sealed_keys.get(node.office)
    if named is None or named == await node.run.read(lambda c: _digest_held(c, node)):
        return changed
    try:
        file = await node.peers.fetch_public(base_url, f"/roster/v1/keys/{node.office}", timeout_s=_TIMEOUT_S)
    except PeerError:
        return changed
    return await write_trusting(node, lambda connection: _keep_keys(connection, node, file)) or changed


def _keep_suspensions(connection: Connection, node: Node, envelopes: list[dict[str, Any]]) -> bool:
    kept = False
    for envelope in envelopes:
        try:
            kept = node.roster.keep_suspension(connection, envelope) or kept
        except JejakError as error:
            log.warning("suspension-refused", code=error.code)
    return kept


def _digest_held(connection: Connection, node: Node) -> str | None:
    held = rosters.sealed_keys(connection, node.office)
    return None if held is None else hashlib.sha256(held).hexdigest()


async def current_roster(node: Node) -> dict[str, Any]:
    """RosterSent as JSON, for whoever mirrors from this node. RosterMissingError before the first."""
    node.roster.current()

    def read(connection: Connection) -> dict[str, Any]:
        return {"roster": rosters.newest(connection), "suspensions": rosters.suspensions(connection)}

    return await node.run.read(read)


async def sealed_keys_file(node: Node, office: str) -> bytes | None:
    """A member's file as held here; a node holds its own only."""
    return await node.run.read(lambda connection: rosters.sealed_keys(connection, office))
