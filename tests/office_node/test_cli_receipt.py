"""`jejak receipt` on a node's own machine: a file that `jejak verify` accepts, and what it refuses."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from services.jejak import app
from tests.federation.cast import BANDAR, KALIANDA, KOTABUMI
from tests.federation.receipts import Made, make


@dataclass(frozen=True)
class Desk:
    """Kotabumi's machine after the story, its peers all off."""

    made: Made
    env: dict[str, str | None]
    folder: Path

    def run(self, *command: str) -> Result:
        return CliRunner().invoke(app, list(command), env=self.env)

    def verify(self, file: Path) -> Result:
        return self.run("verify", str(file), "--root-fingerprint", self.made.federation.fingerprint)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> tuple[Made, Path]:
    folder = tmp_path_factory.mktemp("offices")
    return make(folder), folder


@pytest.fixture
def desk(story: tuple[Made, Path], tmp_path: Path) -> Desk:
    made, folder = story
    env: dict[str, str | None] = {
        "JEJAK_OFFICE": KOTABUMI,
        "JEJAK_PUBLIC_URL": f"https://{KOTABUMI}.test",
        "JEJAK_DATA_DIR": str(folder / KOTABUMI),
        "JEJAK_KEYS_DIR": str(folder / KOTABUMI / "keys"),
        "JEJAK_ROOT_FINGERPRINT": made.federation.fingerprint,
        "JEJAK_PEER_TIMEOUT_S": "0.3",
    }
    return Desk(made, env, tmp_path)


def asked(file: Path) -> dict[str, Any]:
    [screening] = json.loads(file.read_text())["screenings"]
    return {one["office"]: one for one in screening["asked"]}


def test_a_receipt_is_written_once_and_holds(desk: Desk) -> None:
    file = desk.folder / "receipt.json"
    done = desk.run("receipt", desk.made.receipt["case"], "--out", str(file))
    assert (done.exit_code, done.stdout) == (0, ""), done.output
    assert "1 inquiries; witnesses have signed the log 2 times" in done.stderr
    verified = desk.verify(file)
    assert verified.exit_code == 0, verified.output
    assert verified.stdout.splitlines()[-1] == "All of this holds."
    assert asked(file)[KALIANDA]["outcome"] == "hit"
    before = file.read_bytes()
    again = desk.run("receipt", desk.made.receipt["case"], "--out", str(file))
    assert (again.exit_code, "nothing was written" in again.stderr) == (1, True)
    assert file.read_bytes() == before


def test_without_a_file_it_goes_to_standard_output(desk: Desk) -> None:
    done = desk.run("receipt", desk.made.receipt["case"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["case"] == desk.made.receipt["case"]


def test_offices_that_are_off_are_named_and_what_they_gave_before_stays(desk: Desk) -> None:
    file = desk.folder / "receipt.json"
    held = desk.made.copy()
    for one in held["screenings"][0]["asked"]:
        if one["office"] == BANDAR:
            one["peer"] = None
    file.write_text(json.dumps(held))
    done = desk.run("receipt", "--into", str(file))
    assert done.exit_code == 0, done.output
    assert f"{BANDAR} gives no proof of its own: peer-" in done.stderr
    told = asked(file)
    assert told[KALIANDA]["peer"] is not None
    assert told[BANDAR]["peer_cause"].startswith("peer-")
    assert desk.verify(file).exit_code == 0
    assert [one.name for one in desk.folder.iterdir()] == ["receipt.json"]


def test_what_cannot_be_is_refused_in_one_line(desk: Desk) -> None:
    case, file = desk.made.receipt["case"], desk.folder / "held.json"
    file.write_text("{}")
    foreign = desk.folder / "foreign.json"
    foreign.write_text(json.dumps({**desk.made.receipt, "office": KALIANDA}))
    for arguments, status, words in (
        ((), 2, "a case is needed"),
        ((case, "--into", str(file)), 2, "--into takes neither"),
        (("--into", str(file)), 2, "is no receipt"),
        (("--into", str(desk.folder / "none")), 1, "No such file"),
        (("--into", str(foreign)), 1, f"one of {KALIANDA}"),
        (("00" * 16,), 1, "not-found"),
        (("zz",), 1, "not-found"),
        ((case, "--out", str(desk.folder / "no" / "where")), 1, "No such file"),
    ):
        refused = desk.run("receipt", *arguments)
        assert (refused.exit_code, words in refused.stderr) == (status, True), (arguments, refused.output)
    assert json.loads(foreign.read_text())["office"] == KALIANDA
