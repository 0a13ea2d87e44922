"""What another office shows of its log, held against what was proved before: with each hello, and as its witness.

Growth that enough witnesses have cosigned is believed. Anything else is *contested*: the office is asked for proof
(`audit_logs`), at once where its log seems to have shrunk or changed.
"""

from datetime import datetime, timedelta

from office_node.domain.log_evidence import is_fork
from office_node.domain.witness import quorum
from office_node.errors import JejakError
from office_node.logs import log as lines
from office_node.node import Node
from office_node.signing.notes import SignedCheckpoint, cosigned_at, is_signed, read_checkpoint
from office_node.store import entries, log_seen
from office_node.store.transactions import Connection
from office_node.usecases.accuse import accuse, keys_of
from shared_schemas.log import LogEvidence

SOON, LATER = timedelta(minutes=1), timedelta(minutes=10)
"""Between two audits of one office: where its log seems to have changed, and where its witnesses are silent."""


def audit_pause(node: Node) -> timedelta:
    """Between two audits of one office, where nothing is contested."""
    return timedelta(seconds=node.settings.audit_every_s)


def shown(node: Node, office: str, note: str | None) -> SignedCheckpoint | None:
    """The checkpoint, if it is one of this office's log that it has signed."""
    if note is None:
        return None
    try:
        signed = read_checkpoint(note)
    except JejakError:
        lines.warning("checkpoint-malformed", office=node.office, peer=office)
        return None
    belongs = signed.checkpoint.origin.startswith(f"jejak/{office}/")
    return signed if belongs and any(is_signed(signed, key) for key in keys_of(node, office)) else None


def is_vouched(node: Node, office: str, signed: SignedCheckpoint) -> bool:
    """Whether more than half of the log's witnesses have cosigned it, with keys that count now."""
    member = node.roster.current().member(office)
    if member is None or not member.witnesses:
        return False
    return sum(_has_cosigned(node, witness, signed) for witness in member.witnesses) >= quorum(len(member.witnesses))


def watch(
    connection: Connection, node: Node, office: str, signed: SignedCheckpoint, *, vouched: bool, now: datetime
) -> None:
    """Take what is vouched for; contest what is not; accuse where two trees of one size are signed."""
    seen = log_seen.get(connection, office)
    if seen is None:
        expect(connection, node, office, now=now)
    if seen is None or seen.note is None:
        log_seen.put(connection, office, note=signed.note())
        return
    held, new = read_checkpoint(seen.note), signed.checkpoint
    if is_fork(held, signed):
        accuse(connection, node, LogEvidence(accused=office, kind="fork", notes=(seen.note, signed.note())))
    elif new.origin == held.checkpoint.origin and new.size == held.checkpoint.size:
        return
    elif vouched:
        log_seen.put(connection, office, note=signed.note())
    elif new.origin != held.checkpoint.origin or new.size < held.checkpoint.size:
        contest(connection, office, signed, pause=SOON, now=now)
    elif _has_witnesses(node, office):
        contest(connection, office, signed, pause=LATER, now=now)


def expect(connection: Connection, node: Node, office: str, *, now: datetime) -> None:
    """The first audit of this office comes within its time, not all at once."""
    jitter = int.from_bytes(node.random(2), "big") / 2**16
    log_seen.expect(connection, office, after=entries.last_id(connection), due=now + audit_pause(node) * jitter)


def contest(
    connection: Connection, office: str, signed: SignedCheckpoint, *, now: datetime, pause: timedelta = SOON
) -> None:
    """Have the office asked about this checkpoint, not sooner than so long after the last audit."""
    seen = log_seen.get(connection, office)
    if seen is None:
        return
    due = now if seen.audited_at is None else max(now, seen.audited_at + pause)
    log_seen.contest(connection, office, note=signed.note(), due=due)


def _has_witnesses(node: Node, office: str) -> bool:
    member = node.roster.current().member(office)
    return member is not None and bool(member.witnesses)


def _has_cosigned(node: Node, witness: str, signed: SignedCheckpoint) -> bool:
    keys = node.roster.current().counting_keys(witness, node.clock.now())
    return any(cosigned_at(signed, name=witness, key=key) is not None for key in keys)
