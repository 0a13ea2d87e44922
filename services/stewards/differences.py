"""What a draft changes against the published roster, a plain line each: what a steward reads before signing.

Every field of the roster shows up here, so that nothing is signed unseen; a test walks the fields.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from office_node.guideline.signed import read_signed
from shared_schemas.base import rfc3339
from shared_schemas.roster import Member, MemberKey, Root, Roster

_LISTED_APART = {"members", "partners", "epochs", "kinds", "lifted", "retired_epochs", "type", "format"}
_KEYS = ("signing_keys", "encryption_keys")


@dataclass(frozen=True)
class Shown:
    """What a steward compares: the list, the stewards, until when it counts, each member's file of sealed keys."""

    roster: Roster
    root: Root
    expires_at: datetime
    sealed: Mapping[str, bytes]
    guideline: bytes | None = None


def differences(before: Shown | None, after: Shown) -> list[str]:
    """Lines that say what is new, gone or other; with nothing before everything is new."""
    until = rfc3339(after.expires_at)
    was = None if before is None else rfc3339(before.expires_at)
    dates = [f"+ signatures count until {until}" if was is None else f"~ signatures count until: {was} -> {until}"]
    old = None if before is None else before.roster
    roots = list(_root(None if before is None else before.root, after.root))
    files = {} if before is None else before.sealed
    guideline = _guideline(None if before is None else before.guideline, after.guideline)
    return [*dates, *roots, *roster_differences(old, after.roster), *_files(files, after.sealed), *guideline]


def roster_differences(old: Roster | None, new: Roster) -> list[str]:
    """The lines about the list itself."""
    lines = list(_plain(old, new))
    before = {member.id: member for member in old.members} if old else {}
    after = {member.id: member for member in new.members}
    for office in sorted(before.keys() - after.keys()):
        lines.append(f"- member {office}: removed from the list")
    for office, member in sorted(after.items()):
        lines.extend(_member(before.get(office), member))
    lines.extend(_partners(old, new))
    lines.extend(_epochs(old, new))
    for what in ("kinds", "lifted", "retired_epochs"):
        gone, come = set(getattr(old, what, ())), set(getattr(new, what))
        lines.extend(f"- {what}: {one}" for one in sorted(gone - come))
        lines.extend(f"+ {what}: {one}" for one in sorted(come - gone))
    return lines


def _files(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> Iterator[str]:
    for office in sorted(old.keys() | new.keys()):
        if old.get(office) != new.get(office):
            sign = "~" if office in old and office in new else "+-"[office in old]
            yield f"{sign} sealed epoch keys of {office}"


def _guideline(old: bytes | None, new: bytes | None) -> Iterator[str]:
    """The edition by name; its indicators are for whoever signs the pack (`jejak guideline check`)."""
    if old == new:
        return
    if new is None:
        yield "- guideline"
        return
    statement, pack = read_signed(json.loads(new))
    sign = "+" if old is None else "~"
    yield f"{sign} guideline: {pack.name}, version {pack.version}, from {pack.effective_from}, by {statement.keyid}"


def _plain(old: Roster | None, new: Roster) -> Iterator[str]:
    was = old.model_dump(mode="json") if old else {}
    for name, value in new.model_dump(mode="json").items():
        if name not in _LISTED_APART and was.get(name) != value:
            yield f"~ {name}: {was[name]} -> {value}" if name in was else f"+ {name}: {value}"


def _root(old: Root | None, new: Root) -> Iterator[str]:
    if old == new:
        return
    yield f"{'~' if old else '+'} STEWARDS: version {new.version}; read out its fingerprint once it is published"
    yield f"  of {len(new.stewards)}, {new.threshold} change the stewards and {new.targets_threshold} the roster"
    before = {*old.stewards, *old.online} if old else set()
    after = (*new.stewards, *new.online)
    for steward in sorted(before - set(after), key=lambda one: one.keyid):
        yield f"- steward {steward.keyid} {steward.key}"
    for steward in after:
        if steward not in before:
            what = "online, signs the timestamp only:" if steward in new.online else "steward"
            yield f"+ {what} {steward.keyid} {steward.key}"


def _member(old: Member | None, new: Member) -> Iterator[str]:
    if old is None:
        yield f"+ member {new.id}: {new.name!a}, {new.base_url}"
    was = old.model_dump(mode="json") if old else {}
    for name, value in new.model_dump(mode="json").items():
        if name in _KEYS or name == "id" or was.get(name) == value or (old is None and not value):
            continue
        yield f"~ {new.id} {name}: {was[name]!a} -> {value!a}" if old else f"+ {new.id} {name}: {value!a}"
    for name in _KEYS:
        before: set[MemberKey] = set(getattr(old, name, ()))
        after: set[MemberKey] = set(getattr(new, name))
        yield from (f"- {new.id} {_key(key)}" for key in sorted(before - after, key=lambda one: one.keyid))
        yield from (f"+ {new.id} {_key(key)}" for key in sorted(after - before, key=lambda one: one.keyid))


def _partners(old: Roster | None, new: Roster) -> Iterator[str]:
    """Every right on a line of its own: a wider one is what a steward must not miss."""
    before = {one.id: one.model_dump(mode="json") for one in (old.partners if old else ())}
    after = {one.id: one.model_dump(mode="json") for one in new.partners}
    for partner in sorted(before.keys() - after.keys()):
        yield f"- partner {partner}: removed from the list"
    for partner, fields in sorted(after.items()):
        was = before.get(partner)
        if was is None:
            yield f"+ partner {partner}"
        for name, value in fields.items():
            if was is None:
                yield f"+ {partner} {name}: {value!a}"
            elif was[name] != value:
                yield f"~ {partner} {name}: {was[name]!a} -> {value!a}"


def _key(key: MemberKey) -> str:
    return f"key {key.keyid} {key.key}, {rfc3339(key.valid_from)} to {rfc3339(key.valid_until)}"


def _epochs(old: Roster | None, new: Roster) -> Iterator[str]:
    before, after = set(old.epochs if old else ()), set(new.epochs)
    for epoch in sorted(before - after, key=lambda one: one.id):
        yield f"- epoch {epoch.id}"
    for epoch in sorted(after - before, key=lambda one: one.id):
        yield f"+ epoch {epoch.id}, opens {rfc3339(epoch.opens_at)}, commitment {epoch.commitment}"
