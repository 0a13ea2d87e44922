"""Being a witness: another office's checkpoint is cosigned only if its log has rewritten nothing (C2SP tlog-witness).

What was cosigned is committed before the cosignature leaves, so that a restart cosigns no second history. Requests are
unsigned, so only what the log itself has signed speaks against it: two trees of one size are a fork, an entry once for
each log (`log-fork-seen`). A proof that fails may be a stranger's making; it is an entry of another name, once until
the log has proved its growth again (`log-unproven`).
"""

from dataclasses import dataclass

from office_node.domain.witness import AddCheckpoint, judge, office_of
from office_node.errors import RevokedKeyError, UnknownKeyError
from office_node.node import Node
from office_node.signing.notes import Checkpoint, SignedCheckpoint, cosign, is_signed, read_checkpoint
from office_node.store import witnessed
from office_node.store.transactions import Connection
from office_node.usecases.record import Act, enter
from office_node.usecases.refusals import CheckpointUnsignedError, LogInconsistentError, LogUnknownError
from office_node.usecases.trusting import write_trusting


@dataclass(frozen=True)
class Cosigned:
    """The cosignature as a line of a note, or the size that is known here instead."""

    line: str | None
    known: int


async def cosign_checkpoint(node: Node, asked: AddCheckpoint) -> Cosigned:
    """Cosign, or say what is known. LogUnknownError, CheckpointUnsignedError, LogInconsistentError."""
    office = office_of(asked.signed.checkpoint.origin)
    if office is None or node.roster.current().member(office) is None or office == node.office:
        raise LogUnknownError
    if not _is_signed(node, asked.signed, office=office):
        raise CheckpointUnsignedError
    cosigned = await write_trusting(node, lambda connection: _cosign(connection, node, asked, office=office))
    if cosigned is None:
        raise LogInconsistentError
    return cosigned


def _is_signed(node: Node, signed: SignedCheckpoint, *, office: str) -> bool:
    """By any key of that office that counts now."""
    now, roster = node.clock.now(), node.roster.current()
    member = roster.member(office)
    for listed in () if member is None else member.signing_keys:
        try:
            if is_signed(signed, roster.key(listed.keyid, now).key):
                return True
        except (UnknownKeyError, RevokedKeyError):
            continue
    return False


def _cosign(connection: Connection, node: Node, asked: AddCheckpoint, *, office: str) -> Cosigned | None:
    """None if the log is inconsistent; that is committed as an entry, so nothing is raised here."""
    node.roster.check(connection)
    new, now = asked.signed.checkpoint, node.clock.now()
    held = witnessed.get(connection, new.origin)
    known = None if held is None else read_checkpoint(held.note).checkpoint
    judgement = judge(asked, known=known)
    if judgement == "cosign":
        witnessed.put(connection, new.origin, size=new.size, note=asked.signed.note())
        return Cosigned(cosign(new, name=node.office, key=node.signing, at=int(now.timestamp())).line(), new.size)
    against = _against(connection, asked.signed, known, is_unproven=judgement == "inconsistent")
    if held is not None and against is not None:
        members = {"of": office, "note": asked.signed.note(), "known": held.note}
        enter(connection, node, act=Act(against, now, node.machine, members, peer=office))
    return None if judgement == "inconsistent" else Cosigned(None, 0 if known is None else known.size)


def _against(
    connection: Connection, signed: SignedCheckpoint, known: Checkpoint | None, *, is_unproven: bool
) -> str | None:
    """The type of the entry that this checkpoint is worth, if it is the first of its kind."""
    origin, note = signed.checkpoint.origin, signed.note()
    if _is_fork(signed.checkpoint, known):
        return "log-fork-seen" if witnessed.put_fork(connection, origin, note=note) else None
    return "log-unproven" if is_unproven and witnessed.put_unproven(connection, origin, note=note) else None


def _is_fork(new: Checkpoint, known: Checkpoint | None) -> bool:
    """Another tree of the size that is known: signed by the log, so it proves that there are two."""
    return known is not None and new.size == known.size and new.root != known.root
