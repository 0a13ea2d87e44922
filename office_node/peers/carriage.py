"""The client's side of the carriage as an `httpx.Auth`: sign the question, verify the answer (RFC 9421)."""

import re
from collections.abc import Generator

import httpx

from office_node.clock import Clock, Random
from office_node.domain.roster import TrustedRoster
from office_node.errors import JejakError, PeerAnswerInvalidError, PeerRefusedError
from office_node.signing.keys import SigningKey
from office_node.signing.messages import QuestionRef, sign_question, verify_answer

_NONCE_BYTES = 16
_CODE = re.compile(r"[a-z]{1,20}(-[a-z]{1,20}){0,4}")
_MAX_SKEW_S = 10 * 366 * 86_400


class Carriage(httpx.Auth):
    """Signs for one office and accepts only that office's signed answer."""

    requires_response_body = True

    def __init__(self, office: str, *, key: SigningKey, roster: TrustedRoster, clock: Clock, random: Random) -> None:
        self._office = office
        self._key = key
        self._roster = roster
        self._clock = clock
        self._random = random

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """One question, one answer. PeerRefusedError for an unsigned error, PeerAnswerInvalidError for a bad one."""
        uri = str(request.url)
        body = request.content
        headers = sign_question(
            request.method,
            uri,
            content_type=_content_type(request),
            body=body,
            key=self._key,
            now=int(self._clock.now().timestamp()),
            nonce=self._random(_NONCE_BYTES).hex(),
        )
        signed = [(name.encode(), value.encode()) for name, value in headers.items() if name != "Content-Type"]
        request.headers = httpx.Headers([*request.headers.raw, *signed])
        response = yield request
        if response.status_code >= 400 and "signature" not in response.headers:
            raise refusal(response)
        question = QuestionRef(request.method, uri, headers["Signature"])
        try:
            verify_answer(
                response.status_code,
                headers=response.headers.raw,
                body=response.content,
                question=question,
                find_key=self._roster.key_finder(self._office),
                now=int(self._clock.now().timestamp()),
            )
        except JejakError as error:
            raise PeerAnswerInvalidError(error.code) from error
        if response.status_code >= 400:
            raise refusal(response)


def _content_type(request: httpx.Request) -> str | None:
    """Read off the raw lines: any other look into httpx's headers decodes all of them."""
    return next((value.decode() for name, value in request.headers.raw if name.lower() == b"content-type"), None)


def refusal(response: httpx.Response) -> PeerRefusedError:
    """What a problem answer says; its text is not believed: only a code and a small number are kept."""
    try:
        problem = response.json()
    except (ValueError, RecursionError):
        problem = None
    said = problem if isinstance(problem, dict) else {}
    code, skew = said.get("code"), said.get("skew_s")
    return PeerRefusedError(
        code if isinstance(code, str) and _CODE.fullmatch(code) else None,
        status=response.status_code,
        skew_s=skew if type(skew) is int and abs(skew) <= _MAX_SKEW_S else None,
    )
