"""A pack counts by a listed key, in its one spelling, and only above what is known."""

import json
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from office_node.errors import JejakError, MalformedStatementError
from office_node.guideline.pack import as_pack, shipped_pack
from office_node.guideline.signed import prove_pack, read_signed, sign_pack
from office_node.signing.keys import SigningKey
from shared_schemas.guideline import Pack
from shared_schemas.roster import MemberKey

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
KANWIL = SigningKey("kanwil-lampung/guideline-2026", b"k" * 32)
THIEF = SigningKey("kanwil-lampung/guideline-2026", b"t" * 32)
LISTED = MemberKey(keyid=KANWIL.keyid, key=KANWIL.public_hex, valid_from=NOW, valid_until=NOW + timedelta(days=9))


def edition(version: int, **members: Any) -> Pack:
    return as_pack({**shipped_pack().model_dump(mode="json"), "version": version, **members})


def test_a_signed_pack_comes_back_as_it_was() -> None:
    pack = edition(2)
    assert prove_pack(sign_pack(pack, key=KANWIL), [LISTED], now=NOW) == pack
    assert read_signed(sign_pack(pack, key=KANWIL))[1] == pack


def test_what_is_known_already_is_passed_over() -> None:
    signed = sign_pack(edition(2), key=KANWIL)
    assert prove_pack(signed, [LISTED], now=NOW, known_version=2) is None
    assert prove_pack(signed, [LISTED], now=NOW, known_version=1) is not None


@pytest.mark.parametrize(
    ("key", "listed", "now", "code"),
    [
        (THIEF, [LISTED], NOW, "statement-bad-signature"),
        (KANWIL, [], NOW, "statement-unknown-key"),
        (KANWIL, [LISTED], NOW - timedelta(seconds=1), "revoked-key"),
        (KANWIL, [LISTED], NOW + timedelta(days=9), "revoked-key"),
    ],
)
def test_another_key_or_another_time_is_refused(
    key: SigningKey, listed: list[MemberKey], now: datetime, code: str
) -> None:
    with pytest.raises(JejakError) as error:
        prove_pack(sign_pack(edition(2), key=key), listed, now=now)
    assert error.value.code == code


def test_a_pack_that_the_schema_refuses_is_no_pack_whoever_signed_it() -> None:
    signed = sign_pack(edition(2), key=KANWIL)
    body = json.loads(b64decode(signed["payload"]))
    body["questions"][0]["code"] = "religion"
    changed = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    with pytest.raises(MalformedStatementError):
        read_signed({**signed, "payload": b64encode(changed).decode()})
