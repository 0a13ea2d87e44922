"""Whole databases as files: one moment of a running one, and a file in the place of one.

SQLite by its online backup, PostgreSQL by `pg_dump` and `pg_restore`. What was there before is kept. A restored
database says so itself (`meta`, *restored*), from the same moment on in which it is there, so that no node takes it for
what it was.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from pathlib import Path

import psycopg
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from office_node.store import leases
from office_node.store.attempts import reading
from office_node.store.engine import open_engine
from office_node.store.errors import StoreError

RESTORED = "restored"
"""The fact that a database came from a backup: when that was made."""
_PAGES = 2_000
Environment = Mapping[str, str]
"""Where programs are found, handed in by the command line."""
_MARK = (
    "INSERT INTO meta (name, value) VALUES ('restored', '{made_at}')"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)


def take_snapshot(url: str, file: Path, *, environment: Environment) -> None:
    """One moment of the database as a new file. StoreError, OSError."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        _copy_sqlite(Path(parsed.database or ""), file)
    else:
        command = ["pg_dump", "--format=custom", "--no-owner", f"--file={file}", f"--dbname={_libpq(parsed)}"]
        _run(command, _with_password(parsed, environment))


def is_sound(file: Path, *, backend: str, environment: Environment) -> bool:
    """Whether the snapshot can be read to its end."""
    if backend != "sqlite":
        return _run(["pg_restore", f"--file={os.devnull}", str(file)], environment) == b""
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        return bool(connection.execute("PRAGMA integrity_check").fetchone() == ("ok",))
    except sqlite3.DatabaseError:
        return False
    finally:
        connection.close()


@contextmanager
def scratch(url: str, file: Path, *, environment: Environment) -> Iterator[str]:
    """The snapshot restored into a database of its own gone afterwards: its address. StoreError."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        copy = file.with_name("scratch.sqlite")
        shutil.copyfile(file, copy)
        yield f"sqlite:///{copy}"
        for one in file.parent.glob("scratch.sqlite*"):
            one.unlink()
        return
    own, name = _with_password(parsed, environment), f"jejak_scratch_{os.getpid()}"
    command = ["psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", f"--dbname={_libpq(parsed)}"]
    _run([*command, f"--command=CREATE DATABASE {name}"], own)
    try:
        into = parsed.set(database=name)
        options = ["--no-owner", "--no-privileges", "--exit-on-error", f"--dbname={_libpq(into)}"]
        _run(["pg_restore", *options, str(file)], own)
        yield into.render_as_string(hide_password=False)
    finally:
        _run([*command, f"--command=DROP DATABASE IF EXISTS {name} WITH (FORCE)"], own)


def put_in_place(url: str, file: Path, *, made_at: str, now: datetime, environment: Environment) -> Path:
    """The snapshot in the place of the database, and marked; where what was there before is kept."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _replace_sqlite(Path(parsed.database or ""), file, made_at=made_at, now=now)
    kept = _unused(file.parent, f"before-{now:%Y%m%dT%H%M%S}.dump")
    take_snapshot(url, kept, environment=environment)
    _replace_postgres(parsed, file, made_at=made_at, environment=environment)
    return kept


def _copy_sqlite(database: Path, file: Path) -> None:
    if not database.exists():
        raise StoreError("no-database")
    source, target = sqlite3.connect(database), sqlite3.connect(file)
    try:
        source.backup(target, pages=_PAGES)
        target.execute("PRAGMA journal_mode = DELETE")
    finally:
        target.close()
        source.close()


def _replace_sqlite(database: Path, file: Path, *, made_at: str, now: datetime) -> Path:
    """Marked beside the old one first, then put in its place in one step; the old one's log goes with it."""
    connection = sqlite3.connect(file)
    with connection:
        connection.execute(_MARK.format(made_at=made_at))
    connection.close()
    kept = _unused(database.parent, f"{database.name}.before-{now:%Y%m%dT%H%M%S}")
    if database.exists():
        _copy_sqlite(database, kept)
    with file.open("rb") as written:
        os.fsync(written.fileno())
    for name in ("-wal", "-shm"):
        database.with_name(database.name + name).unlink(missing_ok=True)
    file.replace(database)
    return kept


def _unused(folder: Path, name: str) -> Path:
    """A file that is not there yet: what was kept once is never written over."""
    names = (folder / (name if turn == 0 else f"{name}-{turn}") for turn in count())
    return next(file for file in names if not file.exists())


def _replace_postgres(url: URL, file: Path, *, made_at: str, environment: Environment) -> None:
    """One transaction: everything away, everything back, and the mark."""
    wanted = ["--clean", "--if-exists", "--no-owner", "--no-privileges"]
    script = _run(["pg_restore", *wanted, "--file=-", str(file)], environment)
    mark = f"\n{_MARK.format(made_at=made_at).replace('meta ', 'public.meta ', 1)};\n".encode()
    command = ["psql", "--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1"]
    _run([*command, f"--dbname={_libpq(url)}"], _with_password(url, environment), given=script + mark)


def _libpq(url: URL) -> str:
    """The address as libpq reads it, without the password."""
    return url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)


def _with_password(url: URL, environment: Environment) -> Environment:
    """Passed on beside the command, which everybody on the machine can read."""
    return environment if url.password is None else {**environment, "PGPASSWORD": str(url.password)}


def _run(command: list[str], environment: Environment, *, given: bytes | None = None) -> bytes:
    """A program of PostgreSQL's; its output. StoreError."""
    try:
        done = subprocess.run(command, input=given, capture_output=True, env=dict(environment), check=False)
    except FileNotFoundError as error:
        raise StoreError(f"{command[0]}-missing") from error
    if done.returncode:
        raise StoreError(f"{command[0]}-failed")
    return done.stdout


def in_use(url: str, *, now: datetime) -> bool:
    """Whether a node serves from that database, or did minutes ago; one that cannot be read has no node."""
    engine = open_engine(url)
    try:
        with reading(engine).connect() as connection:
            return leases.node_at_work(connection, now=now)
    except (StoreError, SQLAlchemyError, sqlite3.Error, psycopg.Error):
        return False
    finally:
        engine.dispose()
