"""A partner agency as the roster lists it: who it is, by which keys, and exactly what it may ask, why and where.

The stewards sign this with the rest of the roster. Each office enforces its own copy of it, may narrow it by its
settings, and can never widen it. Nothing is granted by silence: what is not listed is refused.
"""

import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from shared_schemas.base import Ask, Flag, StrictInt, WireMoment
from shared_schemas.ids import KeyId, OfficeId
from shared_schemas.member_key import MemberKey, check_holder

LONGEST = timedelta(days=90)
"""So long rights count at most; then the stewards look at them again."""
PartnerId = Annotated[str, StringConstraints(pattern=r"^mitra-[a-z0-9-]{2,34}$")]
"""`mitra-polda-lampung`: its first part tells a partner's name from an office's."""

PartnerKind = Literal["kp2mi", "police", "disnaker", "local_government"]
Scope = Literal[
    "rujukan:baca", "rujukan:tulis", "rujukan:baca:wilayah", "pmi:verifikasi", "p3mi:baca", "statistik:baca",
    "pola:baca", "kasus:minta", "peringatan:tulis", "rekomendasi:tulis", "pimpasa:jadwal",
]  # fmt: skip
SCOPES_OF_KIND: Mapping[str, frozenset[str]] = {
    "kp2mi": frozenset({"rujukan:baca", "rujukan:tulis", "pmi:verifikasi", "p3mi:baca", "statistik:baca"}),
    "police": frozenset({"pola:baca", "kasus:minta", "peringatan:tulis"}),
    "disnaker": frozenset({"rujukan:baca:wilayah", "rekomendasi:tulis"}),
    "local_government": frozenset({"statistik:baca", "pimpasa:jadwal"}),
}
"""What the duty of an agency can need at all. The roster lists a part of it, partner by partner."""

PartnerPurpose = Literal[
    "protection", "placement_check", "trafficking_investigation", "recommendation", "statistics", "outreach"
]  # fmt: skip
PartnerField = Literal["standing", "reason_group", "office", "decided_at", "until", "condition", "regency"]
"""What of a person's case may be shown. Names and numbers are none of them: who asks has them."""
Onward = Literal["nobody", "own_agency", "criminal_proceedings"]
"""To whom a result may be passed on."""

_OCTETS_OF_COORDINATE = 32
_BASE64URL = re.compile(r"[A-Za-z0-9_-]{43}")


def _unpacked(value: str) -> bytes:
    """The 32 octets of a coordinate in its one base64url spelling (RFC 7515 §2). ValueError."""
    octets = urlsafe_b64decode(value + "=") if _BASE64URL.fullmatch(value) else b""
    if len(octets) != _OCTETS_OF_COORDINATE or value[-1] not in "AEIMQUYcgkosw048":
        raise ValueError("a coordinate is 32 octets in base64url")
    return octets


class AssertionKey(Ask):
    """A public key (RFC 7517, RFC 8037) that the partner proves itself with when it asks for a token.

    The curve fixes the algorithm: `Ed25519` (RFC 9864) or `ES256`, whatever an assertion says.
    """

    kid: KeyId
    kty: Literal["OKP", "EC"]
    crv: Literal["Ed25519", "P-256"]
    x: str
    y: str | None = None
    valid_from: WireMoment
    valid_until: WireMoment

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.kty, self.crv) not in (("OKP", "Ed25519"), ("EC", "P-256")):
            raise ValueError("no such kind of key")
        if (self.y is None) != (self.kty == "OKP"):
            raise ValueError("y belongs to P-256")
        for coordinate in (self.x, self.y):
            if coordinate is not None:
                _unpacked(coordinate)
        if self.valid_until <= self.valid_from:
            raise ValueError("a key ends before it begins")
        return self

    @property
    def alg(self) -> str:
        """The one algorithm that this key signs with."""
        return "Ed25519" if self.kty == "OKP" else "ES256"

    @property
    def public_hex(self) -> str | None:
        """The key as members' keys are written, if it is an Ed25519 key."""
        return _unpacked(self.x).hex() if self.kty == "OKP" else None

    @property
    def jwk(self) -> dict[str, str]:
        """The key as a JWK, with nothing else in it."""
        found = {"kty": self.kty, "crv": self.crv, "x": self.x, "kid": self.kid, "alg": self.alg, "use": "sig"}
        return found if self.y is None else {**found, "y": self.y}


class Partner(Ask):
    """One agency and its rights. `offices` are those it may ask; `regions` (Kemendagri, null: any) are those whose
    people it may ask about; `daily_quota` counts at each office; `agreement` is the data-sharing agreement."""

    id: PartnerId
    name: Annotated[str, Field(min_length=1, max_length=120)]
    kind: PartnerKind
    assertion_keys: Annotated[tuple[AssertionKey, ...], Field(min_length=1, max_length=8)]
    signing_keys: Annotated[tuple[MemberKey, ...], Field(max_length=8)] = ()
    scopes: Annotated[tuple[Scope, ...], Field(min_length=1, max_length=20)]
    purposes: Annotated[tuple[PartnerPurpose, ...], Field(min_length=1, max_length=10)]
    fields: Annotated[tuple[PartnerField, ...], Field(max_length=20)]
    offices: Annotated[tuple[OfficeId, ...], Field(min_length=1, max_length=400)]
    regions: (
        Annotated[tuple[Annotated[str, StringConstraints(pattern=r"^\d\d\.\d\d$")], ...], Field(max_length=60)] | None
    ) = None
    daily_quota: Annotated[StrictInt, Field(ge=1, le=100_000)]
    onward: Onward = "nobody"
    agreement: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ./-]{2,79}$")]
    valid_from: WireMoment
    valid_until: WireMoment
    suspended: Flag = False

    @model_validator(mode="after")
    def _within_its_duty(self) -> Self:
        for key in self.assertion_keys:
            check_holder(key.kid, self.id)
        for held in self.signing_keys:
            check_holder(held.keyid, self.id)
        if not timedelta() < self.valid_until - self.valid_from <= LONGEST:
            raise ValueError("a partner's rights count for 90 days at most")
        if not set(self.scopes) <= SCOPES_OF_KIND[self.kind]:
            raise ValueError("a scope that is not for agencies of this kind")
        if "rujukan:baca:wilayah" in self.scopes and not self.regions:
            raise ValueError("that scope needs regions")
        for listed in (self.scopes, self.purposes, self.fields, self.offices, self.regions or ()):
            if len(set(listed)) != len(listed):
                raise ValueError("a right twice")
        return self

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The ids of all its keys."""
        return (*(key.kid for key in self.assertion_keys), *(key.keyid for key in self.signing_keys))

    @property
    def public_keys(self) -> tuple[str, ...]:
        """Its Ed25519 keys in hex: no other holder of the roster may have one of them."""
        proving = (key.public_hex for key in self.assertion_keys)
        return (*(key for key in proving if key is not None), *(key.key for key in self.signing_keys))


class PartnerLimit(Ask):
    """What one office narrows a partner's rights to, in its settings; what is absent stays as the roster has it.

    `closed`: this office answers the partner nothing.
    """

    scopes: tuple[Scope, ...] | None = None
    purposes: tuple[PartnerPurpose, ...] | None = None
    fields: tuple[PartnerField, ...] | None = None
    regions: tuple[Annotated[str, StringConstraints(pattern=r"^\d\d\.\d\d$")], ...] | None = None
    daily_quota: Annotated[StrictInt, Field(ge=1)] | None = None
    closed: Flag = False
