"""Who is trusted, with which key and when: the roster as this node sees it, and when a new one is accepted.

Trust comes only from signed files that this node keeps (`signing/repository.py`). Which newer ones replace them is
TUF's affair (`signing/tuf_client.py`); who belongs and which key counts when is said here.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Literal, NamedTuple

from pydantic import ValidationError

from office_node.domain.kinds import FIELD_KINDS, INDEX_KINDS
from office_node.domain.succession import all_followers, may_give
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
from office_node.signing.repository import Proved, RosterFiles, prove
from office_node.signing.statements import read_body
from shared_schemas.partner import Partner
from shared_schemas.roster import Epoch, Member, MemberKey, Root, Roster, Suspension

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

    `proved` is what the files that it came in prove, `suspensions` are accepted ones and `denied` what this office's
    administrator trusts no more. Made by `trusted`.
    """

    roster: Roster
    proved: Proved
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
        return _earliest(self.suspensions)

    @cached_property
    def _compromised_since(self) -> dict[str, datetime]:
        """By a steward's word: a thief's own suspension of the office would discredit all that it ever said."""
        return _earliest(
            one for one in self.suspensions if one.reason == "key_compromised" and one.issuer != one.member
        )

    @cached_property
    def giving(self) -> frozenset[str]:
        """The members some of whose cases may have become another's."""
        return frozenset(member.id for member in self.roster.members if may_give(member))

    @cached_property
    def _followers(self) -> dict[date, dict[str, tuple[str, ...]]]:
        return {}

    def followers(self, today: date) -> Mapping[str, tuple[str, ...]]:
        """For each member that may give: who can have its cases. Reckoned once a day."""
        if today not in self._followers:
            self._followers[today] = all_followers(self.roster.members, today=today)
        return self._followers[today]

    @property
    def version(self) -> int:
        """The roster's version."""
        return self.roster.version

    @property
    def root(self) -> Root:
        """The stewards that the next roster must be signed by."""
        return self.proved.root

    @property
    def expires_at(self) -> datetime:
        """When the first of its signatures runs out: a week after the last timestamp, as a rule."""
        return self.proved.expires_at

    def under(self, suspensions: Iterable[Suspension], *, denied: Iterable[str] = ()) -> "TrustedRoster":
        """The same roster with these local denials, and these suspensions unless it has lifted them."""
        lifted = set(self.roster.lifted)
        holding = tuple(one for one in suspensions if suspension_digest(one) not in lifted)
        return replace(self, suspensions=holding, denied=frozenset(denied))

    def member(self, member_id: str) -> Member | None:
        """The member of this id, also one that has left or is suspended."""
        return self._members.get(member_id)

    def partner(self, partner_id: str) -> Partner | None:
        """The partner of this id, also one whose rights have run out or that is suspended."""
        return next((one for one in self.roster.partners if one.id == partner_id), None)

    def in_good_standing(self, member_id: str, now: datetime) -> bool:
        """Whether this is a member now, neither suspended nor denied."""
        member = self._members.get(member_id)
        return member is not None and _covers(member, now) and not self.shut_out(member_id, now)

    def shut_out(self, member_id: str, now: datetime) -> bool:
        """Whether the member is suspended now, or denied by this office."""
        since = self._suspended_since.get(member_id)
        return member_id in self.denied or (since is not None and since <= now)

    @property
    def compromised_since(self) -> Mapping[str, datetime]:
        """The members whose key is known to be stolen, and since when."""
        return self._compromised_since

    def counts(self, member_id: str, arrived_at: datetime) -> bool:
        """Whether what arrived here from this member at that time counts: not once its key is known to be stolen."""
        since = self._compromised_since.get(member_id)
        return since is None or arrived_at < since

    def key(self, keyid: str, now: datetime) -> KeyInfo:
        """The key that may sign messages now; UnknownKeyError, RevokedKeyError."""
        if keyid not in self._signing_keys:
            raise UnknownKeyError(keyid)
        member, key = self._signing_keys[keyid]
        if not _covers(key, now) or not self.in_good_standing(member.id, now):
            raise RevokedKeyError(keyid)
        return KeyInfo(keyid, member, verify_key(key.key))

    def counting_keys(self, member_id: str, now: datetime) -> tuple[VerifyKey, ...]:
        """Every signing key of the member that may sign messages now."""
        member = self._members.get(member_id)
        if member is None or not self.in_good_standing(member_id, now):
            return ()
        return tuple(verify_key(key.key) for key in member.signing_keys if _covers(key, now))

    def lists(self, keyid: str, public_hex: str, now: datetime) -> bool:
        """Whether this is a listed key that is valid now, whatever became of its member."""
        held = self._signing_keys.get(keyid)
        return held is not None and held[1].key == public_hex and _covers(held[1], now)

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

    def statement_key(self, keyid: str, issued_at: datetime, *, arrived_at: datetime) -> KeyInfo:
        """The key that a kept or relayed statement of that time is verified with; StatementUnknownKeyError.

        The key's validity at that time counts: what a member signed while it was trusted stays provable. Of a key that
        was stolen, whoever has it writes any time into a statement: so its arrival here must be older than that.
        """
        info = self.key_of_then(keyid, issued_at)
        if not self.counts(info.member.id, arrived_at):
            raise StatementUnknownKeyError(keyid)
        return info

    def key_of_then(self, keyid: str, moment: datetime) -> KeyInfo:
        """The key, if it was valid at that moment, whatever became of its member; StatementUnknownKeyError."""
        held = self._signing_keys.get(keyid)
        if held is None or not _covers(held[1], moment):
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
        if now < self.expires_at:
            return "valid"
        return "expired" if now < self.expires_at + UNTRUSTED_AFTER else "untrusted"


def _earliest(suspensions: Iterable[Suspension]) -> dict[str, datetime]:
    since: dict[str, datetime] = {}
    for one in suspensions:
        since[one.member] = min(since.get(one.member, one.since), one.since)
    return since


def suspension_digest(suspension: Suspension) -> str:
    """SHA-256 of the suspension's payload, in hex: how a roster names it to lift it."""
    return hashlib.sha256(canonical(suspension.model_dump(mode="json"))).hexdigest()


def trusted(held: RosterFiles, *, known: TrustedRoster | None = None) -> TrustedRoster:
    """The roster that these files prove, whatever its age now; RosterRefusedError, MalformedStatementError.

    What is `known` already is not parsed again.
    """
    proved = prove(held)
    same = known is not None and known.proved.roster == proved.roster
    roster = known.roster if known is not None and same else parse(proved.roster)
    if roster.version != proved.version:
        raise RosterRefusedError("mixed")
    try:
        roster.apart_from(proved.root)
    except ValueError as error:
        raise MalformedStatementError("a steward is a member") from error
    return TrustedRoster(roster, proved)


def _covers(holder: Member | MemberKey, moment: datetime) -> bool:
    return holder.valid_from <= moment and (holder.valid_until is None or moment < holder.valid_until)


def parse(payload: bytes) -> Roster:
    """The roster in these canonical bytes, of which nothing is proved; MalformedStatementError."""
    read_body(payload)
    try:
        return Roster.model_validate_json(payload)
    except ValidationError as error:
        raise MalformedStatementError("the body is not a roster") from error
