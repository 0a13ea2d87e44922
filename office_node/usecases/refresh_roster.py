"""Looking for a newer roster: from the directory and two random members; the higher version wins.

The files held here stay in force whatever happens: nothing that a mirror says can do more than replace them by newer
ones that enough stewards signed (`signing/tuf_client.py`).
"""

import asyncio
from collections.abc import Callable
from functools import partial

from office_node.errors import JejakError
from office_node.logs import log
from office_node.node import Node
from office_node.node_roster import TrustChangedError
from office_node.signing.repository import TIMESTAMP, RosterFiles, target_path
from office_node.signing.tuf_client import Updating, answer, update
from office_node.usecases.reissue_notices import reissue_notices
from office_node.usecases.renew_keys import renew_keys
from office_node.usecases.suspend import keep_suspensions
from office_node.usecases.take_guideline import take_guideline
from office_node.usecases.trusting import write_trusting
from shared_schemas.roster import SuspensionsSent, file_tag, keys_target, suspensions_tag

MIRRORS = 2
_TIMEOUT_S = 10.0
_MIRROR_S = 30.0
"""One mirror is listened to for so long in a round, however slowly it gives; what it gave in it is kept."""
_TRIES = 5
_ROSTER = "/roster/v1/"
_AT_ONCE = 20
"""So many files of others' keys are kept in one transaction."""


async def refresh_roster(node: Node) -> bool:
    """Ask the mirrors, all at once and whatever one of them gives; True if anything new was kept."""
    mirrors = _mirrors(node)
    ended = await asyncio.gather(*(_from_mirror(node, base_url) for base_url in mirrors), return_exceptions=True)
    for one in ended:
        if isinstance(one, JejakError | ValueError | TimeoutError):
            log.warning("roster-mirror-failed", cause=_cause(one))
        elif isinstance(one, BaseException):
            log.error("roster-mirror-failed", error=type(one).__name__)
    await take_guideline(node)
    node.errands.start_once("renew-keys", partial(_renew, node))
    return True in ended


def _cause(error: BaseException) -> str:
    if isinstance(error, JejakError):
        return error.code
    return "too-slow" if isinstance(error, TimeoutError) else "malformed"


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


async def _from_mirror(node: Node, base_url: str) -> bool:
    async with node.clock.timeout(_MIRROR_S):
        return await _all_from(node, base_url)


async def _all_from(node: Node, base_url: str) -> bool:
    changed = await _update(node, base_url)
    changed = await _fetch_targets(node, base_url) or changed
    known = suspensions_tag(node.roster.suspensions)
    raw = await node.peers.fetch_public(base_url, f"{_ROSTER}suspensions", timeout_s=_TIMEOUT_S, known=known)
    if raw is None:
        return changed
    sent = SuspensionsSent.model_validate_json(raw).suspensions
    return await keep_suspensions(node, [one.model_dump(mode="json") for one in sent]) or changed


async def _update(node: Node, base_url: str) -> bool:
    for _ in range(_TRIES):
        held = node.roster.base
        stamp = held.files.get(TIMESTAMP) if isinstance(held, RosterFiles) else None
        new = await _asked(node, base_url, update(held, now=node.clock.now()), stamp=stamp)
        if new is None:
            return False
        if await _kept(node, new):
            return True
    raise TrustChangedError


async def _asked(node: Node, base_url: str, asking: Updating, *, stamp: bytes | None) -> RosterFiles | None:
    """Run the update against this mirror, which sends no timestamp (304) if it has the one that is held."""
    try:
        wanted = next(asking)
        while True:
            path = _ROSTER + wanted.path
            held = stamp if wanted.path == TIMESTAMP else None
            known = None if held is None else file_tag(held)
            body = await node.peers.fetch_public(base_url, path, timeout_s=_TIMEOUT_S, cap=wanted.cap, known=known)
            wanted = asking.send(held if body is None else body)
    except StopIteration as ended:
        new: RosterFiles | None = ended.value
        return new


async def _kept(node: Node, new: RosterFiles) -> bool:
    """False if other files are held by now than those that the update started from."""
    try:
        await node.run.write(lambda connection: node.roster.keep(connection, new))
    except TrustChangedError:
        return False
    finally:
        await node.run.read(node.roster.load)
    return True


async def _fetch_targets(node: Node, base_url: str) -> bool:
    """This office's epoch keys, and those of the others, which it only mirrors; True if its own have come."""
    missing = node.roster.missing_targets()
    own = keys_target(node.office) in missing
    if own:
        await _keep_targets(node, base_url, missing[:1])
        missing = missing[1:]
    for start in range(0, len(missing), _AT_ONCE):
        await _keep_targets(node, base_url, missing[start : start + _AT_ONCE])
    return own and keys_target(node.office) not in node.roster.missing_targets()


async def _keep_targets(node: Node, base_url: str, targets: list[str]) -> None:
    named = node.roster.current().proved.targets
    bodies = {}
    for target in targets:
        sha256, length = named.get(target, ("", 0))
        path = _ROSTER + target_path(target, sha256)
        body = await node.peers.fetch_public(base_url, path, timeout_s=_TIMEOUT_S, cap=length)
        if body is not None:
            bodies[target] = body
    if bodies:
        await write_trusting(node, lambda connection: node.roster.keep_targets(connection, bodies))
        await node.run.read(node.roster.load)


async def take_roster(node: Node, give: Callable[[str], bytes | None]) -> bool:
    """Take the roster from files that are at hand (a folder that was carried here); True if any of it was new."""
    new = answer(update(node.roster.base, now=node.clock.now()), give)
    changed = new is not None and await _kept(node, new)
    named = node.roster.current().proved.targets
    bodies = {}
    for target in node.roster.missing_targets():
        body = give(target_path(target, named[target][0]))
        if body is not None:
            bodies[target] = body
    if bodies:
        await write_trusting(node, lambda connection: node.roster.keep_targets(connection, bodies))
        await node.run.read(node.roster.load)
    await take_guideline(node)
    return changed or bool(bodies)
