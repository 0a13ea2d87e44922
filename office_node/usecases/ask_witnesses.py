"""Having this office's checkpoints cosigned by the witnesses that the roster names, each minute, beside all else.

All are asked at once, and whatever one of them says or does not say costs the others nothing.
"""

import asyncio
import hashlib
import re
from functools import partial

from office_node.domain.merkle import consistency_proof
from office_node.domain.witness import AddCheckpoint, quorum
from office_node.errors import JejakError, PeerAnswerInvalidError, PeerError
from office_node.logs import log as lines
from office_node.node import Node
from office_node.signing.notes import NoteSignature, SignedCheckpoint, cosigned_at, read_checkpoint
from office_node.store import log
from office_node.store.transactions import Connection
from office_node.usecases.accuse import raise_own
from office_node.usecases.ask_own_log import ask_if_rolled_back
from office_node.usecases.unanswered import cause_of
from shared_schemas.roster import Member

_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n?")


async def ask_witnesses(node: Node) -> int:
    """How many witnesses have cosigned the newest checkpoint; what they cosigned is kept."""
    note = await node.run.read(log.checkpoint)
    own = node.roster.current().member(node.office) if node.roster.known else None
    if note is None or own is None or not own.witnesses:
        return 0
    signed, roster, now = read_checkpoint(note), node.roster.current(), node.clock.now()
    members = [roster.member(office) for office in own.witnesses if roster.in_good_standing(office, now)]
    asked = await asyncio.gather(*(_asked(node, member, signed) for member in members if member is not None))
    signatures = [one for one in asked if one is not None]
    if signatures:
        whole = SignedCheckpoint(signed.checkpoint, (*signed.signatures, *signatures))
        await node.run.write(partial(_keep, signed=whole, most=quorum(len(own.witnesses))))
    return len(signatures)


def _keep(connection: Connection, *, signed: SignedCheckpoint, most: int) -> None:
    """In the place of the one before, unless most witnesses had cosigned that one and fewer this."""
    held = log.cosigned(connection)
    before = 0 if held is None else held.count("\u2014 ") - 1
    if len(signed.signatures) - 1 >= min(before, most):
        log.put_cosigned(connection, signed.note())


async def _asked(node: Node, witness: Member, signed: SignedCheckpoint) -> NoteSignature | None:
    try:
        return await _cosigned(node, witness, signed)
    except PeerError as error:
        lines.warning("witness-failed", peer=witness.id, cause=cause_of(error), office=node.office)
        return None


async def _cosigned(node: Node, witness: Member, signed: SignedCheckpoint) -> NoteSignature:
    """The witness's cosignature, asked once more if it knows another size than was thought. PeerError."""
    size = signed.checkpoint.size
    old = await node.run.read(partial(log.witnessed_size, witness=witness.id))
    old = old if old <= size else 0
    for _ in range(2):
        proof = await node.run.read(partial(_proof, first=old, second=size))
        body = AddCheckpoint(old, proof, signed).text().encode()
        status, answer = await node.peers.ask_witness(witness.base_url, body, timeout_s=node.settings.peer_timeout_s)
        if status == 200:
            signature = _verified(node, witness, signed, answer)
            await node.run.write(partial(log.put_witnessed_size, witness=witness.id, size=size))
            return signature
        known = _SIZE.fullmatch(answer) if status == 409 else None
        if known is None or int(known[1]) == old:
            if status == 422 or (known is not None and old == size):
                await _contradicted(node, witness, signed)
            raise PeerAnswerInvalidError(f"witness-{status}")
        old = int(known[1])
        if old > size:
            await _say_if_rolled_back(node, witness, signed, known=old)
            raise PeerAnswerInvalidError("witness-ahead")
    raise PeerAnswerInvalidError("witness-409")


async def _say_if_rolled_back(node: Node, witness: Member, signed: SignedCheckpoint, *, known: int) -> None:
    """A witness that knows more of this log than the log itself: an old copy runs, or the witness errs. PeerError."""
    if known > await node.run.read(log.size):
        lines.error("log-rolled-back", office=node.office, peer=witness.id, count=known)
        await _contradicted(node, witness, signed)


async def _contradicted(node: Node, witness: Member, signed: SignedCheckpoint) -> None:
    """Alert, and have the witness show what it knows: an old copy is told by its own signature. PeerError."""
    await _alert(node, witness, signed)
    await ask_if_rolled_back(node, witness.id)


async def _alert(node: Node, witness: Member, signed: SignedCheckpoint) -> None:
    """A witness does not cosign what this log says: once for each log and day, until somebody has looked."""
    about = f"{signed.checkpoint.origin} {node.clock.now().date()}"
    digest = hashlib.sha256(about.encode()).hexdigest()[:32]
    await node.run.write(partial(raise_own, node=node, by=witness.id, about=digest))


def _proof(connection: Connection, *, first: int, second: int) -> tuple[bytes, ...]:
    if first == 0:
        return ()
    return tuple(consistency_proof(first, second, lambda level, place: log.node(connection, level, place)))


def _verified(node: Node, witness: Member, signed: SignedCheckpoint, answer: bytes) -> NoteSignature:
    """The line that is this witness's, by a key of it that counts now; PeerAnswerInvalidError."""
    try:
        given = read_checkpoint(signed.checkpoint.text + "\n" + answer.decode("utf-8"))
    except (JejakError, UnicodeDecodeError) as error:
        raise PeerAnswerInvalidError("witness-malformed") from error
    for key in node.roster.current().counting_keys(witness.id, node.clock.now()):
        for one in given.signatures:
            if cosigned_at(SignedCheckpoint(signed.checkpoint, (one,)), name=witness.id, key=key) is not None:
                return one
    raise PeerAnswerInvalidError("witness-bad-signature")
