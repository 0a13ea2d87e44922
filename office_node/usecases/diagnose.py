"""What keeps a node from working in its federation, in plain words for its administrator. It changes nothing."""

from datetime import datetime
from functools import partial

from office_node.node import Node
from office_node.store import peers
from office_node.store.transactions import Connection
from office_node.usecases.integrate_log import is_damaged
from office_node.usecases.own_clock import own_clock_fault
from shared_schemas.roster import Member

FISHING = 3
"""From so many hits on that proved nothing, and if they are most of an office's, it is named."""


async def diagnose(node: Node) -> list[str]:
    """Every cause that the roster held here shows; empty if there is none."""
    if not node.roster.known:
        return [
            "no roster yet: jejak node join with the fingerprint that a steward reads out (or JEJAK_ROOT_FINGERPRINT),"
            " or jejak node roster accept FOLDER"
        ]
    now, roster = node.clock.now(), node.roster.current()
    stage = roster.stage(now)
    causes = [] if stage == "valid" else [f"the roster is {stage} since its end: ask the stewards for a new one"]
    member = roster.member(node.office)
    if member is None or not roster.in_good_standing(node.office, now):
        return [*causes, "this office is no member in good standing: ask the stewards"]
    causes += _era_causes(node, member)
    minimum = roster.roster.minimum_protocol
    if node.settings.protocol < minimum:
        causes.append(
            f"this node speaks protocol version {node.settings.protocol}, the roster asks for {minimum}: upgrade"
        )
    if member.base_url != node.settings.public_url:
        causes.append(f"the roster says {member.base_url}, JEJAK_PUBLIC_URL says {node.settings.public_url}")
    if not any(roster.lists(key.keyid, key.public_hex, now) for key in node.keys.signing_keys):
        causes.append("the roster has another signing key of this office than the one here")
    if not node.roster.epoch_keys:
        causes.append("no epoch key opens here: the roster has none sealed to this node's encryption key")
    if await node.run.read(partial(is_damaged, node=node)):
        causes.append("the log was changed, and nothing is numbered any more: jejak log verify says what")
    return causes + await node.run.read(lambda connection: _told_by_peers(connection, node, now=now))


def _era_causes(node: Node, member: Member) -> list[str]:
    """Whether the node may speak, after a restore."""
    if node.era.restored is not None:
        return [f"the database was restored from a backup of {node.era.restored}: jejak recover"]
    if node.era.rolled_back is not None:
        return ["an old copy of the database runs, its log was another: restore the newest backup, or jejak recover"]
    if member.generation > node.generation:
        return [f"the roster has generation {member.generation}, this database is of {node.generation}: an old copy"]
    if member.generation < node.generation:
        return [f"the stewards have not released generation {node.generation} yet: jejak steward set-generation"]
    return []


def _told_by_peers(connection: Connection, node: Node, *, now: datetime) -> list[str]:
    fault = own_clock_fault(connection, node, now=now)
    fishing = [
        f"{office}: {state.hits_unfounded} of its {state.hits_revealed} hits were nobody like the person asked about;"
        f" ask it why, or jejak node deny {office}"
        for office, state in peers.states(connection).items()
        if state.hits_unfounded >= FISHING and 2 * state.hits_unfounded > state.hits_revealed
    ]
    return [str(fault), *fishing] if fault else fishing
