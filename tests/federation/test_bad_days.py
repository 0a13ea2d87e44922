"""A full disk, a server that is gone, a damaged log: the node says what is wrong, and comes back by itself."""

import secrets
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.simulator import acts
from services.simulator.acts import settle
from services.simulator.federation import simulate
from services.simulator.loop import run_virtual
from services.simulator.postgres import find_programs, running_cluster
from services.simulator.processes import Stand
from tests.federation.cast import FIRST, KALIANDA, postponed_in_kalianda
from tests.federation.loopback import Place, federate, until

NO_POSTGRES = "PostgreSQL is not installed (Debian package: postgresql)"
OFFICE = "kanim-kotabumi"


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    folder = tmp_path / "stand"
    folder.mkdir()
    made = Stand(folder)
    yield made
    made.close()


def readiness(place: Place) -> tuple[int, dict[str, Any]]:
    response = httpx.get(f"{place.url()}/readyz", timeout=20, trust_env=False)
    return response.status_code, response.json()


def filing_status(place: Place, key: str) -> int:
    headers = {
        "Authorization": f"Bearer {place.secret}", "Jejak-Officer": "o-1", "Jejak-Role": "counter",
        "Idempotency-Key": f"request-{key}",
    }  # fmt: skip
    body = {"application_no": key, "person": FIRST}
    url = f"{place.url()}/office/v1/cases"
    return httpx.post(url, json=body, headers=headers, timeout=20, trust_env=False).status_code


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder with room for four megabytes."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    done = subprocess.run(mount, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("small disk: needs the right to mount")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.processes
@pytest.mark.slow
def test_a_full_disk_is_named_and_forgotten_when_there_is_room(stand: Stand, small_disk: Path) -> None:
    database = f"sqlite:///{small_disk / 'node.sqlite'}"
    place = federate(stand, {OFFICE: (database, 1)})[OFFICE]
    place.start()
    assert filing_status(place, "before") == 201
    ballast = small_disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(secrets.token_bytes(4096))
        except OSError:
            pass
    until("what is wrong", lambda: readiness(place)[0] == 503)
    assert {readiness(place)[1][one] for one in ("code", "reason")} == {"store-failed", "disk-full"}
    assert filing_status(place, "during") == 503
    assert b"disk-full" in place.logs
    ballast.unlink()
    until("the node to come back", lambda: readiness(place)[0] == 200)
    assert filing_status(place, "during") == 201
    assert len(place.rows("SELECT ref FROM office_case")) == 2


@pytest.mark.processes
@pytest.mark.slow
@pytest.mark.postgres
def test_a_server_that_is_stopped_is_named_and_found_again(stand: Stand) -> None:
    programs = find_programs()
    if programs is None:
        pytest.skip(NO_POSTGRES)
    with running_cluster(programs) as cluster, cluster.new_database() as url:
        place = federate(stand, {OFFICE: (url, 1)})[OFFICE]
        place.start()
        assert filing_status(place, "before") == 201
        cluster.stop()
        until("what is wrong", lambda: readiness(place)[0] == 503)
        assert [readiness(place)[1][one] for one in ("code", "reason")] == ["store-failed", "unreachable"]
        assert filing_status(place, "during") == 503
        assert b"unreachable" in place.logs
        cluster.start()
        until("the node to come back", lambda: readiness(place)[0] == 200)
        assert filing_status(place, "during") == 201
        assert len(place.rows("SELECT ref FROM office_case")) == 2
        place.kill()


def test_a_damaged_log_is_named_and_the_office_goes_on(tmp_path: Path, database_url: str) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=[None, database_url, None]) as simulation:
            await postponed_in_kalianda(simulation)
            office = simulation[KALIANDA]
            await office.clock.sleep(90)
            first = await office.call("GET", "/readyz")
            assert (first.status_code, first.json()["degraded"]) == (200, [])
            with office.engine.begin() as connection:
                connection.exec_driver_sql("UPDATE meta SET value = 'another' WHERE name = 'log_checkpoint'")
            after = await office.call("GET", "/readyz")
            assert (after.status_code, after.json()["degraded"]) == (200, ["log-damaged"])

    run_virtual(story())


def test_a_clock_that_jumps_an_hour_is_named_and_forgotten_when_it_is_right(tmp_path: Path, database_url: str) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=[None, database_url, None], longest_backoff_s=60) as simulation:
            await settle(simulation, 30)
            office = simulation[KALIANDA]
            for skew in (timedelta(hours=1), timedelta(hours=-1)):
                office.clock.skew = skew
                await acts.file(office, FIRST, key=f"request-{skew.days}-days")
                await settle(simulation, 90)
                seen = await office.call("GET", "/readyz")
                assert (seen.status_code, "clock-wrong" in seen.json()["degraded"]) == (200, True)
                office.clock.skew = timedelta(0)
                await settle(simulation, 300)
                assert "clock-wrong" not in (await office.call("GET", "/readyz")).json()["degraded"]

    run_virtual(story())
