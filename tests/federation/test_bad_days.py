"""A full disk, a server that is gone, a damaged log: the node says what is wrong, and comes back by itself."""

import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.simulator.federation import simulate
from services.simulator.loop import run_virtual
from services.simulator.network import Handler
from services.simulator.processes import Stand
from tests.federation.cast import KALIANDA, FIRST, postponed_in_kalianda
from tests.federation.loopback import Place, federate, until

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
    """A folder with room for three megabytes; the quota of the database's own where nothing may be mounted."""
    folder = tmp_path / "small"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)], capture_output=True, check=False)
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
def test_a_database_that_is_gone_is_named_and_found_again(stand: Stand, postgres_cluster: Any, postgres_url: str) -> None:
    place = federate(stand, {OFFICE: (postgres_url, 1)})[OFFICE]
    place.start()
    assert filing_status(place, "before") == 201
    name = postgres_url.split("/@/")[-1].split("@/")[-1].split("?")[0]
    postgres_cluster._admin("ALTER DATABASE {} ALLOW_CONNECTIONS false", name)
    postgres_cluster._admin("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() OR pid <> pg_backend_pid() AND datname LIKE 'test%'")
    until("what is wrong", lambda: readiness(place)[0] == 503)
    assert readiness(place)[1]["code"] in ("store-failed", "commit-uncertain")
    assert filing_status(place, "during") == 503
    postgres_cluster._admin("ALTER DATABASE {} ALLOW_CONNECTIONS true", name)
    until("the node to come back", lambda: readiness(place)[0] == 200)
    assert filing_status(place, "during") == 201
    assert len(place.rows("SELECT ref FROM office_case")) == 2


def test_a_damaged_log_is_named_and_the_office_goes_on(tmp_path: Path, database_url: str) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=[None, database_url, None]) as simulation:
            await postponed_in_kalianda(simulation)
            office = simulation[KALIANDA]
            await office.clock.sleep(90)
            first = await office.call("GET", "/readyz")
            assert (first.status_code, first.json()["degraded"]) == (200, [])
            with office.engine.begin() as connection:
                connection.exec_driver_sql("UPDATE log_checkpoint SET note = 'another'")
            after = await office.call("GET", "/readyz")
            assert (after.status_code, after.json()["degraded"]) == (200, ["log-damaged"])

    run_virtual(story())
