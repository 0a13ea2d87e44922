"""Suspensions: kept when a steward or the office itself signed them, and passed on with every hello.

One that is kept works at once: the roster in memory is loaded anew, and no message of the member is accepted.
"""

import json
from collections.abc import Iterable
from functools import partial
from typing import Any

from office_node.domain.suspensions import Reason, make_suspension
from office_node.errors import JejakError
from office_node.logs import log
from office_node.node import Node
from office_node.store.transactions import Connection
from office_node.usecases.discredit import discredit
from office_node.usecases.trusting import write_trusting

MAX_RIDING = 16
RIDING_OCTETS = 8 * 1024
"""So much of them rides on a hello; the rest is fetched from mirrors."""


async def keep_suspensions(node: Node, envelopes: Iterable[dict[str, Any]]) -> bool:
    """Keep what proves itself, wherever it came from; True if any of it was new."""
    fresh = [one for one in envelopes if one not in node.roster.suspensions.values()]
    if not fresh or not await write_trusting(node, lambda connection: _keep(connection, node, fresh)):
        return False
    await node.run.read(node.roster.load)
    node.errands.start_once("discredit", partial(_discredit, node))
    return True


async def _discredit(node: Node) -> None:
    await discredit(node)


def _keep(connection: Connection, node: Node, envelopes: Iterable[dict[str, Any]]) -> bool:
    node.roster.check(connection)
    kept = False
    for envelope in envelopes:
        try:
            kept = node.roster.keep_suspension(connection, envelope) or kept
        except JejakError as error:
            log.warning("suspension-refused", code=error.code)
    return kept


async def suspend_self(node: Node, *, reason: Reason) -> None:
    """Suspend this office by its own key: for a stolen key, or a node that must not be believed any more."""
    envelope = make_suspension(node.office, key=node.signing, now=node.clock.now(), reason=reason)
    await keep_suspensions(node, [envelope])


def riding(node: Node) -> list[dict[str, Any]]:
    """The suspensions that go with a hello."""
    chosen, room = [], RIDING_OCTETS
    for envelope in list(node.roster.suspensions.values())[-MAX_RIDING:]:
        room -= len(json.dumps(envelope))
        if room < 0:
            break
        chosen.append(envelope)
    return chosen
