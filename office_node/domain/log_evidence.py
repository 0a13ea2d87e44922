"""What an office has signed that contradicts itself: a fork, a rewritten log, a statement that is in no log.

Nothing here trusts whoever shows it. Each proof stands on signatures of the accused office alone, and on what names
what: a `log-state` repeats the checkpoint that was known, so it was said later, whatever the clocks say.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pydantic import ValidationError

from office_node.domain.merkle import verify_consistency, verify_inclusion
from office_node.domain.witness import office_of
from office_node.errors import EvidenceUnprovenError, MalformedStatementError, StatementBadSignatureError
from office_node.signing.keys import VerifyKey
from office_node.signing.notes import SignedCheckpoint, is_signed, read_checkpoint
from office_node.signing.statements import Statement, verify_statement
from shared_schemas.log import Growth, LeafFound, LogEvidence, LogState

STATE = "log-state"


class Proven(NamedTuple):
    """What was proven, and what about: the same contradiction, shown again, has the same subject."""

    kind: str
    subject: str

    @property
    def digest(self) -> str:
        """32 hex digits that name it."""
        return hashlib.sha256(f"{self.kind} {self.subject}".encode()).hexdigest()[:32]


def prove(evidence: LogEvidence, *, keys: Iterable[VerifyKey]) -> Proven:
    """What it proves against the office whose signing keys these are; EvidenceUnprovenError if nothing."""
    try:
        return _PROOFS[evidence.kind](evidence, tuple(keys))
    except (MalformedStatementError, StatementBadSignatureError, ValidationError) as error:
        raise EvidenceUnprovenError from error


def checkpoints_in(evidence: LogEvidence) -> list[str]:
    """Every checkpoint of the accused office's log in evidence that was proved, as notes."""
    found = list(evidence.notes)
    for one in (Statement.from_envelope(envelope) for envelope in evidence.statements):
        if one.type == STATE:
            state = LogState.model_validate_json(one.payload)
            found += [growth.known for growth in state.grown]
            found += [] if state.checkpoint is None else [state.checkpoint]
    return found


def is_rewritten(state: LogState, *, by: Sequence[VerifyKey]) -> Growth | None:
    """What was known of its log and is no beginning of what it now says the log is."""
    now = None if state.checkpoint is None else _signed(state.checkpoint, state.issuer, by)
    cosigned: tuple[Growth, ...] = () if state.cosigned is None else (state.cosigned,)
    for growth in (*state.grown, *cosigned):
        known = _signed(growth.known, state.issuer, by)
        if known.checkpoint.origin == _origin(state) and not _has_grown(known, now, growth):
            return growth
    return None


def is_unlogged(state: LogState, found: LeafFound, *, by: Sequence[VerifyKey]) -> bool:
    """Whether the office says that the leaf is in no log, or that it is where it is not."""
    if found.state != "logged":
        return found.state == "absent"
    assert found.index is not None
    if state.checkpoint is None:
        return True
    tree = _signed(state.checkpoint, state.issuer, by).checkpoint
    proof = [bytes.fromhex(step) for step in found.proof]
    leaf = bytes.fromhex(found.leaf)
    return not verify_inclusion(leaf, index=found.index, size=tree.size, proof=proof, root_hash=tree.root)


def is_fork(one: SignedCheckpoint, other: SignedCheckpoint) -> bool:
    """Two trees of one size, in one log."""
    first, second = one.checkpoint, other.checkpoint
    return (first.origin, first.size) == (second.origin, second.size) and first.root != second.root


def _forked(evidence: LogEvidence, keys: tuple[VerifyKey, ...]) -> Proven:
    if len(evidence.notes) != 2:
        raise EvidenceUnprovenError
    one, other = (_signed(note, evidence.accused, keys) for note in evidence.notes)
    if not is_fork(one, other):
        raise EvidenceUnprovenError
    return Proven("fork", f"{one.checkpoint.origin} {one.checkpoint.size}")


def _rewritten(evidence: LogEvidence, keys: tuple[VerifyKey, ...]) -> Proven:
    if len(evidence.statements) != 1:
        raise EvidenceUnprovenError
    state = _state(Statement.from_envelope(evidence.statements[0]), evidence.accused, keys)
    growth = is_rewritten(state, by=keys)
    if growth is None:
        raise EvidenceUnprovenError
    known = read_checkpoint(growth.known).checkpoint
    return Proven("rewritten", f"{known.origin} {known.size}")


def _unlogged(evidence: LogEvidence, keys: tuple[VerifyKey, ...]) -> Proven:
    if len(evidence.statements) != 2:
        raise EvidenceUnprovenError
    said, told = (Statement.from_envelope(one) for one in evidence.statements)
    state, body = _state(told, evidence.accused, keys), said.body()
    _verify(said, keys)
    same = (body.get("issuer"), body.get("generation")) == (evidence.accused, state.generation)
    found = next((one for one in state.leaves if one.leaf == body.get("leaf")), None)
    if not same or found is None or not is_unlogged(state, found, by=keys):
        raise EvidenceUnprovenError
    return Proven("unlogged", found.leaf)


_PROOFS = {"fork": _forked, "rewritten": _rewritten, "unlogged": _unlogged}


def _origin(state: LogState) -> str:
    return f"jejak/{state.issuer}/{state.generation}"


def _has_grown(known: SignedCheckpoint, now: SignedCheckpoint | None, growth: Growth) -> bool:
    if now is None or growth.proof is None or now.checkpoint.origin != known.checkpoint.origin:
        return False
    if known.checkpoint.size == 0:
        return True
    return verify_consistency(
        first=known.checkpoint.size, second=now.checkpoint.size, first_root=known.checkpoint.root,
        second_root=now.checkpoint.root, proof=[bytes.fromhex(step) for step in growth.proof],
    )  # fmt: skip


def _state(statement: Statement, accused: str, keys: tuple[VerifyKey, ...]) -> LogState:
    """The log-state, signed by the accused."""
    if statement.type != STATE:
        raise EvidenceUnprovenError
    _verify(statement, keys)
    statement.body()
    state = LogState.model_validate_json(statement.payload)
    if state.issuer != accused:
        raise EvidenceUnprovenError
    return state


def _signed(note: str, accused: str, keys: Sequence[VerifyKey]) -> SignedCheckpoint:
    """The checkpoint, of a log of the accused and signed by it; EvidenceUnprovenError, MalformedStatementError."""
    signed = read_checkpoint(note)
    if office_of(signed.checkpoint.origin) != accused or not any(is_signed(signed, key) for key in keys):
        raise EvidenceUnprovenError
    return signed


def _verify(statement: Statement, keys: tuple[VerifyKey, ...]) -> None:
    """StatementBadSignatureError unless one of the keys has signed it."""
    for key in keys:
        try:
            verify_statement(statement, public_key=key)
        except StatementBadSignatureError:
            continue
        return
    raise StatementBadSignatureError(statement.keyid)
