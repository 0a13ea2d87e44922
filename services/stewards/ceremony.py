"""Signing, combining and publishing: what stewards do with a finished draft.

A signature is a file of its own, so that stewards never need to be in one room: each signs the same bytes, and
whoever collects the files publishes. Nothing is published that a node would refuse.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from office_node.domain.roster import TrustedRoster, accept, parse, unverified_payload
from office_node.domain.suspensions import Reason, accept_suspension, make_suspension
from office_node.errors import JejakError, RosterRefusedError, TooFewSignaturesError
from office_node.signing.canonical import canonical
from office_node.signing.keys import SigningKey
from office_node.signing.statements import read_body, sign_multi, verify_threshold
from services.directory.publish import publish, publish_suspension, read_suspensions, write_durably
from services.stewards.drafts import StewardError
from services.stewards.workspace import Workspace
from shared_schemas.roster import Root, Roster


@dataclass(frozen=True)
class Count:
    """How far a root's stewards have signed."""

    found: int
    needed: int

    @property
    def enough(self) -> bool:
        """Whether the threshold is reached."""
        return self.found >= self.needed


def steward_key(seed: bytes, roots: Iterable[Root]) -> SigningKey:
    """The key under the id by which a root knows it; StewardError if none does."""
    public = SigningKey("steward/unnamed", seed).public_hex
    for root in roots:
        for steward in root.stewards:
            if steward.key == public:
                return SigningKey(steward.keyid, seed)
    raise StewardError("this key belongs to no steward of the roster")


def roots_of(workspace: Workspace) -> list[Root]:
    """The root in force and the draft's, as far as they differ."""
    trusted, draft = workspace.trusted(), workspace.draft_roster()
    roots = [trusted.root] if trusted else []
    if draft is not None and draft.root not in roots:
        roots.append(draft.root)
    return roots


def sign_draft(workspace: Workspace, *, seed: bytes) -> Path:
    """The file with this steward's signature on the draft."""
    payload = workspace.draft_payload()
    key = steward_key(seed, roots_of(workspace))
    envelope = sign_multi(read_body(payload), type="roster", keys=[key])
    workspace.signatures.mkdir(exist_ok=True)
    path = workspace.signatures / f"{key.keyid.replace('/', '.')}.json"
    write_durably(path, canonical(envelope))
    return path


def combine(workspace: Workspace, files: Iterable[Path] = ()) -> tuple[dict[str, Any], list[Count]]:
    """All signatures on the draft in one envelope, and how far each root's stewards have signed.

    `files` come from other stewards and are kept beside ours if they sign the draft; StewardError if not.
    """
    payload = workspace.draft_payload()
    workspace.signatures.mkdir(exist_ok=True)
    roots = roots_of(workspace)
    for path in files:
        _keep_signatures(workspace, path, roots=roots)
    collected: dict[str, dict[str, str]] = {}
    envelope = sign_multi(read_body(payload), type="roster", keys=())
    for path in sorted(workspace.signatures.glob("*.json")):
        one = json.loads(path.read_bytes())
        collected.update({signature["keyid"]: signature for signature in one["signatures"]})
    envelope = {**envelope, "signatures": [collected[keyid] for keyid in sorted(collected)]}
    return envelope, [_count(envelope, root) for root in roots]


def publish_draft(workspace: Workspace, *, now: datetime, to: Iterable[Path] = ()) -> TrustedRoster:
    """The roster that is now in force here and in these folders; StewardError if a node would refuse it."""
    envelope, counts = combine(workspace)
    lacking = next((count for count in counts if not count.enough), None)
    if lacking is not None:
        raise StewardError(f"{lacking.found} stewards have signed, {lacking.needed} must")
    current, draft = workspace.trusted(), workspace.start(epoch_keys={})
    root = parse(unverified_payload(envelope)).root if current is None else current.root
    try:
        accepted = accept(envelope, trusted_root=root, current=current, now=now)
        _check_files(accepted.roster, draft.sealed)
        for folder in (*to, workspace.published_folder):
            folder.mkdir(parents=True, exist_ok=True)
            suspensions = read_suspensions(workspace.published_folder)
            publish(folder, envelope, sealed=draft.sealed, suspensions=suspensions)
    except (JejakError, ValueError) as error:
        raise StewardError(f"not published: {error}") from error
    workspace.drop_draft()
    return accepted


def suspend(
    workspace: Workspace, office: str, *, seed: bytes, reason: Reason, now: datetime, to: Iterable[Path] = ()
) -> dict[str, Any]:
    """The suspension of this member by this steward, published here and in these folders at once."""
    trusted = workspace.trusted()
    if trusted is None:
        raise StewardError("no roster is published")
    key = steward_key(seed, [trusted.root])
    try:
        envelope = make_suspension(office, key=key, now=now, reason=reason)
        accept_suspension(envelope, trusted)
    except (JejakError, ValueError) as error:
        raise StewardError(f"{office} cannot be suspended: {error}") from error
    for folder in (*to, workspace.published_folder):
        publish_suspension(folder, envelope)
    return envelope


def _keep_signatures(workspace: Workspace, path: Path, *, roots: Iterable[Root]) -> None:
    """Keep each signature of this file that counts; StewardError if there is none."""
    try:
        envelope = json.loads(path.read_bytes())
        if unverified_payload(envelope) != workspace.draft_payload():
            raise StewardError(f"{path.name} signs another draft")
        kept = 0
        for signature in list(envelope["signatures"]):
            alone = {**envelope, "signatures": [signature]}
            if any(_count(alone, root).found for root in roots):
                name = signature["keyid"].replace("/", ".")
                write_durably(workspace.signatures / f"{name}.json", canonical(alone))
                kept += 1
    except (JejakError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise StewardError(f"{path.name} holds no signature") from error
    if not kept:
        raise StewardError(f"no steward's signature in {path.name} is valid")


def _count(envelope: dict[str, Any], root: Root) -> Count:
    keys = {steward.keyid: steward.key for steward in root.stewards}
    try:
        # More than can ever sign: the refusal says how many did.
        verify_threshold(envelope, keys, threshold=len(keys) + 1, type="roster")
    except TooFewSignaturesError as error:
        return Count(error.found, root.threshold)
    raise AssertionError("more signatures than stewards")


def _check_files(roster: Roster, sealed: Mapping[str, bytes]) -> None:
    digests = {office: hashlib.sha256(file).hexdigest() for office, file in sealed.items()}
    if digests != roster.sealed_keys:
        raise RosterRefusedError("sealed-file")
