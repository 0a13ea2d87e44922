"""`jejak match` as an office runs it: two lists, or one with itself; what is wrong is said by row, never by value."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner, Result

from services.jejak import app

HEADER = ["record_id", "nik", "full_name", "birth_date", "birth_place", "sex", "mother_name", "village", "phone"]
REGISTER = [
    [
        "r1", "1801045703940003", "Sri Wahyuni Rahayu", "1994-03-17", "Kalianda", "F", "Suparmi", "18.01.04.2001",
        "081234567801",
    ],
    ["r2", "", "Bagus Prakoso Wibowo", "1989-07-30", "Metro", "M", "Endang Lestari", "", ""],
    ["r3", "1801045703940004", "Sri Wahyuni Lestari", "1994-03-17", "Kalianda", "F", "Suparmi", "18.01.04.2001", ""],
]  # fmt: skip
ASKED = ["q1", "", "SRI WAHJUNI RAHAJU", "17/03/1994", "Kalianda", "P", "Soeparmi", "", "0857-6611-2002"]


def write(path: Path, *rows: list[str], delimiter: str = ",", encoding: str = "utf-8") -> Path:
    with path.open("w", newline="", encoding=encoding) as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


@pytest.fixture
def register(tmp_path: Path) -> Path:
    return write(tmp_path / "R.csv", HEADER, *REGISTER)


@pytest.fixture
def queries(tmp_path: Path) -> Path:
    return write(tmp_path / "Q.csv", ["query_id", *HEADER[1:]], ASKED)


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(app, ["match", *map(str, args)])


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_a_respelled_name_and_another_phone_are_found_the_best_first(register: Path, queries: Path) -> None:
    out = register.with_name("O.csv")
    result = run("--records", register, "--queries", queries, "--out", out)
    assert result.exit_code == 0, result.output
    found = read(out)
    assert list(found[0]) == ["query_id", "record_id", "score", "zone", "reasons"]
    assert (found[0]["query_id"], found[0]["record_id"]) == ("q1", "r1")
    assert found[0]["zone"] in ("match", "possible")
    assert [float(line["score"]) for line in found] == sorted((float(line["score"]) for line in found), reverse=True)
    assert "Nama sama dengan ejaan berbeda." in found[0]["reasons"]
    assert not any(part in found[0]["reasons"] for part in ("Wah", "1994", "0857"))


def test_a_sister_of_one_birth_is_related_and_never_a_match(register: Path, queries: Path) -> None:
    out = register.with_name("O.csv")
    run("--records", register, "--queries", queries, "--out", out, "--language", "en")
    assert {line["record_id"]: line["zone"] for line in read(out)}["r3"] != "match"


def test_a_list_is_searched_for_duplicates_each_pair_once(tmp_path: Path) -> None:
    again = ["r9", "1801045703940003", "SRI WAHJUNI R.", "1994-03-17", "", "", "", "", ""]
    listed = write(tmp_path / "R.csv", HEADER, *REGISTER, again)
    out = tmp_path / "D.csv"
    assert run("--duplicates", listed, "--out", out).exit_code == 0
    assert [(line["query_id"], line["record_id"]) for line in read(out)] == [("r9", "r1")]


def test_workbooks_are_read_and_written_and_a_nik_keeps_its_digits(tmp_path: Path, queries: Path) -> None:
    path = tmp_path / "R.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for number, row in enumerate([HEADER, *REGISTER]):
        for column, text in enumerate(row):
            sheet.write_string(number, column, text)
    sheet.write_datetime(1, 3, date(1994, 3, 17), book.add_format({"num_format": "dd/mm/yyyy"}))
    book.close()
    out = tmp_path / "O.xlsx"
    assert run("--records", path, "--queries", queries, "--out", out).exit_code == 0
    written = CalamineWorkbook.from_path(out).get_sheet_by_index(0).to_python()
    assert written[0] == ["query_id", "record_id", "score", "zone", "reasons"]
    assert written[1][1] == "r1"


def test_another_register_is_read_by_a_mapping(tmp_path: Path) -> None:
    foreign = ["rec_id", "given_name", "surname", "date_of_birth", "street", "soc_sec_id"]
    mapping = tmp_path / "M.toml"
    mapping.write_text(
        '[columns]\nrecord_id = "rec_id"\nquery_id = "rec_id"\nfull_name = ["given_name", "surname"]\n'
        'birth_date = "date_of_birth"\naddress = ["street"]\nnik = "soc_sec_id"\n[formats]\nbirth_date = "%Y%m%d"\n'
    )
    one = write(tmp_path / "A.csv", foreign, ["a1", "marianne", "reni", "19350713", "23 bath place", "3009656"])
    other = write(tmp_path / "B.csv", foreign, ["b1", "mariane", "reni", "19350713", "23 bath plce", "3009656"])
    out = tmp_path / "O.csv"
    result = run("--records", one, "--queries", other, "--out", out, "--mapping", mapping)
    assert result.exit_code == 0, result.output
    assert [(line["query_id"], line["record_id"], line["zone"]) for line in read(out)] == [("b1", "a1", "match")]
    as_json = tmp_path / "M.json"
    as_json.write_text(json.dumps({"columns": {"record_id": "rec_id", "query_id": "rec_id", "full_name": "surname"}}))
    assert run("--records", one, "--queries", other, "--out", out, "--mapping", as_json).exit_code == 0


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_and_a_byte_order_mark_are_understood(tmp_path: Path, queries: Path, delimiter: str) -> None:
    register = write(tmp_path / "R.csv", HEADER, *REGISTER, delimiter=delimiter, encoding="utf-8-sig")
    out = tmp_path / "O.csv"
    assert run("--records", register, "--queries", queries, "--out", out).exit_code == 0
    assert read(out)[0]["record_id"] == "r1"


def test_a_field_that_cannot_be_read_is_left_out_and_named_by_row_and_column(tmp_path: Path, queries: Path) -> None:
    bad = ["r4", "", "Orang Lain", "31-31-1990", "", "?", "", "", ""]
    register = write(tmp_path / "R.csv", HEADER, *REGISTER, bad)
    out = tmp_path / "O.csv"
    result = run("--records", register, "--queries", queries, "--out", out)
    assert result.exit_code == 0
    assert [(line["row"], line["column"]) for line in read(tmp_path / "O.errors.csv")] == [
        ("5", "birth_date"),
        ("5", "sex"),
    ]
    assert "31-31" not in result.output + (tmp_path / "O.errors.csv").read_text()


@pytest.mark.parametrize(
    ("name", "rows", "said"),
    [
        ("R.csv", [], "no header row"),
        ("R.csv", [["id", "full_name"], ["1", "A"]], "lacks this column"),
        ("R.csv", [["record_id", "colour"], ["1", "red"]], "No column besides the id"),
        ("R.csv", [["record_id", "full_name", "full_name"], ["1", "A", "B"]], "stands twice"),
        ("R.csv", [["record_id", "full_name"], ["", "Rahasia"]], "row 2"),
        ("R.csv", [["record_id", "full_name"], ["1", "A"], ["1", "Rahasia"]], "row 3"),
        ("R.csv", [["record_id", "full_name"], ["1", "A", "", "Rahasia"]], "more cells"),
        ("R.txt", [["record_id"]], ".csv or .xlsx"),
        ("R.xlsx", [["record_id"]], "XLSX file cannot be read"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused_in_one_line(
    tmp_path: Path, queries: Path, name: str, rows: list[list[str]], said: str
) -> None:
    register = write(tmp_path / name, *rows)
    out = tmp_path / "O.csv"
    result = run("--records", register, "--queries", queries, "--out", out)
    assert result.exit_code == 2
    assert said in result.output
    assert "Rahasia" not in result.output
    assert "Traceback" not in result.output
    assert names(tmp_path) == sorted({name, "Q.csv"})


def test_wrong_encodings_missing_files_and_an_output_over_an_input_are_refused(register: Path, queries: Path) -> None:
    out = register.with_name("O.csv")
    latin = register.with_name("L.csv")
    latin.write_bytes("record_id,full_name\n1,Andr\xe9\n".encode("latin-1"))
    assert "UTF-8" in run("--records", latin, "--queries", queries, "--out", out).output
    assert run("--records", register.with_name("none.csv"), "--queries", queries, "--out", out).exit_code == 2
    before = register.read_bytes()
    assert run("--records", register, "--queries", queries, "--out", register).exit_code == 2
    assert register.read_bytes() == before
    assert run("--records", register, "--out", out).exit_code == 2
    assert run("--records", register, "--queries", queries, "--out", register.parent / "no" / "O.csv").exit_code == 2
    assert not out.exists()


def test_nothing_of_a_run_stays_beside_its_output(register: Path, queries: Path) -> None:
    out = register.with_name("O.csv")
    run("--records", register, "--queries", queries, "--out", out)
    assert names(register.parent) == ["O.csv", "Q.csv", "R.csv"]
