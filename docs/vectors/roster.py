"""A roster of one office as vectors: the TUF repository and its fingerprint, sealed epoch keys, a suspension."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from office_node.domain.enrol import OfficeKeys, enrol_request, request_fingerprint, verified_enrol_request
from office_node.domain.epoch_keys import epoch_commitment, seal_epoch_keys
from office_node.domain.kinds import KINDS
from office_node.domain.roster import suspension_digest
from office_node.domain.suspensions import make_suspension
from office_node.signing.keys import SigningKey, encryption_public_hex
from office_node.signing.statements import Statement
from services.stewards.drafts import LIFETIME, Draft
from services.stewards.roster_maker import signed, steward_of
from shared_schemas.base import rfc3339
from shared_schemas.roster import Epoch, Member, Root, Roster, Suspension

OFFICE = "kanim-kalianda"


def roster(secret: Callable[..., bytes], *, now: datetime) -> dict[str, Any]:
    """The whole file. Two of three stewards have signed."""
    stewards = [SigningKey(f"steward-{n}/root-2026", secret(f"steward {n}")) for n in (1, 2, 3)]
    online = SigningKey("directory/root-2026", secret("directory"))
    root = _root(stewards, online)
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
    draft = _draft(root, member, epoch_key=epoch_key, file=file, now=now)
    made = signed(draft, stewards[:2], online=online, now=now)
    suspended = make_suspension(OFFICE, key=stewards[2], now=now, reason="key_compromised")
    suspension = Suspension.model_validate_json(Statement.from_dict(suspended).payload)
    return {
        "stewards": {key.keyid: {"seed": key.seed.hex(), "public": key.public_hex} for key in stewards},
        "office": _shown(keys),
        "root_fingerprint": made.fingerprint,
        "enrol_request": envelope,
        "enrol_fingerprint": request_fingerprint(request),
        "epoch_key": epoch_key.hex(),
        "commitment": epoch_commitment(epoch_key),
        "sealed_keys_file": file.decode(),
        "repository": {path: body.decode() for path, body in sorted(made.files.items())},
        "verified_at": rfc3339(now),
        "suspension": suspended,
        "suspension_digest": suspension_digest(suspension),
    }


def _root(stewards: list[SigningKey], online: SigningKey) -> Root:
    listed = tuple(steward_of(key) for key in stewards)
    return Root(version=1, threshold=2, targets_threshold=2, stewards=listed, online=(steward_of(online),))


def _draft(root: Root, member: Member, *, epoch_key: bytes, file: bytes, now: datetime) -> Draft:
    whole = Roster(
        version=1,
        issued_at=now,
        members=(member,),
        epochs=(Epoch(id="2026", opens_at=now, commitment=epoch_commitment(epoch_key)),),
        kinds=tuple(sorted(KINDS)),
    )
    keys = {"2026": epoch_key}
    return Draft(root, whole, now + LIFETIME, root_before=0, epoch_keys=keys, sealed={OFFICE: file})


def _shown(keys: OfficeKeys) -> dict[str, dict[str, str]]:
    return {
        "signing": {"keyid": keys.signing.keyid, "seed": keys.signing.seed.hex()},
        "encryption": {
            "keyid": keys.encryption_keyid,
            "secret": keys.encryption_secret.hex(),
            "public": encryption_public_hex(keys.encryption_secret),
        },
    }
