"""What is learned is sane, the same again, and moved by what officers said."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from office_node.domain import model
from office_node.domain.tables import texts
from services.recognition import learn
from tests.services.recognition.test_told import VECTOR, line, written

SEEDS = [101, 102, 104]
PERSONS = 400


@cache
def learned() -> dict[str, Any]:
    return learn.learn(persons=PERSONS, seeds=SEEDS)


def score(table: dict[str, Any], vector: list[str]) -> float:
    return model.parse(table).score(vector)


@cache
def labelled() -> learn.Learned:
    return learn.examples(SEEDS[:1], persons=PERSONS)


def test_examples_are_compared_pairs_of_which_some_are_one_person() -> None:
    vectors, same = labelled()
    assert len(vectors) == len(same)
    assert 20 < same.sum() < len(same) - 20
    again, truth = learn.examples(SEEDS[:1], persons=PERSONS)
    assert again == vectors
    assert list(truth) == list(same)


def test_a_weight_says_what_the_pairs_say_and_never_against_what_an_officer_reads() -> None:
    """Data in which who shares a village is somebody else, and who has another phone is the same."""
    vectors = [("name:same:rare", "phone:different")] * 60 + [("name:different:far", "village:equal")] * 60
    prior, weights = learn.fit(vectors, np.array([1] * 60 + [0] * 60))
    assert weights["name:same:rare"] > 0 > weights["name:different:far"]
    assert weights["village:equal"] == weights["phone:different"] == 0
    right, wrong = learn.scores([vectors[0], vectors[-1]], prior=prior, weights=weights)
    assert right > 0 > wrong


def test_what_is_free_may_speak_either_way_and_what_is_rare_says_little() -> None:
    vectors = [("name:unclear:near",)] * 50 + [("name:partial:near",)] * 50 + [("nik:equal",)] + [("sex:equal",)] * 50
    _, weights = learn.fit(vectors, np.array([0] * 50 + [1] * 50 + [1] + [1, 0] * 25))
    assert weights["name:unclear:near"] < 0 < weights["name:partial:near"]
    assert 0 < weights["nik:equal"] < 2


def test_the_probability_is_the_share_of_those_with_the_score() -> None:
    found = np.array([2.0] * 100 + [-2.0] * 100)
    same = np.array([1] * 80 + [0] * 20 + [1] * 10 + [0] * 90)
    curve = learn.calibrated(found, same)
    shares = [1 / (1 + 2 ** -(curve["slope"] * at + curve["shift"])) for at in (2.0, -2.0)]
    assert shares == pytest.approx([0.8, 0.1], abs=1e-3)


def test_match_is_the_lowest_score_that_is_precise_and_possible_lies_below_it() -> None:
    found = np.array([9.0] * 250 + [5.0] * 150 + [4.0] * 50 + [1.0] * 50)
    same = np.array([1] * 250 + [1] * 149 + [0] + [1] * 25 + [0] * 25 + [0] * 50)
    assert learn.zones(found, same) == {"possible": 4.0, "match": 5.0}
    assert learn.zones(found[::-1], same[::-1]) == {"possible": 4.0, "match": 5.0}


def test_nothing_is_a_match_where_no_score_is_precise() -> None:
    found = np.array([3.0, 3.0, 1.0])
    assert learn.zones(found, np.array([1, 0, 0]))["match"] > 3.0


def test_the_table_is_one_that_a_node_reads_with_words_for_every_level() -> None:
    table = learned()
    read = model.parse(json.loads(json.dumps(table)))
    assert read.version == learn.VERSION
    assert read.possible < read.match
    fields = [level.split(":") for level in read.weights if not level.startswith("term:")]
    assert [parts for parts in fields if ":".join(parts[:2]) not in texts.EVIDENCE] == []
    assert read.score(["name:same:rare", "birth_date:equal", "nik:equal"]) > read.match
    assert read.score(["name:different:far", "birth_date:far", "nik:different"]) < read.possible
    assert table["learned"]["seeds"] == SEEDS
    assert table["learned"]["verdicts"] == {"same": 0, "not": 0, "unsure": 0, "foreign": 0}


@pytest.mark.parametrize(("verdict", "direction"), [("same", 1), ("not", -1)])
def test_what_officers_said_moves_the_score_their_way(tmp_path: Path, verdict: str, direction: int) -> None:
    said = written(tmp_path / "verdicts", *[line(verdict)] * 100)
    table = learn.learn(persons=PERSONS, seeds=SEEDS, verdicts=[said])
    assert direction * (score(table, VECTOR) - score(learned(), VECTOR)) > 1
    assert table["learned"]["verdicts"][verdict] == 100
    assert table["learned"]["pairs"] == learned()["learned"]["pairs"] + 100


def test_what_officers_were_unsure_of_changes_nothing(tmp_path: Path) -> None:
    said = written(tmp_path / "verdicts", *[line("unsure")] * 100, *[line("same", ["shoe-size:equal"])] * 100)
    table = learn.learn(persons=PERSONS, seeds=SEEDS, verdicts=[said])
    assert {key: table[key] for key in table if key != "learned"} == {
        key: learned()[key] for key in table if key != "learned"
    }


def test_the_command_writes_a_table_and_gives_one_with_verdicts_a_name_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, said = tmp_path / "table.json", written(tmp_path / "verdicts", line("same"), line("not"))
    given = ["--persons", "200", "--seeds", "101", "102", "103", "--date", "2026-11-27", "--out", str(out)]
    verdicts = ["--verdicts", str(said)]
    for wrong, why in (
        ([*given, *verdicts], "--version"),
        ([*given, "--seeds", "101", "102"], "--seeds"),
        ([*given, "--verdicts", str(tmp_path / "none"), "--version", "x/1"], "--verdicts"),
        ([*given, "--verdicts", str(written(tmp_path / "bad", "Rahasia")), "--version", "x/1"], "line 1 is no verdict"),
    ):
        with pytest.raises(SystemExit, match="2"):
            learn.main(wrong)
        error = capsys.readouterr().err
        assert why in error.splitlines()[-1]
        assert "Rahasia" not in error
        assert not out.exists()
    learn.main([*given, *verdicts, "--version", "comparison/2026-11-kalianda"])
    table = json.loads(out.read_text(encoding="utf-8"))
    assert model.parse(table).version == "comparison/2026-11-kalianda"
    assert table["learned"]["verdicts"] == {"same": 1, "not": 1, "unsure": 0, "foreign": 0}
    assert "2026-11-27" in out.read_text(encoding="utf-8")
