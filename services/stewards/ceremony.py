"""Signing, combining and publishing: what stewards do with a finished draft.

A signature is a file of its own, so that stewards never need to be in one room: each signs the same bytes, and
whoever collects the files publishes. Nothing is published that a node would refuse.
"""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from securesystemslib.signer import Signature
from tuf.api.metadata import Metadata

from office_node.domain.roster import TrustedRoster, trusted
from office_node.domain.suspensions import Reason, accept_suspension, make_suspension
from office_node.errors import JejakError
from office_node.signing.canonical import canonical
from office_node.signing.keys import SigningKey
from office_node.signing.repository import TIMESTAMP, fingerprint_of, newest_root
from office_node.signing.tuf_client import answer, mirror, update
from services.directory.publish import publish, publish_suspension, read_suspensions, renew_timestamp, write_durably
from services.directory.timestamp import timestamped
from services.stewards import metadata
from services.stewards.drafts import StewardError
from services.stewards.metadata import Count
from services.stewards.workspace import Workspace
from shared_schemas.roster import Root


def key_in(seed: bytes, roots: Iterable[Root]) -> SigningKey:
    """The key under the id by which a root knows it; StewardError if none does."""
    public = SigningKey("steward/unnamed", seed).public_hex
    for root in roots:
        for one in root.stewards + root.online:
            if one.key == public:
                return SigningKey(one.keyid, seed)
    raise StewardError("this key belongs to no steward of the roster")


def roots_of(workspace: Workspace) -> list[Root]:
    """The root in force and the draft's, as far as they differ."""
    held = workspace.trusted()
    roots = [] if held is None else [held.root]
    if workspace.draft_roster() is not None and (draft := workspace.start(epoch_keys={}).root) not in roots:
        roots.append(draft)
    return roots


def sign_draft(workspace: Workspace, *, seed: bytes) -> Path:
    """The file with this steward's signatures on the draft."""
    made = workspace.draft_metadata()
    key = key_in(seed, roots_of(workspace))
    signed = {}
    for role, one in made.items():
        metadata.sign(one, key)
        signed[role] = one.signatures[key.keyid].to_dict()
    path = workspace.signatures / f"{key.keyid.replace('/', '.')}.json"
    write_durably(path, canonical(signed))
    return path


def combine(workspace: Workspace, files: Iterable[Path] = ()) -> tuple[dict[str, Metadata[Any]], list[Count]]:
    """The draft's metadata with all signatures on it, and how far everybody has signed who must.

    `files` come from other stewards and are kept beside ours if they sign the draft; StewardError if not.
    """
    made = workspace.draft_metadata()
    before = workspace.root_in_force()
    for path in files:
        _keep_signatures(workspace, path)
    for path in sorted(workspace.signatures.glob("*.json")):
        metadata.add_signatures(made, _read_signatures(path))
    return made, metadata.counts(made, before=before)


def publish_draft(workspace: Workspace, *, seed: bytes, now: datetime, to: Iterable[Path] = ()) -> TrustedRoster:
    """The roster that is now in force here and in these folders; StewardError if a node would refuse it.

    `seed` is of a steward's key, or of an online one: it signs the timestamp.
    """
    made, counted = combine(workspace)
    lacking = next((count for count in counted if not count.enough), None)
    if lacking is not None:
        raise StewardError(f"{lacking.found} {lacking.whose}, have signed, {lacking.needed} must")
    draft, held = workspace.start(epoch_keys={}), workspace.published()
    if not metadata.same_targets(made, draft):
        raise StewardError("not published: the draft's files have other bytes than were signed")
    key = key_in(seed, [draft.root])
    try:
        files = {**(held.held.files if held else {}), **metadata.files(made, draft)}
        files[TIMESTAMP] = timestamped(files, snapshot=draft.roster.version, key=key, now=now)
        base = held.held if held else fingerprint_of(newest_root(files))
        new = answer(update(base, now=now), mirror(files))
        if new is None:
            raise StewardError("not published: it is in force already")
        accepted = trusted(new)
        for folder in (*to, workspace.published_folder):
            folder.mkdir(parents=True, exist_ok=True)
            publish(folder, files, suspensions=read_suspensions(workspace.published_folder))
    except (JejakError, ValueError, KeyError) as error:
        raise StewardError(f"not published: {error}") from error
    workspace.drop_draft()
    return accepted


def stamp(workspace: Workspace, *, seed: bytes, now: datetime, to: Iterable[Path] = ()) -> None:
    """A new timestamp here and in these folders; StewardError if nothing is published or the key may not."""
    held = workspace.trusted()
    if held is None:
        raise StewardError("no roster is published")
    key = key_in(seed, [held.root])
    for folder in (*to, workspace.published_folder):
        renew_timestamp(folder, key=key, now=now, every=timedelta(0))


def suspend(
    workspace: Workspace, office: str, *, seed: bytes, reason: Reason, now: datetime, since: datetime | None = None,
    to: Iterable[Path] = (),
) -> dict[str, Any]:  # fmt: skip
    """The suspension of this member by this steward, published here and in these folders at once."""
    held = workspace.trusted()
    if held is None:
        raise StewardError("no roster is published")
    key = key_in(seed, [held.root])
    try:
        envelope = make_suspension(office, key=key, now=now, reason=reason, since=since)
        accept_suspension(envelope, held)
    except (JejakError, ValueError) as error:
        raise StewardError(f"{office} cannot be suspended: {error}") from error
    for folder in (*to, workspace.published_folder):
        publish_suspension(folder, envelope)
    return envelope


def _keep_signatures(workspace: Workspace, path: Path) -> None:
    """Keep each steward's signatures of this file that count; StewardError if there are none."""
    found = _read_signatures(path)
    made = workspace.draft_metadata()
    keys = {one.keyid: one for root in roots_of(workspace) for one in root.stewards}
    kept: dict[str, dict[str, Any]] = {}
    for keyid, steward in keys.items():
        mine = {role: one for role, signatures in found.items() for one in signatures if one.keyid == keyid}
        if made.keys() <= mine.keys() and all(metadata.signs(made[role], mine[role], steward) for role in made):
            kept[keyid] = {role: mine[role].to_dict() for role in made}
    if not kept:
        raise StewardError(f"no steward's signature in {path.name} is valid for this draft")
    for keyid, signed in kept.items():
        write_durably(workspace.signatures / f"{keyid.replace('/', '.')}.json", canonical(signed))


def _read_signatures(path: Path) -> dict[str, list[Signature]]:
    try:
        held = json.loads(path.read_bytes())
        return {str(role): [Signature.from_dict(dict(one))] for role, one in held.items()}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise StewardError(f"{path.name} holds no signature") from error
