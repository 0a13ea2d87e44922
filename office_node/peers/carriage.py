"""The client's side of the carriage: sign the question, verify the answer (RFC 9421). No I/O."""

import json
import re

from office_node.clock import Clock, Random
from office_node.domain.roster import TrustedRoster
from office_node.errors import JejakError, PeerAnswerInvalidError, PeerRefusedError
from office_node.peers.exchange import Answer, RawHeaders
from office_node.signing.keys import SigningKey
from office_node.signing.messages import QuestionRef, sign_question, verify_answer

_NONCE_BYTES = 16
_CODE = re.compile(r"[a-z]{1,20}(-[a-z]{1,20}){0,4}")
_MAX_SKEW_S = 10 * 366 * 86_400
_MAX_RETRY_S = 86_400


class Carriage:
    """Signs for one office and accepts only that office's signed answer."""

    def __init__(self, office: str, *, key: SigningKey, roster: TrustedRoster, clock: Clock, random: Random) -> None:
        self._office = office
        self._key = key
        self._roster = roster
        self._clock = clock
        self._random = random

    def sign(self, method: str, uri: str, *, content_type: str | None, body: bytes) -> tuple[QuestionRef, RawHeaders]:
        """What the answer must name, and the headers to be sent, `Content-Type` among them unless it is a GET."""
        headers = sign_question(
            method,
            uri,
            content_type=content_type,
            body=body,
            key=self._key,
            now=int(self._clock.now().timestamp()),
            nonce=self._random(_NONCE_BYTES).hex(),
        )
        signed = [(name.encode("ascii"), value.encode("ascii")) for name, value in headers.items()]
        return QuestionRef(method, uri, headers["Signature"]), signed

    def verify(self, answer: Answer, *, question: QuestionRef) -> None:
        """Nothing, if the office answered this question so; PeerRefusedError for an error, signed or not.

        PeerAnswerInvalidError for an answer that proves nothing.
        """
        failed = answer.status >= 400
        if failed and not any(name.lower() == b"signature" for name, _ in answer.headers):
            raise refusal(answer)
        try:
            verify_answer(
                answer.status,
                headers=answer.headers,
                body=answer.body,
                question=question,
                find_key=self._roster.key_finder(self._office),
                now=int(self._clock.now().timestamp()),
            )
        except JejakError as error:
            raise PeerAnswerInvalidError(error.code) from error
        if failed:
            raise refusal(answer)


def refusal(answer: Answer) -> PeerRefusedError:
    """What a problem answer says; its text is not believed: only a code and a small number are kept."""
    try:
        problem = json.loads(answer.body)
    except (ValueError, RecursionError):
        problem = None
    said = problem if isinstance(problem, dict) else {}
    code, skew, retry = said.get("code"), said.get("skew_s"), said.get("retry_s")
    return PeerRefusedError(
        code if isinstance(code, str) and _CODE.fullmatch(code) else None,
        status=answer.status,
        skew_s=skew if type(skew) is int and abs(skew) <= _MAX_SKEW_S else None,
        retry_s=retry if answer.status == 429 and type(retry) is int and 0 < retry <= _MAX_RETRY_S else None,
    )
