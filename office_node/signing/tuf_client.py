"""The client's workflow of TUF (specification 1.0, §5): asks one mirror for anything newer. No I/O.

`update` is a generator: it yields the file that it wants and is sent its bytes, or None where the mirror has none. So
the same workflow runs over HTTP, over a folder, and in the simulator.
"""

from collections.abc import Callable, Generator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from tuf.api import exceptions
from tuf.api.metadata import Metadata
from tuf.api.metadata import Root as TufRoot
from tuf.ngclient._internal.trusted_metadata_set import TrustedMetadataSet

from office_node.errors import RosterRefusedError
from office_node.signing.repository import (
    NEWEST_ROOT,
    TIMESTAMP,
    RosterFiles,
    fingerprint_of,
    newest_root,
    only_named,
    open_at,
    prove,
    refusals,
    root_of,
    root_path,
    roster_info,
    sha256_of,
    snapshot_path,
    target_path,
    targets_path,
)
from shared_schemas.roster import MAX_ROSTER_OCTETS, ROSTER_TARGET

MAX_ROOTS = 64
"""So many roots are followed in one go."""
MAX_METADATA = 512 * 1024


class Wanted(NamedTuple):
    """A file of the repository, and how many octets of it are taken at most."""

    path: str
    cap: int


Updating = Generator[Wanted, bytes | None, RosterFiles | None]
_Asking = Generator[Wanted, bytes | None, bytes]


def update(held: RosterFiles | str, *, now: datetime) -> Updating:
    """Ask one mirror for anything newer than what is held, or for the root with a fingerprint as it was typed.

    Returns the files to be held from now on, or None if there is nothing new. RosterRefusedError if what the mirror
    gives is not acceptable: what is held stays. The timestamp is asked for first: while it is the same, nothing else is
    new, for whoever publishes signs a new one.
    """
    files = dict(held.files) if isinstance(held, RosterFiles) else {}
    with refusals():
        first = (yield from _first_root(held)) if isinstance(held, str) else newest_root(files)
        stamp = yield Wanted(TIMESTAMP, MAX_METADATA)
        if stamp is None:
            raise RosterRefusedError("missing-file")
        if stamp == files.get(TIMESTAMP):
            return None
        trusted = open_at(first, now)
        files[root_path(trusted.root.version)] = first
        yield from _roots(trusted, files)
        if _is_newer(trusted, files, stamp):
            yield from _snapshot_and_targets(trusted, files)
            info = roster_info(trusted)
            path = target_path(ROSTER_TARGET, sha256_of(info))
            files[path] = yield from _want(files, path, cap=min(MAX_ROSTER_OCTETS, info.length))
            files = only_named(files, trusted)
    if isinstance(held, RosterFiles) and files == held.files:
        return None
    new = RosterFiles(files, now)
    prove(new)
    return new


def answer(asking: Updating, give: Callable[[str], bytes | None]) -> RosterFiles | None:
    """Run an update against files that are at hand; RosterRefusedError, also for a file that is too long."""
    try:
        wanted = next(asking)
        while True:
            body = give(wanted.path)
            if body is not None and len(body) > wanted.cap:
                raise RosterRefusedError("too-large")
            wanted = asking.send(body)
    except StopIteration as ended:
        new: RosterFiles | None = ended.value
        return new


def mirror(files: Mapping[str, bytes]) -> Callable[[str], bytes | None]:
    """These files as a mirror gives them out."""
    return lambda path: newest_root(files) if path == NEWEST_ROOT else files.get(path)


def _first_root(typed: str) -> _Asking:
    """The root with this fingerprint: the mirror's newest, or one before it. Those before are not needed."""
    wanted = typed.lower().replace(" ", "").replace("-", "")
    path = NEWEST_ROOT
    for _ in range(MAX_ROOTS):
        data = yield Wanted(path, MAX_METADATA)
        if data is None:
            break
        if fingerprint_of(data) == wanted:
            return data
        path = root_path(Metadata[TufRoot].from_bytes(data).signed.version - 1)
    raise RosterRefusedError("wrong-fingerprint")


def _roots(trusted: TrustedMetadataSet, files: dict[str, bytes]) -> Generator[Wanted, bytes | None, None]:
    for _ in range(MAX_ROOTS):
        path = root_path(trusted.root.version + 1)
        data = yield Wanted(path, MAX_METADATA)
        if data is None:
            return
        trusted.update_root(data)
        root_of(trusted.root)
        files[path] = data


def _is_newer(trusted: TrustedMetadataSet, files: dict[str, bytes], stamp: bytes) -> bool:
    """Whether this timestamp is newer. What is held is told to python-tuf first, so that nothing lower is taken.

    It may be expired, or signed by a key that a newer root has taken back (recovery from a fast-forward, §5.3.11).
    """
    if TIMESTAMP in files:
        with suppress(exceptions.RepositoryError):
            trusted.update_timestamp(files[TIMESTAMP])
    try:
        trusted.update_timestamp(stamp)
    except exceptions.EqualVersionNumberError:
        return False
    files[TIMESTAMP] = stamp
    return True


def _snapshot_and_targets(
    trusted: TrustedMetadataSet, files: dict[str, bytes]
) -> Generator[Wanted, bytes | None, None]:  # fmt: skip
    """The snapshot that is held is told first, for the same reason."""
    for path in [path for path in files if path.endswith(".snapshot.json")]:
        with suppress(exceptions.RepositoryError):
            trusted.update_snapshot(files[path], trusted=True)
    path = snapshot_path(trusted)
    files[path] = yield from _want(files, path, cap=MAX_METADATA)
    trusted.update_snapshot(files[path])
    path = targets_path(trusted)
    files[path] = yield from _want(files, path, cap=MAX_METADATA)
    trusted.update_targets(files[path])


def _want(files: Mapping[str, bytes], path: str, *, cap: int) -> _Asking:
    if path in files:
        return files[path]
    data = yield Wanted(path, cap)
    if data is None:
        raise RosterRefusedError("missing-file")
    return data
