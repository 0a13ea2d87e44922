"""A whole federation's roster made in one process, for the demo, the simulator and tests: nothing is written.

It does what stewards do with `jejak steward`, by the same functions, holding all their keys at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from office_node.domain.roster import TrustedRoster, trusted
from office_node.domain.suspensions import Reason, make_suspension
from office_node.signing.keys import SigningKey
from office_node.signing.repository import TIMESTAMP, RosterFiles, fingerprint_of, newest_root
from office_node.signing.statements import Statement
from services.directory.timestamp import timestamped
from services.stewards import metadata
from services.stewards.drafts import LIFETIME, Change, Draft, Random, applied, finished, first_draft
from services.stewards.drafts_members import with_office
from shared_schemas.roster import EnrolRequest, Root, Roster, Steward, Stretch, SuspensionsSent


@dataclass(frozen=True)
class Federation:
    """A signed roster with everything around it: what is published, and what only stewards hold.

    `online` is the directory's key, which signs the timestamp; `at` is when it last did.
    """

    files: Mapping[str, bytes]
    draft: Draft
    at: datetime
    stewards: tuple[SigningKey, ...]
    online: SigningKey
    suspensions: tuple[dict[str, Any], ...] = ()

    @property
    def roster(self) -> Roster:
        """The list."""
        return self.draft.roster

    @property
    def root(self) -> Root:
        """Whom the stewards' keys belong to."""
        return self.draft.root

    @property
    def sealed(self) -> Mapping[str, bytes]:
        """Each member's file of sealed epoch keys."""
        return self.draft.sealed

    @property
    def epoch_keys(self) -> Mapping[str, bytes]:
        """Epoch id to key."""
        return self.draft.epoch_keys

    @property
    def fingerprint(self) -> str:
        """What a steward reads out to a new administrator."""
        return fingerprint_of(newest_root(self.files))

    @cached_property
    def held(self) -> RosterFiles:
        """The files as a node holds them."""
        return RosterFiles(self.files, self.at)

    @cached_property
    def trusted(self) -> TrustedRoster:
        """The roster as a node trusts it, without suspensions."""
        return trusted(self.held)

    def suspensions_sent(self) -> dict[str, Any]:
        """What `GET /roster/v1/suspensions` gives, as JSON writes it."""
        return SuspensionsSent.model_validate({"suspensions": self.suspensions}).model_dump(mode="json")

    @cached_property
    def suspension_digests(self) -> list[str]:
        """By which a mirror's entity tag is made."""
        return [Statement.from_dict(one).digest for one in self.suspensions]

    def stamped(self, now: datetime) -> "Federation":
        """The same with a new timestamp, as the directory signs one every hour."""
        stamp = timestamped(self.files, snapshot=self.roster.version, key=self.online, now=now)
        return replace(self, files={**self.files, TIMESTAMP: stamp}, at=now)


def new_steward(name: str, *, now: datetime, random: Random) -> SigningKey:
    """A fresh key of a steward, named after the year."""
    return SigningKey(f"{name}/root-{now.year}", random(32))


def steward_of(key: SigningKey) -> Steward:
    """The steward that the holder of this key is in a root."""
    return Steward(name=key.keyid.partition("/")[0], keyid=key.keyid, key=key.public_hex)


def make_federation(
    offices: Sequence[EnrolRequest],
    *,
    now: datetime,
    random: Random,
    stewards: int = 3,
    threshold: int = 2,
    stretch: Stretch | None = None,
    lifetime: timedelta = LIFETIME,
    training: bool = False,
) -> Federation:
    """A federation of these offices with roster version 1, signed by all its stewards."""
    keys = tuple(new_steward(f"steward-{number}", now=now, random=random) for number in range(1, stewards + 1))
    online = new_steward("directory", now=now, random=random)
    root = Root(
        version=1,
        threshold=threshold,
        targets_threshold=threshold,
        stewards=tuple(steward_of(key) for key in keys),
        online=(steward_of(online),),
    )
    draft = first_draft(root, now=now, random=random, stretch=stretch or Stretch(), training=training)
    draft = applied(draft, [with_office(office, now=now) for office in offices])
    draft = finished(draft, version=1, now=now, random=random, lifetime=lifetime)
    return signed(draft, keys, online=online, now=now)


def next_version(
    federation: Federation,
    *changes: Change,
    now: datetime,
    random: Random,
    lifetime: timedelta = LIFETIME,
    stewards: Sequence[SigningKey] | None = None,
) -> Federation:
    """The federation after these changes (see `drafts`; none renews the roster), version + 1.

    The stewards so far sign; with `stewards`, which the changed root must name, these sign as well and
    follow.
    """
    draft = applied(replace(federation.draft, root_before=federation.root.version), changes)
    draft = finished(draft, version=federation.roster.version + 1, now=now, random=random, lifetime=lifetime)
    after = federation.stewards if stewards is None else tuple(stewards)
    signers = {key.keyid: key for key in (*federation.stewards, *after)}
    made = signed(draft, tuple(signers.values()), online=federation.online, now=now, before=federation.files)
    return replace(made, stewards=after, suspensions=federation.suspensions)


def suspend(
    federation: Federation,
    office: str,
    *,
    now: datetime,
    reason: Reason = "key_compromised",
    by: SigningKey | None = None,
    since: datetime | None = None,
) -> Federation:
    """The federation with one more suspension, by its first steward unless `by` is given; `since` is now if absent."""
    envelope = make_suspension(office, key=by or federation.stewards[0], now=now, reason=reason, since=since)
    return replace(federation, suspensions=(*federation.suspensions, envelope))


def signed(
    draft: Draft,
    keys: Sequence[SigningKey],
    *,
    online: SigningKey,
    now: datetime,
    before: Mapping[str, bytes] | None = None,
) -> Federation:
    """The draft signed by these stewards, whether they suffice or not, on top of the files before it."""
    made = metadata.unsigned(draft, now=now)
    for one in made.values():
        for key in keys:
            metadata.sign(one, key)
    files = {**(before or {}), **metadata.files(made, draft)}
    files[TIMESTAMP] = timestamped(files, snapshot=draft.roster.version, key=online, now=now)
    return Federation(files, draft, now, tuple(keys), online)
