"""Who is trusted, with which key and when: the roster as this node sees it, and when a new one is accepted.

Trust comes only from signed bytes that this node keeps. A new roster needs a threshold of the stewards
trusted so far; a new list of stewards needs their successors' threshold as well. Nothing ever goes back to a
lower version.
"""

import base64
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Literal, NamedTuple

from pydantic import ValidationError

from office_node.domain.kinds import FIELD_KINDS, INDEX_KINDS
from office_node.errors import (
    MalformedStatementError,
    NotAnOfficeError,
    RevokedKeyError,
    RosterRefusedError,
    StatementUnknownKeyError,
    UnknownKeyError,
)
from office_node.signing.canonical import canonical
from office_node.signing.keys import VerifyKey, verify_key
from office_node.signing.statements import read_body, verify_threshold
from shared_schemas.roster import MAX_ROSTER_OCTETS, Epoch, Member, MemberKey, Root, Roster, Suspension

UNTRUSTED_AFTER = timedelta(days=30)
"""So long after its expiry a roster no longer carries an answer."""

Stage = Literal["valid", "expired", "untrusted"]


class KeyInfo(NamedTuple):
    """A signing key that counts, and whose it is."""

    keyid: str
    member: Member
    key: VerifyKey


@dataclass(frozen=True, eq=False)
class TrustedRoster:
    """A roster whose signatures have been verified, with what suspends or denies its members.

    `digest` is the SHA-256 of the payload as it was signed, `suspensions` are accepted ones and `denied` what
    this office's administrator trusts no more. Made by `accept`, or by `verified` from this node's own copy.
    """

    roster: Roster
    digest: str
    suspensions: tuple[Suspension, ...] = ()
    denied: frozenset[str] = field(default=frozenset())

    @cached_property
    def _members(self) -> dict[str, Member]:
        return {member.id: member for member in self.roster.members}

    @cached_property
    def _signing_keys(self) -> dict[str, tuple[Member, MemberKey]]:
        return {key.keyid: (member, key) for member in self.roster.members for key in member.signing_keys}

    @cached_property
    def _suspended_since(self) -> dict[str, datetime]:
        since: dict[str, datetime] = {}
        for suspension in self.suspensions:
            earlier = since.get(suspension.member, suspension.since)
            since[suspension.member] = min(earlier, suspension.since)
        return since

    @property
    def version(self) -> int:
        """The roster's version."""
        return self.roster.version

    @property
    def root(self) -> Root:
        """The stewards that the next roster must be signed by."""
        return self.roster.root

    def under(self, suspensions: Iterable[Suspension], *, denied: Iterable[str] = ()) -> "TrustedRoster":
        """The same roster with these local denials, and these suspensions unless it has lifted them."""
        lifted = set(self.roster.lifted)
        holding = tuple(one for one in suspensions if suspension_digest(one) not in lifted)
        return replace(self, suspensions=holding, denied=frozenset(denied))

    def member(self, member_id: str) -> Member | None:
        """The member of this id, also one that has left or is suspended."""
        return self._members.get(member_id)

    def in_good_standing(self, member_id: str, now: datetime) -> bool:
        """Whether this is a member now, neither suspended nor denied."""
        member = self._members.get(member_id)
        return member is not None and _covers(member, now) and not self.shut_out(member_id, now)

    def shut_out(self, member_id: str, now: datetime) -> bool:
        """Whether the member is suspended now, or denied by this office."""
        since = self._suspended_since.get(member_id)
        return member_id in self.denied or (since is not None and since <= now)

    def key(self, keyid: str, now: datetime) -> KeyInfo:
        """The key that may sign messages now; UnknownKeyError, RevokedKeyError."""
        if keyid not in self._signing_keys:
            raise UnknownKeyError(keyid)
        member, key = self._signing_keys[keyid]
        if not _covers(key, now) or not self.in_good_standing(member.id, now):
            raise RevokedKeyError(keyid)
        return KeyInfo(keyid, member, verify_key(key.key))

    def office_key(self, keyid: str, now: datetime) -> KeyInfo:
        """`key`, of an office: a dashboard neither asks about persons nor tells of any. NotAnOfficeError besides."""
        info = self.key(keyid, now)
        if info.member.role != "office":
            raise NotAnOfficeError(keyid)
        return info

    def listed_key(self, keyid: str) -> KeyInfo:
        """The key as the roster lists it, whether it counts now or not: to tell whose a refused message is."""
        if keyid not in self._signing_keys:
            raise UnknownKeyError(keyid)
        member, key = self._signing_keys[keyid]
        return KeyInfo(keyid, member, verify_key(key.key))

    def key_finder(self, office: str | None = None) -> Callable[[str, int], VerifyKey]:
        """`key` as the codec of messages takes it (now in Unix seconds), for one office's keys or all."""

        def find(keyid: str, now: int) -> VerifyKey:
            info = self.key(keyid, datetime.fromtimestamp(now, UTC))
            if office is not None and info.member.id != office:
                raise UnknownKeyError(keyid)
            return info.key

        return find

    def statement_key(self, keyid: str, issued_at: datetime) -> KeyInfo:
        """The key that a kept or relayed statement of that time is verified with; StatementUnknownKeyError.

        Only the key's validity at that time counts: what a member signed while it was trusted stays provable.
        """
        held = self._signing_keys.get(keyid)
        if held is None or not _covers(held[1], issued_at):
            raise StatementUnknownKeyError(keyid)
        return KeyInfo(keyid, held[0], verify_key(held[1].key))

    def offices(self, now: datetime) -> tuple[Member, ...]:
        """The offices to be asked now: valid, neither suspended nor denied."""
        return tuple(
            member
            for member in self.roster.members
            if member.role == "office" and self.in_good_standing(member.id, now)
        )

    def live_epochs(self) -> tuple[Epoch, ...]:
        """All live epochs, the oldest first, the one that is still to open included."""
        return self._epochs

    def open_epochs(self, now: datetime) -> tuple[Epoch, ...]:
        """The live epochs that have opened, the current one last; never empty."""
        return tuple(epoch for epoch in self._epochs if epoch.opens_at <= now) or self._epochs[:1]

    def current_epoch(self, now: datetime) -> Epoch:
        """The epoch opened last: what a notice signed now carries."""
        return self.open_epochs(now)[-1]

    @cached_property
    def _epochs(self) -> tuple[Epoch, ...]:
        return tuple(sorted(self.roster.epochs, key=lambda epoch: (epoch.opens_at, epoch.id)))

    @cached_property
    def index_kinds(self) -> tuple[str, ...]:
        """The live kinds that find, as far as this node knows them."""
        return tuple(kind.name for kind in INDEX_KINDS if kind.name in self.roster.kinds)

    @cached_property
    def field_kinds(self) -> tuple[str, ...]:
        """The live kinds that weigh, as far as this node knows them."""
        return tuple(kind.name for kind in FIELD_KINDS if kind.name in self.roster.kinds)

    def stage(self, now: datetime) -> Stage:
        """`expired`: a banner and nobody new. `untrusted`: answers are unknown, nothing is revealed."""
        if now < self.roster.expires_at:
            return "valid"
        return "expired" if now < self.roster.expires_at + UNTRUSTED_AFTER else "untrusted"


def fingerprint(root: Root) -> str:
    """32 hex digits that a steward reads out: the first half of the SHA-256 of the canonical root."""
    return hashlib.sha256(canonical(root.model_dump(mode="json"))).hexdigest()[:32]


def suspension_digest(suspension: Suspension) -> str:
    """SHA-256 of the suspension's payload, in hex: how a roster names it to lift it."""
    return hashlib.sha256(canonical(suspension.model_dump(mode="json"))).hexdigest()


def accept(
    envelope: dict[str, Any], *, trusted_root: Root | str, current: TrustedRoster | None, now: datetime
) -> TrustedRoster:
    """The roster that replaces `current`, or `current` if it is the same; suspensions and denials stay.

    `trusted_root` is the root of the roster held, or a fingerprint as it was typed. Refused with a
    StatementError: RosterRefusedError, TooFewSignaturesError, MalformedStatementError or WrongTypeError.
    """
    new = verified(envelope, trusted_root=trusted_root)
    if current is not None:
        if new.version < current.version:
            raise RosterRefusedError("rolled-back")
        if new.digest == current.digest:
            return current
        if new.version == current.version:
            raise RosterRefusedError("other-bytes")
    if now >= new.roster.expires_at:
        raise RosterRefusedError("expired")
    return new if current is None else new.under(current.suspensions, denied=current.denied)


def verified(envelope: dict[str, Any], *, trusted_root: Root | str) -> TrustedRoster:
    """The roster in this envelope if its signatures count, whatever its age: for a node's own copy."""
    if isinstance(trusted_root, str):
        first = _unverified_root(envelope)
        if fingerprint(first) != trusted_root.lower().replace(" ", "").replace("-", ""):
            raise RosterRefusedError("wrong-fingerprint")
        trusted_root = first
    payload = _signed_by(envelope, trusted_root)
    roster = parse(payload)
    if roster.root != trusted_root:
        if roster.root.version <= trusted_root.version:
            raise RosterRefusedError("root-rolled-back")
        _signed_by(envelope, roster.root)
    return TrustedRoster(roster=roster, digest=hashlib.sha256(payload).hexdigest())


def _covers(holder: Member | MemberKey, moment: datetime) -> bool:
    return holder.valid_from <= moment and (holder.valid_until is None or moment < holder.valid_until)


def _signed_by(envelope: dict[str, Any], root: Root) -> bytes:
    keys = {steward.keyid: steward.key for steward in root.stewards}
    return verify_threshold(envelope, keys, threshold=root.threshold, type="roster", max_octets=MAX_ROSTER_OCTETS)


def _unverified_root(envelope: dict[str, Any]) -> Root:
    """The root that the envelope itself names: only to compare it with a fingerprint."""
    return parse(unverified_payload(envelope)).root


def unverified_payload(envelope: dict[str, Any]) -> bytes:
    """The payload of an envelope of which nothing is proved; MalformedStatementError."""
    payload = envelope.get("payload")
    if not isinstance(payload, str) or len(payload) > MAX_ROSTER_OCTETS * 2:
        raise MalformedStatementError("payload is not a string of a roster's size")
    try:
        return base64.b64decode(payload, validate=True)
    except ValueError as error:
        raise MalformedStatementError("payload is not base64") from error


def parse(payload: bytes) -> Roster:
    """The roster in these canonical bytes, of which nothing is proved; MalformedStatementError."""
    read_body(payload)
    try:
        return Roster.model_validate_json(payload)
    except ValidationError as error:
        raise MalformedStatementError("the body is not a roster") from error
