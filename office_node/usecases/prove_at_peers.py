"""The asked offices' own proofs for a receipt: that the leaf which each put into its answer is in its log.

They are asked as any member may ask, with signed requests, and what they give is verified before it is kept. Whoever
gives none is named with the cause. Once more are asked those that gave none, and those whose proof only they have
signed: later their witnesses may have vouched for it.
"""

import asyncio

from pydantic import ValidationError

from office_node.domain.merkle import verify_inclusion
from office_node.errors import MalformedStatementError, PeerAnswerInvalidError, PeerError
from office_node.node import Node
from office_node.signing.notes import SignedCheckpoint, read_checkpoint
from office_node.signing.statements import Statement
from office_node.usecases.give_receipt import as_cause
from office_node.usecases.unanswered import cause_of
from office_node.usecases.watch_log import is_vouched, shown
from shared_schemas.log import CheckpointGiven, ProofGiven
from shared_schemas.receipt import OfficeShown, PeerProof, Receipt, ScreeningShown

_LOG = "/federation/v1/log"


async def prove_at_peers(node: Node, receipt: Receipt) -> Receipt:
    """The receipt with every proof that the offices give now, and the others named."""
    asked = [one for screening in receipt.screenings for one in screening.asked]
    told = iter(await asyncio.gather(*(_proved(node, one) for one in asked)))
    screenings: list[ScreeningShown] = []
    for screening in receipt.screenings:
        offices = tuple(next(told) for _ in screening.asked)
        screenings.append(screening.model_copy(update={"asked": offices}))
    return receipt.model_copy(update={"screenings": tuple(screenings)})


async def _proved(node: Node, one: OfficeShown) -> OfficeShown:
    if one.answer is None or (one.peer is not None and _is_vouched(node, one.office, one.peer)):
        return one
    try:
        answer = Statement.from_envelope(one.answer).body()
        proof = await _ask(node, one.office, leaf=str(answer["leaf"]), generation=int(answer["generation"]))
    except PeerError as error:
        return _without(one, as_cause(cause_of(error)))
    except (ValidationError, MalformedStatementError):
        return _without(one, "malformed")
    return one.model_copy(update={"peer": proof, "peer_cause": None})


def _without(one: OfficeShown, cause: str) -> OfficeShown:
    """What it gave before stays."""
    return one if one.peer is not None else one.model_copy(update={"peer_cause": cause})


def _is_vouched(node: Node, office: str, proof: PeerProof) -> bool:
    signed = shown(node, office, proof.checkpoint)
    return signed is not None and is_vouched(node, office, signed)


async def _ask(node: Node, office: str, *, leaf: str, generation: int) -> PeerProof:
    """By the newest checkpoint that its witnesses vouch for if that has the leaf, else by its newest. PeerError."""
    raw = await node.peers.get(office, f"{_LOG}/checkpoint", timeout_s=node.settings.peer_timeout_s)
    given = CheckpointGiven.model_validate_json(raw)
    seen, newest = shown(node, office, given.cosigned), shown(node, office, given.checkpoint)
    if seen is not None and is_vouched(node, office, seen):
        try:
            return await _inclusion(node, office, seen, leaf=leaf, generation=generation)
        except PeerError as error:
            if cause_of(error) != "proof-impossible":
                raise
    if newest is None:
        raise PeerAnswerInvalidError("checkpoint-unsigned")
    return await _inclusion(node, office, newest, leaf=leaf, generation=generation)


async def _inclusion(
    node: Node, office: str, signed: SignedCheckpoint, *, leaf: str, generation: int
) -> PeerProof:  # fmt: skip
    """The proof, verified; PeerError."""
    point = read_checkpoint(signed.note()).checkpoint
    path = f"{_LOG}/inclusion?leaf={leaf}&size={point.size}"
    given = ProofGiven.model_validate_json(
        await node.peers.get(office, path, timeout_s=node.settings.peer_timeout_s)
    )  # fmt: skip
    steps = [bytes.fromhex(step) for step in given.proof]
    index = -1 if given.index is None else given.index
    same_log = point.origin == f"jejak/{office}/{generation}"
    is_in = verify_inclusion(bytes.fromhex(leaf), index=index, size=point.size, proof=steps, root_hash=point.root)
    if not (same_log and is_in):
        raise PeerAnswerInvalidError("proof-wrong")
    return PeerProof(checkpoint=signed.note(), index=index, proof=given.proof)
