"""The folder that the directory serves: a TUF repository with consistent snapshots, and the suspensions beside it.

    metadata/1.root.json …, 7.targets.json, 7.snapshot.json    never change once they are there
    metadata/timestamp.json                                    replaced at once: it says what is in force
    targets/<sha256>.roster.json, targets/keys/<sha256>.<office>.json
    suspensions/<digest>.json                                  those that no roster has lifted

What is put here is public. That the stewards are the right ones is verified by whoever publishes, with the
roster before it, and again by every node; the directory itself trusts nobody and is trusted by nobody.
"""

import contextlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from office_node.signing.canonical import canonical
from office_node.signing.keys import SigningKey
from office_node.signing.repository import NEWEST_ROOT, TIMESTAMP, RosterFiles, prove, root_path
from office_node.signing.statements import Statement
from services.directory.timestamp import EVERY, snapshot_version, stamped_at, timestamped
from shared_schemas.roster import Roster, Suspension


@dataclass(frozen=True)
class Published:
    """What a folder holds: the files of its repository, verified by its own newest root, and its suspensions."""

    held: RosterFiles
    suspensions: tuple[dict[str, Any], ...]


def publish(folder: Path, files: Mapping[str, bytes], *, suspensions: Iterable[dict[str, Any]] = ()) -> None:
    """Put the version in force that these files' timestamp names, and drop the suspensions that it has lifted.

    Doing it again, also after a crash in the middle, changes nothing more. ValueError if the folder holds a later
    version; RosterRefusedError if the files do not prove themselves by their own newest root.
    """
    at = stamped_at(files)
    if at is None:
        raise ValueError("there is no timestamp")
    proved = prove(RosterFiles(files, at))
    if snapshot_version(_timestamp(folder)) > snapshot_version(files):
        raise ValueError("the folder holds a later version")
    for path, body in files.items():
        if path != TIMESTAMP:
            _write_once(folder / path, body)
    for suspension in suspensions:
        publish_suspension(folder, suspension)
    write_durably(folder / TIMESTAMP, files[TIMESTAMP])
    _drop_lifted(folder, Roster.model_validate_json(proved.roster))


def renew_timestamp(folder: Path, *, key: SigningKey, now: datetime, every: timedelta = EVERY) -> bool:
    """Sign the timestamp anew if it is an hour old; False if it is not, or if nothing is published."""
    held = _timestamp(folder)
    at = stamped_at(held)
    if at is None or now < at + every:
        return False
    version = snapshot_version(held)
    name = f"metadata/{version}.snapshot.json"
    files = {**held, name: (folder / name).read_bytes()}
    write_durably(folder / TIMESTAMP, timestamped(files, snapshot=version, key=key, now=now))
    return True


def publish_suspension(folder: Path, envelope: dict[str, Any]) -> None:
    """Put a verified suspension beside the roster."""
    digest = Statement.from_dict(envelope).digest
    write_durably(folder / "suspensions" / f"{digest}.json", canonical(envelope))


def read_published(folder: Path) -> Published | None:
    """What the folder holds now, or None if nothing has been published; RosterRefusedError if it proves nothing."""
    at = stamped_at(_timestamp(folder))
    if at is None:
        return None
    held = RosterFiles(read_files(folder), at)
    prove(held)
    return Published(held, read_suspensions(folder))


def read_files(folder: Path) -> dict[str, bytes]:
    """Every file of the repository, older versions included."""
    found = {}
    for top in ("metadata", "targets"):
        for path in sorted((folder / top).rglob("*.json")):
            if not path.name.startswith("."):
                found[path.relative_to(folder).as_posix()] = path.read_bytes()
    return found


def read_file(folder: Path, path: str) -> bytes:
    """One file by its path in the repository; FileNotFoundError if there is none."""
    if path == NEWEST_ROOT:
        versions = [int(one.name.partition(".")[0]) for one in (folder / "metadata").glob("*.root.json")]
        path = root_path(max(versions, default=0))
    return (folder / path).read_bytes()


def read_suspensions(folder: Path) -> tuple[dict[str, Any], ...]:
    """The suspensions that the folder holds, in an order that does not change."""
    found = []
    for path in sorted((folder / "suspensions").glob("*.json")):
        with contextlib.suppress(FileNotFoundError):  # lifted while we were reading
            found.append(_json(path))
    return tuple(found)


def write_durably(path: Path, data: bytes) -> None:
    """The file with exactly these bytes, or as it was before: written beside, flushed to disk, renamed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _write_once(path: Path, body: bytes) -> None:
    """ValueError if other bytes lie there: a file that a version names does not change."""
    if not path.exists():
        write_durably(path, body)
    elif path.read_bytes() != body:
        raise ValueError(f"{path.name} is there already with other bytes")


def _timestamp(folder: Path) -> dict[str, bytes]:
    path = folder / TIMESTAMP
    return {TIMESTAMP: path.read_bytes()} if path.exists() else {}


def _drop_lifted(folder: Path, roster: Roster) -> None:
    members = {member.id for member in roster.members}
    for path in (folder / "suspensions").glob("*.json"):
        statement = Statement.from_dict(_json(path))
        suspension = Suspension.model_validate_json(statement.payload)
        if statement.digest in roster.lifted or suspension.member not in members:
            path.unlink()


def _json(path: Path) -> dict[str, Any]:
    value = json.loads(path.read_bytes())
    if not isinstance(value, dict):
        raise TypeError(f"{path.name} holds no JSON object")
    return value
