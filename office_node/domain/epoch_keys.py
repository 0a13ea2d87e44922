"""Epoch keys on their way from the stewards to a member: sealed to its X25519 keys, in a file of its own.

TUF proves the file, and the roster holds a commitment to every key, so that a member sees at once if it was given
another key than the rest of the federation.
"""

import base64
import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime

from pydantic import ValidationError

from office_node.domain.roster import TrustedRoster
from office_node.errors import KeyMissingError, MalformedStatementError, RosterRefusedError
from office_node.signing.canonical import canonical
from office_node.signing.keys import open_sealed, seal
from shared_schemas.roster import Member, SealedEpochKey, SealedEpochKeys

EPOCH_KEY_OCTETS = 32


def epoch_commitment(key: bytes) -> str:
    """SHA-256("jejak epoch" ‖ 0x00 ‖ key) in hex: what the roster says of an epoch's key."""
    return hashlib.sha256(b"jejak epoch\x00" + key).hexdigest()


def seal_epoch_keys(
    member: Member,
    keys: Mapping[str, bytes],
    *,
    random: Callable[[int], bytes],
    before: bytes | None = None,
    now: datetime | None = None,
) -> bytes:
    """The member's file: each epoch's key sealed to each of its encryption keys, as far as they count `now`.

    Boxes of the file `before` are kept, so that a file changes only when there is something new in it. Its
    boxes must be of the same epoch keys. ValueError if an encryption key is none.
    """
    old: dict[tuple[str, str], str] = {}
    if before is not None:
        kept = SealedEpochKeys.model_validate_json(before).keys
        old = {(box.epoch, box.keyid): box.sealed for box in kept}
    boxes = []
    for epoch, key in sorted(keys.items()):
        for recipient in member.encryption_keys:
            if now is not None and recipient.valid_until <= now:
                continue
            sealed = old.get((epoch, recipient.keyid))
            if sealed is None:
                sealed = base64.b64encode(seal(recipient.key, key, random=random)).decode("ascii")
            boxes.append(SealedEpochKey(epoch=epoch, keyid=recipient.keyid, sealed=sealed))
    return canonical(SealedEpochKeys(member=member.id, keys=tuple(boxes)).model_dump(mode="json"))


def open_epoch_keys(file: bytes, secrets: Mapping[str, bytes], *, roster: TrustedRoster) -> dict[str, bytes]:
    """Epoch id to key, of all live epochs that this file holds for these X25519 secrets (key id to secret).

    A live epoch that is missing in the result is one that this node cannot answer for. RosterRefusedError if
    a key is not the one that the roster names, SealedBoxError if a box does not open, KeyMissingError if none is for
    these secrets.
    """
    try:
        sealed = SealedEpochKeys.model_validate_json(file)
    except ValidationError as error:
        raise MalformedStatementError("the file holds no sealed epoch keys") from error
    commitments = {epoch.id: epoch.commitment for epoch in roster.live_epochs()}
    opened: dict[str, bytes] = {}
    for box in sealed.keys:
        if box.keyid not in secrets or box.epoch not in commitments:
            continue
        key = open_sealed(secrets[box.keyid], _octets(box.sealed))
        if epoch_commitment(key) != commitments[box.epoch]:
            raise RosterRefusedError("epoch-key")
        opened[box.epoch] = key
    if not opened:
        raise KeyMissingError("encryption")
    return opened


def _octets(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise MalformedStatementError("a sealed key is not base64") from error
