"""An independent implementation of RFC 9421, `http-message-signatures`, accepts our messages, and we its."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    InvalidSignature,
    MappingKeyResolver,
    algorithms,
)

from office_node.signing.keys import SigningKey, VerifyKey
from office_node.signing.messages import (
    QuestionRef,
    sign_answer,
    sign_question,
    verify_answer,
    verify_question,
)

NOW = 1_795_000_000
NONCE = "5e0b1c7d9f3a2468"
KEY = SigningKey("kanim-kotabumi/sign-2026", bytes(range(32)))
URI = "https://kalianda.example:8443/federation/v1/notices?after=17&x=%20y"
BODY = b'{"type":"inquiry"}'
JSON = "application/json"
RESOLVER = MappingKeyResolver(
    public_keys={KEY.keyid: Ed25519PublicKey.from_public_bytes(bytes.fromhex(KEY.public_hex))},
    private_keys={KEY.keyid: Ed25519PrivateKey.from_private_bytes(KEY.seed)},
)
QUESTION_COVERS = ("@method", "@target-uri", "content-type", "content-digest")
GET_COVERS = ("@method", "@target-uri", "content-digest")
ANSWER_COVERS = (
    "@status",
    "content-type",
    "content-digest",
    '"@method";req',
    '"@target-uri";req',
    '"signature";req',
)


class TimelessVerifier(HTTPMessageVerifier):
    """The library reads the system's clock; the tests' time is fixed."""

    max_clock_skew = timedelta(days=36_500)


@dataclass
class Request:
    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass
class Response:
    status_code: int
    request: Request
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def find_key(keyid: str, now: int) -> VerifyKey:
    assert keyid == KEY.keyid
    return KEY.verify_key


def raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def sign_with_library(message: Request | Response, covers: tuple[str, ...]) -> None:
    HTTPMessageSigner(signature_algorithm=algorithms.ED25519, key_resolver=RESOLVER).sign(
        message,
        key_id=KEY.keyid,
        created=datetime.fromtimestamp(NOW, UTC),
        expires=datetime.fromtimestamp(NOW + 60, UTC),
        nonce=NONCE,
        label="jejak",
        tag="jejak/1",
        include_alg=False,
        covered_component_ids=covers,
        body=message.body,
    )


def verify_with_library(message: Request | Response, covers: tuple[str, ...]) -> None:
    verifier = TimelessVerifier(signature_algorithm=algorithms.ED25519, key_resolver=RESOLVER)
    [result] = verifier.verify(
        message, max_age=None, expect_tag="jejak/1", require_components=covers, body=message.body
    )
    assert (result.label, result.nonce, result.body) == ("jejak", NONCE, message.body)
    assert result.parameters["keyid"] == KEY.keyid


def our_question(method: str = "POST") -> Request:
    body, content_type = (b"", None) if method == "GET" else (BODY, JSON)
    headers = sign_question(method, URI, content_type=content_type, body=body, key=KEY, now=NOW, nonce=NONCE)
    return Request(method, URI, headers, body)


def ref(request: Request) -> QuestionRef:
    return QuestionRef(request.method, request.url, request.headers["Signature"])


@pytest.mark.parametrize(("method", "covers"), [("POST", QUESTION_COVERS), ("GET", GET_COVERS)])
def test_the_library_accepts_our_question(method: str, covers: tuple[str, ...]) -> None:
    request = our_question(method)
    verify_with_library(request, covers)
    request.url += "0"
    with pytest.raises(InvalidSignature):
        verify_with_library(request, covers)


@pytest.mark.parametrize(("method", "covers"), [("POST", QUESTION_COVERS), ("GET", GET_COVERS)])
def test_we_accept_the_librarys_question(method: str, covers: tuple[str, ...]) -> None:
    ours = our_question(method)
    headers = {"Content-Type": JSON} if method == "POST" else {}
    request = Request(method, URI, headers, ours.body)
    sign_with_library(request, covers)
    proven = verify_question(method, URI, headers=raw(request.headers), body=request.body, find_key=find_key, now=NOW)
    assert (proven.keyid, proven.nonce, proven.created) == (KEY.keyid, NONCE, NOW)


def our_answer(request: Request) -> Response:
    headers = sign_answer(200, content_type=JSON, body=b"{}", question=ref(request), key=KEY, now=NOW, nonce=NONCE)
    return Response(200, request, headers, b"{}")


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_the_library_accepts_our_answer(method: str) -> None:
    response = our_answer(our_question(method))
    verify_with_library(response, ANSWER_COVERS)
    response.status_code = 201
    with pytest.raises(InvalidSignature):
        verify_with_library(response, ANSWER_COVERS)


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_we_accept_the_librarys_answer(method: str) -> None:
    request = our_question(method)
    response = Response(200, request, {"Content-Type": JSON}, b"{}")
    sign_with_library(response, ANSWER_COVERS)
    proven = verify_answer(
        200,
        headers=raw(response.headers),
        body=b"{}",
        question=ref(request),
        find_key=find_key,
        now=NOW,
    )
    assert (proven.keyid, proven.nonce) == (KEY.keyid, NONCE)
