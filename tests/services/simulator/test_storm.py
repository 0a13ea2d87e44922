"""The storm loses nothing, and its checker sees a product that does: every sort of sabotage raises its own counter."""

import ast
import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from pydantic import ValidationError
from typer.testing import CliRunner

from office_node import logs
from services.jejak import app
from services.simulator.storm import checker
from services.simulator.storm.profile import SHIPPED, Profile, Weather, load_profile
from services.simulator.storm.run import KEYS, MUST_BE_ZERO, Plan, play
from services.simulator.storm.told import told

RAISES = {
    "no-trace": "lost_traces",
    "drop-notice": "lost_traces",
    "error-as-no": "false_no",
    "accept-replay": "replays_accepted",
    "fork": "forks_unnoticed",
}


@pytest.fixture(autouse=True)
def silent(tmp_path: Path) -> Iterator[None]:
    with (tmp_path / "nodes.log").open("w") as lines:
        logs.configure(lines)
        yield
    structlog.reset_defaults()


@pytest.mark.parametrize("sabotage", sorted(RAISES))
def test_a_product_that_is_broken_on_purpose_is_seen_by_the_checker(sabotage: str) -> None:
    counted = play(Plan(3, 0.5, 3, 1, load_profile("storm"), sabotage))
    assert counted[RAISES[sabotage]] > 0, counted


@pytest.mark.parametrize("profile", ["storm", "half-down"])
def test_nothing_is_lost(profile: str) -> None:
    counted = play(Plan(3, 1.2, 3, 3, load_profile(profile)))
    assert {name: counted[name] for name in MUST_BE_ZERO} == dict.fromkeys(MUST_BE_ZERO, 0)
    assert counted["attempts"] == counted["noticed_at_counter"] + counted["noticed_later"] + counted["missed"]
    assert set(counted["missed_by_cause"]) <= {"no_index_token_shared", "below_possible"}
    assert counted["faults"] > 100


MEMBERS = """
[population]
risk = 0.6
tries_again = 0.8

[weather]
lost = 0.03
crashes_per_office_day = 0.5
crash_h = 0.3
joins = 1
leaves = 1
suspensions = 1
suspension_h = 2.0
rotations = 1
epochs = 1
"""


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A run in which members come, go, are suspended and change keys: its folder, and what was counted."""
    folder = tmp_path_factory.mktemp("members")
    (folder / "members.toml").write_text(MEMBERS)
    with (folder / "nodes.log").open("w") as lines:
        logs.configure(lines)
        counted = play(Plan(5, 2.0, 3, 5, load_profile(str(folder / "members.toml"))), keep=folder / "kept")
        structlog.reset_defaults()
    return folder / "kept", counted


def counted_again(folder: Path) -> dict[str, Any]:
    files = {one.parent.name: one for one in folder.glob("*/node.sqlite")}
    return checker.count(folder / "journal.jsonl", files, minutes={"look": 1.0, "incomplete": 1.0})


def test_members_come_and_go_and_nothing_is_lost(moved: tuple[Path, dict[str, Any]]) -> None:
    folder, counted = moved
    found = told(folder / "journal.jsonl")
    assert {name: counted[name] for name in MUST_BE_ZERO} == dict.fromkeys(MUST_BE_ZERO, 0)
    assert set(counted["missed_by_cause"]) <= {"no_index_token_shared", "below_possible"}
    assert {"join", "leaving", "suspended", "rotation", "epoch"} <= set(found.faults)
    assert found.left == set(found.successors)
    assert any(office in found.joined for office, _ in found.filed), "somebody applied at the new office"


def test_the_checker_misses_a_case_that_moved_where_one_member_or_the_successor_lost_it(
    moved: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    folder, _ = moved
    [(giver, taker)] = told(folder / "journal.jsonl").successors.items()
    member = min(one.name for one in folder.iterdir() if one.is_dir() and one.name not in (giver, taker))
    handed = checker.Databases({giver: folder / giver / "node.sqlite"}).rows(
        giver, "SELECT ref FROM office_case WHERE handed_to IS NOT NULL"
    )
    for number, office in enumerate((member, taker)):
        copied = shutil.copytree(folder, tmp_path / str(number))
        connection = sqlite3.connect(copied / office / "node.sqlite")
        with connection:
            gone = [
                connection.execute("DELETE FROM notice WHERE issuer = ? AND case_ref = ?", (taker, ref)).rowcount
                for (ref,) in handed
            ]
        connection.close()
        assert counted_again(copied)["lost_traces"] >= sum(gone) > 0


def test_the_same_seed_plays_the_same_run() -> None:
    plan = Plan(2, 0.2, 4, 7, load_profile("storm"))
    first, second = play(plan), play(plan)
    assert {**first, "seconds": 0} == {**second, "seconds": 0}


def test_the_last_line_is_json_with_every_number(tmp_path: Path) -> None:
    profile = tmp_path / "own.toml"
    profile.write_text("[weather]\nlost = 0.1\n")
    arguments = ["simulate", "--offices", "2", "--days", "0.1", "--per-day", "10", "--faults", str(profile)]
    result = CliRunner().invoke(app, [*arguments, "--keep", str(tmp_path / "kept")])
    assert result.exit_code == 0, result.output
    assert tuple(json.loads(result.stdout.splitlines()[-1])) == KEYS
    assert (tmp_path / "kept" / "journal.jsonl").exists()


@pytest.mark.parametrize("wrong", ["nowhere.toml", "", "."])
def test_what_is_no_profile_is_refused_in_a_sentence(wrong: str) -> None:
    result = CliRunner().invoke(app, ["simulate", "--faults", wrong])
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_every_shipped_profile_reads_and_a_wrong_name_in_one_is_refused() -> None:
    for name in SHIPPED:
        assert isinstance(load_profile(name), Profile)
    with pytest.raises(ValidationError):
        Weather.model_validate({"lots": 1})


def test_the_checker_knows_nothing_of_the_product() -> None:
    """It reads the journal and rows; it must not share a rule with what it judges."""
    files = (Path(checker.__file__), Path(checker.__file__).with_name("told.py"))
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in files]
    imported = {
        node.module for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module
    }
    assert {name for name in imported if name.startswith(("office_node", "services", "shared_schemas"))} == {
        "services.simulator.storm.journal", "services.simulator.storm.told",
    }  # fmt: skip
