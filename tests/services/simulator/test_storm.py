"""The storm loses nothing, and its checker sees a product that does: every sort of sabotage raises its own counter."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from pydantic import ValidationError
from typer.testing import CliRunner

from office_node import logs
from services.jejak import app
from services.simulator.storm import checker
from services.simulator.storm.profile import SHIPPED, Profile, Weather, load_profile
from services.simulator.storm.run import KEYS, MUST_BE_ZERO, Plan, play

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
    tree = ast.parse(Path(checker.__file__).read_text(encoding="utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    assert {name for name in imported if name.startswith(("office_node", "services", "shared_schemas"))} == {
        "services.simulator.storm.journal"
    }
