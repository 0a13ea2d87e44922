"""The timestamp (TUF §4.6): says once an hour which snapshot is the newest. Signed online, by the directory's key.

Whoever holds that key can keep newer versions from being seen, for a week at most; it can change nothing in them. Its
version is the time in Unix seconds, so that several signers never give one number two meanings.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner, SSlibKey
from tuf.api.metadata import Metadata, MetaFile, Snapshot, Timestamp
from tuf.api.serialization.json import JSONSerializer

from office_node.signing.keys import SigningKey
from office_node.signing.repository import TIMESTAMP

LIFETIME = timedelta(days=7)
EVERY = timedelta(hours=1)


def timestamped(files: Mapping[str, bytes], *, snapshot: int, key: SigningKey, now: datetime) -> bytes:
    """A new timestamp for this version of the snapshot, signed by this key; higher than the one among the files."""
    body = files[f"metadata/{snapshot}.snapshot.json"]
    before = stamped_at(files)
    version = int(now.timestamp()) if before is None else max(int(now.timestamp()), int(before.timestamp()) + 1)
    named = MetaFile(snapshot, length=len(body), hashes={"sha256": hashlib.sha256(body).hexdigest()})
    expires = now.replace(microsecond=0) + LIFETIME
    metadata = Metadata(Timestamp(version, expires=expires, snapshot_meta=named))
    public = SSlibKey(key.keyid, "ed25519", "ed25519", {"public": key.public_hex})
    metadata.sign(CryptoSigner(Ed25519PrivateKey.from_private_bytes(key.seed), public))
    return metadata.to_bytes(JSONSerializer(compact=True))


def stamped_at(files: Mapping[str, bytes]) -> datetime | None:
    """When the timestamp among these files was signed, unverified."""
    if TIMESTAMP not in files:
        return None
    return datetime.fromtimestamp(Metadata[Timestamp].from_bytes(files[TIMESTAMP]).signed.version, UTC)


def snapshot_version(files: Mapping[str, bytes]) -> int:
    """The version of the snapshot that the timestamp names, unverified; 0 without a timestamp."""
    if TIMESTAMP not in files:
        return 0
    return Metadata[Timestamp].from_bytes(files[TIMESTAMP]).signed.snapshot_meta.version


def version_of(snapshot: bytes) -> int:
    """The version of a snapshot, unverified."""
    return Metadata[Snapshot].from_bytes(snapshot).signed.version
