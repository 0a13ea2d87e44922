"""What a witness is asked and decides (C2SP tlog-witness): it cosigns a log's checkpoint only if nothing was rewritten.

A witness keeps the last checkpoint that it cosigned of each log, and cosigns a later one if the proof shows that the
later tree begins with the earlier one. So a log that shows two histories needs two witnesses that do not talk.
"""

import base64
import re
from dataclasses import dataclass
from typing import Literal

from office_node.domain.merkle import HASH_OCTETS, empty_root, verify_consistency
from office_node.errors import MalformedStatementError
from office_node.signing.notes import Checkpoint, SignedCheckpoint, read_checkpoint

MAX_PROOF = 63
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")
_ORIGIN = re.compile(r"jejak/([a-z][a-z0-9-]{2,39})/([1-9][0-9]{0,8})")
Judgement = Literal["cosign", "conflict", "inconsistent"]


@dataclass(frozen=True)
class AddCheckpoint:
    """A request: what the log believes the witness knows, the proof from there, and the new checkpoint."""

    old: int
    proof: tuple[bytes, ...]
    signed: SignedCheckpoint

    def text(self) -> str:
        """The request's body, as the specification has it."""
        lines = [f"old {self.old}", *(base64.b64encode(step).decode("ascii") for step in self.proof)]
        return "\n".join(lines) + "\n\n" + self.signed.note()


def read_request(text: str) -> AddCheckpoint:
    """The request in this body; MalformedStatementError."""
    head, blank, note = text.partition("\n\n")
    first, *steps = head.split("\n")
    old = _OLD.fullmatch(first)
    if not blank or old is None or len(steps) > MAX_PROOF:
        raise MalformedStatementError("no request to a witness")
    signed = read_checkpoint(note)
    if int(old[1]) > signed.checkpoint.size:
        raise MalformedStatementError("the old size is above the new one")
    return AddCheckpoint(int(old[1]), tuple(_step(step) for step in steps), signed)


def office_of(origin: str) -> str | None:
    """Whose log it is, or None if the origin is no office's."""
    found = _ORIGIN.fullmatch(origin)
    return None if found is None else found[1]


def quorum(witnesses: int) -> int:
    """How many of so many witnesses vouch for a checkpoint: more than half, so any two such groups share one."""
    return witnesses // 2 + 1


def judge(asked: AddCheckpoint, *, known: Checkpoint | None) -> Judgement:
    """Whether to cosign, given the last checkpoint cosigned of this log."""
    size, top = (0, empty_root()) if known is None else (known.size, known.root)
    new = asked.signed.checkpoint
    if asked.old != size:
        return "conflict"
    if new.size == size:
        return "cosign" if new.root == top and not asked.proof else "conflict"
    if size == 0:
        return "inconsistent" if asked.proof else "cosign"
    consistent = verify_consistency(
        first=size, second=new.size, first_root=top, second_root=new.root, proof=asked.proof
    )  # fmt: skip
    return "cosign" if consistent else "inconsistent"


def _step(text: str) -> bytes:
    try:
        octets = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise MalformedStatementError("a step of the proof is not base64") from error
    if len(octets) != HASH_OCTETS:
        raise MalformedStatementError("a step of the proof is no SHA-256")
    return octets
