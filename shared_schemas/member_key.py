"""A public key in the roster, and when it counts."""

from typing import Self

from pydantic import model_validator

from shared_schemas.base import Ask, WireMoment
from shared_schemas.ids import KeyId, PublicKeyHex


class MemberKey(Ask):
    """A public key of a member or partner and when it counts."""

    keyid: KeyId
    key: PublicKeyHex
    valid_from: WireMoment
    valid_until: WireMoment

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_until <= self.valid_from:
            raise ValueError("a key ends before it begins")
        return self


def check_holder(keyid: str, holder: str) -> None:
    """ValueError unless the key's id says whose it is."""
    if keyid.partition("/")[0] != holder:
        raise ValueError("a key's id begins with its holder")
