"""The fixture strategy of the whole suite.

* **Nothing is patched by name.** A test builds what it needs from the seams of the product (settings, clock,
  random, transport, run) or asks the simulator for whole offices. Async tests run on asyncio only (anyio).
* **The same tests on both databases.** `database_url` is parametrised over SQLite and PostgreSQL and gives
  every test an empty database, `migrated_url` one with the tables. PostgreSQL is a throw-away server of this
  run (`services/simulator/postgres.py`).
* **Nothing waits for a disk.** What tests write lies in memory where the machine has room for it: `tmp_path` and the
  PostgreSQL server. A transaction asks the disk to keep it all the same, and is as safe from `kill -9` as on a disk.
* **Compiled once.** Whatever `PYTHONDONTWRITEBYTECODE` says, modules are compiled beside their sources, where git
  ignores it: a test starts up to fifteen processes, and each would compile everything anew.
* **Machines differ, promises do not.** Without PostgreSQL or Chromium their tests are skipped, and the last
  lines of the run name what was left out. With `JEJAK_TEST_ALL=1` (`make test-all`) a skip is a failure that
  names the package.
"""

import gc
import os
import shutil
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from office_node.store.engine import open_engine
from office_node.store.migrate import upgrade
from services.simulator import postgres

TEST_ALL = os.environ.get("JEJAK_TEST_ALL") == "1"
NO_POSTGRES = "PostgreSQL is not installed (Debian package: postgresql)"
NO_CHROMIUM = "Chromium is not installed (Debian package: chromium)"
_MEMORY = Path("/dev/shm")
_ROOM_OCTETS = 6 * 2**30
"""Two servers' write-ahead logs, and what failed tests leave."""


def _memory() -> Path | None:
    """A folder in memory, if there is one with room; a container's often has 64 MB."""
    fits = os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free >= _ROOM_OCTETS
    return _MEMORY if fits else None


if place := _memory():
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(place))
os.environ["PYTHONDONTWRITEBYTECODE"] = ""
sys.dont_write_bytecode = False


def pytest_configure() -> None:
    """What collecting makes stays: nobody looks for refuse in it, neither meanwhile nor between tests."""
    gc.disable()


def pytest_collection_finish() -> None:
    """From here on as always."""
    gc.freeze()
    gc.enable()


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, Any]]:
    """Async tests run on asyncio, which is what the node runs on."""
    return "asyncio", {}


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout's top folder."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[postgres.Cluster]:
    """A PostgreSQL server of this session's own, on a Unix socket; skipped where its programs are missing."""
    programs = postgres.find_programs()
    if programs is None:
        pytest.skip(NO_POSTGRES)
    with postgres.running_cluster(programs, within=_memory()) as cluster:
        yield cluster


@pytest.fixture
def postgres_url(postgres_cluster: postgres.Cluster) -> Iterator[str]:
    """SQLAlchemy URL of an empty PostgreSQL database that is dropped after the test."""
    with postgres_cluster.new_database() as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """SQLAlchemy URL of an empty SQLite database in the test's own folder."""
    return f"sqlite:///{tmp_path / 'node.sqlite'}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """SQLAlchemy URL of an empty database, once on SQLite and once on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="session")
def _postgres_template(postgres_cluster: postgres.Cluster) -> Iterator[str]:
    """Name of a PostgreSQL database that has this version's tables and no rows."""
    with postgres_cluster.new_database() as url:
        _migrate(url)
        yield str(make_url(url).database)


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file that has this version's tables and no rows."""
    path = tmp_path_factory.mktemp("template") / "node.sqlite"
    _migrate(f"sqlite:///{path}")
    return path


def _migrate(url: str) -> None:
    engine = open_engine(url)
    upgrade(engine)
    engine.dispose()


@pytest.fixture
def migrated_postgres_url(postgres_cluster: postgres.Cluster, _postgres_template: str) -> Iterator[str]:
    """SQLAlchemy URL of a PostgreSQL database with this version's tables, dropped after the test."""
    with postgres_cluster.new_database(template=_postgres_template) as url:
        yield url


@pytest.fixture
def migrated_sqlite_url(sqlite_url: str, _sqlite_template: Path) -> str:
    """SQLAlchemy URL of an SQLite database with this version's tables, in the test's own folder."""
    shutil.copyfile(_sqlite_template, sqlite_url.removeprefix("sqlite:///"))
    return sqlite_url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def migrated_url(request: pytest.FixtureRequest) -> str:
    """SQLAlchemy URL of a database with this version's tables, once on SQLite and once on PostgreSQL.

    Made by copying, so it costs a test a few milliseconds; tests of the migrations start from `database_url`.
    """
    url: str = request.getfixturevalue(f"migrated_{request.param}_url")
    return url


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of Chromium: `JEJAK_CHROMIUM`, or Debian's; skipped where there is none."""
    for candidate in (os.environ.get("JEJAK_CHROMIUM"), "chromium", "chromium-browser"):
        found = shutil.which(candidate) if candidate else None
        if found:
            return found
    pytest.skip(NO_CHROMIUM)


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Under JEJAK_TEST_ALL turn a skip into a failure that says what is missing."""
    if TEST_ALL and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{_reason(report)}: left out, and JEJAK_TEST_ALL=1 allows nothing to be"


def _reason(report: Any) -> str:
    """Why a test was skipped, without file and line."""
    why = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return str(why).removeprefix("Skipped: ")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A skipped test is a failure when everything has to run."""
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """So is a module that skips itself."""
    report = yield
    _refuse_skip(report)
    return report


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """One line that names what this run left out, so that green never means less than it seems."""
    counts: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        counts[_reason(report)] = counts.get(_reason(report), 0) + 1
    if counts:
        parts = "; ".join(f"{reason}: {number} tests" for reason, number in sorted(counts.items()))
        terminalreporter.write_line(f"Left out: {parts}")
