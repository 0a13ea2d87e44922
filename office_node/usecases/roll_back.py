"""This office has signed a log that it does not hold: an old copy of its database runs, and nobody has said so.

Such a node would say *no hit* of people whom it has forgotten, and give numbers a second time. What shows it is a
checkpoint of the same log under its own key, held out by a peer or a witness, that is larger than what is stored or
another tree. From then on it answers nobody and sends nothing (`Node.check_serving`), but for its word on its log,
which is the others' proof; until `jejak recover`.
"""

from collections.abc import Iterable

from office_node.domain.log_evidence import checkpoints_in
from office_node.errors import JejakError
from office_node.logs import log as lines
from office_node.node import Node
from office_node.signing.notes import Checkpoint, is_signed, read_checkpoint
from office_node.store import log, meta
from office_node.store.transactions import Connection
from office_node.usecases.integrate_log import origin, top
from office_node.usecases.record import Act, enter
from shared_schemas.log import LogEvidence


def note_evidence(connection: Connection, node: Node, evidence: LogEvidence, *, by: str) -> str | None:
    """What `note_lost` does, with what is held against this office's log and was proved."""
    return note_lost(connection, node, checkpoints_in(evidence), by=by)


def note_lost(connection: Connection, node: Node, notes: Iterable[str], *, by: str) -> str | None:
    """The first of these checkpoints that is not held here, kept and written down; None if all are."""
    lost = next((note for note in notes if _is_lost(connection, node, note)), None)
    if lost is None or meta.get(connection, log.ROLLED_BACK) is not None:
        return lost
    meta.put(connection, log.ROLLED_BACK, value=lost)
    members = {"shown": lost, "size": log.size(connection)}
    enter(connection, node, act=Act("log-rolled-back", node.clock.now(), node.machine, members, peer=by))
    return lost


def stop(node: Node, lost: str | None) -> None:
    """Nothing more is said by this process; the others of this office read it within a second."""
    if lost is None or node.era.rolled_back is not None:
        return
    node.era.rolled_back = lost
    lines.error("node-not-serving", office=node.office, reason="rolled-back")


def _is_lost(connection: Connection, node: Node, note: str) -> bool:
    """Of this generation, no beginning of what is stored, and signed by a key of this office that counts now.

    A key that counts no more may be in other hands: with it nobody is to stop the office.
    """
    try:
        signed = read_checkpoint(note)
    except JejakError:
        return False
    if signed.checkpoint.origin != origin(node) or _is_held(connection, signed.checkpoint):
        return False
    keys = node.roster.current().counting_keys(node.office, node.clock.now())
    return any(is_signed(signed, key) for key in keys)


def _is_held(connection: Connection, point: Checkpoint) -> bool:
    if point.size > log.size(connection):
        return False
    try:
        return top(connection, point.size) == point.root
    except KeyError:  # a tree with holes is found by its own check (`integrate_log`)
        return True
