"""The protocol's vectors: `docs/vectors` is what the code makes, and what plain hashing makes.

The second half uses hashlib, hmac, `cryptography` and `rfc8785` only, as another implementation would.
"""

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import nacl.public
import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from docs.vectors.make import NOW, text, vectors
from office_node.domain.epoch_keys import open_epoch_keys
from office_node.domain.roster import trusted
from office_node.domain.suspensions import accept_suspension
from office_node.signing.keys import verify_key
from office_node.signing.messages import QuestionRef, verify_answer, verify_question
from office_node.signing.statements import Statement, verify_statement
from office_node.signing.tuf_client import answer, mirror, update
from shared_schemas.base import Ask
from shared_schemas.history import History, Reveal
from shared_schemas.inquiry import Inquiry, InquiryAnswer
from shared_schemas.trace import Hello, Notice

FOLDER = Path(__file__).resolve().parents[2] / "docs/vectors"
NAMES = sorted(path.name for path in FOLDER.glob("*.json"))
BODIES: dict[str, type[Ask]] = {
    "notice": Notice,
    "inquiry": Inquiry,
    "answer": InquiryAnswer,
    "reveal": Reveal,
    "history": History,
    "hello": Hello,
}


def load(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


STATEMENTS: dict[str, dict[str, Any]] = load("exchange.json")["statements"]


# ---- the project's own functions ----


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    """All vectors, made anew."""
    return vectors()


def test_every_file_of_vectors_is_made_by_the_code(made: dict[str, Any]) -> None:
    assert sorted(made) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_vectors_are_what_the_code_makes(name: str, made: dict[str, Any]) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == text(made[name]), "run `make docs`"


@pytest.mark.parametrize("name", STATEMENTS)
def test_every_statement_reads_back_as_its_body_and_verifies(name: str) -> None:
    keys = load("exchange.json")["keys"]
    statement = Statement.from_dict(STATEMENTS[name]["envelope"])
    verify_statement(statement, public_key=keys[statement.keyid]["public"])
    body = BODIES[statement.type].model_validate_json(statement.payload)
    assert body.model_dump(mode="json") == json.loads(statement.payload)


def test_the_signed_messages_are_accepted() -> None:
    found = load("carriage.json")
    keys, now = found["keys"], found["now"]
    post = found["post"]
    for question in (post, found["get"]):
        verified = verify_question(
            question["method"],
            question["target_uri"],
            headers=_raw(question["headers"]),
            body=question["body"].encode(),
            find_key=lambda keyid, _now: verify_key(keys[keyid]["public"]),
            now=now,
        )
        assert verified.keyid == "kanim-kotabumi/sign-2026"
    said = found["answer"]
    verified = verify_answer(
        said["status"],
        headers=_raw(said["headers"]),
        body=said["body"].encode(),
        question=QuestionRef("POST", post["target_uri"], post["headers"]["Signature"]),
        find_key=lambda keyid, _now: verify_key(keys[keyid]["public"]),
        now=now + 1,
    )
    assert verified.keyid == "kanim-kalianda/sign-2026"


def test_the_roster_is_accepted_by_its_fingerprint_and_its_sealed_keys_open() -> None:
    found = load("roster.json")
    files = {path: body.encode() for path, body in found["repository"].items()}
    held = answer(update(found["root_fingerprint"], now=NOW), mirror(files))
    assert held is not None
    roster = trusted(held)
    own = found["office"]["encryption"]
    opened = open_epoch_keys(
        found["sealed_keys_file"].encode(), {own["keyid"]: bytes.fromhex(own["secret"])}, roster=roster
    )
    assert opened == {"2026": bytes.fromhex(found["epoch_key"])}
    assert accept_suspension(found["suspension"], roster).member == "kanim-kalianda"


def _raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


# ---- without the project's functions ----


def _mac(key: bytes, *parts: bytes) -> bytes:
    return hmac.new(key, b"".join(parts), hashlib.sha256).digest()


def _sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _stretched(key: bytes, kind: str, value: str, n: int) -> bytes:
    salt = _sha(key + kind.encode())
    return hashlib.scrypt(value.encode(), salt=salt, n=n, r=8, p=1, maxmem=1 << 26, dklen=32)


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def _verify(public_hex: str, signature: bytes, message: bytes) -> None:
    """Raises InvalidSignature."""
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_hex)).verify(signature, message)


def _pae(envelope: dict[str, Any]) -> bytes:
    payload, kind = base64.b64decode(envelope["payload"]), envelope["payloadType"].encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def test_canonical_json_equals_the_library() -> None:
    for row in load("canonical.json"):
        assert rfc8785.dumps(row["value"]).decode() == row["canonical"]


def test_tokens_come_out_of_hashlib_and_hmac() -> None:
    found = load("tokens.json")
    key, nonce, n = bytes.fromhex(found["epoch_key"]), bytes.fromhex(found["nonce"]), found["scrypt"]["n"]
    scope = bytes.fromhex(found["case"]) + found["revision"].to_bytes(8, "big")
    assert _sha(b"jejak epoch\x00" + key).hex() == found["commitment"]
    for row in found["index"]:
        kind, s = row["kind"].encode(), _stretched(key, row["kind"], row["value"], n)
        assert s.hex() == row["stretched"]
        assert _mac(key, b"index\x00", kind, b"\x00", s)[:8].hex() == row["index_token"]
        pad = _mac(key, b"nonce\x00", scope, kind, b"\x00", s)[:16]
        assert _xor(nonce, pad).hex() == row["wrapped_nonce"]
        inquiry = bytes.fromhex(found["inquiry"])
        office = found["office"].encode()
        assert _mac(key, b"hit\x00", inquiry, office, b"\x00", kind, b"\x00", s).hex() == row["hit_proof"]
    for row in found["fields"]:
        kind, value = row["kind"].encode(), row["value"].encode()
        assert _mac(key, b"field\x00", nonce, kind, b"\x00", value)[:2].hex() == row["token"]


@pytest.mark.parametrize("name", STATEMENTS)
def test_leaf_digest_and_signature_come_out_of_plain_hashing(name: str) -> None:
    row = STATEMENTS[name]
    envelope, payload = row["envelope"], row["payload"].encode()
    assert base64.b64decode(envelope["payload"]) == payload
    assert _sha(payload).hex() == row["digest"]
    body = json.loads(payload)
    assert rfc8785.dumps(body) == payload
    leaf = body.pop("leaf")
    entry = _sha(bytes.fromhex(row["salt"]) + rfc8785.dumps(body))
    assert _sha(b"\x00" + entry).hex() == leaf == row["leaf"]
    [signature] = envelope["signatures"]
    public = load("exchange.json")["keys"][signature["keyid"]]["public"]
    _verify(public, base64.b64decode(signature["sig"]), _pae(envelope))


def test_the_statements_of_the_exchange_name_one_another() -> None:
    bodies = {name: json.loads(row["payload"]) for name, row in STATEMENTS.items()}
    assert bodies["inquiry"]["notice"] == STATEMENTS["asker_notice"]["digest"]
    assert bodies["answer"]["in_reply_to"] == STATEMENTS["inquiry"]["digest"]
    assert bodies["reveal"]["in_reply_to"] == STATEMENTS["answer"]["digest"]
    assert bodies["history"]["in_reply_to"] == STATEMENTS["reveal"]["digest"]
    assert bodies["tombstone"]["replaces"] == [bodies["asker_notice"]["number"]]


def test_every_proof_of_the_exchange_is_an_hmac_over_a_value_of_the_asker() -> None:
    found = load("exchange.json")
    bodies = {name: json.loads(row["payload"]) for name, row in STATEMENTS.items()}
    notice, inquiry = bodies["asker_notice"], bodies["inquiry"]
    person = found["asker_person"]
    values = {"nik/1": person.get("nik"), "dob-place/1": f"{person['birth_date']}|kalianda"}
    seen = 0
    for proof in bodies["answer"]["hits"][0]["proofs"]:
        if not (value := values.get(proof["kind"])):
            continue
        key, kind = bytes.fromhex(found["epochs"][proof["epoch"]]), proof["kind"].encode()
        s = _stretched(key, proof["kind"], value, found["scrypt"]["n"])
        office = bodies["answer"]["issuer"].encode()
        expected = _mac(key, b"hit\x00", bytes.fromhex(inquiry["inquiry"]), office, b"\x00", kind, b"\x00", s)
        assert expected.hex() == proof["proof"]
        seen += 1
    assert seen > 0
    assert notice["tokens"]["epoch"] == "2026"
    assert "nik/1" not in {proof["kind"] for proof in bodies["answer"]["hits"][0]["proofs"]}


def test_older_index_tokens_wrap_the_nonce_of_the_notice() -> None:
    found = load("exchange.json")
    notice, inquiry = (json.loads(STATEMENTS[name]["payload"]) for name in ("asker_notice", "inquiry"))
    [older] = inquiry["older"]
    scope = bytes.fromhex(notice["case"]) + notice["revision"].to_bytes(8, "big")
    nonces = set()
    for epoch, index in (
        (notice["tokens"]["epoch"], notice["tokens"]["index"]),
        (older["epoch"], older["index"]),
    ):
        key = bytes.fromhex(found["epochs"][epoch])
        [row] = [one for one in index if one["kind"] == "dob-place/1"]
        s = _stretched(key, "dob-place/1", "1998-03-17|kalianda", found["scrypt"]["n"])
        assert _mac(key, b"index\x00dob-place/1\x00", s)[:8].hex() == row["token"]
        pad = _mac(key, b"nonce\x00", scope, b"dob-place/1\x00", s)[:16]
        nonces.add(_xor(bytes.fromhex(row["nonce"]), pad))
    [nonce] = nonces
    key = bytes.fromhex(found["epochs"]["2026"])
    [sex] = [one for one in notice["tokens"]["fields"] if one["kind"] == "sex/1"]
    assert _mac(key, b"field\x00", nonce, b"sex/1\x00", b"F")[:2].hex() == sex["token"]


@pytest.mark.parametrize("name", ["post", "answer", "get"])
def test_a_message_verifies_from_its_written_signature_base(name: str) -> None:
    found = load("carriage.json")
    message = found[name]
    headers, base = message["headers"], message["signature_base"]
    digest = base64.b64encode(_sha(message["body"].encode())).decode()
    assert headers["Content-Digest"] == f"sha-256=:{digest}:"
    params = headers["Signature-Input"].removeprefix("jejak=")
    assert base.endswith(f'\n"@signature-params": {params}')
    keyid = params.split(';keyid="')[1].split('"')[0]
    signature = base64.b64decode(headers["Signature"].removeprefix("jejak=:").removesuffix(":"))
    _verify(found["keys"][keyid]["public"], signature, base.encode())
    assert f'"content-digest": {headers["Content-Digest"]}' in base


def test_the_fingerprint_is_half_of_the_hash_of_the_root() -> None:
    found = load("roster.json")
    assert _sha(found["repository"]["metadata/1.root.json"].encode()).hex()[:32] == found["root_fingerprint"]


@pytest.mark.parametrize("role", ["1.root", "1.targets", "1.snapshot"])
def test_two_of_three_stewards_have_signed_the_metadata(role: str) -> None:
    found = load("roster.json")
    metadata = json.loads(found["repository"][f"metadata/{role}.json"])
    assert len(metadata["signatures"]) == 2
    for one in metadata["signatures"]:
        # OLPC canonical JSON, which for this metadata is RFC 8785's: there is no fraction, and only ASCII
        message = rfc8785.dumps(metadata["signed"])
        _verify(found["stewards"][one["keyid"]]["public"], bytes.fromhex(one["sig"]), message)


def test_the_metadata_lead_to_the_targets_by_hash() -> None:
    repository = load("roster.json")["repository"]
    timestamp = json.loads(repository["metadata/timestamp.json"])["signed"]
    snapshot = repository["metadata/1.snapshot.json"]
    assert timestamp["meta"]["snapshot.json"]["hashes"]["sha256"] == _sha(snapshot.encode()).hex()
    targets = json.loads(repository["metadata/1.targets.json"])["signed"]["targets"]
    for name, folder, target in (("roster.json", "", "roster.json"), ("kanim-kalianda.json", "keys/", "")):
        sha256 = targets[target or f"{folder}{name}"]["hashes"]["sha256"]
        assert _sha(repository[f"targets/{folder}{sha256}.{name}"].encode()).hex() == sha256


def test_any_libsodium_opens_the_sealed_file() -> None:
    found = load("roster.json")
    file = found["sealed_keys_file"].encode()
    roster = json.loads(next(body for path, body in found["repository"].items() if path.endswith(".roster.json")))
    assert roster["epochs"][0]["commitment"] == _sha(b"jejak epoch\x00" + bytes.fromhex(found["epoch_key"])).hex()
    secret = nacl.public.PrivateKey(bytes.fromhex(found["office"]["encryption"]["secret"]))
    [box] = json.loads(file)["keys"]
    key = nacl.public.SealedBox(secret).decrypt(base64.b64decode(box["sealed"]))
    assert key.hex() == found["epoch_key"]


def test_a_suspension_is_named_by_the_hash_of_its_payload() -> None:
    found = load("roster.json")
    envelope = found["suspension"]
    assert _sha(base64.b64decode(envelope["payload"])).hex() == found["suspension_digest"]
    [one] = envelope["signatures"]
    _verify(found["stewards"][one["keyid"]]["public"], base64.b64decode(one["sig"]), _pae(envelope))
