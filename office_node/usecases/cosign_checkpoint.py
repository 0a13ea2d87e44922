"""Being a witness: another office's checkpoint is cosigned only if its log has rewritten nothing (C2SP tlog-witness).

What was cosigned is committed before the cosignature leaves, so that a restart cosigns no second history. Requests are
unsigned, so only what the log itself has signed speaks against it: two trees of one size are a fork, an entry once for
each log (`log-fork-seen`). A proof that fails may be a stranger's making; it is an entry of another name, once until
the log has proved its growth again (`log-unproven`).
"""

from dataclasses import dataclass

from office_node.domain.log_evidence import is_fork
from office_node.domain.witness import AddCheckpoint, judge, office_of
from office_node.node import Node
from office_node.signing.notes import Checkpoint, SignedCheckpoint, cosign, is_signed, read_checkpoint
from office_node.store import witnessed
from office_node.store.transactions import Connection
from office_node.usecases.accuse import accuse
from office_node.usecases.record import Act, enter
from office_node.usecases.refusals import CheckpointUnsignedError, LogInconsistentError, LogUnknownError
from office_node.usecases.trusting import write_trusting
from office_node.usecases.watch_log import LATER, SOON, contest, expect
from shared_schemas.log import LogEvidence


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
    return any(is_signed(signed, key) for key in node.roster.current().counting_keys(office, node.clock.now()))


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
    is_larger = judgement == "conflict" and known is not None and new.size > known.size
    _doubt(connection, node, asked.signed, held=held, office=office, is_larger=is_larger)
    against = _against(connection, asked.signed, known, is_unproven=judgement == "inconsistent")
    if held is not None and against is not None:
        members = {"of": office, "note": asked.signed.note(), "known": held.note}
        enter(connection, node, act=Act(against, now, node.machine, members, peer=office))
    return None if judgement == "inconsistent" else Cosigned(None, 0 if known is None else known.size)


def _doubt(
    connection: Connection, node: Node, signed: SignedCheckpoint, *, held: witnessed.Witnessed | None, office: str,
    is_larger: bool,
) -> None:  # fmt: skip
    """Have the log asked about a checkpoint that is not the one known; two trees of one size speak for themselves.

    A larger one that only lacks its proof is as a rule the log's own, shown by another office.
    """
    if held is None or held.note == signed.note():
        return
    known = read_checkpoint(held.note)
    if is_fork(known, signed):
        accuse(connection, node, LogEvidence(accused=office, kind="fork", notes=(held.note, signed.note())))
        return
    expect(connection, node, office, now=node.clock.now())
    pause = LATER if is_larger else SOON
    contest(connection, office, signed, now=node.clock.now(), pause=pause)


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
