"""The signed list of members: who belongs, with which keys, and which epochs and key kinds are live.

The roster is a target of a TUF repository (specification 1.0), and so is each member's file of sealed epoch keys:
`roster.json` and `keys/<office>.json`. TUF proves them; what stands in them is said here.
"""

import hashlib
from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from shared_schemas.base import Answer, Ask, Counting, Flag, One, StrictInt, WireDate, WireMoment, whole_number
from shared_schemas.ids import EpochId, KeyId, Kind, OfficeId, PublicKeyHex, Ref, Sha256Hex
from shared_schemas.member_key import MemberKey as MemberKey
from shared_schemas.member_key import check_holder
from shared_schemas.partner import Partner
from shared_schemas.statement import Envelope

MAX_ROSTER_OCTETS = 1024 * 1024
"""A roster is never longer."""
ROSTER_TARGET = "roster.json"
"""TUF path of the roster."""


def keys_target(office: str) -> str:
    """TUF path of a member's file of sealed epoch keys."""
    return f"keys/{office}.json"


Eight = Annotated[Literal[8], BeforeValidator(whole_number)]
StewardName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{2,39}$")]


BaseUrl = Annotated[str, StringConstraints(pattern=r"^https?://[a-z0-9.\-\[\]:]+$", max_length=200)]
"""Scheme, host and port of a node as others reach it: what `@target-uri` begins with."""


def _once(what: str, values: Iterable[str]) -> None:
    """ValueError if a value stands twice."""
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise ValueError(f"{what} twice")
        seen.add(value)


class Steward(Ask):
    """Whose key counts in the TUF root: one of those whose threshold changes the roster, or a signer of its time."""

    name: StewardName
    keyid: KeyId
    key: PublicKeyHex

    @model_validator(mode="after")
    def _own_key(self) -> Self:
        check_holder(self.keyid, self.name)
        return self


class Root(Ask):
    """What the TUF root says: the stewards and their thresholds, and who besides may sign the timestamp.

    `threshold` of the stewards change the stewards, `targets_threshold` of them the roster. Any one of them, or of
    `online` (the directory's key), signs the hourly timestamp.
    """

    version: Counting
    threshold: Annotated[StrictInt, Field(ge=1, le=32)]
    targets_threshold: Annotated[StrictInt, Field(ge=1, le=32)]
    stewards: Annotated[tuple[Steward, ...], Field(min_length=1, max_length=32)]
    online: Annotated[tuple[Steward, ...], Field(max_length=8)] = ()

    @model_validator(mode="after")
    def _threshold_of_persons(self) -> Self:
        """One steward, and one key, counts once."""
        everybody = self.stewards + self.online
        _once("a steward", (steward.name for steward in everybody))
        _once("a steward's key", (steward.key for steward in everybody))
        if max(self.threshold, self.targets_threshold) > len(self.stewards):
            raise ValueError("fewer stewards than the threshold")
        return self


class Region(Ask):
    """A kabupaten or kota (Kemendagri code) that an office serves, dated."""

    code: Annotated[str, StringConstraints(pattern=r"^\d\d\.\d\d$")]
    valid_from: WireDate
    valid_until: WireDate | None = None


class Member(Ask):
    """One member: an office, or a Kanwil dashboard. `invitation` is the digest of the one that it came by."""

    id: OfficeId
    name: Annotated[str, Field(max_length=120)]
    role: Literal["office", "dashboard"] = "office"
    office_class: Annotated[str, Field(max_length=60)] = ""
    regions: Annotated[tuple[Region, ...], Field(max_length=60)] = ()
    base_url: BaseUrl
    signing_keys: Annotated[tuple[MemberKey, ...], Field(min_length=1, max_length=8)]
    encryption_keys: Annotated[tuple[MemberKey, ...], Field(min_length=1, max_length=8)]
    witnesses: Annotated[tuple[OfficeId, ...], Field(max_length=16)] = ()
    valid_from: WireMoment
    valid_until: WireMoment | None = None
    successor: OfficeId | None = None
    generation: Counting = 1
    invitation: Sha256Hex | None = None

    @model_validator(mode="after")
    def _own_keys(self) -> Self:
        for key in self.signing_keys + self.encryption_keys:
            check_holder(key.keyid, self.id)
        return self


class Epoch(Ask):
    """A live epoch. `commitment` = SHA-256("jejak epoch" ‖ 0x00 ‖ key): members check theirs by it."""

    id: EpochId
    opens_at: WireMoment
    commitment: Sha256Hex


class Stretch(Ask):
    """Cost of scrypt (RFC 7914) for index values: about 10 ms in production; a simulation sets the lowest."""

    n: Annotated[StrictInt, Field(ge=2, le=2**20)] = 4096
    r: Eight = 8
    p: One = 1


class Roster(Ask):
    """The whole list. Its version is that of the TUF targets that name it; none is followed by a lower one.

    `lifted` are the digests of the suspensions that the stewards have ended, `retired_epochs` the names of epochs that
    are live no more: none is ever given to another key. `guideline_keys` sign the guideline and nothing else.
    `partners` are agencies that may ask within their rights, and are no members.
    `training`: of invented people; a node that serves real ones refuses it, and the other way round.
    """

    type: Literal["roster"] = "roster"
    format: One = 1
    version: Counting
    issued_at: WireMoment
    members: Annotated[tuple[Member, ...], Field(max_length=400)]
    epochs: Annotated[tuple[Epoch, ...], Field(min_length=1, max_length=4)]
    retired_epochs: Annotated[tuple[EpochId, ...], Field(max_length=200)] = ()
    kinds: Annotated[tuple[Kind, ...], Field(max_length=64)]
    stretch: Stretch = Stretch()
    lifted: Annotated[tuple[Sha256Hex, ...], Field(max_length=400)] = ()
    minimum_protocol: Counting = 1
    guideline_keys: Annotated[tuple[MemberKey, ...], Field(max_length=4)] = ()
    partners: Annotated[tuple[Partner, ...], Field(max_length=100)] = ()
    training: Flag = False

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        """Every name and every key means one thing, and one epoch is always open."""
        members = self.members
        _once("a member", (member.id for member in members))
        _once("a name", [*(member.id for member in members), *(partner.id for partner in self.partners)])
        _once("an address", (member.base_url for member in members))
        member_keys = [key for member in members for key in member.signing_keys + member.encryption_keys]
        partner_keys = [keyid for partner in self.partners for keyid in partner.key_ids]
        _once("a key's id", [*(key.keyid for key in (*member_keys, *self.guideline_keys)), *partner_keys])
        _once("a signing key", self._signing())
        _once("an invitation", (member.invitation for member in members if member.invitation is not None))
        _once("an epoch", [*(epoch.id for epoch in self.epochs), *self.retired_epochs])
        _once("a kind", self.kinds)
        if min(epoch.opens_at for epoch in self.epochs) > self.issued_at:
            raise ValueError("no epoch is open")
        return self

    def apart_from(self, root: Root) -> None:
        """ValueError if a steward has a member's name or signing key."""
        everybody = root.stewards + root.online
        listed = [*(member.id for member in self.members), *(partner.id for partner in self.partners)]
        _once("a name", [*listed, *(one.name for one in everybody)])
        _once("a signing key", [*self._signing(), *(one.key for one in everybody)])

    def _signing(self) -> list[str]:
        """Every public key that signs something, but the stewards'."""
        members = [key.key for member in self.members for key in member.signing_keys]
        partners = [key for partner in self.partners for key in partner.public_keys]
        return [*members, *partners, *(key.key for key in self.guideline_keys)]


class SealedEpochKey(Ask):
    """One epoch key sealed (X25519 sealed box) to one encryption key of one member; base64."""

    epoch: EpochId
    keyid: KeyId
    sealed: Annotated[str, Field(max_length=400)]


class SealedEpochKeys(Ask):
    """A member's own small file, a TUF target."""

    member: OfficeId
    keys: Annotated[tuple[SealedEpochKey, ...], Field(max_length=16)]


class Suspension(Ask):
    """Statement of one steward, or of the office itself: this member is not to be trusted from `since` on.

    It holds until a roster names the SHA-256 of its payload among its `lifted`.
    """

    type: Literal["suspension"] = "suspension"
    format: One = 1
    issuer: OfficeId
    member: OfficeId
    since: WireMoment
    issued_at: WireMoment
    reason: Literal["key_compromised", "office_request", "misconduct", "left"]


MetadataName = Annotated[str, StringConstraints(pattern=r"^([0-9]{1,9}\.)?(root|timestamp|snapshot|targets)\.json$")]
"""A file of TUF metadata in a repository with consistent snapshots; `root.json` is the root of the highest version."""
TargetName = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}\.[a-z0-9-]{1,60}\.json$")]
"""The name of a TUF target in such a repository."""


def file_tag(body: bytes) -> str:
    """Entity tag (RFC 9110 §8.8.3) of a file that mirrors give out."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def suspensions_tag(digests: Iterable[str]) -> str:
    """Entity tag (RFC 9110 §8.8.3) of a set of suspensions: two mirrors that hold the same have the same."""
    return f'"{hashlib.sha256(" ".join(sorted(digests)).encode()).hexdigest()[:32]}"'


class SuspensionsSent(Answer):
    """What `GET /roster/v1/suspensions` gives: those in force."""

    suspensions: Annotated[tuple[Envelope, ...], Field(max_length=400)] = ()


class Invitation(Ask):
    """What a steward hands to a new office, signed by that steward: good once, for this office, until it expires."""

    type: Literal["invitation"] = "invitation"
    format: One = 1
    issuer: StewardName
    id: OfficeId
    name: Annotated[str, Field(max_length=120)]
    directory_url: BaseUrl | None = None
    code: Ref
    issued_at: WireMoment
    expires_at: WireMoment


class EnrolRequest(Ask):
    """What an office hands to the stewards: its public keys and its address, signed with its own key.

    A new office's has the invitation; a member's, with new keys, has none.
    """

    type: Literal["enrol"] = "enrol"
    format: One = 1
    id: OfficeId
    name: Annotated[str, Field(max_length=120)]
    office_class: Annotated[str, Field(max_length=60)] = ""
    regions: Annotated[tuple[Region, ...], Field(max_length=60)] = ()
    base_url: BaseUrl
    signing_key: MemberKey
    encryption_key: MemberKey
    invitation: Envelope | None = None
    issued_at: WireMoment

    @model_validator(mode="after")
    def _own_keys(self) -> Self:
        check_holder(self.signing_key.keyid, self.id)
        check_holder(self.encryption_key.keyid, self.id)
        return self
