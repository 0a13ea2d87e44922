"""What goes wrong at the edge: stable problems in both languages, without an echo, and no body beyond its bounds."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from office_node.api.bodies import BODY_TIMEOUT_S, MAX_BODY
from services.simulator.federation import Office, simulate
from services.simulator.loop import VirtualClock, run_virtual
from services.simulator.network import slow
from tests.conformance import check_problem

KALIANDA = "kanim-kalianda"
MARK = "Penanda4711"
PERSON: dict[str, Any] = {"name": "Dewi Lestari", "birth_date": "1999-02-03"}
FILING: dict[str, Any] = {"application_no": "A-1", "person": PERSON}
CASES = "/office/v1/cases"


async def send(
    office: Office, method: str, path: str, *, headers: dict[str, str], content: Any = None
) -> httpx.Response:
    assert office.app is not None
    transport = httpx.ASGITransport(app=office.app, raise_app_exceptions=False)
    known = {"Authorization": f"Bearer {office.secret}", "Jejak-Officer": "o-1", "Jejak-Role": "counter"}
    known |= {"Idempotency-Key": "request-0001", "Content-Type": "application/json"}
    async with httpx.AsyncClient(transport=transport, base_url="http://office") as client:
        return await client.request(method, path, headers=known | headers, content=content)


def answered(
    folder: Path, method: str, path: str, *, headers: dict[str, str] | None = None, content: Any = None
) -> Any:
    async def story() -> httpx.Response:
        async with simulate(folder, offices=(KALIANDA,)) as simulation:
            await simulation[KALIANDA].clock.sleep(3)
            return await send(simulation[KALIANDA], method, path, headers=headers or {}, content=content)

    return run_virtual(story())


def filing(**change: Any) -> bytes:
    return json.dumps(FILING | change).encode()


MARKED = [
    ("POST", CASES, {}, filing(application_no=f"{MARK}!")),
    ("POST", CASES, {}, filing(**{MARK: 1})),
    ("POST", CASES, {}, filing(person=PERSON | {MARK: {"deep": MARK}})),
    ("POST", CASES, {}, filing(person=PERSON | {"name": f"{MARK}\u0007"})),
    ("POST", CASES, {}, filing(person=PERSON | {"birth_date": MARK})),
    ("POST", CASES, {}, filing(person=PERSON | {"aliases": [MARK, f"{MARK}\u0007"]})),
    ("POST", CASES, {}, filing(purpose=MARK)),
    ("POST", CASES, {}, f'{{"{MARK}": '.encode()),
    ("POST", CASES, {}, f'"{MARK}"'.encode()),
    ("POST", CASES, {}, f"{MARK}\u00ff".encode("latin-1")),
    ("POST", CASES, {"Content-Type": f"text/{MARK}"}, MARK.encode()),
    ("POST", CASES, {"Idempotency-Key": f"{MARK} {MARK}"}, filing()),
    ("POST", CASES, {"Jejak-Officer": MARK}, filing()),
    ("POST", CASES, {"Jejak-Role": MARK}, filing()),
    ("POST", CASES, {"Authorization": f"Bearer {MARK}"}, filing()),
    ("POST", CASES, {"Authorization": MARK}, filing()),
    ("GET", f"{CASES}/{MARK}", {}, None),
    ("GET", f"{CASES}/{'0' * 32}/person?purpose={MARK}", {}, None),
    ("GET", f"/office/v1/alerts?all={MARK}&{MARK}={MARK}", {}, None),
    ("GET", f"/office/v1/screenings/{'0' * 32}/events", {"Last-Event-ID": MARK}, None),
    ("GET", f"/{MARK}", {}, None),
    ("GET", f"/docs/assets/{MARK}", {}, None),
    ("GET", f"/roster/v1/keys/{MARK}", {}, None),
    ("DELETE", f"{CASES}?{MARK}", {"X-Mark": MARK}, None),
    (MARK, CASES, {}, None),
    ("POST", "/federation/v1/inquiries", {}, filing(**{MARK: MARK})),
    ("GET", f"/federation/v1/notices?issuer={MARK}", {"Signature": MARK, "Signature-Input": f"sig=({MARK})"}, None),
]


def test_nothing_of_a_refused_request_comes_back_wherever_it_stood(tmp_path: Path) -> None:
    async def story() -> list[httpx.Response]:
        async with simulate(tmp_path, offices=(KALIANDA,)) as simulation:
            await simulation[KALIANDA].clock.sleep(3)
            return [
                await send(simulation[KALIANDA], method, path, headers=headers, content=content)
                for method, path, headers, content in MARKED
            ]

    responses = run_virtual(story())
    for (method, path, _, _), response in zip(MARKED, responses, strict=True):
        assert 400 <= response.status_code < 500, (method, path)
        check_problem(response)
        told = response.text + str(response.headers)
        assert MARK.lower() not in told.lower(), (method, path)


def test_a_field_that_nobody_knows_is_refused_by_its_place_not_by_its_name(tmp_path: Path) -> None:
    response = answered(tmp_path, "POST", CASES, content=filing(person=PERSON | {MARK: 1}))
    errors = response.json()["errors"]
    assert [(one["pointer"], one["code"]) for one in errors] == [("/person", "extra-forbidden")]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "invalid-input"),
        (b"null", 422, "invalid-input"),
        (b"[" * 5000 + b"]" * 5000, 400, "malformed-json"),
        (b'{"application_no": 1e999}', 422, "invalid-input"),
        (b'{"application_no": ' + b"9" * 5000 + b"}", 400, "malformed-json"),
        (b"\xff\xfe{}", 400, "malformed-json"),
        (filing(person=PERSON | {"name": "\ud800"}), 422, "invalid-input"),
        (filing(person=PERSON | {"birth_date": "0001-01-01"}), 201, None),
        (b" " * (MAX_BODY + 1), 413, "too-large"),
    ],
)
def test_a_body_that_is_no_filing_is_named(tmp_path: Path, content: bytes, status: int, code: str | None) -> None:
    response = answered(tmp_path, "POST", CASES, content=content)
    assert (response.status_code, response.json().get("code")) == (status, code)


def test_a_large_body_without_a_key_is_not_even_read(tmp_path: Path) -> None:
    read: list[int] = []

    async def endless() -> AsyncIterator[bytes]:
        for number in range(1000):
            read.append(number)
            yield b" " * 4096

    response = answered(tmp_path, "POST", CASES, headers={"Authorization": "Bearer jejak_wrong"}, content=endless())
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert read == []


def test_a_body_without_length_is_cut_off_at_the_cap(tmp_path: Path) -> None:
    read: list[int] = []

    async def endless() -> AsyncIterator[bytes]:
        for number in range(1000):
            read.append(number)
            yield b" " * 4096

    response = answered(tmp_path, "POST", CASES, content=endless())
    assert (response.status_code, response.json()["code"]) == (413, "too-large")
    assert len(read) <= MAX_BODY // 4096 + 2


def test_a_body_that_trickles_is_cut_off_at_its_deadline(tmp_path: Path) -> None:
    async def slow() -> AsyncIterator[bytes]:
        yield b"{"
        await VirtualClock().sleep(BODY_TIMEOUT_S + 1)
        yield b"}"

    response = answered(tmp_path, "POST", CASES, content=slow())
    assert (response.status_code, response.json()["code"]) == (408, "too-slow")


def test_a_method_that_is_not_supported_is_named_with_those_that_are(tmp_path: Path) -> None:
    response = answered(tmp_path, "PUT", CASES)
    assert (response.status_code, response.json()["code"], response.headers["allow"]) == (
        405,
        "method-not-allowed",
        "POST",
    )


def test_a_node_that_is_catching_up_says_so_and_logs_no_error(tmp_path: Path) -> None:
    async def story() -> httpx.Response:
        async with simulate(tmp_path, offices=(KALIANDA, "kanim-kotabumi")) as simulation:
            simulation.network.faults["kanim-kotabumi"] = slow(9)
            await simulation[KALIANDA].clock.sleep(3)
            return await send(simulation[KALIANDA], "GET", "/readyz", headers={})

    with capture_logs() as lines:
        response = run_virtual(story())
    assert (response.status_code, response.json()["code"]) == (503, "not-ready")
    assert [line["log_level"] for line in lines if line["event"] == "node-error"] == ["info"]
