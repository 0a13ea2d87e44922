"""What stewards can change in a roster, as plain functions from draft to draft; nothing here signs or writes.

A change may leave a draft that is not whole; `finished` dates it, seals the epoch keys to every member and checks it as
every node will. What concerns members is in `drafts_members`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from pydantic import ValidationError

from office_node.domain.epoch_keys import EPOCH_KEY_OCTETS, epoch_commitment, seal_epoch_keys
from office_node.domain.kinds import KINDS
from shared_schemas.roster import Epoch, Root, Roster, Steward, Stretch
from shared_schemas.statement import PROTOCOL_VERSION

LIFETIME = timedelta(days=92)
"""So long the stewards' signatures on a roster count; that it is the newest is said by the hourly timestamp."""
MAX_EPOCHS = 4
Random = Callable[[int], bytes]


class StewardError(Exception):
    """What a steward asked for cannot be done; the text says why, for a person."""


@dataclass(frozen=True)
class Draft:
    """A roster in the making, the keys of its epochs, and each member's file of sealed keys if made.

    `root` is whom the stewards' keys belong to from then on, `root_before` the version that is in force (0: none);
    `guideline` is the signed pack that goes with it.
    """

    root: Root
    roster: Roster
    expires_at: datetime
    root_before: int
    epoch_keys: Mapping[str, bytes] = field(repr=False)
    sealed: Mapping[str, bytes] = field(default_factory=dict)
    guideline: bytes | None = None


Change = Callable[[Draft], Draft]


def first_draft(root: Root, *, now: datetime, random: Random, stretch: Stretch, training: bool = False) -> Draft:
    """The first roster of a federation: no members yet, one open epoch, every kind that is known here."""
    key = random(EPOCH_KEY_OCTETS)
    epoch = Epoch(id=f"{now.year:04d}", opens_at=now, commitment=epoch_commitment(key))
    roster = Roster(
        version=1,
        issued_at=now,
        members=(),
        epochs=(epoch,),
        kinds=tuple(sorted(KINDS)),
        stretch=stretch,
        minimum_protocol=PROTOCOL_VERSION,
        training=training,
    )
    return Draft(root, roster, expires_at=now + LIFETIME, root_before=0, epoch_keys={epoch.id: key})


def finished(draft: Draft, *, version: int, now: datetime, random: Random, lifetime: timedelta = LIFETIME) -> Draft:
    """The draft as it can be signed: dated, with the epoch keys sealed to every member; StewardError."""
    live = {epoch.id for epoch in draft.roster.epochs}
    missing = live - set(draft.epoch_keys)
    if missing:
        raise StewardError(f"the key of epoch {', '.join(sorted(missing))} is missing")
    keys = {epoch: draft.epoch_keys[epoch] for epoch in sorted(live)}
    try:
        sealed = {
            member.id: seal_epoch_keys(member, keys, random=random, before=draft.sealed.get(member.id), now=now)
            for member in draft.roster.members
            if member.valid_until is None or now < member.valid_until
        }
    except ValueError as error:
        raise StewardError("an encryption key is not an X25519 key") from error
    return replace(dated(replace(draft, sealed=sealed), version=version, now=now, lifetime=lifetime), epoch_keys=keys)


def dated(draft: Draft, *, version: int, now: datetime, lifetime: timedelta = LIFETIME) -> Draft:
    """The draft with version and dates, its sealed files as they are; StewardError for a contradiction."""
    changes = {"version": version, "issued_at": now}
    try:
        roster = Roster.model_validate({**dict(draft.roster), **changes})
        roster.apart_from(draft.root)
    except ValidationError as error:
        reasons = "; ".join(item["msg"].removeprefix("Value error, ") for item in error.errors())
        raise StewardError(f"the roster would contradict itself: {reasons}") from error
    except ValueError as error:
        raise StewardError(f"the roster would contradict itself: {error}") from error
    return replace(draft, roster=roster, expires_at=now + lifetime)


def with_epoch(*, opens_at: datetime, random: Random) -> Change:
    """One more epoch with a new key; it is current from `opens_at` on. Any that was to open later is withdrawn."""

    def change(draft: Draft) -> Draft:
        draft = _without_later(draft, opens_at)
        epochs = draft.roster.epochs
        if len(epochs) >= MAX_EPOCHS:
            raise StewardError(f"{MAX_EPOCHS} epochs are live; retire one first")
        if any(epoch.opens_at == opens_at for epoch in epochs):
            raise StewardError("another epoch opens at that time")
        key = random(EPOCH_KEY_OCTETS)
        name = _epoch_name(
            opens_at.year, before=[*draft.epoch_keys, *draft.roster.retired_epochs, *(epoch.id for epoch in epochs)]
        )
        epoch = Epoch(id=name, opens_at=opens_at, commitment=epoch_commitment(key))
        opened = amended(draft, epochs=(*epochs, epoch))
        return replace(opened, epoch_keys={**draft.epoch_keys, name: key})

    return change


def without_epoch(name: str) -> Change:
    """The epoch is retired: no member has a live notice under it any more."""

    def change(draft: Draft) -> Draft:
        left = tuple(epoch for epoch in draft.roster.epochs if epoch.id != name)
        if len(left) == len(draft.roster.epochs):
            raise StewardError(f"no live epoch is called {name}")
        return amended(draft, epochs=left, retired_epochs=(*draft.roster.retired_epochs, name))

    return change


def _without_later(draft: Draft, opens_at: datetime) -> Draft:
    """An epoch that was still to open is withdrawn if another opens before: whoever is removed now knows its key."""
    later = [epoch for epoch in draft.roster.epochs if epoch.opens_at > opens_at]
    left = tuple(epoch for epoch in draft.roster.epochs if epoch not in later)
    gone = tuple(epoch.id for epoch in later)
    return amended(draft, epochs=left, retired_epochs=(*draft.roster.retired_epochs, *gone))


def with_stewards(
    stewards: Sequence[Steward],
    *,
    threshold: int,
    targets_threshold: int | None = None,
    online: Sequence[Steward] | None = None,
) -> Change:
    """Other stewards, thresholds or online keys, as the next version of the root; what is absent stays."""

    def change(draft: Draft) -> Draft:
        root = draft.root
        listed = tuple(stewards), tuple(root.online if online is None else online)
        known = {one.keyid: one.key for one in root.stewards + root.online}
        if any(known.get(one.keyid, one.key) != one.key for one in listed[0] + listed[1]):
            raise StewardError("another key needs another key id")
        return replace(
            draft,
            root=new_root(
                *listed,
                version=draft.root_before + 1,
                threshold=threshold,
                targets_threshold=targets_threshold or min(root.targets_threshold, len(stewards)),
            ),
        )

    return change


def new_root(
    stewards: Sequence[Steward], online: Sequence[Steward], *, version: int, threshold: int, targets_threshold: int
) -> Root:
    """The root; StewardError for a contradiction."""
    try:
        return Root(
            version=version,
            threshold=threshold,
            targets_threshold=targets_threshold,
            stewards=tuple(stewards),
            online=tuple(online),
        )
    except ValidationError as error:
        raise StewardError("stewards are distinct, and at least as many as the threshold") from error


def with_protocol(minimum: int) -> Change:
    """No member may speak an older protocol version from now on, and all write in this one."""

    def change(draft: Draft) -> Draft:
        if not draft.roster.minimum_protocol < minimum <= PROTOCOL_VERSION:
            raise StewardError(f"the minimum only rises, to {PROTOCOL_VERSION} at most")
        return amended(draft, minimum_protocol=minimum)

    return change


def lifting(digests: Iterable[str]) -> Change:
    """These suspensions end."""

    def change(draft: Draft) -> Draft:
        return amended(draft, lifted=tuple(sorted({*draft.roster.lifted, *digests})))

    return change


def applied(draft: Draft, changes: Iterable[Change]) -> Draft:
    """The draft after these changes, in order."""
    for change in changes:
        draft = change(draft)
    return draft


def amended(draft: Draft, **fields: object) -> Draft:
    """The draft with other fields of its roster."""
    return replace(draft, roster=draft.roster.model_copy(update=fields))


def _epoch_name(year: int, *, before: Sequence[str]) -> str:
    """After every name of that year, so that none is ever given to a second key."""
    used = max((name for name in before if name.startswith(f"{year:04d}")), default=None)
    if used is None:
        return f"{year:04d}"
    suffix = used[4:]
    if suffix == "z":
        raise StewardError(f"no name is left for an epoch of {year}")
    return f"{year:04d}{chr(ord(suffix) + 1) if suffix else 'a'}"
