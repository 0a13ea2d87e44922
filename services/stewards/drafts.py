"""What stewards can change in a roster, as plain functions from draft to draft; nothing here signs or writes.

A change may leave a draft that is not whole; `finished` dates it, seals the epoch keys to every member and
checks it as every node will. Removing a member closes its time, and the epoch that it knows is no longer the
last one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from pydantic import ValidationError

from office_node.domain.enrol import CLOCK_TOLERANCE
from office_node.domain.epoch_keys import EPOCH_KEY_OCTETS, epoch_commitment, seal_epoch_keys
from office_node.domain.kinds import KINDS
from shared_schemas.roster import EnrolRequest, Epoch, Member, MemberKey, Root, Roster, Steward, Stretch

LIFETIME = timedelta(days=92)
"""So long the stewards' signatures on a roster count; that it is the newest is said by the hourly timestamp."""
MAX_EPOCHS = 4
MAX_KEYS = 8
OVERLAP = timedelta(days=30)
"""So long a member's old key counts beside its new one."""
Random = Callable[[int], bytes]


class StewardError(Exception):
    """What a steward asked for cannot be done; the text says why, for a person."""


@dataclass(frozen=True)
class Draft:
    """A roster in the making, the keys of its epochs, and each member's file of sealed keys if made.

    `root` is whom the stewards' keys belong to from then on, `root_before` the version that is in force (0: none).
    """

    root: Root
    roster: Roster
    expires_at: datetime
    root_before: int
    epoch_keys: Mapping[str, bytes] = field(repr=False)
    sealed: Mapping[str, bytes] = field(default_factory=dict)


Change = Callable[[Draft], Draft]


def first_draft(root: Root, *, now: datetime, random: Random, stretch: Stretch) -> Draft:
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


def with_office(request: EnrolRequest, *, now: datetime, invitation: str | None = None) -> Change:
    """A new member, from its verified request; `invitation` is the digest of the one that it came by."""

    def change(draft: Draft) -> Draft:
        if any(member.id == request.id for member in draft.roster.members):
            raise StewardError(f"{request.id} is a member already")
        member = Member(
            id=request.id,
            name=request.name,
            office_class=request.office_class,
            regions=request.regions,
            base_url=request.base_url,
            signing_keys=(request.signing_key,),
            encryption_keys=(request.encryption_key,),
            valid_from=now - CLOCK_TOLERANCE,
            invitation=invitation,
        )
        return _amended(draft, members=(*draft.roster.members, member))

    return change


def with_keys(request: EnrolRequest, *, now: datetime, compromised_since: datetime | None = None) -> Change:
    """A member's new keys, from its verified request. The keys before count for `OVERLAP` more, and stay listed.

    With `compromised_since` its other signing keys count only until then: what they signed later is void.
    """

    def change(draft: Draft) -> Draft:
        member = _find(draft, request.id)
        ends = now + OVERLAP if compromised_since is None else compromised_since
        try:
            return _with_member(
                draft,
                request.id,
                signing_keys=_renewed(member.signing_keys, request.signing_key, ends=ends),
                encryption_keys=_renewed(member.encryption_keys, request.encryption_key, ends=now + OVERLAP),
            )
        except ValidationError as error:
            raise StewardError("a key would end before it begins") from error

    return change


def _renewed(held: Sequence[MemberKey], new: MemberKey, *, ends: datetime) -> tuple[MemberKey, ...]:
    """The newest last; one that is listed already stays. If there are too many, the oldest is listed no more."""
    if any(key.keyid == new.keyid for key in held):
        if not any(key.key == new.key for key in held if key.keyid == new.keyid):
            raise StewardError("another key needs another key id")
        return tuple(held)
    older = [
        MemberKey.model_validate({**dict(key), "valid_until": min(key.valid_until, ends)}) for key in held
    ]  # fmt: skip
    return (*older, new)[-MAX_KEYS:]


def without_office(office: str, *, now: datetime, successor: str | None = None) -> Change:
    """The member's time ends now; it stays listed, so that its statements can be proved.

    It knows the keys of the live epochs: `with_epoch` goes with it.
    """

    def change(draft: Draft) -> Draft:
        if successor is not None:
            _find(draft, successor)
        return _with_member(draft, office, valid_until=now, successor=successor)

    return change


def with_generation(office: str, *, generation: int) -> Change:
    """The member has restored its node and goes on in this generation of its log."""

    def change(draft: Draft) -> Draft:
        if generation <= _find(draft, office).generation:
            raise StewardError("a generation only rises")
        return _with_member(draft, office, generation=generation)

    return change


def with_epoch(*, opens_at: datetime, random: Random) -> Change:
    """One more epoch with a new key; it is current from `opens_at` on."""

    def change(draft: Draft) -> Draft:
        epochs = draft.roster.epochs
        if len(epochs) >= MAX_EPOCHS:
            raise StewardError(f"{MAX_EPOCHS} epochs are live; retire one first")
        if opens_at <= max(epoch.opens_at for epoch in epochs):
            raise StewardError("a new epoch opens after the others")
        key = random(EPOCH_KEY_OCTETS)
        name = _epoch_name(opens_at.year, taken={*draft.epoch_keys, *(epoch.id for epoch in epochs)})
        epoch = Epoch(id=name, opens_at=opens_at, commitment=epoch_commitment(key))
        amended = _amended(draft, epochs=(*epochs, epoch))
        return replace(amended, epoch_keys={**draft.epoch_keys, name: key})

    return change


def without_epoch(name: str) -> Change:
    """The epoch is retired: no member has a live notice under it any more."""

    def change(draft: Draft) -> Draft:
        left = tuple(epoch for epoch in draft.roster.epochs if epoch.id != name)
        if len(left) == len(draft.roster.epochs):
            raise StewardError(f"no live epoch is called {name}")
        return _amended(draft, epochs=left)

    return change


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


def lifting(digests: Iterable[str]) -> Change:
    """These suspensions end."""

    def change(draft: Draft) -> Draft:
        return _amended(draft, lifted=tuple(sorted({*draft.roster.lifted, *digests})))

    return change


def applied(draft: Draft, changes: Iterable[Change]) -> Draft:
    """The draft after these changes, in order."""
    for change in changes:
        draft = change(draft)
    return draft


def _amended(draft: Draft, **fields: object) -> Draft:
    return replace(draft, roster=draft.roster.model_copy(update=fields))


def _find(draft: Draft, office: str) -> Member:
    for member in draft.roster.members:
        if member.id == office:
            return member
    raise StewardError(f"no member is called {office}")


def _with_member(draft: Draft, office: str, **fields: object) -> Draft:
    changed = _find(draft, office).model_copy(update=fields)
    return _amended(draft, members=tuple(changed if m.id == office else m for m in draft.roster.members))


def _epoch_name(year: int, *, taken: set[str]) -> str:
    for suffix in ("", *"abcdefghijklmnopqrstuvwxyz"):
        if f"{year:04d}{suffix}" not in taken:
            return f"{year:04d}{suffix}"
    raise StewardError(f"no name is left for an epoch of {year}")
