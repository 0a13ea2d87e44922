"""A register's file is read row by row; a wrong row is named by its line and column, never by what stands in it."""

import json
from pathlib import Path

import pytest

from office_node.register_file import RowWrongError, read_register

GOOD = {
    "application_no": "KLD-1",
    "person": {"name": "Ani Setiawati", "birth_date": "1999-01-05"},
    "filed_at": "2026-01-05T08:00:00Z",
    "standing": "cleared",
}
WRONG = {**GOOD, "person": {"name": "Budi Rahasia", "birth_date": "1999-13-05"}}
UNKNOWN = {**GOOD, "Citra Rahasia": 1}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "register.jsonl"
    lines = [json.dumps(GOOD), "", json.dumps(WRONG), "{Dedi Rahasia", json.dumps(UNKNOWN), json.dumps(GOOD)]
    path.write_bytes("\n".join(lines).encode() + b'\n"\xff Euis Rahasia"\n')
    return path


def test_the_first_wrong_row_ends_the_reading(file: Path) -> None:
    rows = read_register(file)
    first = next(rows)
    assert first is not None
    assert first.application_no == "KLD-1"
    assert next(rows) is None
    with pytest.raises(RowWrongError) as raised:
        next(rows)
    assert raised.value.line == 3
    assert "person/birth_date" in str(raised.value)


def test_wrong_rows_can_be_skipped_and_no_value_is_told(file: Path) -> None:
    told: list[RowWrongError] = []
    read = list(read_register(file, skipped=told.append))
    assert [number for number, row in enumerate(read, start=1) if row is not None] == [1, 6]
    assert [one.line for one in told] == [3, 4, 5, 7]
    assert not any("Rahasia" in str(one) or "1999" in str(one) for one in told)


def test_a_byte_order_mark_before_the_first_row_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "register.jsonl"
    path.write_text(f"{json.dumps(GOOD)}\n{json.dumps(GOOD)}\n", encoding="utf-8-sig")
    assert [row is not None for row in read_register(path)] == [True, True]
