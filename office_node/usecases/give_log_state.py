"""This office's signed word on its own log, to a member who knows checkpoints of it and leaves that it was given."""

from functools import partial
from typing import Any

from office_node.domain.merkle import consistency_proof, inclusion_proof
from office_node.errors import LogDamagedError, MalformedStatementError
from office_node.logs import log as lines
from office_node.node import Node
from office_node.signing.notes import Checkpoint, read_checkpoint
from office_node.signing.statements import Statement
from office_node.store import entries, log
from office_node.store.transactions import Connection
from office_node.usecases.accept import Carried
from office_node.usecases.admit import admit
from office_node.usecases.integrate_log import integrate_log, is_own, origin
from office_node.usecases.record import Act, issue
from office_node.usecases.refusals import CheckpointMalformedError, CheckpointUnsignedError
from office_node.usecases.roll_back import note_lost, stop
from office_node.usecases.trusting import write_trusting
from shared_schemas.log import Growth, LeafFound, LogAsked


async def give_log_state(node: Node, asked: LogAsked, *, carried: Carried) -> Statement:
    """The signed log-state. CheckpointMalformedError, CheckpointUnsignedError: only own checkpoints are spoken of."""
    known = tuple(_own(node, note) for note in asked.known)
    try:
        await integrate_log(node)  # what was written before the question is to have its number
    except LogDamagedError as error:
        lines.error("log-damaged", office=node.office, code=error.code)
    word, lost = await write_trusting(node, partial(_give, node=node, asked=asked, known=known, carried=carried))
    stop(node, lost)
    return word


def _own(node: Node, note: str) -> Checkpoint:
    try:
        signed = read_checkpoint(note)
    except MalformedStatementError as error:
        raise CheckpointMalformedError from error
    if not is_own(node, signed):
        raise CheckpointUnsignedError
    return signed.checkpoint


def _give(
    connection: Connection, *, node: Node, asked: LogAsked, known: tuple[Checkpoint, ...], carried: Carried
) -> tuple[Statement, str | None]:
    """Its word, and the checkpoint among these that its log does not hold, if there is one."""
    admit(connection, node, carried)
    note = log.checkpoint(connection)
    size = 0 if note is None else read_checkpoint(note).checkpoint.size
    grown = [
        Growth(known=text, proof=_proof(connection, one, size=size) if one.origin == origin(node) else None)
        for text, one in zip(asked.known, known, strict=True)
    ]
    leaves = [_found(connection, leaf, size=size) for leaf in asked.leaves]
    act = Act(
        type="log-state",
        at=node.clock.now(),
        actor=node.machine,
        peer=carried.office,
        members={
            "audience": carried.office,
            "checkpoint": note,
            "cosigned": _cosigned(connection, size=size),
            "grown": [one.model_dump(mode="json") for one in grown],
            "leaves": [one.model_dump(mode="json") for one in leaves],
        },
    )
    return issue(connection, node, act=act), note_lost(connection, node, asked.known, by=carried.office)


def _cosigned(connection: Connection, *, size: int) -> dict[str, Any] | None:
    note = log.cosigned(connection)
    if note is None:
        return None
    return {"known": note, "proof": _proof(connection, read_checkpoint(note).checkpoint, size=size)}


def _proof(connection: Connection, known: Checkpoint, *, size: int) -> tuple[str, ...] | None:
    """That the tree begins with as many leaves as were known; None if it has fewer, or cannot show it."""
    if known.size == 0:
        return ()
    if known.size > size:
        return None
    try:
        steps = consistency_proof(known.size, size, lambda level, place: log.node(connection, level, place))
    except KeyError:
        return None
    return tuple(step.hex() for step in steps)


def _found(connection: Connection, leaf: str, *, size: int) -> LeafFound:
    octets = bytes.fromhex(leaf)
    number = log.number_of(connection, octets)
    if number is None or number >= size:
        written = number is not None or entries.is_written(connection, octets, after=log.last_entry(connection))
        return LeafFound(leaf=leaf, state="waiting" if written else "absent")
    try:
        steps = inclusion_proof(number, size, lambda level, place: log.node(connection, level, place))
    except KeyError:
        return LeafFound(leaf=leaf, state="waiting")
    return LeafFound(leaf=leaf, state="logged", index=number, proof=tuple(step.hex() for step in steps))
