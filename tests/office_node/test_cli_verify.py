"""`jejak verify FILE`: 0 if all holds, 1 if anything does not, 2 for what cannot be read; no node is loaded for it."""

import json
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from office_node import cli_log
from office_node.cli_verify import FORMATS, MAX_OCTETS
from office_node.domain.anchor import shown_roster
from office_node.signing.notes import Checkpoint, sign_checkpoint
from office_node.store import log_evidence
from office_node.usecases.accuse import accuse
from services.directory.publish import publish
from services.jejak import app
from services.simulator.acts import settle
from services.simulator.federation import simulate
from services.simulator.loop import run_virtual
from services.stewards.roster_maker import suspend
from shared_schemas.log import LogEvidence
from tests.federation.cast import KALIANDA, KOTABUMI
from tests.federation.receipts import Made, make


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(tmp_path_factory.mktemp("receipts"))


def verify(file: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["verify", str(file), *options])


def written(folder: Path, value: object) -> Path:
    file = folder / "file.json"
    file.write_text(value if isinstance(value, str) else json.dumps(value))
    return file


def test_a_receipt_is_told_in_sentences_and_as_json(made: Made, tmp_path: Path) -> None:
    file, root = written(tmp_path, made.receipt), ("--root-fingerprint", made.federation.fingerprint)
    told = verify(file, *root)
    assert told.exit_code == 0, told.output
    assert f"{KALIANDA}: hit." in told.stdout
    assert all(line.startswith("ok ") for line in told.stdout.splitlines()[:-1])
    value = json.loads(verify(file, *root, "--json").stdout)
    assert (value["format"], value["holds"]) == ("jejak-receipt/1", True)
    outcomes = {one["office"]: one["outcome"] for one in value["facts"] if one["outcome"]}
    assert outcomes == {KALIANDA: "hit", "kanim-bandarlampung": "no_hit"}


def test_what_does_not_hold_is_named_and_the_exit_is_1(made: Made, tmp_path: Path) -> None:
    receipt = made.copy()
    receipt["screenings"][0]["asked"][0]["outcome"] = "unknown"
    receipt["screenings"][0]["asked"][0]["answer"] = None
    told = verify(written(tmp_path, receipt), "--root-fingerprint", made.federation.fingerprint)
    assert told.exit_code == 1
    assert "FALSE" in told.stdout
    assert "sentences do not hold" in told.stdout.splitlines()[-1]
    other = verify(written(tmp_path, made.receipt), "--root-fingerprint", "0" * 32, "--json")
    assert (other.exit_code, json.loads(other.stdout)["holds"]) == (1, False)


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "null", "[]", "7", "\x00", '{"format": 1}', '{"format": ["jejak-receipt/1"]}', '{"format": "other/1"}',
        '{"format": "jejak-receipt/1"}', '{"format": "jejak-log-evidence/1"}', "[" * 200_000, '{"a":' * 200_000,
        '{"format": "other/1", "format": "jejak-receipt/1"}', "NaN", "9" * 10_000,
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_in_one_line_and_the_exit_is_2(tmp_path: Path, text: str) -> None:
    told = verify(written(tmp_path, text), "--root-fingerprint", "0" * 32)
    assert (told.exit_code, told.stdout, len(told.stderr.splitlines())) == (2, "", 1), told.output


def test_a_truncated_binary_missing_or_huge_file_and_a_folder_cannot_be_read(made: Made, tmp_path: Path) -> None:
    text = json.dumps(made.receipt)
    huge, binary = tmp_path / "huge", tmp_path / "binary"
    with huge.open("wb") as file:
        file.truncate(MAX_OCTETS + 1)
    binary.write_bytes(b"\xff\xfe\x80" + text.encode())
    root = ("--root-fingerprint", made.federation.fingerprint)
    for file_or_not in (written(tmp_path, text[: len(text) // 2]), huge, binary, tmp_path, tmp_path / "none"):
        told = verify(file_or_not, *root)
        assert (told.exit_code, told.stdout) == (2, ""), file_or_not


def test_a_roster_of_the_readers_own_stands_in_the_place_of_the_files(made: Made, tmp_path: Path) -> None:
    file, folder = written(tmp_path, made.receipt), tmp_path / "published"
    assert verify(file).exit_code == 2
    assert "holds no roster" in verify(file, "--roster-dir", str(folder)).stderr
    publish(folder, made.federation.files)
    assert verify(file, "--roster-dir", str(folder)).exit_code == 0
    told = suspend(made.federation, KALIANDA, now=made.now, since=made.federation.at)
    publish(folder, told.files, suspensions=told.suspensions)
    known = verify(file, "--roster-dir", str(folder), "--root-fingerprint", made.federation.fingerprint)
    assert known.exit_code == 1
    assert f"{KALIANDA} was suspended" in known.stdout
    (folder / "suspensions" / "one.json").write_text("{")
    assert verify(file, "--roster-dir", str(folder)).exit_code == 2


def fork(made: Made) -> dict[str, Any]:
    """Kalianda has signed two trees of one size."""
    points = [Checkpoint(f"jejak/{KALIANDA}/1", 9, bytes([one]) * 32) for one in (1, 2)]
    notes = [sign_checkpoint(point, key=made.keys[KALIANDA]).note() for point in points]
    evidence = LogEvidence(accused=KALIANDA, kind="fork", notes=tuple(notes)).model_dump(mode="json")
    return {**evidence, "roster": shown_roster(made.federation.files, {}).model_dump(mode="json")}


def test_evidence_against_a_log_is_verified_by_the_same_command(made: Made, tmp_path: Path) -> None:
    evidence, root = fork(made), ("--root-fingerprint", made.federation.fingerprint)
    told = verify(written(tmp_path, evidence), *root)
    assert told.exit_code == 0, told.output
    assert f"{KALIANDA} has signed two different logs of one size" in told.stdout
    same = {**evidence, "notes": [evidence["notes"][0]] * 2}
    nobody = {**evidence, "accused": "kanim-liwa"}
    for wrong in (same, nobody, {**evidence, "kind": "unlogged"}, {**evidence, "roster": None}):
        assert verify(written(tmp_path, wrong), *root).exit_code == 1
    assert verify(written(tmp_path, evidence), "--root-fingerprint", "0" * 32).exit_code == 1
    publish(tmp_path / "published", made.federation.files)
    bare = written(tmp_path, {**evidence, "roster": None})
    assert verify(bare, "--roster-dir", str(tmp_path / "published")).exit_code == 0


def test_the_file_that_a_node_writes_of_its_evidence_needs_the_fingerprint_alone(tmp_path: Path) -> None:
    kept: list[tuple[str, str]] = []

    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            key, node = simulation[KALIANDA].signing, simulation[KOTABUMI].node
            points = [Checkpoint(f"jejak/{KALIANDA}/1", 9, bytes([one]) * 32) for one in (1, 2)]
            notes = tuple(sign_checkpoint(point, key=key).note() for point in points)
            evidence = LogEvidence(accused=KALIANDA, kind="fork", notes=notes)
            await node.run.write(partial(accuse, node=node, evidence=evidence))
            [one] = await node.run.read(log_evidence.listed)
            kept.append((one.id, simulation.federation.fingerprint))

    run_virtual(story())
    [(name, root)] = kept
    home, file = tmp_path / KOTABUMI, tmp_path / "evidence.json"
    env = {
        "JEJAK_OFFICE": KOTABUMI, "JEJAK_PUBLIC_URL": f"https://{KOTABUMI}.test", "JEJAK_DATA_DIR": str(home),
        "JEJAK_KEYS_DIR": str(home / "keys"),
    }  # fmt: skip
    out = CliRunner().invoke(cli_log.app, ["evidence", name, "--out", str(file)], env=env)
    assert out.exit_code == 0, out.output
    told = verify(file, "--root-fingerprint", root)
    assert told.exit_code == 0, told.output


def test_every_kind_of_file_has_a_version_and_a_verifier() -> None:
    assert all(kind.rpartition("/")[2].isdigit() for kind in FORMATS)
    assert all(callable(one) for one in FORMATS.values())


def test_verifying_loads_no_database_no_network_and_no_node(repository: Path, made: Made, tmp_path: Path) -> None:
    file = written(tmp_path, made.receipt)
    program = (
        "import sys\nfrom services.jejak import app\n"
        f"try:\n    app(['verify', {str(file)!r}, '--root-fingerprint', {made.federation.fingerprint!r}])\n"
        "except SystemExit as ended:\n    assert not ended.code\n"
        "sys.exit(any(n in sys.modules for n in ('sqlalchemy', 'fastapi', 'httpx', 'office_node.app')))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=repository, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr[-400:]
