"""`jejak log verify`: 0 and a count if the log is whole, 1 and what is wrong if it is not."""

import json
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from office_node import cli_log
from tests.office_node.test_cli import NOW, PERSON, Office


@pytest.fixture
def member(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    office.join()
    assert office.accept().exit_code == 0
    return office


def verify(office: Office) -> Result:
    return CliRunner().invoke(cli_log.app, ["verify"], env=office.env)


def test_an_empty_log_is_whole(member: Office) -> None:
    result = verify(member)
    assert (result.exit_code, result.stdout.startswith("0 entries")) == (0, True), result.output


def test_entries_are_counted_and_an_edited_one_is_named(member: Office) -> None:
    row = {"application_no": "KLD-1", "person": PERSON, "filed_at": NOW.isoformat(), "standing": "under_examination"}
    register = member.folder / "register.jsonl"
    register.write_text(json.dumps(row) + "\n")
    done = member.run("import", str(register))
    assert done.exit_code == 0, done.output
    whole = verify(member)
    assert (whole.exit_code, whole.stdout.split()[1]) == (0, "entries;"), whole.output
    assert int(whole.stdout.split()[0]) > 0
    with sqlite3.connect(next((member.folder / "data").glob("*.sqlite*"))) as connection:
        connection.execute("UPDATE entry SET at = at + 1 WHERE id = 1")
    connection.close()
    edited = verify(member)
    assert (edited.exit_code, edited.stdout) == (1, "entry 0: its columns are not what it says\n"), edited.output


def test_what_was_found_against_logs_is_listed_and_what_is_not_there_is_refused(member: Office, tmp_path: Path) -> None:
    def evidence(*arguments: str) -> Result:
        return CliRunner().invoke(cli_log.app, ["evidence", *arguments], env=member.env)

    nothing = evidence()
    assert (nothing.exit_code, nothing.stdout) == (0, "nothing was found against any log\n"), nothing.output
    file = tmp_path / "evidence.json"
    missing = evidence("00" * 16, "--out", str(file))
    assert (missing.exit_code, file.exists()) == (1, False)
    assert "no such evidence" in missing.output
