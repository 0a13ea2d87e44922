"""The administrator's commands for accounts, run in this process: the first administrator, and no password in argv."""

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from office_node.cli import app
from office_node.keyring import make_keys
from services.simulator.loop import seeded
from tests.desk import GOOD


@pytest.fixture
def env(tmp_path: Path, migrated_url: str) -> dict[str, str]:
    make_keys(tmp_path / "keys", office="kanim-kalianda", name="1", random=seeded("keys"))
    return {
        "JEJAK_OFFICE": "kanim-kalianda", "JEJAK_PUBLIC_URL": "http://127.0.0.1:9", "JEJAK_DATABASE_URL": migrated_url,
        "JEJAK_KEYS_DIR": str(tmp_path / "keys"), "JEJAK_DATA_DIR": str(tmp_path),
    }  # fmt: skip


def run(env: dict[str, str], *command: str, **options: Any) -> Result:
    return CliRunner().invoke(app, ["officer", *command], env=env, **options)


def test_an_administrator_is_made_listed_reset_and_kept(env: dict[str, str]) -> None:
    made = run(env, "add", "o-1", "--name", "Sari Utami", "--role", "administrator")
    assert made.exit_code == 0, made.output
    ref, password = made.stdout.split()
    assert (ref, len(password)) == ("o-1", 24)
    assert run(env, "add", "o-1", "--name", "Sari Utami", "--role", "counter").stderr.strip() == "officer-exists"
    assert run(env, "list").stdout.strip() == "o-1  active  administrator  lacks: new password, authenticator"
    assert run(env, "reset", "o-1").stdout.strip() not in ("", password)
    assert (run(env, "disable", "o-1").exit_code, run(env, "disable", "o-1").stderr.strip()) == (
        1,
        "last-administrator",
    )
    run(env, "add", "o-2", "--name", "Budi", "--role", "counter", "--role", "administrator")
    assert run(env, "disable", "o-1").exit_code == 0
    assert run(env, "enable", "o-1").exit_code == 0
    assert run(env, "roles", "o-2", "--role", "kakanim").exit_code == 0
    assert "o-2  active  kakanim" in run(env, "list").stdout
    assert run(env, "reset", "o-9").stderr.strip() == "not-found"


def test_a_password_can_be_typed_and_is_never_an_argument(env: dict[str, str]) -> None:
    command = ("add", "o-1", "--name", "Sari", "--role", "counter", "--prompt")
    typed = run(env, *command, input=f"{GOOD}\n{GOOD}\n")
    assert typed.exit_code == 0
    assert GOOD not in typed.output
    weak = run(
        env, "add", "o-2", "--name", "Budi", "--role", "counter", "--prompt", input="password1234\npassword1234\n"
    )
    assert (weak.exit_code, "password-unfit" in weak.stderr) == (1, True)
    assert "o-2" not in run(env, "list").stdout
    assert run(env, *command[:-1], "--password", GOOD).exit_code == 2


@pytest.mark.parametrize(
    "command",
    [
        ("add", "Sari Utami", "--name", "Sari", "--role", "counter"),
        ("add", "o-1", "--name", "S", "--role", "counter"),
        ("add", "o-1", "--name", "Sari", "--role", "node"),
        ("add", "o-1", "--name", "Sari"),
        ("roles", "o-1", "--role", "boss"),
    ],
)
def test_what_makes_no_sense_is_one_plain_line(env: dict[str, str], command: tuple[str, ...]) -> None:
    refused = run(env, *command)
    assert refused.exit_code == 2
    assert "Traceback" not in refused.output
