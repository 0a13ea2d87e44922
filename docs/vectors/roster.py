"""A roster of one office as vectors: root and fingerprint, signatures, sealed epoch keys, a suspension."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from office_node.domain.enrol import OfficeKeys, enrol_request, request_fingerprint, verified_enrol_request
from office_node.domain.epoch_keys import epoch_commitment, seal_epoch_keys
from office_node.domain.kinds import KINDS
from office_node.domain.roster import fingerprint, suspension_digest
from office_node.domain.suspensions import make_suspension
from office_node.signing.keys import SigningKey, encryption_public_hex
from office_node.signing.statements import Statement, sign_multi
from shared_schemas.roster import Epoch, Member, Root, Roster, Steward, Suspension

OFFICE = "kanim-kalianda"


def roster(secret: Callable[..., bytes], *, now: datetime) -> dict[str, Any]:
    """The whole file. Two of three stewards have signed."""
    stewards = [SigningKey(f"steward-{n}/root-2026", secret(f"steward {n}")) for n in (1, 2, 3)]
    root = _root(stewards)
    keys = OfficeKeys(
        signing=SigningKey(f"{OFFICE}/sign-2026", secret(f"{OFFICE} sign")),
        encryption_keyid=f"{OFFICE}/seal-2026",
        encryption_secret=secret(f"{OFFICE} seal"),
    )
    envelope = enrol_request(keys, office=OFFICE, name="Kanim Kalianda", base_url="https://kalianda.example", now=now)
    request = verified_enrol_request(envelope, now=now)
    epoch_key = secret("epoch key")
    member = Member(
        id=OFFICE,
        name=request.name,
        base_url=request.base_url,
        signing_keys=(request.signing_key,),
        encryption_keys=(request.encryption_key,),
        valid_from=now - timedelta(days=1),
    )
    file = seal_epoch_keys(member, {"2026": epoch_key}, random=lambda size: secret("ephemeral", size))
    whole = _whole(root, member, epoch_key=epoch_key, file=file, now=now)
    suspended = make_suspension(OFFICE, key=stewards[2], now=now, reason="key_compromised")
    suspension = Suspension.model_validate_json(Statement.from_dict(suspended).payload)
    return {
        "stewards": {key.keyid: {"seed": key.seed.hex(), "public": key.public_hex} for key in stewards},
        "office": _shown(keys),
        "root": root.model_dump(mode="json"),
        "root_fingerprint": fingerprint(root),
        "enrol_request": envelope,
        "enrol_fingerprint": request_fingerprint(request),
        "epoch_key": epoch_key.hex(),
        "commitment": epoch_commitment(epoch_key),
        "sealed_keys_file": file.decode(),
        "roster": sign_multi(whole.model_dump(mode="json"), type="roster", keys=stewards[:2]),
        "suspension": suspended,
        "suspension_digest": suspension_digest(suspension),
    }


def _root(stewards: list[SigningKey]) -> Root:
    listed = (Steward(name=key.keyid.partition("/")[0], keyid=key.keyid, key=key.public_hex) for key in stewards)
    return Root(version=1, threshold=2, stewards=tuple(listed))


def _whole(root: Root, member: Member, *, epoch_key: bytes, file: bytes, now: datetime) -> Roster:
    return Roster(
        version=1,
        issued_at=now,
        expires_at=now + timedelta(days=7),
        root=root,
        members=(member,),
        epochs=(Epoch(id="2026", opens_at=now, commitment=epoch_commitment(epoch_key)),),
        kinds=tuple(sorted(KINDS)),
        sealed_keys={OFFICE: hashlib.sha256(file).hexdigest()},
    )


def _shown(keys: OfficeKeys) -> dict[str, dict[str, str]]:
    return {
        "signing": {"keyid": keys.signing.keyid, "seed": keys.signing.seed.hex()},
        "encryption": {
            "keyid": keys.encryption_keyid,
            "secret": keys.encryption_secret.hex(),
            "public": encryption_public_hex(keys.encryption_secret),
        },
    }
