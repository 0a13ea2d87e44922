"""Taking the signed guideline that came beside the roster: by its key in the roster, and never an older version.

What is refused changes nothing: the edition before it stays, and the shipped one where there is none.
"""

import json

from office_node.errors import JejakError
from office_node.guideline.pack import shipped_pack
from office_node.guideline.signed import prove_pack
from office_node.logs import log
from office_node.node import Node
from office_node.store import guidelines
from office_node.store.transactions import Connection
from office_node.usecases.record import Act, enter
from shared_schemas.guideline import GUIDELINE_TARGET, MAX_PACK_OCTETS


async def take_guideline(node: Node) -> bool:
    """Keep the pack that the roster's targets name, if it is newer than every one here; whether it was."""
    body = node.roster.target(GUIDELINE_TARGET) if node.roster.known else None
    if body is None:
        return False
    try:
        return await _take(node, body)
    except JejakError as error:
        log.warning("guideline-refused", code=error.code)
    except (ValueError, RecursionError):
        log.warning("guideline-refused", code="malformed")
    return False


async def _take(node: Node, body: bytes) -> bool:
    if len(body) > 2 * MAX_PACK_OCTETS:
        raise ValueError("larger than any pack")
    envelope = json.loads(body)
    now = node.clock.now()
    newest = max(await node.run.read(guidelines.newest), shipped_pack().version)
    pack = prove_pack(envelope, node.roster.current().roster.guideline_keys, now=now, known_version=newest)
    if pack is None:
        return False

    def keep(connection: Connection) -> bool:
        if pack.version <= guidelines.newest(connection):
            return False
        guidelines.put(
            connection, pack.version, effective_from=pack.effective_from.isoformat(), envelope=envelope, now=now
        )
        members = {"version": pack.version, "name": pack.name, "from": pack.effective_from.isoformat()}
        enter(connection, node, act=Act(type="guideline-taken", at=now, actor=node.machine, members=members))
        return True

    return await node.run.write(keep)
