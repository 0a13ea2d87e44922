"""`jejak match` as an office runs it: two lists, or one with itself; what is wrong is said by row, never by value."""

import csv
import json
import re
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner, Result

from services.jejak import app
from services.match.records import to_record

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


def test_a_number_that_a_spreadsheet_has_cut_is_refused_only_where_it_is_used(tmp_path: Path, queries: Path) -> None:
    path = tmp_path / "R.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["record_id", "nik", "full_name", "till"])
    sheet.write_row(1, 0, ["r1", "1801045703940003", "Sri Wahyuni Rahayu", 1801045703940003])
    sheet.write_row(2, 0, ["r2", 1801045703940004, "Bagus Prakoso", ""])
    book.close()
    out = tmp_path / "O.csv"
    result = run("--records", path, "--queries", queries, "--out", out)
    assert result.exit_code == 2
    assert "baris/row 3, kolom/column nik" in result.output
    assert "1801045703" not in result.output
    assert run("--records", path, "--queries", queries, "--out", out, "--skip-wrong").exit_code == 0
    assert {line["record_id"] for line in read(out)} == {"r1"}


def test_wrong_rows_are_left_out_and_named_if_that_is_asked_for(tmp_path: Path, queries: Path) -> None:
    wrong = [["", "", "Rahasia", *[""] * 6], ["r1", "", "Rahasia", *[""] * 6], [*REGISTER[1], "Rahasia"]]
    register = write(tmp_path / "R.csv", HEADER, REGISTER[0], *wrong, REGISTER[2])
    out = tmp_path / "O.csv"
    result = run("--records", register, "--queries", queries, "--out", out, "--skip-wrong")
    assert result.exit_code == 0
    assert {line["record_id"] for line in read(out)} == {"r1", "r3"}
    said = read(tmp_path / "O.errors.csv")
    assert [(line["row"], line["column"]) for line in said] == [("3", "record_id"), ("4", "record_id"), ("5", "")]
    assert "Rahasia" not in result.output + (tmp_path / "O.errors.csv").read_text()


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("1994-03-17", date(1994, 3, 17)),
        ("1994-03-17T00:00:00Z", date(1994, 3, 17)),
        ("1994-03-17 00:00:00.000", date(1994, 3, 17)),
        ("17-03-1994", date(1994, 3, 17)),
        ("17/3/1994", date(1994, 3, 17)),
        ("19940317", date(1994, 3, 17)),
        ("1994-03-175", None),
        ("1994317", None),
        ("31-02-1994", None),
        ("17-03-94", None),
    ],
)
def test_dates_are_read_in_the_forms_that_are_told_and_never_guessed(written: str, read_as: date | None) -> None:
    record, faults = to_record({"birth_date": written})
    assert record.birth_date == read_as
    assert faults == ([] if read_as else [("birth_date", "date")])


def test_the_mapping_on_the_page_works(tmp_path: Path, repository: Path) -> None:
    page = (repository / "docs/match.md").read_text(encoding="utf-8")
    shown = re.search(r"```toml\n(.*?)```", page, re.DOTALL)
    assert shown is not None
    mapping = tmp_path / "M.toml"
    mapping.write_text(shown[1])
    header = [
        "rec_id", " given_name", " surname", " street_number", " address_1", " address_2", " suburb", " postcode",
        " state", " date_of_birth", " soc_sec_id",
    ]  # fmt: skip
    one = ["marianne", "reni", "23", "bath place", "", "warnbro", "6169", "wa", "19350713", "3009656"]
    other = ["mariane", "reni", "23", "bath plce", "", "warnbro", "6169", "wa", "19350799", "3009656"]
    records = write(tmp_path / "A.csv", header, ["a1", *one])
    asked = write(tmp_path / "B.csv", header, ["b1", *other])
    out = tmp_path / "O.csv"
    assert run("--records", records, "--queries", asked, "--out", out, "--mapping", mapping).exit_code == 0
    assert [(line["query_id"], line["record_id"]) for line in read(out)] == [("b1", "a1")]


@pytest.mark.parametrize(
    "text",
    ["[columns", '[columns]\ncolour = "x"\n', '[formats]\nbirth_date = "%Q"\n', '[formats]\nbirth_date = "%Y"\n'],
)
def test_a_mapping_that_says_nothing_sensible_is_refused(register: Path, queries: Path, text: str) -> None:
    mapping = register.with_name("M.toml")
    mapping.write_text(text)
    out = register.with_name("O.csv")
    result = run("--records", register, "--queries", queries, "--out", out, "--mapping", mapping)
    assert result.exit_code == 2
    assert "mapping" in result.output
    assert not out.exists()


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


def test_no_input_is_overwritten_by_way_of_a_link_or_of_the_list_of_faults(register: Path, queries: Path) -> None:
    linked = register.with_name("linked.csv")
    linked.hardlink_to(register)
    named = write(register.with_name("O.errors.csv"), ["query_id", *HEADER[1:]], ASKED)
    before = register.read_bytes(), named.read_bytes()
    assert run("--records", register, "--queries", queries, "--out", linked).exit_code == 2
    assert run("--records", register, "--queries", named, "--out", register.with_name("O.csv")).exit_code == 2
    assert (register.read_bytes(), named.read_bytes()) == before
    folder = register.with_name("F.csv")
    folder.mkdir()
    assert "folder" in run("--records", folder, "--queries", queries, "--out", register.with_name("P.csv")).output
    assert run("--records", register, "--queries", queries, "--out", folder).exit_code == 2


def test_nothing_of_a_run_stays_beside_its_output(register: Path, queries: Path) -> None:
    out = register.with_name("O.csv")
    run("--records", register, "--queries", queries, "--out", out)
    assert names(register.parent) == ["O.csv", "Q.csv", "R.csv"]


def test_numbers_that_a_spreadsheet_has_cut_are_refused_in_csv_too(tmp_path: Path, queries: Path) -> None:
    """As a value, 1.80105E+15 is one number that all of a regency share."""
    cut = [["r1", "Sri Wahyuni", "1.80105E+15"], ["r2", "Bagus Prakoso", "1.80105E+15"], ["r3", "Dewi", ""]]
    register = write(tmp_path / "R.csv", ["record_id", "full_name", "nik"], *cut)
    out = tmp_path / "O.csv"
    assert "row 2, kolom/column nik" in run("--duplicates", register, "--out", out).output
    assert run("--duplicates", register, "--out", out, "--skip-wrong").exit_code == 0
    assert [line["row"] for line in read(tmp_path / "O.errors.csv")] == ["2", "3"]


def test_what_an_earlier_run_said_was_wrong_does_not_stay_beside_a_clean_one(register: Path, queries: Path) -> None:
    out, errors = register.with_name("O.csv"), register.with_name("O.errors.csv")
    bad = write(register.with_name("B.csv"), HEADER, ["r4", "", "Orang Lain", "31-31-1990", *[""] * 5])
    assert run("--records", bad, "--queries", queries, "--out", out).exit_code == 0
    assert errors.exists()
    assert run("--records", register, "--queries", queries, "--out", out).exit_code == 0
    assert not errors.exists()
    errors.write_text("a letter of somebody's own\n")
    assert run("--records", register, "--queries", queries, "--out", out).exit_code == 0
    assert errors.read_text() == "a letter of somebody's own\n"


def test_queries_that_cannot_be_used_are_refused_before_a_long_register_is_read(register: Path, tmp_path: Path) -> None:
    wrong = write(tmp_path / "W.csv", ["id", "full_name"], ["1", "A"])
    store = tmp_path / "R.index"
    result = run("--records", register, "--queries", wrong, "--out", tmp_path / "O.csv", "--store", store)
    assert "W.csv, kolom/column query_id" in result.output
    assert not store.exists()


def test_lists_of_two_sources_are_read_by_one_mapping(tmp_path: Path) -> None:
    records = write(tmp_path / "R.csv", ["No", "Nama", "Lahir"], ["7", "Sri Wahyuni Rahayu", "03/17/94"])
    queries = write(
        tmp_path / "Q.csv", ["query_id", "Full Name", "Birth Date"], ["q1", "Sri Wahyuni Rahayu", "17 Maret 1994"]
    )
    mapping = tmp_path / "M.toml"
    mapping.write_text(
        '[records.columns]\nrecord_id = "No"\nfull_name = "Nama"\nbirth_date = "Lahir"\n'
        '[records.formats]\nbirth_date = "%m/%d/%y"\n'
    )
    out = tmp_path / "O.csv"
    assert run("--records", records, "--queries", queries, "--out", out, "--mapping", mapping).exit_code == 0
    assert [(line["record_id"], line["zone"]) for line in read(out)] == [("7", "possible")]
    assert "Tanggal lahir sama." in read(out)[0]["reasons"]
