"""The TUF repository (specification 1.0) that the roster comes in, and what a set of its files proves. No I/O.

This file alone knows how python-tuf works inside: `TrustedMetadataSet` verifies, and is given the node's clock instead
of the system's. Its version is pinned, and a test notices when it takes another time (docs/adr/0022).
"""

import hashlib
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from pydantic import ValidationError
from securesystemslib.signer import Key
from tuf.api import exceptions
from tuf.api.metadata import Root as TufRoot
from tuf.api.metadata import TargetFile
from tuf.ngclient._internal.trusted_metadata_set import TrustedMetadataSet
from tuf.ngclient.config import EnvelopeType

from office_node.errors import RosterRefusedError
from shared_schemas.roster import ROSTER_TARGET, Root, Steward

NEWEST_ROOT = "metadata/root.json"
"""An alias that mirrors of this federation have for the root of the highest version."""
TIMESTAMP = "metadata/timestamp.json"


@dataclass(frozen=True)
class RosterFiles:
    """Files of a repository by path, all of them verified at `fetched_at`: enough to prove the roster again."""

    files: Mapping[str, bytes]
    fetched_at: datetime


@dataclass(frozen=True)
class Proved:
    """What a set of files proves. `targets` gives SHA-256 and length by target path.

    It counts until `expires_at`, a week after the last timestamp as a rule; the stewards' own signatures on the roster
    count until `signed_until`.
    """

    root: Root
    fingerprint: str
    version: int
    expires_at: datetime
    signed_until: datetime
    roster: bytes
    targets: Mapping[str, tuple[str, int]]


def fingerprint_of(root: bytes) -> str:
    """32 hex digits that a steward reads out: the first half of the SHA-256 of the root's file."""
    return hashlib.sha256(root).hexdigest()[:32]


def target_path(target: str, sha256: str) -> str:
    """Where a target lies in a repository with consistent snapshots (TUF §7.2.1)."""
    folder, slash, name = target.rpartition("/")
    return f"targets/{folder}{slash}{sha256}.{name}"


def root_path(version: int) -> str:
    """Where a root lies."""
    return f"metadata/{version}.root.json"


def is_root(path: str) -> bool:
    """Whether a root of some version lies there."""
    return path.endswith(".root.json")


def newest_root(files: Mapping[str, bytes]) -> bytes:
    """The root of the highest version among these; RosterRefusedError if there is none."""
    versions = [int(path[len("metadata/") : -len(".root.json")]) for path in files if is_root(path)]
    return held_file(files, root_path(max(versions, default=0)))


def held_file(files: Mapping[str, bytes], path: str) -> bytes:
    """The file; RosterRefusedError if it is missing."""
    if path not in files:
        raise RosterRefusedError("missing-file")
    return files[path]


def open_at(root: bytes, now: datetime) -> TrustedMetadataSet:
    """What python-tuf verifies with, from a root that is trusted, at this time. RosterRefusedError."""
    trusted = TrustedMetadataSet(root, EnvelopeType.METADATA)
    trusted.reference_time = now
    root_of(trusted.root)
    return trusted


def prove(held: RosterFiles) -> Proved:
    """What these files prove, by their newest root, at the time they were verified; RosterRefusedError."""
    return _prove(frozenset((path, body) for path, body in held.files.items() if _proves(path)), held.fetched_at)


def _proves(path: str) -> bool:
    """Whether it is looked at; roots and what is sealed for each member may be many files."""
    return not path.startswith("targets/") or _target_of(path) == ROSTER_TARGET


@lru_cache(maxsize=8)
def _prove(proving: frozenset[tuple[str, bytes]], fetched_at: datetime) -> Proved:
    """Remembered: an update proves what it found, keeps it and loads it, and verifying costs milliseconds."""
    files = dict(proving)
    with refusals():
        root = newest_root(files)
        trusted = open_at(root, fetched_at)
        trusted.update_timestamp(held_file(files, TIMESTAMP))
        trusted.update_snapshot(held_file(files, snapshot_path(trusted)))
        trusted.update_targets(held_file(files, targets_path(trusted)))
        info = roster_info(trusted)
        roster = held_file(files, target_path(ROSTER_TARGET, sha256_of(info)))
        info.verify_length_and_hashes(roster)
    signed = (trusted.root, trusted.timestamp, trusted.snapshot, trusted.targets)
    return Proved(
        root=root_of(trusted.root),
        fingerprint=fingerprint_of(root),
        version=trusted.targets.version,
        expires_at=min(one.expires for one in signed),
        signed_until=min(trusted.snapshot.expires, trusted.targets.expires),
        roster=roster,
        targets={path: (sha256_of(one), one.length) for path, one in trusted.targets.targets.items()},
    )


def file_of(files: Mapping[str, bytes], proved: Proved, target: str, *, or_older: bool = False) -> bytes | None:
    """A target's body as the targets name it; with `or_older` the one named before, while the new one has not come."""
    if target not in proved.targets:
        return None
    named = files.get(target_path(target, proved.targets[target][0]))
    if named is None and or_older:
        return next((body for path, body in files.items() if _target_of(path) == target), None)
    return named


def with_target(held: RosterFiles, proved: Proved, target: str, body: bytes) -> RosterFiles:
    """The files with this target in the place of an older one; RosterRefusedError if these are not its bytes."""
    sha256, length = proved.targets.get(target, ("", -1))
    if len(body) != length or hashlib.sha256(body).hexdigest() != sha256:
        raise RosterRefusedError("other-bytes")
    others = {path: one for path, one in held.files.items() if _target_of(path) != target}
    return RosterFiles({**others, target_path(target, sha256): body}, held.fetched_at)


def only_named(files: Mapping[str, bytes], trusted: TrustedMetadataSet) -> dict[str, bytes]:
    """All roots, what the timestamp leads to, and of a file of keys that has not come yet the one before it."""
    targets = {target: target_path(target, sha256_of(info)) for target, info in trusted.targets.targets.items()}
    keep = {TIMESTAMP, snapshot_path(trusted), targets_path(trusted), *targets.values()}

    def kept(path: str) -> bool:
        awaited = targets.get(_target_of(path))
        return path in keep or is_root(path) or (awaited is not None and awaited not in files)

    return {path: body for path, body in files.items() if kept(path)}


def _target_of(path: str) -> str:
    """The TUF path of the target that lies there, or nothing that is one."""
    folder, _, name = path.removeprefix("targets/").rpartition("/")
    plain = name.partition(".")[2]
    return f"{folder}/{plain}" if folder else plain


def root_of(root: TufRoot) -> Root:
    """The stewards in a TUF root of this federation's form; RosterRefusedError for another form."""
    roles = root.roles
    listed = roles["root"].keyids
    same = all(set(roles[name].keyids) == set(listed) for name in ("targets", "snapshot"))
    if not (same and roles["targets"].threshold == roles["snapshot"].threshold and roles["timestamp"].threshold == 1):
        raise RosterRefusedError("malformed")
    online = [keyid for keyid in roles["timestamp"].keyids if keyid not in listed]
    try:
        return Root(
            version=root.version,
            threshold=roles["root"].threshold,
            targets_threshold=roles["targets"].threshold,
            stewards=tuple(_steward(keyid, root.keys[keyid]) for keyid in listed),
            online=tuple(_steward(keyid, root.keys[keyid]) for keyid in online),
        )
    except (ValidationError, KeyError) as error:
        raise RosterRefusedError("malformed") from error


def snapshot_path(trusted: TrustedMetadataSet) -> str:
    """Where the snapshot lies that the timestamp names."""
    return f"metadata/{trusted.timestamp.snapshot_meta.version}.snapshot.json"


def targets_path(trusted: TrustedMetadataSet) -> str:
    """Where the targets lie that the snapshot names."""
    return f"metadata/{trusted.snapshot.meta['targets.json'].version}.targets.json"


def roster_info(trusted: TrustedMetadataSet) -> TargetFile:
    """What the targets say of the roster; RosterRefusedError if nothing."""
    if ROSTER_TARGET not in trusted.targets.targets:
        raise RosterRefusedError("missing-file")
    return trusted.targets.targets[ROSTER_TARGET]


def sha256_of(info: TargetFile) -> str:
    """The SHA-256 of a target, in hex; empty if it has none."""
    return info.hashes.get("sha256", "")


def _steward(keyid: str, key: Key) -> Steward:
    if key.keytype != "ed25519" or key.scheme != "ed25519":
        raise RosterRefusedError("malformed")
    return Steward(name=keyid.partition("/")[0], keyid=keyid, key=key.keyval["public"])


_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (exceptions.UnsignedMetadataError, "under-threshold"),
    (exceptions.ExpiredMetadataError, "expired"),
    (exceptions.BadVersionNumberError, "rolled-back"),
    (exceptions.LengthOrHashMismatchError, "other-bytes"),
)


@contextmanager
def refusals() -> Generator[None, None, None]:
    """What python-tuf refuses, in this project's words; its texts may repeat what a mirror sent."""
    try:
        yield
    except (exceptions.RepositoryError, ValueError, KeyError) as error:
        reason = next((word for kind, word in _REASONS if isinstance(error, kind)), "malformed")
        raise RosterRefusedError(reason) from error
