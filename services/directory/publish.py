"""The folder that the directory serves, and how it changes: at once, so that no reader sees half a version.

    versions/000007-5e1f9a02/roster.json         the signed envelope
    versions/000007-5e1f9a02/keys/<office>.json  each member's sealed epoch keys
    current                                      symbolic link to the version in force
    suspensions/<digest>.json                    suspensions that no roster has lifted

What is put here is public. That the stewards are the right ones is verified by whoever publishes, with the
roster before it, and again by every node; the directory itself trusts nobody and is trusted by nobody.
"""

import base64
import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from office_node.errors import MalformedStatementError
from office_node.signing.canonical import canonical
from office_node.signing.statements import Statement, verify_threshold
from shared_schemas.roster import Roster, Suspension


@dataclass(frozen=True)
class Published:
    """What a folder holds: the envelope of its current roster, its sealed files, its suspensions."""

    envelope: dict[str, Any]
    sealed: Mapping[str, bytes]
    suspensions: tuple[dict[str, Any], ...]


def publish(
    folder: Path,
    envelope: dict[str, Any],
    *,
    sealed: Mapping[str, bytes],
    suspensions: Iterable[dict[str, Any]] = (),
) -> None:
    """Put a version in force, keep the older ones, and drop the suspensions that it has lifted.

    Doing it again, also after a crash in the middle, changes nothing more. ValueError if the folder holds a
    later version; a StatementError if the roster's own stewards have not signed it.
    """
    roster = _signed_roster(envelope)
    held = read_published(folder)
    if held is not None and _signed_roster(held.envelope).version > roster.version:
        raise ValueError("the folder holds a later version")
    version = _write_version(folder, envelope, sealed=sealed, number=roster.version)
    for suspension in suspensions:
        publish_suspension(folder, suspension)
    link = folder / "current.new"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("versions") / version)
    link.replace(folder / "current")
    _drop_lifted(folder, roster)


def publish_suspension(folder: Path, envelope: dict[str, Any]) -> None:
    """Put a verified suspension beside the roster."""
    (folder / "suspensions").mkdir(parents=True, exist_ok=True)
    digest = Statement.from_dict(envelope).digest
    write_durably(folder / "suspensions" / f"{digest}.json", canonical(envelope))


def read_published(folder: Path) -> Published | None:
    """What the folder holds now, or None if nothing has been published."""
    try:
        current = (folder / "current").resolve(strict=True)
    except OSError:
        return None
    sealed = {path.stem: path.read_bytes() for path in sorted((current / "keys").glob("*.json"))}
    return Published(_json(current / "roster.json"), sealed, read_suspensions(folder))


def read_current(folder: Path, name: str) -> bytes:
    """One file of the version in force; FileNotFoundError if there is none."""
    return (folder / "current" / name).read_bytes()


def read_suspensions(folder: Path) -> tuple[dict[str, Any], ...]:
    """The suspensions that the folder holds, in an order that does not change."""
    found = []
    for path in sorted((folder / "suspensions").glob("*.json")):
        with contextlib.suppress(FileNotFoundError):  # lifted while we were reading
            found.append(_json(path))
    return tuple(found)


def write_durably(path: Path, data: bytes) -> None:
    """The file with exactly these bytes, or as it was before: written beside, flushed to disk, renamed."""
    beside = path.with_name(f".{path.name}.new")
    with beside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _drop_lifted(folder: Path, roster: Roster) -> None:
    members = {member.id for member in roster.members}
    for path in (folder / "suspensions").glob("*.json"):
        statement = Statement.from_dict(_json(path))
        suspension = Suspension.model_validate_json(statement.payload)
        if statement.digest in roster.lifted or suspension.member not in members:
            path.unlink()


def _write_version(folder: Path, envelope: dict[str, Any], *, sealed: Mapping[str, bytes], number: int) -> str:
    """The name of the version's folder, which is whole as soon as it has that name."""
    name = f"{number:06d}-{hashlib.sha256(canonical(envelope)).hexdigest()[:8]}"
    final = folder / "versions" / name
    if final.exists():
        return name
    fresh = final.with_suffix(".new")
    if fresh.exists():
        shutil.rmtree(fresh)
    (fresh / "keys").mkdir(parents=True)
    write_durably(fresh / "roster.json", canonical(envelope))
    for office, file in sealed.items():
        write_durably(fresh / "keys" / f"{office}.json", file)
    fresh.rename(final)
    return name


def _signed_roster(envelope: dict[str, Any]) -> Roster:
    """The roster in an envelope that enough of its own stewards have signed; StatementError."""
    try:
        roster = Roster.model_validate_json(base64.b64decode(envelope["payload"], validate=True))
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedStatementError("the envelope holds no roster") from error
    keys = {steward.keyid: steward.key for steward in roster.root.stewards}
    verify_threshold(envelope, keys, threshold=roster.root.threshold, type="roster")
    return roster


def _json(path: Path) -> dict[str, Any]:
    value = json.loads(path.read_bytes())
    if not isinstance(value, dict):
        raise TypeError(f"{path.name} holds no JSON object")
    return value
