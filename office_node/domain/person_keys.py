"""A person's keys as an office keeps them: values with their stretched forms, and the token sets made from them.

Stretching costs about 10 ms a value and epoch, so it is done once per person and kept sealed beside her. Everything
here is pure: nonce, epoch keys and stretched values are handed in.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from office_node.domain import keys as keys_of
from office_node.domain.kinds import Key
from office_node.domain.tokens import field_token, index_token, stretch, wrap_nonce
from shared_schemas.inquiry import OlderTokens
from shared_schemas.person import Person
from shared_schemas.trace import FieldToken, IndexToken, TokenSet


@dataclass(frozen=True)
class PersonKeys:
    """Index values, field values and, per epoch, the stretched index values in the same order (32 bytes each)."""

    index: tuple[Key, ...]
    fields: tuple[Key, ...]
    stretched: Mapping[str, tuple[bytes, ...]]

    def to_json(self) -> dict[str, object]:
        """For sealing beside the person."""
        return {
            "index": [list(key) for key in self.index],
            "fields": [list(key) for key in self.fields],
            "stretched": {epoch: [s.hex() for s in values] for epoch, values in self.stretched.items()},
        }

    @classmethod
    def from_json(cls, data: dict[str, object]) -> "PersonKeys":
        """Back from `to_json`."""
        index, fields, stretched = data["index"], data["fields"], data["stretched"]
        if not (isinstance(index, list) and isinstance(fields, list) and isinstance(stretched, dict)):
            raise ValueError("not the keys of a person")
        return cls(
            index=tuple(Key(kind, value) for kind, value in index),
            fields=tuple(Key(kind, value) for kind, value in fields),
            stretched={e: tuple(bytes.fromhex(s) for s in values) for e, values in stretched.items()},
        )


NO_KEYS = PersonKeys(index=(), fields=(), stretched={})
"""Of a case that no peer can see: its keys are made when it first needs them."""


def stretch_keys(person: Person, *, epochs: Mapping[str, bytes], kinds: frozenset[str], n: int) -> PersonKeys:
    """All keys of a person of the live `kinds`, stretched under every epoch key. CPU heavy: off the event loop."""
    return renewed(NO_KEYS, person, epochs=epochs, kinds=kinds, n=n)


def renewed(
    mine: PersonKeys, person: Person, *, epochs: Mapping[str, bytes], kinds: frozenset[str], n: int
) -> PersonKeys:
    """The person's keys of the live `kinds` under these epochs and no other. CPU heavy: off the event loop.

    What `mine` has stretched already is taken from there.
    """
    known = {
        (epoch, key): s for epoch, values in mine.stretched.items() for key, s in zip(mine.index, values, strict=True)
    }
    index, fields = _values(person, kinds=kinds)

    def under(epoch: str, key: Key) -> bytes:
        held = known.get((epoch, key))
        return stretch(epochs[epoch], key.kind, value=key.value, n=n) if held is None else held

    return PersonKeys(index, fields, {epoch: tuple(under(epoch, key) for key in index) for epoch in epochs})


def up_to_date(mine: PersonKeys, person: Person, *, epochs: Collection[str], kinds: frozenset[str]) -> bool:
    """Whether these are the person's keys of the live `kinds`, stretched under each of these epochs.

    Keys that are not must not be asked with: rows under the epochs they lack would never be found.
    """
    return (mine.index, mine.fields) == _values(person, kinds=kinds) and set(epochs) <= set(mine.stretched)


def _values(person: Person, *, kinds: frozenset[str]) -> tuple[tuple[Key, ...], tuple[Key, ...]]:
    index = tuple(key for key in keys_of.index_keys(person) if key.kind in kinds)
    return index, tuple(key for key in keys_of.fields(person) if key.kind in kinds)


def index_tokens(
    mine: PersonKeys, *, epoch: str, epoch_key: bytes, nonce: bytes, case: bytes, revision: int
) -> tuple[IndexToken, ...]:
    """The index tokens of one epoch, each with the statement's nonce wrapped under its value."""
    return tuple(
        IndexToken(
            kind=key.kind,
            token=index_token(epoch_key, key.kind, stretched=s).hex(),
            nonce=wrap_nonce(epoch_key, nonce, case=case, revision=revision, kind=key.kind, stretched=s).hex(),
        )
        for key, s in zip(mine.index, mine.stretched[epoch], strict=True)
    )


def token_set(mine: PersonKeys, *, epoch: str, epoch_key: bytes, nonce: bytes, case: bytes, revision: int) -> TokenSet:
    """Everything a notice says of a person."""
    return TokenSet(
        epoch=epoch,
        index=index_tokens(mine, epoch=epoch, epoch_key=epoch_key, nonce=nonce, case=case, revision=revision),
        fields=tuple(
            FieldToken(kind=key.kind, token=field_token(epoch_key, key.kind, nonce=nonce, value=key.value).hex())
            for key in mine.fields
        ),
    )


def older_tokens(
    mine: PersonKeys, *, epochs: Mapping[str, bytes], nonce: bytes, case: bytes, revision: int
) -> tuple[OlderTokens, ...]:
    """What an inquiry adds for the live epochs before the current one."""
    return tuple(
        OlderTokens(
            epoch=epoch,
            index=index_tokens(mine, epoch=epoch, epoch_key=key, nonce=nonce, case=case, revision=revision),
        )
        for epoch, key in sorted(epochs.items())
    )
