"""The directory gives out what was published, byte for byte, and nothing else."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import httpx
import pytest

from office_node.domain.enrol import enrol_request, new_office_keys, verified_enrol_request
from office_node.domain.roster import accept
from office_node.domain.suspensions import accept_suspension
from office_node.errors import MalformedStatementError, TooFewSignaturesError
from office_node.signing.statements import Statement
from services.directory.app import create_directory
from services.directory.publish import publish, read_published
from services.stewards.drafts import lifting
from services.stewards.roster_maker import Federation, make_federation, next_version, suspend
from shared_schemas.roster import RosterSent, Stretch

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
random = Random(11).randbytes


def federation() -> Federation:
    requests = []
    for office in ("kanim-kalianda", "kanim-kotabumi"):
        keys = new_office_keys(office, now=NOW, random=random)
        envelope = enrol_request(keys, office=office, name=office, base_url=f"https://{office}.test", now=NOW)
        requests.append(verified_enrol_request(envelope, now=NOW))
    return make_federation(requests, now=NOW, random=random, stretch=Stretch(n=2))


FIRST = federation()


def put(folder: Path, made: Federation) -> None:
    publish(folder, made.envelope, sealed=made.sealed, suspensions=made.suspensions)


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=create_directory(tmp_path), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://directory") as asking:
        yield asking


def assert_problem(response: httpx.Response, *, status: int, code: str) -> None:
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["code"] == code
    assert set(response.json()["titles"]) == {"id", "en"}


async def test_what_is_published_is_accepted_by_a_node(client: httpx.AsyncClient, tmp_path: Path) -> None:
    put(tmp_path, suspend(FIRST, "kanim-kotabumi", now=NOW))
    sent = RosterSent.model_validate_json((await client.get("/roster/v1/current")).content)
    envelope = sent.roster.model_dump(mode="json")
    roster = accept(envelope, trusted_root=FIRST.fingerprint, current=None, now=NOW)
    assert roster.version == 1
    assert accept_suspension(sent.suspensions[0].model_dump(mode="json"), roster).member == "kanim-kotabumi"


async def test_sealed_keys_are_the_bytes_that_the_roster_names(client: httpx.AsyncClient, tmp_path: Path) -> None:
    put(tmp_path, FIRST)
    response = await client.get("/roster/v1/keys/kanim-kalianda")
    assert response.content == FIRST.sealed["kanim-kalianda"]
    assert response.headers["content-type"] == "application/json"


async def test_who_has_it_already_gets_no_body(client: httpx.AsyncClient, tmp_path: Path) -> None:
    put(tmp_path, FIRST)
    tag = (await client.get("/roster/v1/current")).headers["etag"]
    for known in (tag, f'"other", W/{tag}', "*"):
        again = await client.get("/roster/v1/current", headers={"If-None-Match": known})
        assert again.status_code == 304
        assert again.content == b""
    put(tmp_path, next_version(FIRST, now=NOW, random=random))
    newer = await client.get("/roster/v1/current", headers={"If-None-Match": tag})
    assert newer.status_code == 200
    assert newer.headers["etag"] != tag


async def test_before_anything_is_published_it_is_alive_and_not_ready(client: httpx.AsyncClient) -> None:
    assert (await client.get("/livez")).status_code == 200
    for path in ("/readyz", "/roster/v1/current", "/roster/v1/keys/kanim-kalianda"):
        assert_problem(await client.get(path), status=503, code="roster-missing")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/roster/v1/keys/kanim-nowhere", 404, "not-found"),
        ("/roster/v1/keys/..%2f..%2froster", 404, "not-found"),
        ("/roster/v1/keys/%2e%2e", 422, "invalid-input"),
        ("/roster/v1/keys/Kanim", 422, "invalid-input"),
        ("/roster/v1/keys/kanim-kalianda%0a", 422, "invalid-input"),
        ("/suspensions/", 404, "not-found"),
        ("/docs", 404, "not-found"),
    ],
)
async def test_nothing_else_is_given_out(
    client: httpx.AsyncClient, tmp_path: Path, path: str, status: int, code: str
) -> None:
    put(tmp_path, FIRST)
    assert_problem(await client.get(path), status=status, code=code)


async def test_nothing_can_be_sent_to_it(client: httpx.AsyncClient, tmp_path: Path) -> None:
    put(tmp_path, FIRST)
    response = await client.post("/roster/v1/current", content=b"{}")
    assert_problem(response, status=405, code="method-not-allowed")
    assert response.headers["allow"] == "GET"


async def test_a_damaged_folder_is_a_problem_and_no_traceback(client: httpx.AsyncClient, tmp_path: Path) -> None:
    put(tmp_path, FIRST)
    (tmp_path / "current" / "roster.json").write_bytes(b"{")
    response = await client.get("/roster/v1/current")
    assert_problem(response, status=500, code="internal")
    assert "Traceback" not in response.text


async def test_every_response_carries_the_security_headers(client: httpx.AsyncClient, tmp_path: Path) -> None:
    put(tmp_path, FIRST)
    for path in ("/roster/v1/current", "/livez", "/nowhere"):
        headers = (await client.get(path)).headers
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["x-content-type-options"] == "nosniff"


async def test_the_version_in_force_changes_all_at_once(client: httpx.AsyncClient, tmp_path: Path) -> None:
    put(tmp_path, FIRST)
    before = (tmp_path / "current").resolve()
    put(tmp_path, next_version(FIRST, now=NOW, random=random))
    assert (tmp_path / "current").is_symlink()
    assert before.exists()
    assert (tmp_path / "current").resolve() != before
    assert list((tmp_path / "versions").glob("*.new")) == []


async def test_publishing_again_changes_nothing_and_an_old_version_is_refused(tmp_path: Path) -> None:
    put(tmp_path, FIRST)
    held = read_published(tmp_path)
    put(tmp_path, FIRST)
    assert read_published(tmp_path) == held
    put(tmp_path, next_version(FIRST, now=NOW, random=random))
    with pytest.raises(ValueError, match="later version"):
        put(tmp_path, FIRST)


async def test_what_its_own_stewards_have_not_signed_is_not_published(tmp_path: Path) -> None:
    unsigned = {**FIRST.envelope, "signatures": FIRST.envelope["signatures"][:1]}
    with pytest.raises(TooFewSignaturesError):
        publish(tmp_path, unsigned, sealed=FIRST.sealed)
    with pytest.raises(MalformedStatementError):
        publish(tmp_path, {"payload": "e30="}, sealed={})
    assert read_published(tmp_path) is None


async def test_a_lifted_suspension_is_dropped(client: httpx.AsyncClient, tmp_path: Path) -> None:
    made = suspend(FIRST, "kanim-kotabumi", now=NOW)
    put(tmp_path, made)
    digest = Statement.from_dict(made.suspensions[0]).digest
    put(tmp_path, next_version(made, lifting([digest]), now=NOW + timedelta(hours=1), random=random))
    sent = json.loads((await client.get("/roster/v1/current")).content)
    assert sent["suspensions"] == []
