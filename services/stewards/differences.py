"""What a draft changes against the published roster, a plain line each: what a steward reads before signing.

Every field of the roster shows up here, so that nothing is signed unseen; a test walks the fields.
"""

from collections.abc import Iterator

from office_node.domain.roster import fingerprint
from shared_schemas.base import rfc3339
from shared_schemas.roster import Member, MemberKey, Roster

_LISTED_APART = {"root", "members", "epochs", "kinds", "lifted", "sealed_keys", "type", "format"}
_KEYS = ("signing_keys", "encryption_keys")


def differences(old: Roster | None, new: Roster) -> list[str]:
    """Lines that say what is new, gone or other; with no old roster everything is new."""
    lines = [*_plain(old, new), *_root(old, new)]
    before = {member.id: member for member in old.members} if old else {}
    after = {member.id: member for member in new.members}
    for office in sorted(before.keys() - after.keys()):
        lines.append(f"- member {office}: removed from the list")
    for office, member in sorted(after.items()):
        lines.extend(_member(before.get(office), member))
    lines.extend(_epochs(old, new))
    for what in ("kinds", "lifted"):
        gone, come = set(getattr(old, what, ())), set(getattr(new, what))
        lines.extend(f"- {what}: {one}" for one in sorted(gone - come))
        lines.extend(f"+ {what}: {one}" for one in sorted(come - gone))
    files = old.sealed_keys if old else {}
    for office in sorted(files.keys() | new.sealed_keys.keys()):
        if files.get(office) != new.sealed_keys.get(office):
            sign = "~" if office in files and office in new.sealed_keys else "+-"[office in files]
            lines.append(f"{sign} sealed epoch keys of {office}")
    return lines


def _plain(old: Roster | None, new: Roster) -> Iterator[str]:
    was = old.model_dump(mode="json") if old else {}
    for name, value in new.model_dump(mode="json").items():
        if name not in _LISTED_APART and was.get(name) != value:
            yield f"~ {name}: {was[name]} -> {value}" if name in was else f"+ {name}: {value}"


def _root(old: Roster | None, new: Roster) -> Iterator[str]:
    if old is not None and old.root == new.root:
        return
    yield f"{'~' if old else '+'} STEWARDS: version {new.root.version}, fingerprint {fingerprint(new.root)}"
    yield f"  {new.root.threshold} of {len(new.root.stewards)} sign from now on"
    before = set(old.root.stewards) if old else set()
    for steward in sorted(before - set(new.root.stewards), key=lambda one: one.keyid):
        yield f"- steward {steward.keyid} {steward.key}"
    for steward in new.root.stewards:
        if steward not in before:
            yield f"+ steward {steward.keyid} {steward.key}"


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


def _key(key: MemberKey) -> str:
    return f"key {key.keyid} {key.key}, {rfc3339(key.valid_from)} to {rfc3339(key.valid_until)}"


def _epochs(old: Roster | None, new: Roster) -> Iterator[str]:
    before, after = set(old.epochs if old else ()), set(new.epochs)
    for epoch in sorted(before - after, key=lambda one: one.id):
        yield f"- epoch {epoch.id}"
    for epoch in sorted(after - before, key=lambda one: one.id):
        yield f"+ epoch {epoch.id}, opens {rfc3339(epoch.opens_at)}, commitment {epoch.commitment}"
