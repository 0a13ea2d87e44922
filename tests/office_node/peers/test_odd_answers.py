"""Whatever a far office, or somebody in its place, sends back: one PeerError with its cause, and nothing else.

The router of respx stands where the network is, handed in as the transport; what needs broken bytes gets a socket.
"""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from random import Random
from typing import Any

import httpx
import pytest
import respx

from office_node.api.problems import PROBLEMS, problem
from office_node.clock import SystemClock
from office_node.domain.enrol import OfficeKeys, enrol_request, new_office_keys, verified_enrol_request
from office_node.errors import (
    CarriageError,
    JejakError,
    PeerAnswerInvalidError,
    PeerError,
    PeerRefusedError,
    PeerTimeoutError,
    PeerTooLargeError,
    PeerUnreachableError,
    StatementError,
)
from office_node.peers.client import MAX_BODY, Peers
from office_node.peers.transport import open_transport
from office_node.signing.keys import SigningKey
from office_node.signing.messages import QuestionRef, sign_answer
from office_node.usecases.unanswered import cause_of
from services.simulator.loop import START, VirtualClock, run_virtual
from services.stewards.roster_maker import make_federation
from shared_schemas.roster import Stretch

ASKED, ASKER, THIRD = "kanim-kalianda", "kanim-kotabumi", "kanim-bandarlampung"
URL = f"https://{ASKED}.test/federation/v1/inquiries"
BODY = b'{"answer":{}}'
NOW = int(START.timestamp())
Answering = Callable[[httpx.Request], httpx.Response | Awaitable[httpx.Response]]
random = Random(7).randbytes


def _federation() -> tuple[dict[str, OfficeKeys], Any]:
    keys = {office: new_office_keys(office, now=START, random=random) for office in (ASKED, ASKER, THIRD)}
    requests = [
        verified_enrol_request(
            enrol_request(held, office=office, name=office, base_url=f"https://{office}.test", now=START), now=START
        )
        for office, held in keys.items()
    ]
    made = make_federation(requests, now=START, random=random, stretch=Stretch(n=2))
    return keys, made.trusted


KEYS, ROSTER = _federation()
WHOSE_VERSION = {"protocol-too-new": "protocol-too-old", "protocol-too-old": "own-protocol-too-old"}
"""What a peer says of the asker's version, as the asker says it."""


def signed(
    request: httpx.Request, *, status: int = 200, body: bytes = BODY, key: SigningKey | None = None,
    question: str | None = None, at: int = NOW,
) -> httpx.Response:  # fmt: skip
    """A signed answer to this question, or to another one."""
    reference = QuestionRef(request.method, str(request.url), question or request.headers["signature"])
    headers = sign_answer(
        status, content_type="application/json", body=body, question=reference,
        key=key or KEYS[ASKED].signing, now=at, nonce="0" * 32,
    )  # fmt: skip
    return httpx.Response(status, headers=headers, content=body)


def ask(answering: Answering, *, timeout_s: float = 5) -> bytes:
    """One question to an office that answers like this."""

    async def story() -> bytes:
        router = respx.MockRouter(assert_all_called=False)
        router.post(URL).mock(side_effect=answering)
        peers = Peers(
            key=lambda: KEYS[ASKER].signing,
            roster=lambda: ROSTER,
            clock=VirtualClock(),
            random=Random(1).randbytes,
            transport=httpx.MockTransport(router.async_handler),
        )
        try:
            return await peers.post(ASKED, "/federation/v1/inquiries", body={"inquiry": {}}, timeout_s=timeout_s)
        finally:
            await peers.close()

    return run_virtual(story())


async def pieces(body: bytes) -> AsyncIterator[bytes]:
    """A body as a network gives it: not all at once."""
    for start in range(0, len(body), 1000):
        yield body[start : start + 1000]


def always(response: httpx.Response) -> Answering:
    return lambda _request: response


def failure(answering: Answering, *, timeout_s: float = 5) -> PeerError:
    with pytest.raises(PeerError) as caught:
        ask(answering, timeout_s=timeout_s)
    return caught.value


def test_a_signed_answer_is_given_as_its_exact_bytes() -> None:
    assert ask(signed) == BODY


@pytest.mark.parametrize("body", [b"[]", b"null", b"<html>", b"\xff", b'{"answer": {"payload": 1}}'])
def test_signed_bytes_are_given_as_they_came_whoever_reads_them_judges_them(body: bytes) -> None:
    assert ask(lambda request: signed(request, body=body)) == body


ODD = {
    "HTML": httpx.Response(200, html="<h1>Selamat datang</h1>"),
    "unsigned JSON": httpx.Response(200, json={"answer": {}}),
    "nothing": httpx.Response(200),
    "no content": httpx.Response(204),
    "partial": httpx.Response(206, content=b"{"),
    "moved": httpx.Response(301, headers={"Location": f"https://{THIRD}.test/"}),
    "not modified": httpx.Response(304),
    "half a signature": httpx.Response(200, headers={"Signature": "sig1=:AA==:"}, json={}),
    "garbage for a signature": httpx.Response(200, headers={"Signature": "\x7f", "Signature-Input": "((("}, json={}),
}


@pytest.mark.parametrize("name", ODD)
def test_what_the_office_has_not_signed_is_no_answer(name: str) -> None:
    error = failure(lambda _request: ODD[name])
    assert isinstance(error, PeerAnswerInvalidError)
    assert cause_of(error) in ("unsigned", "malformed-signature")


def test_no_redirect_is_followed() -> None:
    asked: list[str] = []

    def answering(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(307, headers={"Location": URL})

    assert isinstance(failure(answering), PeerAnswerInvalidError)
    assert asked == [URL]


def test_an_unsigned_error_without_a_problem_is_a_refusal_without_a_reason() -> None:
    for content in (b"", b"Internal Server Error", b"<html>", b"[]", b"7", b"\xff\xfe"):
        error = failure(always(httpx.Response(500, content=content)))
        assert isinstance(error, PeerRefusedError)
        assert (error.refusal, error.status, cause_of(error)) == (None, 500, "peer-refused")


def leaves(error: type[JejakError]) -> list[type[JejakError]]:
    below = [leaf for sub in error.__subclasses__() for leaf in leaves(sub)]
    return below or [error]


BETWEEN_OFFICES = sorted({error.code for root in (CarriageError, StatementError) for error in leaves(root)})


@pytest.mark.parametrize("signing", [False, True])
@pytest.mark.parametrize("code", [*BETWEEN_OFFICES, "reveal-mismatch", "notice-mismatch", "too-large", "not-ready"])
def test_every_problem_between_offices_is_a_refusal_that_keeps_its_name(code: str, *, signing: bool) -> None:
    told = problem(code, skew_s=-300)
    body = bytes(told.body)

    def answering(request: httpx.Request) -> httpx.Response:
        if signing:
            return signed(request, status=told.status_code, body=body)
        return httpx.Response(told.status_code, headers=dict(told.headers), content=body)

    error = failure(answering)
    assert isinstance(error, PeerRefusedError)
    assert (error.refusal, error.status, error.skew_s) == (code, PROBLEMS[code].status, -300)
    assert cause_of(error) == WHOSE_VERSION.get(code, code)


def test_another_offices_signature_is_no_answer_of_this_one() -> None:
    error = failure(lambda request: signed(request, key=KEYS[THIRD].signing))
    assert isinstance(error, PeerAnswerInvalidError)
    assert cause_of(error) == "unknown-key"


def test_a_key_that_borrows_the_offices_name_is_no_answer() -> None:
    stranger = SigningKey(KEYS[ASKED].signing.keyid, b"s" * 32)
    assert cause_of(failure(lambda request: signed(request, key=stranger))) == "bad-signature"


def test_the_answer_to_another_question_is_no_answer_to_this_one() -> None:
    other = "sig1=:" + "A" * 86 + "==:"
    assert cause_of(failure(lambda request: signed(request, question=other))) == "bad-signature"


def test_an_answer_that_was_changed_on_its_way_is_no_answer() -> None:
    def answering(request: httpx.Request) -> httpx.Response:
        honest = signed(request)
        return httpx.Response(200, headers=honest.headers, content=BODY.replace(b"{}", b"[]"))

    assert cause_of(failure(answering)) == "bad-digest"


def test_a_signed_answer_under_another_status_is_no_answer() -> None:
    assert (
        cause_of(failure(lambda request: httpx.Response(201, headers=signed(request).headers, content=BODY)))
        == "bad-signature"
    )


@pytest.mark.parametrize(("shift", "cause"), [(-3600, "expired"), (3600, "not-yet-valid")])
def test_an_answer_of_another_time_is_named_by_its_time(shift: int, cause: str) -> None:
    assert cause_of(failure(lambda request: signed(request, at=NOW + shift))) == cause


def test_a_signed_answer_without_a_media_type_is_no_answer() -> None:
    def answering(request: httpx.Request) -> httpx.Response:
        headers = {name: value for name, value in signed(request).headers.items() if name != "content-type"}
        return httpx.Response(200, headers=headers, content=BODY)

    assert cause_of(failure(answering)) == "malformed-signature"


@pytest.mark.parametrize("status", [200, 500])
def test_an_answer_beyond_the_cap_is_cut_off_whatever_it_would_say(status: int) -> None:
    error = failure(lambda _request: httpx.Response(status, content=pieces(b" " * (MAX_BODY + 1))))
    assert isinstance(error, PeerTooLargeError)


def test_an_endless_answer_is_cut_off_at_the_cap() -> None:
    given: list[int] = []

    async def endless() -> AsyncIterator[bytes]:
        for number in range(10_000):
            given.append(number)
            yield b"x" * 1024

    assert isinstance(failure(lambda _request: httpx.Response(200, content=endless())), PeerTooLargeError)
    assert len(given) <= MAX_BODY // 1024 + 2


def test_an_answer_in_a_coding_that_nobody_asked_for_is_no_answer() -> None:
    packed = {"Content-Encoding": "gzip"}
    assert isinstance(failure(lambda _request: httpx.Response(200, headers=packed, content=b"no gzip")), PeerError)
    honest = failure(lambda _request: httpx.Response(200, headers=packed, content=gzip.compress(BODY)))
    assert isinstance(honest, PeerError)


@pytest.mark.parametrize(
    "error",
    [
        httpx.ConnectError("refused"), httpx.ReadError("reset"), httpx.RemoteProtocolError("no HTTP"),
        httpx.ConnectTimeout("slow"), ConnectionResetError(), OSError(113, "no route"),
    ],
)  # fmt: skip
def test_a_broken_connection_is_unreachable(error: Exception) -> None:
    def answering(_request: httpx.Request) -> httpx.Response:
        raise error

    assert isinstance(failure(answering), PeerUnreachableError | PeerTimeoutError)


def test_an_answer_that_breaks_off_is_unreachable() -> None:
    async def half() -> AsyncIterator[bytes]:
        yield b"{"
        raise httpx.ReadError("reset")

    assert isinstance(failure(lambda _request: httpx.Response(200, content=half())), PeerUnreachableError)


def test_silence_ends_at_the_deadline_before_the_first_byte_and_after_it() -> None:
    async def late(_request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(60)
        return httpx.Response(200)

    async def trickle() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(1)

    assert isinstance(failure(late), PeerTimeoutError)
    assert isinstance(failure(lambda _request: httpx.Response(200, content=trickle())), PeerTimeoutError)


RAW = {
    "nothing": b"",
    "no HTTP": b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
    "half a status line": b"HTTP/1.1 20",
    "less than was promised": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
    "no number for a length": b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}",
    "a broken chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
    "a chunk that ends early": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{}",
    "a line without an end": b"HTTP/1.1 200 OK\r\nX-Line: " + b"x" * 200_000,
    "a broken coding": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
    "an error": b"HTTP/1.1 500 Oops\r\nContent-Length: 2\r\n\r\n{}",
    "more than was promised": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}" + b"x" * 5000,
    "an odd status": b"HTTP/1.1 799 Odd\r\nContent-Length: 2\r\n\r\n{}",
}


@pytest.mark.anyio
@pytest.mark.parametrize("name", RAW)
async def test_broken_bytes_on_a_real_connection_end_as_a_peer_error(name: str) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(RAW[name])
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    peers = Peers(
        key=lambda: KEYS[ASKER].signing,
        roster=lambda: ROSTER,
        clock=SystemClock(),
        random=random,
        transport=open_transport(),
    )
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        with pytest.raises(PeerError) as caught:
            await peers.fetch_public(url, "/roster/v1/metadata/timestamp.json", timeout_s=20)
        await peers.close()
    assert not isinstance(caught.value, PeerTimeoutError)


def test_a_problem_is_believed_only_as_far_as_a_code_and_a_number_go() -> None:
    for said in (
        {}, {"code": None}, {"code": 7}, {"code": "<script>alert(1)</script>"}, {"code": "Dewi Lestari"},
        {"code": "a" * 1000}, {"code": "expired", "skew_s": 10**30}, {"code": "expired", "skew_s": True},
        {"code": "expired", "skew_s": "-5"},
    ):  # fmt: skip
        error = failure(always(httpx.Response(401, json=said)))
        assert isinstance(error, PeerRefusedError)
        assert error.refusal in (None, "expired"), said
        assert error.skew_s is None, said


def test_a_deeply_nested_problem_is_a_refusal_without_a_reason() -> None:
    error = failure(lambda _request: httpx.Response(500, content=b"[" * 60_000))
    assert isinstance(error, PeerRefusedError)
    assert error.refusal is None


def test_a_small_answer_that_unpacks_into_a_large_one_is_cut_off() -> None:
    packed = gzip.compress(b" " * 4_000_000)
    assert len(packed) < MAX_BODY
    error = failure(lambda _request: httpx.Response(500, headers={"Content-Encoding": "gzip"}, content=packed))
    assert isinstance(error, PeerAnswerInvalidError)
    assert cause_of(error) == "coded"


def test_no_cookie_of_an_office_comes_back_to_it() -> None:
    seen: list[str | None] = []

    async def story() -> None:
        def answering(request: httpx.Request) -> httpx.Response:
            seen.append(request.headers.get("cookie"))
            return httpx.Response(500, headers={"Set-Cookie": "known=1"})

        router = respx.MockRouter(assert_all_called=False)
        router.post(URL).mock(side_effect=answering)
        peers = Peers(
            key=lambda: KEYS[ASKER].signing, roster=lambda: ROSTER, clock=VirtualClock(), random=Random(1).randbytes,
            transport=httpx.MockTransport(router.async_handler),
        )  # fmt: skip
        for _ in range(2):
            with pytest.raises(PeerRefusedError):
                await peers.post(ASKED, "/federation/v1/inquiries", body={}, timeout_s=5)
        await peers.close()

    run_virtual(story())
    assert seen == [None, None]
