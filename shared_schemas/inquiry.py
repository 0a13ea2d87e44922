"""The question of one screening, and what one peer answers. Neither holds a name or a number of a person."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from shared_schemas.base import Ask, Counting, Flag
from shared_schemas.ids import EpochId, Kind, OfficeId, Ref, Sha256Hex
from shared_schemas.statement import Body, Envelope, Reply
from shared_schemas.trace import HelloFacts, IndexTokens, Number, Revision

Purpose = Literal["passport_application", "passport_replacement", "correction", "objection"]
"""Why a person is asked about; on every access."""

MAX_HITS = 20


class OlderTokens(Ask):
    """Index tokens and wrapped nonces of the same person under an older live epoch."""

    epoch: EpochId
    index: IndexTokens


class Inquiry(Body):
    """One statement serves all peers. The notice it names travels beside it in the same request."""

    type: Literal["inquiry"] = "inquiry"
    inquiry: Ref
    purpose: Purpose
    notice: Sha256Hex
    older: Annotated[tuple[OlderTokens, ...], Field(max_length=3)] = ()
    roster_version: Counting


class InquirySent(Ask):
    """Body of `POST /federation/v1/inquiries`."""

    inquiry: Envelope
    notice: Envelope


class HitProof(Ask):
    """Shows that the answering office holds a row with the same value: an HMAC only that value can make."""

    kind: Kind
    epoch: EpochId
    proof: Sha256Hex


class Hit(Ask):
    """One own row of the answering office that meets the rule for a hit."""

    case: Ref
    revision: Revision
    proofs: Annotated[tuple[HitProof, ...], Field(min_length=1, max_length=24)]


class TraceRef(Ask):
    """A third office's notice that shares an index token. It proves nothing; the asker pulls and scores it."""

    issuer: OfficeId
    case: Ref
    revision: Revision
    number: Number


class Searched(Ask):
    """What the answer covers. A live epoch or kind that is missing here makes the answer *unknown*."""

    epochs: Annotated[tuple[EpochId, ...], Field(max_length=8)]
    kinds: Annotated[tuple[Kind, ...], Field(max_length=64)]


class InquiryAnswer(Reply):
    """What one peer says: own rows, traces of others, what it searched, and its hello."""

    type: Literal["answer"] = "answer"
    inquiry: Ref
    outcome: Literal["hit", "no_hit"]
    hits: Annotated[tuple[Hit, ...], Field(max_length=MAX_HITS)] = ()
    traces: Annotated[tuple[TraceRef, ...], Field(max_length=MAX_HITS)] = ()
    truncated: Flag = False
    searched: Searched
    hello: HelloFacts
    roster_version: Counting

    @model_validator(mode="after")
    def _outcome_says_what_hits_say(self) -> Self:
        if (self.outcome == "hit") != bool(self.hits):
            raise ValueError("outcome and hits contradict each other")
        return self


class InquiryAnswered(Ask):
    """Body of the response to `POST /federation/v1/inquiries`."""

    answer: Envelope
