"""The carriage: one strict profile of HTTP message signatures (RFC 9421) with Ed25519. Sans I/O.

- A question covers `@method`, `@target-uri`, `content-type`, `content-digest`; a GET has no content type
  and covers the digest of the empty body. An answer covers `@status`, `content-type`, `content-digest` and,
  of the question that it answers, `@method`, `@target-uri`, `signature`. In this order, nothing more,
  nothing less.
- Parameters: exactly `created`, `expires`, `nonce`, `keyid`, `tag` (no `alg`: the roster's key fixes
  Ed25519), in any order, each in one spelling (`fields`). One label, `jejak`; a second signature is
  refused.
- `@target-uri` comes from the public address that the reader is configured with, never from what it received.
- Clocks may differ by 120 s, a signature lives 300 s at most: nothing is accepted later than 540 s after
  its nonce could first be seen, and the reader keeps nonces longer. Looking them up is the store's work,
  not done here.

Order of the checks: form, key, digest, signature, time. So an error of time or destination is raised only
about a message that the key's owner really made (`CarriageError.authentic`).
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from office_node.errors import (
    BadDigestError,
    BadSignatureError,
    ExpiredError,
    MalformedSignatureError,
    NotYetValidError,
    WrongDestinationError,
)
from office_node.signing.fields import (
    LABEL,
    Parameters,
    RawHeaders,
    SignedFields,
    content_digest,
    read_signed_fields,
    signature_field,
)
from office_node.signing.keys import SigningKey, VerifyKey

MAX_SKEW_S = 120
MAX_LIFETIME_S = 300
# Short, so that a clock that runs behind is noticed soon after it passes the tolerance.
LIFETIME_S = 60

FindKey = Callable[[str, int], VerifyKey]
"""(keyid, now in Unix seconds) to the key that may sign now; raises UnknownKeyError or RevokedKeyError."""

_QUESTION = '("@method" "@target-uri" "content-type" "content-digest")'
_GET = '("@method" "@target-uri" "content-digest")'
_ANSWER = '("@status" "content-type" "content-digest" "@method";req "@target-uri";req "signature";req)'
_METHOD = re.compile(r"[A-Z]{3,10}")
# Absolute, with a path, no fragment: only characters of RFC 3986, so none that ends a line of the base.
_TARGET_URI = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+/[A-Za-z0-9._~!$&'()*+,;=:@/?%\[\]-]*")
_CONTENT_TYPE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,198}[\x21-\x7e])?")


@dataclass(frozen=True, slots=True)
class QuestionRef:
    """What an answer's signature covers of its question; `signature` is the whole `Signature` field."""

    method: str
    target_uri: str
    signature: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What is proven about a message: who signed it, when (Unix seconds), and once (if the nonce is new)."""

    keyid: str
    nonce: str
    created: int
    expires: int
    signature: str
    """The whole `Signature` field, as received."""


def signature_base(lines: Iterable[tuple[str, str]], *, signature_params: str) -> bytes:
    """The bytes that are signed (RFC 9421 §2.5): lines of (component, value), then the parameters."""
    text = "".join(f"{identifier}: {value}\n" for identifier, value in lines)
    return f'{text}"@signature-params": {signature_params}'.encode("ascii")


def sign_question(
    method: str,
    target_uri: str,
    *,
    content_type: str | None,
    body: bytes,
    key: SigningKey,
    now: int,
    nonce: str,
    lifetime_s: int = LIFETIME_S,
) -> dict[str, str]:
    """The headers that make this a signed question, `Content-Type` among them unless it is a GET.

    `now` is in Unix seconds, `nonce` 16 to 64 characters of base64url, new for every message. `target_uri` is
    the absolute address as the peer builds it from its public URL. ValueError if the profile cannot say it.
    """
    _check_question(method, target_uri, content_type=content_type, body=body)
    digest = content_digest(body)
    lines = _question_lines(method, target_uri, content_type=content_type, digest=digest)
    parameters = _parameters(key, now=now, nonce=nonce, lifetime_s=lifetime_s)
    headers = _sign(lines, f"{_covered(method)}{parameters.text()}", digest=digest, key=key)
    return headers if content_type is None else {"Content-Type": content_type, **headers}


def verify_question(
    method: str,
    target_uri: str,
    *,
    headers: RawHeaders,
    body: bytes,
    find_key: FindKey,
    now: int,
    received_uri: str | None = None,
) -> Verified:
    """Who signed this question for this address; any CarriageError but ReplayedError.

    `target_uri` is built from the configured public URL. `received_uri`, the address as the request itself
    names it, decides nothing: it only tells a message that was signed for another address from a forged
    one.
    """
    if not _METHOD.fullmatch(method) or not _TARGET_URI.fullmatch(target_uri):
        raise MalformedSignatureError("method or target URI cannot be signed")
    fields = read_signed_fields(headers, covered=_covered(method))
    if method == "GET":
        if body:
            raise MalformedSignatureError("a GET has no body")
    elif fields.content_type is None:
        raise MalformedSignatureError("content-type is missing")
    content_type = None if method == "GET" else fields.content_type

    def lines(uri: str) -> list[tuple[str, str]]:
        return _question_lines(method, uri, content_type=content_type, digest=fields.content_digest)

    key = _key_and_digest(fields, body=body, find_key=find_key, now=now)
    if not _verifies(key, fields, lines(target_uri)):
        named = _TARGET_URI.fullmatch(received_uri or "")
        if named and _verifies(key, fields, lines(named.group())):
            raise WrongDestinationError(fields.parameters.keyid)
        raise BadSignatureError(fields.parameters.keyid)
    return _in_time(fields, now=now)


def sign_answer(
    status: int,
    *,
    content_type: str,
    body: bytes,
    question: QuestionRef,
    key: SigningKey,
    now: int,
    nonce: str,
    lifetime_s: int = LIFETIME_S,
) -> dict[str, str]:
    """The headers that make this the signed answer to that question, `Content-Type` among them."""
    if not 200 <= status <= 599 or not _CONTENT_TYPE.fullmatch(content_type):
        raise ValueError("status or content type cannot be signed")
    digest = content_digest(body)
    lines = _answer_lines(status, content_type=content_type, digest=digest, question=question)
    parameters = _parameters(key, now=now, nonce=nonce, lifetime_s=lifetime_s)
    headers = _sign(lines, f"{_ANSWER}{parameters.text()}", digest=digest, key=key)
    return {"Content-Type": content_type, **headers}


def verify_answer(
    status: int, *, headers: RawHeaders, body: bytes, question: QuestionRef, find_key: FindKey, now: int
) -> Verified:
    """Who signed this answer to this question; CarriageError if it proves nothing.

    `find_key` must know only keys of the office that was asked. The nonce needs no look-up: the answer is
    bound to the question's signature, which is made once.
    """
    fields = read_signed_fields(headers, covered=_ANSWER)
    if fields.content_type is None:
        raise MalformedSignatureError("content-type is missing")
    key = _key_and_digest(fields, body=body, find_key=find_key, now=now)
    lines = _answer_lines(status, content_type=fields.content_type, digest=fields.content_digest, question=question)
    if not _verifies(key, fields, lines):
        raise BadSignatureError(fields.parameters.keyid)
    return _in_time(fields, now=now)


def _covered(method: str) -> str:
    return _GET if method == "GET" else _QUESTION


def _check_question(method: str, target_uri: str, *, content_type: str | None, body: bytes) -> None:
    if not _METHOD.fullmatch(method) or not _TARGET_URI.fullmatch(target_uri):
        raise ValueError("method or target URI cannot be signed")
    if method == "GET":
        if body or content_type is not None:
            raise ValueError("a GET has neither body nor content type")
    elif content_type is None or not _CONTENT_TYPE.fullmatch(content_type):
        raise ValueError("content type cannot be signed")


def _question_lines(method: str, target_uri: str, *, content_type: str | None, digest: str) -> list[tuple[str, str]]:
    lines = [('"@method"', method), ('"@target-uri"', target_uri)]
    if content_type is not None:
        lines.append(('"content-type"', content_type))
    lines.append(('"content-digest"', digest))
    return lines


def _answer_lines(status: int, *, content_type: str, digest: str, question: QuestionRef) -> list[tuple[str, str]]:
    return [
        ('"@status"', str(status)),
        ('"content-type"', content_type),
        ('"content-digest"', digest),
        ('"@method";req', question.method),
        ('"@target-uri";req', question.target_uri),
        ('"signature";req', question.signature),
    ]


def _parameters(key: SigningKey, *, now: int, nonce: str, lifetime_s: int) -> Parameters:
    if not 0 < lifetime_s <= MAX_LIFETIME_S:
        raise ValueError(f"a signature lives at most {MAX_LIFETIME_S} s")
    return Parameters(created=now, expires=now + lifetime_s, nonce=nonce, keyid=key.keyid)


def _sign(lines: list[tuple[str, str]], params: str, *, digest: str, key: SigningKey) -> dict[str, str]:
    signature = key.sign(signature_base(lines, signature_params=params))
    return {
        "Content-Digest": digest,
        "Signature-Input": f"{LABEL}={params}",
        "Signature": signature_field(signature),
    }


def _key_and_digest(fields: SignedFields, *, body: bytes, find_key: FindKey, now: int) -> VerifyKey:
    parameters = fields.parameters
    if parameters.expires - parameters.created > MAX_LIFETIME_S:
        raise MalformedSignatureError(f"the signature lives longer than {MAX_LIFETIME_S} s")
    key = find_key(parameters.keyid, now)
    if fields.content_digest != content_digest(body):
        raise BadDigestError(parameters.keyid)
    return key


def _verifies(key: VerifyKey, fields: SignedFields, lines: list[tuple[str, str]]) -> bool:
    return key.verifies(fields.signature, signature_base(lines, signature_params=fields.signature_params))


def _in_time(fields: SignedFields, *, now: int) -> Verified:
    parameters = fields.parameters
    if parameters.created > now + MAX_SKEW_S:
        raise NotYetValidError(parameters.keyid, skew_s=parameters.created - now)
    if parameters.expires < now - MAX_SKEW_S:
        raise ExpiredError(parameters.keyid, skew_s=parameters.created - now)
    return Verified(
        keyid=parameters.keyid,
        nonce=parameters.nonce,
        created=parameters.created,
        expires=parameters.expires,
        signature=fields.signature_field,
    )
