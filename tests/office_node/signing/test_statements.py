"""Statements: canonical bytes, one envelope, one signature, a leaf; several signatures on a roster."""

import hashlib
import json
from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer._crypto_signer import CryptoSigner
from securesystemslib.signer._key import SSlibKey

from office_node.errors import (
    MalformedStatementError,
    StatementBadSignatureError,
    WrongTypeError,
)
from office_node.signing.canonical import canonical
from office_node.signing.keys import SigningKey
from office_node.signing.statements import (
    Statement,
    body_without_leaf,
    leaf_of,
    read_body,
    seal_body,
    sign_statement,
    verify_statement,
)

KEY = SigningKey("kanim-kalianda/sign-2026", bytes(range(32)))
STEWARDS = [SigningKey(f"steward-{n}/sign-1", bytes([n]) * 32) for n in (1, 2, 3)]
STEWARD_KEYS = {key.keyid: key.public_hex for key in STEWARDS}
SALT = bytes(range(32))
BODY: dict[str, Any] = {"type": "notice", "version": 1, "issuer": "kanim-kalianda", "case": "ab" * 16}
ROSTER: dict[str, Any] = {"type": "roster", "version": 1}

safe_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
safe_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | safe_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(safe_text, inner, max_size=4),
    max_leaves=12,
)


def sslib_key(key: SigningKey) -> SSlibKey:
    return SSlibKey(key.keyid, "ed25519", "ed25519", {"public": key.public_hex})


def copied(envelope: dict[str, Any]) -> dict[str, Any]:
    copy: dict[str, Any] = json.loads(json.dumps(envelope))
    return copy


# Canonical JSON


@settings(max_examples=200)
@given(value=safe_json)
def test_canonical_bytes_equal_those_of_an_rfc_8785_library(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


def test_keys_are_sorted_by_utf16_units_as_rfc_8785_says() -> None:
    value: Any = {"\ufb33": 1, "\U0001f600": 2, "z": [{"\ue000": 0, "\U00010000": ({"b": 1, "a": 2},)}]}
    assert canonical(value) == rfc8785.dumps(value)
    assert canonical(value).index("\U0001f600".encode()) < canonical(value).index("\ufb33".encode())


@pytest.mark.parametrize("value", [1.0, float("nan"), 2**53, -(2**53), {1: 2}, {None: 1}, "\ud800", b"x", {1, 2}])
def test_what_has_no_canonical_form_is_refused(value: Any) -> None:
    for held in (value, [value], {"a": value}):
        with pytest.raises(ValueError):
            canonical(held)


@settings(max_examples=60)
@given(body=st.dictionaries(safe_text, safe_json, max_size=4))
def test_a_canonical_body_is_read_back(body: dict[str, Any]) -> None:
    assert read_body(canonical(body)) == body


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"[]",
        b"1",
        b'{"a": 1}',
        b'{"a":1}\n',
        b'{"b":1,"a":1}',
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        b'{"a":1.0}',
        b'{"a":1e3}',
        b'{"a":-0}',
        b'{"a":NaN}',
        b'{"a":"\\u0041"}',
        b'{"a":"\xff"}',
        b'{"a":' + b"9" * 20 + b"}",
        b'{"a":' + b"9" * 9999 + b"}",
        b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        '{"a":1}'.encode("utf-16"),
    ],
)
def test_a_body_in_another_spelling_is_malformed(payload: bytes) -> None:
    with pytest.raises(MalformedStatementError):
        read_body(payload)


# One statement


def test_a_statement_goes_over_the_wire_and_comes_back_the_same() -> None:
    statement = sign_statement(BODY, type="notice", key=KEY)
    back = Statement.from_dict(json.loads(json.dumps(statement.to_dict())))
    assert back == statement
    verify_statement(back, public_key=KEY.public_hex, type="notice")
    verify_statement(back, public_key=KEY.verify_key)
    assert back.body() == BODY
    assert (back.type, back.payload_type) == ("notice", "application/vnd.jejak.notice+json")
    assert back.digest == hashlib.sha256(canonical(BODY)).hexdigest()


def test_securesystemslib_verifies_our_statement() -> None:
    envelope = sign_statement(BODY, type="notice", key=KEY).to_dict()
    assert Envelope.from_dict(copied(envelope)).verify([sslib_key(KEY)], 1)
    public = STEWARDS[0].public_hex
    stranger = SSlibKey(KEY.keyid, "ed25519", "ed25519", {"public": public})
    with pytest.raises(VerificationError):
        Envelope.from_dict(copied(envelope)).verify([stranger], 1)


def test_we_verify_a_statement_that_securesystemslib_signed() -> None:
    private = Ed25519PrivateKey.from_private_bytes(KEY.seed)
    envelope = Envelope(canonical(BODY), "application/vnd.jejak.notice+json", {})
    envelope.sign(CryptoSigner(private, sslib_key(KEY)))
    statement = Statement.from_dict(envelope.to_dict())
    verify_statement(statement, public_key=KEY.public_hex, type="notice")
    assert statement == sign_statement(BODY, type="notice", key=KEY)


@settings(max_examples=150)
@given(data=st.data(), part=st.sampled_from(["payload", "payload_type", "signature"]), flip=st.integers(1, 127))
def test_any_changed_byte_breaks_a_statement(data: st.DataObject, part: str, flip: int) -> None:
    statement = sign_statement(BODY, type="notice", key=KEY)
    value = getattr(statement, part)
    octets = bytearray(value.encode() if isinstance(value, str) else value)
    octets[data.draw(st.integers(0, len(octets) - 1))] ^= flip
    changed: Any = octets.decode("latin-1") if isinstance(value, str) else bytes(octets)
    with pytest.raises(StatementBadSignatureError):
        verify_statement(
            Statement(**{name: getattr(statement, name) for name in Statement.__slots__} | {part: changed}),
            public_key=KEY.public_hex,
        )


def test_another_office_cannot_have_signed_it() -> None:
    statement = sign_statement(BODY, type="notice", key=KEY)
    with pytest.raises(StatementBadSignatureError) as refused:
        verify_statement(statement, public_key=STEWARDS[0].public_hex)
    assert refused.value.keyid == KEY.keyid


def test_one_type_does_not_pass_for_another() -> None:
    statement = sign_statement(BODY, type="notice", key=KEY)
    with pytest.raises(WrongTypeError):
        verify_statement(statement, public_key=KEY.public_hex, type="answer")
    relabelled = replace(statement, payload_type="application/vnd.jejak.answer+json")
    with pytest.raises(WrongTypeError):
        relabelled.body()
    with pytest.raises(WrongTypeError):
        _ = replace(statement, payload_type="text/plain").type


@pytest.mark.parametrize("name", ["", "Notice", "notice+json", "a b", "x"])
def test_a_type_that_is_none_is_not_signed(name: str) -> None:
    with pytest.raises(ValueError):
        sign_statement({"type": name}, type=name, key=KEY)
    with pytest.raises(ValueError):
        sign_statement(BODY, type="answer", key=KEY)


GOOD = sign_statement(BODY, type="notice", key=KEY).to_dict()
SIGNATURE = GOOD["signatures"][0]


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "x",
        {},
        GOOD | {"extra": 1},
        {name: GOOD[name] for name in ("payload", "payloadType")},
        GOOD | {"payload": 1},
        GOOD | {"payload": GOOD["payload"] + "\n"},
        GOOD | {"payload": GOOD["payload"].rstrip("=") + "===="},
        GOOD | {"payload": "ä"},
        GOOD | {"payload": "A"},
        GOOD | {"payload": "YR=="},
        GOOD | {"payload": "-_-_"},
        GOOD | {"payloadType": "application/json"},
        GOOD | {"payloadType": 1},
        GOOD | {"payloadType": GOOD["payloadType"] + "\n"},
        GOOD | {"signatures": []},
        GOOD | {"signatures": {}},
        GOOD | {"signatures": [SIGNATURE, SIGNATURE]},
        GOOD | {"signatures": [SIGNATURE, SIGNATURE | {"keyid": "another-one/sign-1"}]},
        GOOD | {"signatures": [{**SIGNATURE, "keyid": f"another-{n}/sign-1"} for n in range(33)]},
        GOOD | {"signatures": ["x"]},
        GOOD | {"signatures": [{"sig": SIGNATURE["sig"]}]},
        GOOD | {"signatures": [SIGNATURE | {"extra": 1}]},
        GOOD | {"signatures": [SIGNATURE | {"keyid": 1}]},
        GOOD | {"signatures": [SIGNATURE | {"keyid": "no holder"}]},
        GOOD | {"signatures": [SIGNATURE | {"sig": None}]},
        GOOD | {"signatures": [SIGNATURE | {"sig": b64encode(bytes(63)).decode()}]},
        GOOD | {"signatures": [SIGNATURE | {"sig": b64encode(bytes(65)).decode()}]},
    ],
)
def test_an_envelope_in_another_spelling_is_malformed(data: Any) -> None:
    with pytest.raises(MalformedStatementError):
        Statement.from_dict(data)


def test_a_statement_larger_than_the_cap_is_malformed_and_one_of_its_size_is_not() -> None:
    size = len(canonical(BODY))
    assert Statement.from_dict(GOOD, max_octets=size).body() == BODY
    for less in (1, 2, 3, 4):
        with pytest.raises(MalformedStatementError):
            Statement.from_dict(GOOD, max_octets=size - less)


@settings(max_examples=100)
@given(data=safe_json | st.dictionaries(st.sampled_from(list(GOOD)), safe_json))
def test_rubbish_is_malformed_and_nothing_else(data: Any) -> None:
    with pytest.raises(MalformedStatementError):
        Statement.from_dict(data)


# The leaf


def test_a_sealed_body_holds_the_hash_of_its_own_log_leaf() -> None:
    statement, body, leaf = seal_body(BODY, salt=SALT, key=KEY, type="notice")
    entry = hashlib.sha256(SALT + canonical(BODY)).digest()
    assert body == canonical(BODY)
    assert leaf == hashlib.sha256(b"\x00" + entry).digest()
    assert statement.body() == {**BODY, "leaf": leaf.hex()}
    assert leaf_of(body_without_leaf(statement.payload), SALT) == (entry, leaf)
    verify_statement(statement, public_key=KEY.public_hex, type="notice")


def test_another_salt_is_another_leaf_and_a_short_one_is_none() -> None:
    assert leaf_of(b"body", SALT) != leaf_of(b"body", bytes(32))
    with pytest.raises(ValueError):
        leaf_of(b"body", bytes(31))


def test_a_body_that_has_a_leaf_is_not_sealed_again() -> None:
    with pytest.raises(ValueError):
        seal_body({**BODY, "leaf": "00" * 32}, salt=SALT, key=KEY, type="notice")


def test_only_the_outer_leaf_is_left_out() -> None:
    body = {**BODY, "inner": {"leaf": "kept"}}
    assert body_without_leaf(canonical({**body, "leaf": "dropped"})) == canonical(body)
    assert body_without_leaf(canonical(body)) == canonical(body)
