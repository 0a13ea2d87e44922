"""The guide "from a bare machine to an answering office" (docs/operations.md), followed with real processes."""

import secrets
import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from office_node.store.engine import open_engine
from services.simulator.processes import DemoError, Stand
from services.stewards.drafts_members import with_generation
from services.stewards.roster_maker import next_version
from tests.federation.cast import AGAIN, BANDAR, FIRST, KALIANDA, KOTABUMI, STRANGER
from tests.federation.loopback import Place, federate, give_roster, until

pytestmark = [pytest.mark.processes, pytest.mark.slow, pytest.mark.postgres]


@pytest.fixture
def stand() -> Iterator[Stand]:
    made = Stand()
    yield made
    made.close()


def ready(place: Place) -> tuple[int, str]:
    answer = httpx.get(place.url() + "/readyz", timeout=5, trust_env=False)
    body = answer.json()
    return answer.status_code, str(body.get("reason", ""))


def lose_the_machine(place: Place) -> None:
    """Kill -9; keys and tables are gone."""
    place.kill()
    shutil.rmtree(place.settings.data_dir)
    engine = open_engine(place.settings.sqlalchemy_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()


def test_a_lost_machine_answers_again_when_the_guide_is_followed(
    stand: Stand, tmp_path: Path, databases: Sequence[str]
) -> None:
    """On a server; how an embedded database comes back is `tests/office_node/test_cli_backup.py`."""
    offices = federate(stand, dict(zip((BANDAR, KALIANDA, KOTABUMI), [(url, 1) for url in databases], strict=True)))
    lost, other = offices[KALIANDA], offices[KOTABUMI]
    key, file = tmp_path / "recovery.key", tmp_path / "kalianda.backup"
    made = lost.run("recovery-key", str(key)).strip().partition("=")[2]
    lost.settings = lost.settings.model_copy(update={"recovery_key": made})
    for place in offices.values():
        place.start()
    before = lost.file(FIRST, key="before-1")
    lost.run("backup", "--out", str(file), "--with-keys")
    lost.postpone(before["case"])
    after = lost.file(STRANGER, key="after-01")
    held = "SELECT count(*) FROM notice WHERE issuer = :office AND standing = 'postponed'"
    until("the notice", lambda: other.rows(held, office=KALIANDA) == [(1,)])

    lose_the_machine(lost)
    lost.run("restore", str(file), "--key", str(key), "--yes")
    said = lost.run("recover")
    assert "generation 2" in said
    assert f"lost case, known to others: {after['case']}" in said
    with pytest.raises(DemoError, match="unneeded"):
        lost.run("recover")
    lost.start(wait=False)
    until("it says why", lambda: _reason(lost) == "generation-unreleased")

    assert lost.federation is not None
    now = datetime.now(UTC)
    released = next_version(
        lost.federation, with_generation(KALIANDA, generation=2), now=now, random=secrets.token_bytes
    )
    for place in offices.values():
        give_roster(place, released)
    until("it is ready", lambda: _status(lost) == 200, seconds=90)
    assert lost.call("GET", f"/cases/{before['case']}")["standing"] == "postponed"
    asked = other.file(AGAIN, key="again-01")
    until("a hit", lambda: _outcome(other, asked["screening"]) == "hit")
    lost.run("backup", "--out", str(tmp_path / "next.backup"))
    assert lost.run("log", "verify")


def _reason(place: Place) -> str:
    try:
        return ready(place)[1]
    except httpx.HTTPError:
        return ""


def _status(place: Place) -> int:
    try:
        return ready(place)[0]
    except httpx.HTTPError:
        return 0


def _outcome(place: Place, screening: str) -> str:
    return next(str(row["outcome"]) for row in place.view(screening)["coverage"] if row["office"] == KALIANDA)
