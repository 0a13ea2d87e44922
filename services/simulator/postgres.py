"""A PostgreSQL server for one run of tests or benchmarks: made with initdb, on a Unix socket, gone afterwards.

It never touches a server of the machine: own folder, no TCP port, trust for whoever may open the folder.
PostgreSQL refuses to run as root, so root hands it to the account `postgres` (or `nobody`). With `FORGETFUL` nothing
in it has to survive a crash, which is enough for tests; benchmarks run it as it comes.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

_START_TIMEOUT_S = 60
_ALWAYS = {"max_connections": "300", "listen_addresses": ""}
FORGETFUL = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "autovacuum": "off",
    "wal_keep_size": "512MB",
}
"""Settings that make a cluster quick and its data worth nothing after a crash."""


def find_programs() -> Path | None:
    """Folder that holds `initdb` and `postgres`: on PATH, by pg_config, or the newest of Debian's."""
    candidates = [Path(found).parent for found in [shutil.which("initdb")] if found]
    if pg_config := shutil.which("pg_config"):
        answer = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        candidates.append(Path(answer.stdout.strip()))
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    candidates += sorted(debian, key=lambda folder: int("0" + folder.parent.name.split(".")[0]), reverse=True)
    return next((f for f in candidates if (f / "initdb").is_file() and (f / "postgres").is_file()), None)


@dataclass
class Cluster:
    """A running server: where its socket lies, and a source of empty databases."""

    folder: Path
    server: "subprocess.Popen[bytes]"
    begin: "Callable[[], subprocess.Popen[bytes]]"
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def url(self, database: str) -> str:
        """SQLAlchemy URL of one of its databases."""
        return f"postgresql+psycopg://jejak@/{database}?host={self.folder}"

    def stop(self) -> None:
        """End the server, whoever is connected; its files stay."""
        self.server.send_signal(signal.SIGINT)
        self.server.wait(timeout=_START_TIMEOUT_S)

    def start(self) -> None:
        """Start it again on the same files."""
        self.server = self.begin()
        _wait_until_ready(self.folder, self.server)

    @contextmanager
    def new_database(self, *, template: str = "template0") -> Iterator[str]:
        """URL of a new database, empty or a copy of another one; dropped whoever is still connected."""
        name = f"test_{next(self._numbers)}"
        self._admin(
            "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template
        )  # the other goes through the WAL
        try:
            yield self.url(name)
        finally:
            self._admin("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _admin(self, statement: LiteralString, *names: str) -> None:
        """Run one statement that cannot stand in a transaction."""
        query = sql.SQL(statement).format(*map(sql.Identifier, names))
        with psycopg.connect(_conninfo(self.folder), autocommit=True) as connection:
            connection.execute(query)


@contextmanager
def running_cluster(
    programs: Path, settings: Mapping[str, str] = FORGETFUL, *, within: Path | None = None
) -> Iterator[Cluster]:
    """Make a cluster, start it with these settings, and remove every trace of it at the end.

    It lies in a new folder of its own, among the temporary ones or `within` another place.
    """
    folder = Path(tempfile.mkdtemp(prefix="jejak-pg-", dir=within))
    account = _account()
    if account is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
    try:
        _make(programs, folder, account)
        begin = partial(_start, programs, folder, account, {**_ALWAYS, **settings})
        cluster = Cluster(folder, begin(), begin)
        try:
            _wait_until_ready(folder, cluster.server)
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _account() -> pwd.struct_passwd | None:
    """The account to run as when we are root, else None: our own will do."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def _spawn(command: list[str], folder: Path, account: pwd.struct_passwd | None) -> "subprocess.Popen[bytes]":
    """Start a program as `account`, its output appended to the cluster's log."""
    with (folder / "server.log").open("ab") as log:
        if account is None:
            return subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        return subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            user=account.pw_uid,
            group=account.pw_gid,
            extra_groups=[],
        )


def _make(programs: Path, folder: Path, account: pwd.struct_passwd | None) -> None:
    options = ["-U", "jejak", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    command = [str(programs / "initdb"), "-D", str(folder / "data"), *options]
    made = _spawn(command, folder, account)
    assert made.wait(timeout=_START_TIMEOUT_S) == 0, (folder / "server.log").read_text()


def _start(
    programs: Path, folder: Path, account: pwd.struct_passwd | None, settings: Mapping[str, str]
) -> "subprocess.Popen[bytes]":
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return _spawn(
        [str(programs / "postgres"), "-D", str(folder / "data"), "-k", str(folder), *options], folder, account
    )


def _conninfo(folder: Path) -> str:
    return make_conninfo(host=str(folder), user="jejak", dbname="postgres")


def _wait_until_ready(folder: Path, server: "subprocess.Popen[bytes]") -> None:
    """Until the server lets us in; its log is the message if it dies instead."""
    for _ in range(_START_TIMEOUT_S * 20):
        assert server.poll() is None, (folder / "server.log").read_text()
        try:
            psycopg.connect(_conninfo(folder)).close()
        except psycopg.OperationalError:
            try:
                server.wait(timeout=0.05)
            except subprocess.TimeoutExpired:
                continue
        else:
            return
    raise AssertionError("PostgreSQL did not start: " + (folder / "server.log").read_text())
