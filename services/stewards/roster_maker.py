"""A whole federation's roster made in one process, for the demo, the simulator and tests: nothing is written.

It does what stewards do with `jejak steward`, by the same functions, holding all their keys at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from office_node.domain.roster import fingerprint, parse, unverified_payload
from office_node.domain.suspensions import Reason, make_suspension
from office_node.signing.keys import SigningKey
from office_node.signing.statements import sign_multi
from services.stewards.drafts import (
    LIFETIME,
    Change,
    Draft,
    Random,
    applied,
    finished,
    first_draft,
    with_office,
)
from shared_schemas.roster import EnrolRequest, Root, Roster, RosterSent, Steward, Stretch


@dataclass(frozen=True)
class Federation:
    """A signed roster with everything around it: what is published, and what only stewards hold."""

    envelope: dict[str, Any]
    sealed: Mapping[str, bytes]
    stewards: tuple[SigningKey, ...]
    epoch_keys: Mapping[str, bytes] = field(repr=False)
    suspensions: tuple[dict[str, Any], ...] = ()

    @cached_property
    def roster(self) -> Roster:
        """The roster in the envelope."""
        return parse(unverified_payload(self.envelope))

    @property
    def fingerprint(self) -> str:
        """What a steward reads out to a new administrator."""
        return fingerprint(self.roster.root)

    def sent(self) -> dict[str, Any]:
        """What `GET /roster/v1/current` gives, as JSON writes it."""
        sent = RosterSent.model_validate({"roster": self.envelope, "suspensions": self.suspensions})
        return sent.model_dump(mode="json")


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
) -> Federation:
    """A federation of these offices with roster version 1, signed by all its stewards."""
    keys = tuple(new_steward(f"steward-{number}", now=now, random=random) for number in range(1, stewards + 1))
    root = Root(version=1, threshold=threshold, stewards=tuple(steward_of(key) for key in keys))
    draft = first_draft(root, now=now, random=random, stretch=stretch or Stretch())
    draft = applied(draft, [with_office(office, now=now) for office in offices])
    draft = finished(draft, version=1, now=now, random=random, lifetime=lifetime)
    return Federation(signed(draft, keys), draft.sealed, keys, draft.epoch_keys)


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
    draft = Draft(federation.roster, federation.epoch_keys, federation.sealed)
    draft = applied(draft, changes)
    version = federation.roster.version + 1
    draft = finished(draft, version=version, now=now, random=random, lifetime=lifetime)
    after = federation.stewards if stewards is None else tuple(stewards)
    signers = {key.keyid: key for key in (*federation.stewards, *after)}
    return Federation(
        signed(draft, tuple(signers.values())), draft.sealed, after, draft.epoch_keys, federation.suspensions
    )


def suspend(
    federation: Federation,
    office: str,
    *,
    now: datetime,
    reason: Reason = "key_compromised",
    by: SigningKey | None = None,
) -> Federation:
    """The federation with one more suspension, by its first steward unless `by` is given."""
    envelope = make_suspension(office, key=by or federation.stewards[0], now=now, reason=reason)
    return replace(federation, suspensions=(*federation.suspensions, envelope))


def signed(draft: Draft, keys: Sequence[SigningKey]) -> dict[str, Any]:
    """The draft's roster as an envelope that these stewards have signed, or none yet."""
    return sign_multi(draft.roster.model_dump(mode="json"), type="roster", keys=keys)
