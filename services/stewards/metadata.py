"""TUF metadata (specification 1.0) from a draft: made unsigned, signed by one key at a time, put together. No I/O.

Key ids are the stewards' own, such as `steward-sari/root-2026` (TUF §4.2, TAP 12): a name stands beside each key.
The snapshot names the targets by version only: stewards sign both in one go, before all signatures are known.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.exceptions import UnverifiedSignatureError, VerificationError
from securesystemslib.signer import CryptoSigner, Key, Signature, SSlibKey
from tuf.api.metadata import Metadata, MetaFile, Role, Root, Snapshot, TargetFile, Targets
from tuf.api.serialization.json import JSONSerializer

from office_node.signing.canonical import canonical
from office_node.signing.keys import SigningKey
from services.stewards.drafts import Draft
from shared_schemas.guideline import GUIDELINE_TARGET
from shared_schemas.roster import ROSTER_TARGET, Steward, keys_target
from shared_schemas.roster import Root as Stewards

ROOT_LIFETIME = timedelta(days=3 * 365)
COMPACT = JSONSerializer(compact=True)
Unsigned = Mapping[str, Metadata[Any]]
"""`root` where it changes, `targets` and `snapshot`, by role."""


@dataclass(frozen=True)
class Count:
    """How far those who must sign have signed."""

    whose: str
    found: int
    needed: int

    @property
    def enough(self) -> bool:
        """Whether the threshold is reached."""
        return self.found >= self.needed


def unsigned(draft: Draft, *, now: datetime) -> dict[str, Metadata[Any]]:
    """The metadata of this draft without signatures."""
    version, expires = draft.roster.version, _seconds(draft.expires_at)
    targets = Targets(version, expires=expires, targets={path: _target(path, body) for path, body in bodies(draft)})
    snapshot = Snapshot(version, expires=expires, meta={"targets.json": MetaFile(version)})
    made: dict[str, Metadata[Any]] = {"targets": Metadata(targets), "snapshot": Metadata(snapshot)}
    if draft.root.version > draft.root_before:
        made["root"] = Metadata(_root(draft.root, expires=_seconds(now + ROOT_LIFETIME)))
    return made


def bodies(draft: Draft) -> Iterable[tuple[str, bytes]]:
    """The targets of a draft by TUF path."""
    yield ROSTER_TARGET, canonical(draft.roster.model_dump(mode="json"))
    for office, body in draft.sealed.items():
        yield keys_target(office), body
    if draft.guideline is not None:
        yield GUIDELINE_TARGET, draft.guideline


def sign(metadata: Metadata[Any], key: SigningKey) -> None:
    """Add this key's signature."""
    private = Ed25519PrivateKey.from_private_bytes(key.seed)
    metadata.sign(CryptoSigner(private, _key(key.keyid, key.public_hex)), append=True)


def add_signatures(made: Unsigned, signatures: Mapping[str, Iterable[Signature]]) -> None:
    """Add signatures that others have made, by role; whether they count is seen by `counts`."""
    for role, found in signatures.items():
        if role in made:
            made[role].signatures.update({one.keyid: one for one in found})


def signs(made: Metadata[Any], signature: Signature, steward: Steward) -> bool:
    """Whether this is the steward's signature on this metadata."""
    try:
        _key(steward.keyid, steward.key).verify_signature(signature, made.signed_bytes)
    except (UnverifiedSignatureError, VerificationError):
        return False
    return True


def counts(made: Unsigned, *, before: Root | None) -> list[Count]:
    """How far the stewards so far, and those of the draft, have signed; for a first root there are none so far."""
    told = []
    root: Root | None = made["root"].signed if "root" in made else before
    if "root" in made:
        payload, signatures = made["root"].signed_bytes, made["root"].signatures
        for whose, verifier in (("stewards so far, for the stewards", before), ("stewards, for the stewards", root)):
            if verifier is not None:
                result = verifier.get_verification_result("root", payload, signatures)
                told.append(Count(whose, len(result.signed), result.threshold))
    if root is not None:
        payload, signatures = made["targets"].signed_bytes, made["targets"].signatures
        result = root.get_verification_result("targets", payload, signatures)
        both = (
            result.signed.keys()
            & root.get_verification_result(
                "snapshot", made["snapshot"].signed_bytes, made["snapshot"].signatures
            ).signed.keys()
        )
        told.append(Count("stewards, for the roster", len(both), result.threshold))
    return told


def same_targets(made: Unsigned, draft: Draft) -> bool:
    """Whether the draft's files are those that the metadata name."""
    return bool(made["targets"].signed.targets == {path: _target(path, body) for path, body in bodies(draft)})


def files(made: Unsigned, draft: Draft) -> dict[str, bytes]:
    """The files of a repository, all but the timestamp and the roots before."""
    version = draft.roster.version
    written = {
        f"metadata/{version}.targets.json": made["targets"].to_bytes(COMPACT),
        f"metadata/{version}.snapshot.json": made["snapshot"].to_bytes(COMPACT),
    }
    if "root" in made:
        written[f"metadata/{draft.root.version}.root.json"] = made["root"].to_bytes(COMPACT)
    for path, body in bodies(draft):
        folder, slash, name = path.rpartition("/")
        written[f"targets/{folder}{slash}{hashlib.sha256(body).hexdigest()}.{name}"] = body
    return written


def _root(stewards: Stewards, *, expires: datetime) -> Root:
    everybody = (*stewards.stewards, *stewards.online)
    keyids = [one.keyid for one in stewards.stewards]
    return Root(
        stewards.version,
        expires=expires,
        keys={one.keyid: _steward_key(one) for one in everybody},
        roles={
            "root": Role(list(keyids), stewards.threshold),
            "targets": Role(list(keyids), stewards.targets_threshold),
            "snapshot": Role(list(keyids), stewards.targets_threshold),
            "timestamp": Role([one.keyid for one in everybody], 1),
        },
        consistent_snapshot=True,
    )


def _steward_key(one: Steward) -> Key:
    return _key(one.keyid, one.key)


def _key(keyid: str, public_hex: str) -> SSlibKey:
    return SSlibKey(keyid, "ed25519", "ed25519", {"public": public_hex})


def _target(path: str, body: bytes) -> TargetFile:
    return TargetFile(len(body), {"sha256": hashlib.sha256(body).hexdigest()}, path)


def _seconds(moment: datetime) -> datetime:
    """TUF dates have whole seconds."""
    return moment.replace(microsecond=0)
