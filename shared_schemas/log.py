"""What an office gives of its log: checkpoints, proofs (RFC 9162 §2.1.3 and §2.1.4), and what speaks against it."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from shared_schemas.base import Answer, Ask, StrictInt
from shared_schemas.ids import OfficeId, Sha256Hex
from shared_schemas.statement import Body, Envelope

MAX_LEAVES = 16
"""Leaves that are asked for at once."""
Note = Annotated[str, Field(max_length=8192)]
"""A signed note (C2SP)."""
Proof = Annotated[tuple[Sha256Hex, ...], Field(max_length=63)]
Size = Annotated[int, Field(ge=1, le=2**53)]


class CheckpointGiven(Answer):
    """The newest checkpoint as a C2SP note, and the newest that witnesses have cosigned; null before there is one."""

    checkpoint: Note | None
    cosigned: Note | None = None


class ProofGiven(Answer):
    """A proof from the leaf up, or of consistency; `index` is the leaf's place, null where none was asked for."""

    index: Annotated[int, Field(ge=0)] | None
    proof: Annotated[tuple[Sha256Hex, ...], Field(max_length=128)]


class InclusionAsked(Ask):
    """Query of `GET /federation/v1/log/inclusion`."""

    leaf: Sha256Hex
    size: Size


class ConsistencyAsked(Ask):
    """Query of `GET /federation/v1/log/consistency`."""

    first: Size
    second: Size


class LogAsked(Ask):
    """Body of `POST /federation/v1/log/state`: checkpoints of the asked office, and leaves that it has given."""

    known: Annotated[tuple[Note, ...], Field(max_length=2)] = ()
    leaves: Annotated[tuple[Sha256Hex, ...], Field(max_length=MAX_LEAVES)] = ()


class Growth(Ask):
    """A checkpoint that was known, and the proof that the present tree begins with it; null if there is none."""

    known: Note
    proof: Proof | None


class LeafFound(Ask):
    """Where a leaf is: in the tree, with its place and proof; written and not numbered yet; or nowhere."""

    leaf: Sha256Hex
    state: Literal["logged", "waiting", "absent"]
    index: Annotated[StrictInt, Field(ge=0, le=2**53)] | None = None
    proof: Proof = ()

    @model_validator(mode="after")
    def _what_is_logged_has_a_place(self) -> Self:
        if (self.state == "logged") != (self.index is not None):
            raise ValueError("a place belongs to what is logged, and only to that")
        return self


class LogState(Body):
    """An office's signed word on its own log: the newest checkpoint, whether it has only grown, what is in it.

    `cosigned` is the newest checkpoint that its witnesses have cosigned, with the proof from there.

    Because it repeats what was known, it was said later than that: if the two contradict each other, it proves so.
    """

    type: Literal["log-state"] = "log-state"
    audience: OfficeId
    checkpoint: Note | None
    cosigned: Growth | None = None
    grown: Annotated[tuple[Growth, ...], Field(max_length=2)] = ()
    leaves: Annotated[tuple[LeafFound, ...], Field(max_length=MAX_LEAVES)] = ()


class LogStateGiven(Ask):
    """Body of the response to `POST /federation/v1/log/state`."""

    state: Envelope


class LogEvidence(Ask):
    """What an office has signed that contradicts itself; also the body of `POST /federation/v1/log/evidence`.

    Two notes of one size are a *fork*. A `log-state` alone shows a log *rewritten* or rolled back; behind a statement
    whose leaf it says is in no log, it shows a statement *unlogged*: the key is in other hands.
    """

    format: Literal["jejak-log-evidence/1"] = "jejak-log-evidence/1"
    accused: OfficeId
    kind: Literal["fork", "rewritten", "unlogged"]
    notes: Annotated[tuple[Note, ...], Field(max_length=2)] = ()
    statements: Annotated[tuple[Envelope, ...], Field(max_length=2)] = ()


class EvidenceTaken(Answer):
    """The accused office has looked and raised its own alert; the leaf of its entry."""

    leaf: Sha256Hex
