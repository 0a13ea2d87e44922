"""The directory gives out what was published, byte for byte, and nothing else."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import httpx
import pytest
from typer.testing import CliRunner

from office_node.clock import SystemClock
from office_node.domain.enrol import enrol_request, new_office_keys, verified_enrol_request
from office_node.domain.roster import trusted
from office_node.domain.suspensions import accept_suspension
from office_node.errors import RosterRefusedError
from office_node.signing.repository import RosterFiles
from office_node.signing.statements import Statement
from office_node.signing.tuf_client import update
from services.directory import commands
from services.directory.app import create_directory
from services.directory.publish import publish, read_published, renew_timestamp
from services.stewards.drafts import lifting
from services.stewards.keyfiles import key_to_pem
from services.stewards.roster_maker import Federation, make_federation, next_version, signed, suspend
from shared_schemas.roster import Stretch, SuspensionsSent, suspensions_tag

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
STAMP = "/roster/v1/metadata/timestamp.json"
random = Random(11).randbytes


class StandingClock(SystemClock):
    """Says one time; sleeping is real."""

    def __init__(self, at: datetime) -> None:
        self._at = at

    def now(self) -> datetime:
        return self._at


def federation() -> Federation:
    requests = []
    for office in ("kanim-kalianda", "kanim-kotabumi"):
        keys = new_office_keys(office, now=NOW, random=random)
        envelope = enrol_request(keys, office=office, name=office, base_url=f"https://{office}.test", now=NOW)
        requests.append(verified_enrol_request(envelope, now=NOW))
    return make_federation(requests, now=NOW, random=random, stretch=Stretch(n=2))


FIRST = federation()


def put(folder: Path, made: Federation) -> None:
    publish(folder, made.files, suspensions=made.suspensions)


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=create_directory(tmp_path, clock=SystemClock()), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://directory") as asking:
        yield asking


def assert_problem(response: httpx.Response, *, status: int, code: str) -> None:
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["code"] == code
    assert set(response.json()["titles"]) == {"id", "en"}


async def fetched(
    client: httpx.AsyncClient, held: RosterFiles | str, *, after: Callable[[str], None] = lambda _path: None
) -> RosterFiles | None:
    asking = update(held, now=NOW)
    try:
        wanted = next(asking)
        while True:
            response = await client.get(f"/roster/v1/{wanted.path}")
            after(wanted.path)
            wanted = asking.send(response.content if response.status_code == 200 else None)
    except StopIteration as ended:
        new: RosterFiles | None = ended.value
        return new


async def test_what_is_published_is_accepted_by_a_node(client: httpx.AsyncClient, tmp_path: Path) -> None:
    put(tmp_path, suspend(FIRST, "kanim-kotabumi", now=NOW))
    held = await fetched(client, FIRST.fingerprint)
    assert held is not None
    roster = trusted(held)
    assert roster.version == 1
    assert await fetched(client, held) is None
    sent = SuspensionsSent.model_validate_json((await client.get("/roster/v1/suspensions")).content)
    assert accept_suspension(sent.suspensions[0].model_dump(mode="json"), roster).member == "kanim-kotabumi"


async def test_sealed_keys_are_the_bytes_that_the_targets_name(client: httpx.AsyncClient, tmp_path: Path) -> None:
    put(tmp_path, FIRST)
    sha256, _ = FIRST.trusted.proved.targets["keys/kanim-kalianda.json"]
    response = await client.get(f"/roster/v1/targets/keys/{sha256}.kanim-kalianda.json")
    assert response.content == FIRST.sealed["kanim-kalianda"]
    assert response.headers["content-type"] == "application/json"


async def test_who_has_it_already_gets_no_body(client: httpx.AsyncClient, tmp_path: Path) -> None:
    put(tmp_path, FIRST)
    tag = (await client.get(STAMP)).headers["etag"]
    for known in (tag, f'"other", W/{tag}', "*"):
        again = await client.get(STAMP, headers={"If-None-Match": known})
        assert again.status_code == 304
        assert again.content == b""
    put(tmp_path, next_version(FIRST, now=NOW, random=random))
    newer = await client.get(STAMP, headers={"If-None-Match": tag})
    assert newer.status_code == 200
    assert newer.headers["etag"] != tag


async def test_before_anything_is_published_it_is_alive_and_not_ready(client: httpx.AsyncClient) -> None:
    assert (await client.get("/livez")).status_code == 200
    for path in ("/readyz", STAMP, "/roster/v1/metadata/root.json"):
        assert_problem(await client.get(path), status=503, code="roster-missing")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (f"/roster/v1/targets/{'0' * 64}.roster.json", 404, "not-found"),
        ("/roster/v1/metadata/99.root.json", 404, "not-found"),
        ("/roster/v1/metadata/..%2ftimestamp.json", 404, "not-found"),
        ("/roster/v1/targets/..%2f..%2froster.json", 404, "not-found"),
        (f"/roster/v1/targets/keys/../{'0' * 64}.a.json", 404, "not-found"),
        ("/roster/v1/metadata/%2e%2e", 422, "invalid-input"),
        ("/roster/v1/metadata/.timestamp.json.new", 422, "invalid-input"),
        ("/roster/v1/metadata/timestamp.json%0a", 422, "invalid-input"),
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
    response = await client.post(STAMP, content=b"{}")
    assert_problem(response, status=405, code="method-not-allowed")
    assert response.headers["allow"] == "GET"


async def test_a_damaged_folder_is_a_problem_and_no_traceback(client: httpx.AsyncClient, tmp_path: Path) -> None:
    put(tmp_path, FIRST)
    (tmp_path / "suspensions").mkdir()
    (tmp_path / "suspensions" / "x.json").write_bytes(b"{")
    response = await client.get("/roster/v1/suspensions")
    assert_problem(response, status=500, code="internal")
    assert "Traceback" not in response.text


async def test_every_response_carries_the_security_headers(client: httpx.AsyncClient, tmp_path: Path) -> None:
    put(tmp_path, FIRST)
    for path in (STAMP, "/livez", "/nowhere"):
        headers = (await client.get(path)).headers
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["x-content-type-options"] == "nosniff"


async def test_who_reads_while_a_version_is_published_gets_a_whole_one(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    put(tmp_path, FIRST)

    def publish_another(path: str) -> None:
        if path.endswith("timestamp.json"):
            put(tmp_path, next_version(FIRST, now=NOW, random=random))

    held = await fetched(client, FIRST.fingerprint, after=publish_another)
    assert held is not None
    assert trusted(held).version == 1
    assert not list(tmp_path.rglob("*.new"))


async def test_the_timestamp_is_signed_anew_every_hour_and_never_lower(tmp_path: Path) -> None:
    put(tmp_path, FIRST)
    held = [read_published(tmp_path)]
    for minutes, renewed in ((59, False), (60, True), (61, False), (121, True)):
        now = NOW + timedelta(minutes=minutes)
        assert renew_timestamp(tmp_path, key=FIRST.online, now=now) is renewed
        held.append(read_published(tmp_path))
    stamps = [one.held.fetched_at for one in held if one is not None]
    assert stamps == [NOW + timedelta(minutes=minutes) for minutes in (0, 0, 60, 60, 121)]
    put(tmp_path, next_version(FIRST, now=NOW, random=random))


async def test_a_directory_with_an_online_key_signs_by_itself(tmp_path: Path) -> None:
    put(tmp_path, FIRST)
    app = create_directory(tmp_path, clock=StandingClock(NOW + timedelta(hours=2)), key=FIRST.online)
    async with app.router.lifespan_context(app):
        for _ in range(200):
            held = read_published(tmp_path)
            assert held is not None
            if held.held.fetched_at == NOW + timedelta(hours=2):
                return
            await asyncio.sleep(0.02)
    raise AssertionError("the timestamp was not signed anew")


async def test_a_directory_does_not_start_with_a_key_that_the_root_does_not_name(tmp_path: Path) -> None:
    put(tmp_path, FIRST)
    (tmp_path / "pass").write_text("a long passphrase of nobody\n")
    (tmp_path / "k.pem").write_bytes(key_to_pem(b"s" * 32, b"a long passphrase of nobody"))
    arguments = ["serve", "--folder", str(tmp_path), "--key", str(tmp_path / "k.pem")]
    ended = CliRunner().invoke(commands.app, [*arguments, "--passphrase-file", str(tmp_path / "pass")])
    assert (ended.exit_code, ended.stderr.strip()) == (1, "this key belongs to no steward of the roster")


async def test_publishing_again_changes_nothing_and_an_old_version_is_refused(tmp_path: Path) -> None:
    put(tmp_path, FIRST)
    held = read_published(tmp_path)
    put(tmp_path, FIRST)
    assert read_published(tmp_path) == held
    put(tmp_path, next_version(FIRST, now=NOW, random=random))
    with pytest.raises(ValueError, match="later version"):
        put(tmp_path, FIRST)


async def test_what_its_own_stewards_have_not_signed_is_not_published(tmp_path: Path) -> None:
    unsigned = signed(FIRST.draft, FIRST.stewards[:1], online=FIRST.online, now=NOW)
    with pytest.raises(RosterRefusedError):
        publish(tmp_path, unsigned.files)
    with pytest.raises(ValueError, match="no timestamp"):
        publish(tmp_path, {})
    assert read_published(tmp_path) is None


async def test_a_file_of_a_version_never_changes(tmp_path: Path) -> None:
    put(tmp_path, FIRST)
    other = next_version(FIRST, now=NOW, random=random)
    put(tmp_path, other)
    twin = next_version(FIRST, now=NOW + timedelta(minutes=1), random=random)
    with pytest.raises(ValueError, match="other bytes"):
        put(tmp_path, twin)


async def test_a_lifted_suspension_is_dropped(client: httpx.AsyncClient, tmp_path: Path) -> None:
    made = suspend(FIRST, "kanim-kotabumi", now=NOW)
    put(tmp_path, made)
    first = await client.get("/roster/v1/suspensions")
    same = await client.get("/roster/v1/suspensions", headers={"If-None-Match": first.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    digest = Statement.from_dict(made.suspensions[0]).digest
    assert first.headers["etag"] == suspensions_tag([digest])
    put(tmp_path, next_version(made, lifting([digest]), now=NOW + timedelta(hours=1), random=random))
    assert json.loads((await client.get("/roster/v1/suspensions")).content)["suspensions"] == []
