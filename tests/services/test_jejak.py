"""The one command, and what it loads for which part."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.jejak import app


@pytest.mark.parametrize(
    ("part", "says"),
    [
        ("node", "serve"),
        ("steward", "add-office"),
        ("directory", "serve"),
        ("demo", "--"),
        ("match", "--duplicates"),
        ("receipt", "--ask-peers"),
        ("verify", "--root-fingerprint"),
    ],
)
def test_every_part_explains_itself(part: str, says: str) -> None:
    result = CliRunner().invoke(app, [part, "--help"])
    assert result.exit_code == 0
    assert says in result.stdout
    assert f"jejak {part}" in result.stdout


def test_options_after_a_parts_name_are_for_that_part(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["steward", "fingerprint", "--folder", str(tmp_path)])
    assert result.exit_code == 1
    assert "no roster is published" in result.stderr


def test_a_stewards_machine_loads_no_node(repository: Path) -> None:
    program = (
        "import sys\nfrom services.jejak import app\n"
        "try:\n    app(['steward', '--help'])\nexcept SystemExit:\n    pass\n"
        "sys.exit(any(n in sys.modules for n in ('sqlalchemy', 'fastapi', 'httpx', 'office_node.app')))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=repository, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr[-400:]
