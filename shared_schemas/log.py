"""What an office gives of its log: a signed checkpoint, and proofs (RFC 9162 §2.1.3 and §2.1.4)."""

from typing import Annotated

from pydantic import Field

from shared_schemas.base import Answer, Ask
from shared_schemas.ids import Sha256Hex

Size = Annotated[int, Field(ge=1, le=2**53)]


class CheckpointGiven(Answer):
    """The newest checkpoint as a C2SP note; null before the first entry was numbered."""

    checkpoint: Annotated[str, Field(max_length=8192)] | None


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
