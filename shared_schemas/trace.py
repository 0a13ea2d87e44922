"""Notices, which become traces at every other office, and the hello that accounts for their numbers."""

from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from shared_schemas.base import Answer, Ask, Counting, StrictInt, WireMoment
from shared_schemas.ids import EpochId, FieldTokenHex, IndexTokenHex, Kind, NonceHex, OfficeId, Ref, Sha256Hex
from shared_schemas.statement import Body, Envelope

Standing = Literal["under_examination", "postponed", "suspended", "refused", "withdrawn", "lapsed", "cleared"]
"""Where a case stands for peers. *cleared* is the tombstone; *lapsed* is never signed, it follows from `lapses_at`."""

NoticeStanding = Literal["under_examination", "postponed", "suspended", "refused", "withdrawn", "cleared"]
ReasonGroup = Literal["A", "B", "C", "X"]
"""A documents and identity, B purpose and protection, C list or partner, X system. Detail needs a reveal."""

Number = Annotated[StrictInt, Field(ge=1, le=2**53)]
Revision = Annotated[StrictInt, Field(ge=1, le=2**31)]


MAX_VISIBLE = timedelta(days=916)
"""Longest time from `issued_at` to `until`: 30 months. A tombstone needs to outlive no more (docs/adr/0013)."""


MAX_FORMER = 3
"""Identities from before corrections that a notice names at a time."""


class IndexToken(Ask):
    """Finds: 64 bits of one stretched key value, with the statement's nonce wrapped for whoever has the value."""

    kind: Kind
    token: IndexTokenHex
    nonce: NonceHex


class FieldToken(Ask):
    """Weighs: 16 bits of one field value under the statement's nonce."""

    kind: Kind
    token: FieldTokenHex


IndexTokens = Annotated[tuple[IndexToken, ...], Field(max_length=24)]
FieldTokens = Annotated[tuple[FieldToken, ...], Field(max_length=40)]


class TokenSet(Ask):
    """The tokens of one person under one epoch."""

    epoch: EpochId
    index: IndexTokens
    fields: FieldTokens


class FormerTokens(Ask):
    """The tokens from before a corrected identity; they stay in matching until `until`."""

    tokens: TokenSet
    until: WireMoment


class Notice(Body):
    """One office's statement on one of its cases. The highest revision wins, in whatever order they come."""

    type: Literal["notice"] = "notice"
    case: Ref
    revision: Revision
    number: Number
    standing: NoticeStanding
    reason_group: ReasonGroup | None = None
    until: WireMoment | None = None
    lapses_at: WireMoment | None = None
    tokens: TokenSet | None = None
    before: Annotated[tuple[FormerTokens, ...], Field(max_length=MAX_FORMER)] = ()
    replaces: Annotated[tuple[Number, ...], Field(max_length=64)] = ()

    @model_validator(mode="after")
    def _tombstones_are_bare(self) -> Self:
        if self.standing == "cleared":
            if self.tokens or self.before or self.reason_group or self.until or self.lapses_at:
                raise ValueError("a cleared notice carries case, revision and number, nothing else")
        elif self.tokens is None or self.until is None:
            raise ValueError("a standing other than cleared needs tokens and until")
        elif self.until - self.issued_at > MAX_VISIBLE:
            raise ValueError("until is more than 30 months after issued_at")
        return self


class HelloFacts(Ask):
    """What an office says of its own feed at a moment; rides on every answer.

    `live` names the numbers still in force as closed ranges; null where they would be too many to ride along (the
    hello statement then has them).
    """

    at: WireMoment
    generation: Counting
    last_number: Annotated[StrictInt, Field(ge=0, le=2**53)]
    live: Annotated[tuple[tuple[Number, Number], ...], Field(max_length=8192)] | None = None
    checkpoint: Annotated[str, Field(max_length=2048)] | None = None


class Hello(Body):
    """The signed hello: sent when a node starts or finds its network again, and kept for relaying."""

    type: Literal["hello"] = "hello"
    facts: HelloFacts
    roster_version: Counting


class NoticeSent(Ask):
    """Body of `POST /federation/v1/notices`."""

    notice: Envelope


class HelloSent(Ask):
    """Body of `POST /federation/v1/hello`; suspensions ride on it, so that they need no directory."""

    hello: Envelope
    suspensions: Annotated[tuple[Envelope, ...], Field(max_length=16)] = ()


class Acknowledgement(Answer):
    """What a node says when it has committed a notice or a hello: the leaf of its own entry, and its own hello.

    `speaks`, to a hello: the newest protocol version that it speaks, whatever it writes in.
    """

    leaf: Sha256Hex
    hello: HelloFacts
    speaks: Counting | None = None


class NoticePage(Answer):
    """One page of an office's feed, from itself or from any peer that holds it."""

    issuer: OfficeId
    notices: tuple[Envelope, ...]
    hello: Envelope | None = None
    next_after: Number | None = None
