"""Verdicts are read as they were written; a line that is none is named and not repeated."""

import json
from pathlib import Path

import pytest

from services.recognition import told

VECTOR = ["name:respelled:rare", "birth_date:swapped", "mother_name:other-given:near", "term:beside-name-and-date-0"]


def line(verdict: str, vector: list[str] = VECTOR) -> str:
    return json.dumps({"vector": vector, "model": "comparison/2026-11", "verdict": verdict})


def written(path: Path, *lines: str) -> Path:
    path.write_text("".join(f"{one}\n" for one in lines), encoding="utf-8")
    return path


def test_same_and_not_teach_and_unsure_does_not(tmp_path: Path) -> None:
    one = written(tmp_path / "one", line("same"), "", line("unsure"))
    other = written(tmp_path / "other", line("not"), line("not"))
    found = told.read([one, other])
    assert found.vectors == [tuple(VECTOR)] * 3
    assert found.same == [1, 0, 0]
    assert found.counts == {"same": 1, "not": 2, "unsure": 1, "foreign": 0}


@pytest.mark.parametrize("level", ["name:sounds-alike:rare", "shoe-size:equal", "term:horoscope", "nonsense"])
def test_a_level_of_another_version_teaches_nothing(tmp_path: Path, level: str) -> None:
    found = told.read([written(tmp_path / "one", line("same", [*VECTOR, level]))])
    assert (found.vectors, found.counts["foreign"]) == ([], 1)


def test_no_verdicts_are_none(tmp_path: Path) -> None:
    assert told.read([]).same == told.read([written(tmp_path / "one")]).same == []


@pytest.mark.parametrize(
    "bad",
    [
        "Rahasia",
        "[]",
        "7",
        '{"vector": "Rahasia"}',
        line("perhaps"),
        line("same", []),
        '{"vector": [1], "model": "", "verdict": "same"}',
    ],
)
def test_a_line_that_is_no_verdict_is_named_and_not_repeated(tmp_path: Path, bad: str) -> None:
    with pytest.raises(told.TellError, match=r"^line 2 is no verdict$"):
        told.read([written(tmp_path / "one", line("same"), bad)])
