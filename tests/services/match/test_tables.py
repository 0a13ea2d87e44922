"""Lists are read as offices export them; what makes a list unreadable is named by its row."""

from pathlib import Path

import pytest

from services.match.problems import ListError
from services.match.tables import rows


def cells(folder: Path, text: str) -> list[list[str]]:
    path = folder / "R.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return [row.cells for row in rows(path)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("before", ["", "\r\n \r\n", "\ufeff"])
def test_what_parts_the_cells_is_found_from_the_header(tmp_path: Path, delimiter: str, before: str) -> None:
    lines = [["record_id", "full_name"], ["r1", "Sri"]]
    text = before + "".join(delimiter.join(line) + "\r\n" for line in lines)
    assert cells(tmp_path, text) == lines


def test_signs_within_a_quoted_name_part_no_cells(tmp_path: Path) -> None:
    header = ["record_id", "catatan; lain; lagi; lain", "full_name"]
    assert cells(tmp_path, 'record_id,"catatan; lain; lagi; lain",full_name\n') == [header]


@pytest.mark.parametrize("told", ["sep=;\r\n", '"sep=;"\r\n', "SEP=;\n"])
def test_the_line_that_tells_a_spreadsheet_what_parts_cells_is_heeded(tmp_path: Path, told: str) -> None:
    assert cells(tmp_path, f"{told}record_id;full_name\r\nr1;Sri, Ayu\r\n") == [
        ["record_id", "full_name"],
        ["r1", "Sri, Ayu"],
    ]


def test_a_row_of_blanks_is_no_row(tmp_path: Path) -> None:
    assert cells(tmp_path, "record_id,full_name\n , \n\nr1,Sri\n") == [["record_id", "full_name"], ["r1", "Sri"]]


@pytest.mark.parametrize(
    ("row", "code"),
    [('r1,"' + "Sri\n" * 40_000, "cell-long"), ('r1,"Sri" Ayu', "not-csv"), ("r1," + "S" * 200_000, "cell-long")],
)
def test_a_row_that_cannot_be_read_is_named(tmp_path: Path, row: str, code: str) -> None:
    with pytest.raises(ListError) as caught:
        cells(tmp_path, f"record_id,full_name\n{row}\n")
    assert (caught.value.fault.code, caught.value.fault.row) == (code, 2)
