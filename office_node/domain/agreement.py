"""What a holder of a value learns from another office's tokens: which kinds agree, and the proof of it.

The same arithmetic serves the owner of a row against an inquiry and the asker against a trace. Without a value that
agrees the nonce stays wrapped, and the field tokens say nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from struct import unpack

from office_node.domain.person_keys import PersonKeys
from office_node.domain.tokens import field_token, hit_proof, index_token, unwrap_nonce
from shared_schemas.inquiry import Hit, HitProof
from shared_schemas.trace import FieldToken, IndexToken, TokenSet


@dataclass(frozen=True)
class Agreement:
    """Agreeing kinds, and which field kinds both sides have. `shared` are (epoch, kind, stretched value)."""

    index_kinds: frozenset[str]
    field_kinds: frozenset[str]
    compared_fields: frozenset[str]
    shared: tuple[tuple[str, str, bytes], ...]


NOTHING_AGREES = Agreement(frozenset(), frozenset(), frozenset(), ())


@dataclass(frozen=True)
class TheirTokens:
    """Another office's tokens of one person: index tokens by epoch, and the fields under their own epoch."""

    case: bytes
    revision: int
    index: Mapping[str, tuple[IndexToken, ...]]
    fields: tuple[FieldToken, ...]
    field_epoch: str


def their_tokens(
    tokens: TokenSet, *, case: str, revision: int, older: Mapping[str, tuple[IndexToken, ...]] | None = None
) -> TheirTokens:
    """The tokens of a notice, with an inquiry's older ones where there are any."""
    return TheirTokens(
        case=bytes.fromhex(case),
        revision=revision,
        index={**(older or {}), tokens.epoch: tokens.index},
        fields=tokens.fields,
        field_epoch=tokens.epoch,
    )


def agree(mine: PersonKeys, theirs: TheirTokens, *, epoch_keys: Mapping[str, bytes]) -> Agreement:
    """Which of my values agree with their tokens. Epochs that I have no key or no stretched values for are skipped."""
    shared: list[tuple[str, str, bytes]] = []
    nonce: bytes | None = None
    for epoch, tokens in theirs.index.items():
        key = epoch_keys.get(epoch)
        if key is None or epoch not in mine.stretched:
            continue
        wanted = {(token.kind, token.token): token.nonce for token in tokens}
        for (kind, _value), s in zip(mine.index, mine.stretched[epoch], strict=True):
            wrapped = wanted.get((kind, index_token(key, kind, stretched=s).hex()))
            if wrapped is None:
                continue
            shared.append((epoch, kind, s))
            nonce = unwrap_nonce(
                key,
                bytes.fromhex(wrapped),
                case=theirs.case,
                revision=theirs.revision,
                kind=kind,
                stretched=s,
            )
    if nonce is None:
        return NOTHING_AGREES
    agreeing, compared = _fields(mine, theirs, nonce=nonce, epoch_key=epoch_keys.get(theirs.field_epoch))
    return Agreement(
        index_kinds=frozenset(kind for _, kind, _ in shared),
        field_kinds=agreeing,
        compared_fields=compared,
        shared=tuple(dict.fromkeys(shared)),
    )


def _fields(
    mine: PersonKeys, theirs: TheirTokens, *, nonce: bytes, epoch_key: bytes | None
) -> tuple[frozenset[str], frozenset[str]]:
    if epoch_key is None:
        return frozenset(), frozenset()
    their_kinds = {token.kind for token in theirs.fields}
    their_values = {(token.kind, token.token) for token in theirs.fields}
    compared = [key for key in mine.fields if key.kind in their_kinds]
    agreeing = frozenset(
        kind
        for kind, value in compared
        if (kind, field_token(epoch_key, kind, nonce=nonce, value=value).hex()) in their_values
    )
    return agreeing, frozenset(key.kind for key in compared)


def prove(agreement: Agreement, *, inquiry: str, office: str, epoch_keys: Mapping[str, bytes]) -> tuple[HitProof, ...]:
    """One proof per agreeing index kind, under the newest epoch in which it agrees, by `office` for this inquiry."""
    reference = bytes.fromhex(inquiry)
    by_kind = {kind: (epoch, s) for epoch, kind, s in agreement.shared}  # the notice's own epoch comes last
    return tuple(
        HitProof(
            kind=kind,
            epoch=epoch,
            proof=hit_proof(epoch_keys[epoch], reference, office=office, kind=kind, stretched=s).hex(),
        )
        for kind, (epoch, s) in by_kind.items()
    )


def proven_kinds(
    hit: Hit, mine: PersonKeys, *, inquiry: str, office: str, epoch_keys: Mapping[str, bytes]
) -> frozenset[str]:
    """The kinds that a hit of that office really proves against my own values; empty if it proves nothing."""
    reference = bytes.fromhex(inquiry)
    true_proofs = {
        (kind, epoch, hit_proof(epoch_keys[epoch], reference, office=office, kind=kind, stretched=s).hex())
        for epoch, values in mine.stretched.items()
        if epoch in epoch_keys
        for (kind, _value), s in zip(mine.index, values, strict=True)
    }
    return frozenset(p.kind for p in hit.proofs if (p.kind, p.epoch, p.proof) in true_proofs)


def posting_tokens(tokens: Iterable[IndexToken]) -> list[int]:
    """Index tokens (16 hex digits) as the signed 64-bit integers by which stores keep them, each once."""
    octets = bytes.fromhex("".join(token.token for token in tokens))
    return list(dict.fromkeys(unpack(f">{len(octets) // 8}q", octets)))
