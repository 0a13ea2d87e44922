"""Having this office's checkpoints cosigned by the witnesses that the roster names, each minute, beside all else."""

from functools import partial

from office_node.domain.merkle import consistency_proof
from office_node.domain.witness import AddCheckpoint
from office_node.errors import JejakError, PeerAnswerInvalidError, PeerError
from office_node.logs import log as lines
from office_node.node import Node
from office_node.signing.keys import verify_key
from office_node.signing.notes import NoteSignature, SignedCheckpoint, cosigned_at, read_checkpoint
from office_node.store import log
from office_node.store.transactions import Connection
from office_node.usecases.unanswered import cause_of
from shared_schemas.roster import Member


async def ask_witnesses(node: Node) -> int:
    """How many witnesses have cosigned the newest checkpoint; what they cosigned is kept."""
    note = await node.run.read(log.checkpoint)
    own = node.roster.current().member(node.office) if node.roster.known else None
    if note is None or own is None or not own.witnesses:
        return 0
    signed = read_checkpoint(note)
    signatures: list[NoteSignature] = []
    for office in own.witnesses:
        member = node.roster.current().member(office)
        if member is None or not node.roster.current().in_good_standing(office, node.clock.now()):
            continue
        try:
            signatures.append(await _cosigned(node, member, signed))
        except PeerError as error:
            lines.warning("witness-failed", peer=office, cause=cause_of(error))
    if signatures:
        whole = SignedCheckpoint(signed.checkpoint, (*signed.signatures, *signatures)).note()
        await node.run.write(lambda connection: log.put_cosigned(connection, whole))
    return len(signatures)


async def _cosigned(node: Node, witness: Member, signed: SignedCheckpoint) -> NoteSignature:
    """The witness's cosignature, asked once more if it knows another size than was thought. PeerError."""
    old = await node.run.read(partial(log.witnessed_size, witness=witness.id))
    for _ in range(2):
        proof = await node.run.read(partial(_proof, first=old, second=signed.checkpoint.size))
        body = AddCheckpoint(old, proof, signed).text().encode()
        status, answer = await node.peers.ask_witness(witness.base_url, body, timeout_s=node.settings.peer_timeout_s)
        if status == 200:
            size = signed.checkpoint.size
            await node.run.write(partial(log.put_witnessed_size, witness=witness.id, size=size))
            return _verified(node, witness, signed, answer)
        known = answer.decode("ascii", "replace").strip()
        if status != 409 or not known.isdigit() or int(known) > signed.checkpoint.size or int(known) == old:
            raise PeerAnswerInvalidError(f"witness-{status}")
        old = int(known)
    raise PeerAnswerInvalidError("witness-409")


def _proof(connection: Connection, *, first: int, second: int) -> tuple[bytes, ...]:
    if first == 0:
        return ()
    return tuple(consistency_proof(first, second, lambda level, place: log.node(connection, level, place)))


def _verified(node: Node, witness: Member, signed: SignedCheckpoint, answer: bytes) -> NoteSignature:
    """The line that is this witness's, by a key of it that is listed now; PeerAnswerInvalidError."""
    try:
        given = read_checkpoint(signed.checkpoint.text + "\n" + answer.decode("utf-8"))
    except (JejakError, UnicodeDecodeError) as error:
        raise PeerAnswerInvalidError("witness-malformed") from error
    keys = [verify_key(listed.key) for listed in witness.signing_keys]
    for one in given.signatures:
        alone = SignedCheckpoint(signed.checkpoint, (one,))
        if any(cosigned_at(alone, name=witness.id, key=key) is not None for key in keys):
            return one
    raise PeerAnswerInvalidError("witness-bad-signature")
