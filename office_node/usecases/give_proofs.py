"""What members may ask of this office's log: its checkpoint, and that a leaf is in it and nothing was rewritten."""

from collections.abc import Callable
from typing import Any

from office_node.domain.merkle import consistency_proof, inclusion_proof
from office_node.node import Node
from office_node.signing.notes import read_checkpoint
from office_node.store import log
from office_node.store.transactions import Connection
from office_node.usecases.accept import Carried
from office_node.usecases.admit import admit
from office_node.usecases.record import Act, enter
from office_node.usecases.refusals import ProofImpossibleError
from office_node.usecases.trusting import write_trusting

Prove = Callable[[Connection], dict[str, Any]]


async def give_checkpoint(node: Node, *, carried: Carried) -> dict[str, Any]:
    """CheckpointGiven as JSON; the note is null before the first entry was numbered."""

    def give(connection: Connection) -> dict[str, Any]:
        return {"checkpoint": log.checkpoint(connection), "cosigned": log.cosigned(connection)}

    return await _given(node, give, carried=carried)


async def give_inclusion(node: Node, *, leaf: bytes, size: int, carried: Carried) -> dict[str, Any]:
    """ProofGiven as JSON. ProofImpossibleError if the leaf is not among the first `size`, or they are not there."""

    def prove(connection: Connection) -> dict[str, Any]:
        number = log.number_of(connection, leaf)
        if number is None or number >= size or size > _signed_size(connection):
            raise ProofImpossibleError
        proof = inclusion_proof(number, size, lambda level, place: log.node(connection, level, place))
        return {"index": number, "proof": [step.hex() for step in proof]}

    return await _given(node, prove, carried=carried)


async def give_consistency(node: Node, *, first: int, second: int, carried: Carried) -> dict[str, Any]:
    """ProofGiven as JSON, without an index. ProofImpossibleError for sizes that the log does not have."""

    def prove(connection: Connection) -> dict[str, Any]:
        if not 0 < first <= second <= _signed_size(connection):
            raise ProofImpossibleError
        proof = consistency_proof(first, second, lambda level, place: log.node(connection, level, place))
        return {"index": None, "proof": [step.hex() for step in proof]}

    return await _given(node, prove, carried=carried)


def _signed_size(connection: Connection) -> int:
    note = log.checkpoint(connection)
    return 0 if note is None else read_checkpoint(note).checkpoint.size


async def _given(node: Node, prove: Prove, *, carried: Carried) -> dict[str, Any]:
    def give(connection: Connection) -> dict[str, Any]:
        admit(connection, node, carried)
        given = prove(connection)
        enter(connection, node, act=Act("log-read", carried.arrived_at, node.machine, peer=carried.office))
        return given

    return await write_trusting(node, give)
