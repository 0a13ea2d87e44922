"""Being a witness: another office's checkpoint is cosigned only if its log has rewritten nothing (C2SP tlog-witness).

What was cosigned is committed before the cosignature leaves, so that a restart cosigns no second history. A log that
shows another tree of the same size, or one that does not begin with what was seen, is an entry in this office's log.
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
    note = witnessed.get(connection, new.origin)
    known = None if note is None else read_checkpoint(note).checkpoint
    judgement = judge(asked, known=known)
    if judgement == "cosign":
        witnessed.put(connection, new.origin, size=new.size, note=asked.signed.note())
        return Cosigned(cosign(new, name=node.office, key=node.signing, at=int(now.timestamp())).line(), new.size)
    if judgement == "inconsistent" or _is_fork(new, known):
        members = {"of": office, "note": asked.signed.note(), "known": note}
        enter(connection, node, act=Act("log-fork-seen", now, node.machine, members, peer=office))
    return None if judgement == "inconsistent" else Cosigned(None, 0 if known is None else known.size)


def _is_fork(new: Checkpoint, known: Checkpoint | None) -> bool:
    """Another tree of the size that is known: signed by the log, so it proves that there are two."""
    return known is not None and new.size == known.size and new.root != known.root
