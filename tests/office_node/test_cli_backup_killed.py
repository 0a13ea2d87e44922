"""SIGKILL in the middle of `jejak backup` and `jejak restore`, at named points: nothing half is taken for whole.

The process kills itself by an audit hook (PEP 578) as soon as Python is about to do the named thing: nothing of it
knows of the test.
"""

import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.office_node.test_cli import Office
from tests.office_node.test_cli_backup import cases, database, member, run, with_a_case

__all__ = ["member"]
KILLED = """
import os, signal, sys
event, ends = os.environ["KILL_AT"].split(" ")
def hook(name, arguments):
    if name == event and any(ends in str(one).rstrip("/").split("/")[-1] for one in arguments):
        os.kill(os.getpid(), signal.SIGKILL)
from office_node import cli_backup
sys.addaudithook(hook)
cli_backup.app()
"""
BACKUP = ("sqlite3.connect plain", "shutil.copyfile scratch.sqlite", "os.remove plain", "os.rename sealed")
RESTORE = (
    "open archive", "open plain", "sqlite3.connect plain", "sqlite3.connect before-", "os.remove node.sqlite-wal",
    "os.rename node.sqlite", "shutil.rmtree .jejak-restore-",
)  # fmt: skip


def killed_at(point: str, office: Office, *arguments: str) -> None:
    """Run the command in a process of its own, which dies there."""
    env = {**os.environ, **{name: value for name, value in office.env.items() if value is not None}, "KILL_AT": point}
    done = subprocess.run([sys.executable, "-c", KILLED, *arguments], env=env, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, (point, done.returncode, done.stderr.decode()[-500:])


def is_marked(file: Path) -> bool:
    with sqlite3.connect(file) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        found = connection.execute("SELECT count(*) FROM meta WHERE name = 'restored'").fetchone()[0]
    connection.close()
    return bool(found)


def left_over(folder: Path) -> list[Path]:
    return list(folder.glob(".jejak-*"))


@pytest.mark.parametrize("point", BACKUP)
def test_a_backup_that_was_killed_leaves_no_file_of_its_name_and_the_next_leaves_nothing_of_it(
    member: Office, tmp_path: Path, point: str
) -> None:
    with_a_case(member, "KLD-1")
    folder = tmp_path / "backups"
    folder.mkdir()
    out = folder / "one.backup"
    killed_at(point, member, "backup", "--out", str(out), "--with-keys")
    assert not out.exists()
    assert left_over(folder), "what the killed one was working on"
    done = run(member, "backup", "--out", str(out), "--with-keys")
    assert done.exit_code == 0, done.output
    assert left_over(folder) == [], "readable keys and snapshots do not stay"
    restored = run(member, "restore", str(out), "--key", str(tmp_path / "recovery.key"), "--yes")
    assert restored.exit_code == 0, restored.output
    assert cases(database(member)) == 1


@pytest.mark.parametrize("point", RESTORE)
def test_a_restore_that_was_killed_has_put_back_all_or_nothing_and_the_next_completes_it(
    member: Office, tmp_path: Path, point: str
) -> None:
    with_a_case(member, "KLD-1")
    file, key = tmp_path / "one.backup", tmp_path / "recovery.key"
    assert run(member, "backup", "--out", str(file)).exit_code == 0
    with_a_case(member, "KLD-2")
    killed_at(point, member, "restore", str(file), "--key", str(key), "--yes")
    here = database(member)
    assert cases(here) == (1 if is_marked(here) else 2), "the old one whole, or the backup and marked"
    assert is_marked(here) == point.startswith("shutil.rmtree")
    done = run(member, "restore", str(file), "--key", str(key), "--yes")
    assert done.exit_code == 0, done.output
    assert (cases(here), is_marked(here)) == (1, True)
    assert left_over(here.parent) == []
    assert 2 in {cases(one) for one in here.parent.glob("node.sqlite.before-*")}, "what was there is kept"
