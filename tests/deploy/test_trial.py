"""The guides of deploy/ as an administrator follows them: real processes, real TLS through a real Caddy, no engine."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.simulator.processes import free_ports

NO_CADDY = "Caddy is not installed (Debian package: caddy)"
NO_CURL = "curl is not installed (Debian package: curl)"
PORTS = ("9180", "9181", "9182", "9440", "9441", "9442")
pytestmark = [pytest.mark.processes, pytest.mark.slow]


def commands(page: Path) -> list[str]:
    return re.findall(r"^```\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)


def with_free_ports(text: str, ports: dict[str, str]) -> str:
    return re.sub("|".join(PORTS), lambda match: ports[match.group()], text)


def the_end(page: Path) -> str:
    """The command by which a guide ends what it started."""
    found = re.search(r"^\*\*The end\*\*: `(.+)`", page.read_text(), re.MULTILINE)
    assert found is not None
    return found.group(1)


def is_free(port: str) -> bool:
    """Whether nobody listens there."""
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", int(port))) != 0


@pytest.fixture
def checkout(tmp_path: Path, repository: Path) -> Path:
    """What the guides name of a checkout, so that nothing is written into the real one."""
    top = tmp_path / "checkout"
    shutil.copytree(repository / "deploy", top / "deploy", ignore=shutil.ignore_patterns("data"))
    (top / ".venv").symlink_to(repository / ".venv")
    return top


@pytest.fixture
def environment(tmp_path: Path, repository: Path) -> dict[str, str]:
    """A clean one."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JEJAK_")}
    return {**kept, "TMPDIR": str(tmp_path), "PYTHONPATH": str(repository)}


class Shell:
    """Runs a guide in one bash, and ends whatever it started."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder, self.environment = folder, environment
        self.errors = folder.parent / "errors"

    def run(self, script: str, *, seconds: float) -> str:
        out = self.folder.parent / "out"
        with out.open("wb") as stdout, self.errors.open("wb") as stderr:
            shell = subprocess.Popen(
                ["bash", "-c", "set -euo pipefail\n" + script], cwd=self.folder, env=self.environment,
                stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, start_new_session=True,
            )  # fmt: skip
            try:
                code = shell.wait(timeout=seconds)
            finally:
                with_group(shell.pid, signal.SIGTERM)
        assert code == 0, self.errors.read_text() + out.read_text()
        return out.read_text()


def with_group(group: int, number: signal.Signals) -> None:
    """Tell every process that the shell has left behind."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return


@pytest.fixture
def shell(checkout: Path, environment: dict[str, str]) -> Shell:
    return Shell(checkout, environment)


def test_the_trial_leads_from_nothing_to_a_hit_over_tls(checkout: Path, shell: Shell) -> None:
    for program, missing in (("caddy", NO_CADDY), ("curl", NO_CURL)):
        if not shutil.which(program):
            pytest.skip(missing)
    ports = dict(zip(PORTS, map(str, free_ports(len(PORTS), None)), strict=True))
    caddyfile = checkout / "deploy/caddy/Caddyfile.loopback"
    caddyfile.write_text(with_free_ports(caddyfile.read_text(), ports))
    guide = checkout / "deploy/trial.md"
    said = shell.run(with_free_ports("\n".join([*commands(guide), the_end(guide)]), ports), seconds=120)
    assert "published: version 1" in said
    assert "1 case, 1 visible to peers" in said
    assert said.count("nothing wrong found") == 2
    assert "<title>Masuk · Jejak</title>" in said
    seen: dict[str, Any] = json.loads(said[said.rindex("\n{") :])
    assert [(row["office"], row["outcome"]) for row in seen["coverage"]] == [("kanim-kalianda", "hit")]
    assert [(row["standing"], row["person"]["name"]) for row in seen["history"]] == [
        ("postponed", "Sri Wahyuni Rahayu")
    ]
    assert "Wahyuni" not in shell.errors.read_text()
    assert [port for port in ports.values() if not is_free(port)] == []


def test_the_steps_before_compose_make_what_it_mounts(checkout: Path, shell: Shell) -> None:
    prepare = commands(checkout / "deploy/README.md")[-1]
    own = re.sub(r"^chown .*$", "", prepare, flags=re.MULTILINE)  # the containers' user; not everybody may
    assert own != prepare
    said = shell.run(own + '\nprintf "%s" "$JEJAK_ROOT_FINGERPRINT"', seconds=120)
    assert "published: version 1" in said
    assert re.fullmatch(r"[0-9a-f]{32}", said.splitlines()[-1])
    composed = yaml.safe_load((checkout / "deploy/compose.yaml").read_text())
    mounted = {v.split(":")[0] for s in composed["services"].values() for v in s["volumes"] if v.startswith("./")}
    assert len(mounted) == 6
    assert [folder for folder in mounted if not any((checkout / "deploy" / folder).iterdir())] == []
    for office in ("kanim-kalianda", "kanim-kotabumi", "kanim-bandar-lampung"):
        keys = checkout / "deploy/data" / office / "keys"
        assert {path.name: path.stat().st_mode & 0o777 for path in keys.iterdir()} == dict.fromkeys(
            ("signing", "encryption", "storage", "local"), 0o600
        )
        assert list((checkout / "deploy/data/directory/targets/keys").glob(f"*.{office}.json"))
