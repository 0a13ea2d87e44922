"""`jejak backup` and `restore`: sealed to a key that is elsewhere, of this office only, and never half there."""

import json
import sqlite3
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from office_node import cli_backup
from office_node.store.migrate import knows_step, newest_step
from tests.office_node.test_cli import NOW, PERSON, Office


@pytest.fixture
def member(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    office.join()
    assert office.accept().exit_code == 0
    made = run(office, "recovery-key", str(tmp_path / "recovery.key"))
    assert made.exit_code == 0, made.output
    name, _, value = made.stdout.strip().partition("=")
    office.env[name] = value
    return office


def run(office: Office, *arguments: str) -> Result:
    return CliRunner().invoke(cli_backup.app, list(arguments), env=office.env)


def with_a_case(office: Office, number: str) -> None:
    row = {"application_no": number, "person": PERSON, "filed_at": NOW.isoformat(), "standing": "under_examination"}
    register = office.folder / f"{number}.jsonl"
    register.write_text(json.dumps(row) + "\n")
    done = office.run("import", str(register))
    assert done.exit_code == 0, done.output


def database(office: Office) -> Path:
    return next((office.folder / "data").glob("node.sqlite"))


def cases(file: Path) -> int:
    with sqlite3.connect(file) as connection:
        found = connection.execute("SELECT count(*) FROM office_case").fetchone()[0]
    connection.close()
    return int(found)


def test_what_was_backed_up_comes_back_marked_and_what_was_there_is_kept(member: Office, tmp_path: Path) -> None:
    with_a_case(member, "KLD-1")
    file, key = tmp_path / "one.backup", tmp_path / "recovery.key"
    done = run(member, "backup", "--out", str(file))
    assert done.exit_code == 0, done.output
    assert PERSON["name"].encode() not in file.read_bytes()
    assert b"SQLite format" not in file.read_bytes()
    with_a_case(member, "KLD-2")
    refused = run(member, "restore", str(file), "--key", str(key))
    assert (refused.exit_code, "--yes" in refused.output) == (1, True)
    restored = run(member, "restore", str(file), "--key", str(key), "--yes")
    assert restored.exit_code == 0, restored.output
    assert cases(database(member)) == 1
    [kept] = (member.folder / "data").glob("node.sqlite.before-*")
    assert cases(kept) == 2
    with sqlite3.connect(database(member)) as connection:
        assert connection.execute("SELECT count(*) FROM meta WHERE name = 'restored'").fetchone() == (1,)
    connection.close()
    doctor = member.run("doctor")
    assert (doctor.exit_code, "restored" in doctor.output) == (1, True), doctor.output


def test_nothing_is_put_under_a_node_that_works_nor_from_a_newer_version(member: Office, tmp_path: Path) -> None:
    with_a_case(member, "KLD-1")
    file, key = tmp_path / "one.backup", tmp_path / "recovery.key"
    assert run(member, "backup", "--out", str(file)).exit_code == 0
    with sqlite3.connect(database(member)) as connection:
        until = int(time.time() * 1000) + 60_000
        connection.execute("INSERT INTO lease (name, holder, until) VALUES ('sweep', 'node', ?)", (until,))
    connection.close()
    before = database(member).read_bytes()
    refused = run(member, "restore", str(file), "--key", str(key), "--yes")
    assert (refused.exit_code, "--stopped" in refused.output) == (1, True)
    assert database(member).read_bytes() == before
    assert run(member, "restore", str(file), "--key", str(key), "--yes", "--stopped").exit_code == 0
    assert knows_step(newest_step())
    assert not knows_step("9999_of_tomorrow")


def test_a_file_that_was_changed_cut_off_or_is_not_ours_restores_nothing(member: Office, tmp_path: Path) -> None:
    with_a_case(member, "KLD-1")
    file, key = tmp_path / "one.backup", tmp_path / "recovery.key"
    assert run(member, "backup", "--out", str(file)).exit_code == 0
    whole = file.read_bytes()
    head = whole.index(b"\n", whole.index(b"\n") + 1) + 1
    other = tmp_path / "other.key"
    assert run(member, "recovery-key", str(other)).exit_code == 0
    before = database(member).read_bytes()
    for octets in (
        b"", b"rubbish", whole[:-1], whole[: len(whole) // 2], whole + b"x", whole[:head] + b"\0" * 200,
        whole[:-40] + bytes([whole[-40] ^ 1]) + whole[-39:], whole.replace(b'"generation":1', b'"generation":2'),
        whole.replace(b"kanim-kalianda", b"kanim-kotabumi", 1),
    ):  # fmt: skip
        wrong = tmp_path / "wrong.backup"
        wrong.write_bytes(octets)
        done = run(member, "restore", str(wrong), "--key", str(key), "--yes")
        assert done.exit_code == 1, octets[:80]
        assert "Traceback" not in done.output
    assert run(member, "restore", str(file), "--key", str(other), "--yes").exit_code == 1
    assert database(member).read_bytes() == before
    assert list((member.folder / "data").glob(".jejak-*")) == []


def test_a_bare_machine_gets_its_keys_back_from_the_backup(member: Office, tmp_path: Path) -> None:
    with_a_case(member, "KLD-1")
    file, key = tmp_path / "one.backup", tmp_path / "recovery.key"
    assert run(member, "backup", "--out", str(file), "--with-keys").exit_code == 0
    keys = Path(member.env["JEJAK_KEYS_DIR"] or "")
    had = {one.name: one.read_bytes() for one in keys.iterdir()}
    for one in keys.iterdir():
        one.unlink()
    database(member).unlink()
    done = run(member, "restore", str(file), "--key", str(key))
    assert done.exit_code == 0, done.output
    assert {one.name: one.read_bytes() for one in keys.iterdir()} == had
    assert {one.stat().st_mode & 0o777 for one in keys.iterdir()} == {0o600}


@pytest.mark.parametrize("left", [(), ("encryption",), ("encryption", "local", "signing")])
def test_keys_that_a_cut_off_restore_left_are_completed_by_the_next(
    member: Office, tmp_path: Path, left: tuple[str, ...]
) -> None:
    with_a_case(member, "KLD-1")
    file, key = tmp_path / "one.backup", tmp_path / "recovery.key"
    assert run(member, "backup", "--out", str(file), "--with-keys").exit_code == 0
    keys = Path(member.env["JEJAK_KEYS_DIR"] or "")
    had = {one.name: one.read_bytes() for one in keys.iterdir()}
    for one in keys.iterdir():
        if one.name not in left:
            one.unlink()
    (keys / ".storage.new").write_bytes(b"half of a k")
    done = run(member, "restore", str(file), "--key", str(key), "--yes")
    assert done.exit_code == 0, done.output
    assert {one.name: one.read_bytes() for one in keys.iterdir()} == had


def test_a_restore_keeps_newer_keys_brings_retired_ones_and_refuses_others(member: Office, tmp_path: Path) -> None:
    with_a_case(member, "KLD-1")
    file, key = tmp_path / "one.backup", tmp_path / "recovery.key"
    assert run(member, "backup", "--out", str(file), "--with-keys").exit_code == 0
    storage = Path(member.env["JEJAK_KEYS_DIR"] or "") / "storage"
    old, newer = storage.read_text(), f"storage-next {'ab' * 32}\n"
    storage.write_text(newer)  # rotated since, and the old one retired
    done = run(member, "restore", str(file), "--key", str(key), "--yes")
    assert done.exit_code == 0, done.output
    assert storage.read_text() == old + newer
    name, _, value = old.strip().partition(" ")
    storage.write_text(f"{name} {value[::-1]}\n")
    before = (storage.read_bytes(), len(list((member.folder / "data").iterdir())))
    refused = run(member, "restore", str(file), "--key", str(key), "--yes")
    assert (refused.exit_code, "another key of the same name" in refused.output) == (1, True), refused.output
    assert (storage.read_bytes(), len(list((member.folder / "data").iterdir()))) == before


def test_nothing_is_overwritten_and_no_key_no_backup(member: Office, tmp_path: Path) -> None:
    file = tmp_path / "one.backup"
    file.write_text("something else")
    assert run(member, "backup", "--out", str(file)).exit_code == 1
    assert file.read_text() == "something else"
    assert run(member, "recovery-key", str(tmp_path / "recovery.key")).exit_code == 1
    del member.env["JEJAK_RECOVERY_KEY"]
    assert run(member, "backup", "--out", str(tmp_path / "two.backup")).exit_code == 1
    assert not (tmp_path / "two.backup").exists()
    recovered = run(member, "recover")
    assert (recovered.exit_code, "recovery-unneeded" in recovered.output) == (1, True)


def test_a_database_whose_log_was_edited_is_not_backed_up(member: Office, tmp_path: Path) -> None:
    with_a_case(member, "KLD-1")
    with sqlite3.connect(database(member)) as connection:
        connection.execute("UPDATE entry SET at = at + 1 WHERE id = 1")
    connection.close()
    done = run(member, "backup", "--out", str(tmp_path / "one.backup"))
    assert (done.exit_code, (tmp_path / "one.backup").exists()) == (1, False)
    assert "its columns are not what it says" in done.output
    assert list(tmp_path.glob(".jejak-*")) == []
