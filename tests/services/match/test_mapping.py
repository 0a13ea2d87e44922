"""A mapping says where our columns stand in either list, and is told what is wrong with it."""

from pathlib import Path

import pytest

from services.match import mapping
from services.match.problems import ListError


def written(folder: Path, text: str, name: str = "M.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[columns]\nfull_nama = 'x'\n", "columns.full_nama"),
        ("[columns]\nfull_name = 3\n", "columns.full_name"),
        ("[columns]\nfull_name = []\n", "columns.full_name"),
        ("[columns]\nfull_name = ''\n", "columns.full_name"),
        ("[columns]\nfull_name = ['a', 7]\n", "columns.full_name"),
        ("[formats]\nbirth_date = '%Q'\n", "formats.birth_date"),
        ("[formats]\nphone = '%d'\n", "formats.phone"),
        ("[queries.columns]\nfull_nama = 'x'\n", "queries.columns.full_nama"),
        ("[kolom]\n", "kolom"),
        ("\n[columns\n", "row 2"),
        ("columns:\n  full_name: x\n", "row 1"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ListError) as caught:
        mapping.read(written(tmp_path, text))
    assert said in caught.value.fault.text()


def test_json_of_another_shape_a_folder_and_another_encoding_are_refused(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes("[columns]\nfull_name = 'Pr\xe9nom'\n".encode("latin-1"))
    for path, code in (
        (written(tmp_path, "[]", "M.json"), "mapping"),
        (written(tmp_path, "{", "N.json"), "mapping-form"),
        (tmp_path, "folder"),
        (tmp_path / "latin.toml", "not-utf8"),
        (tmp_path / "none.toml", "not-found"),
    ):
        with pytest.raises(ListError) as caught:
            mapping.read(path)
        assert caught.value.fault.code == code


def test_a_byte_order_mark_is_no_part_of_a_mapping(tmp_path: Path) -> None:
    assert mapping.read(written(tmp_path, "\ufeff[columns]\nfull_name = 'nama'\n")).columns == {"full_name": ("nama",)}


def test_each_list_may_have_names_and_forms_of_its_own(tmp_path: Path) -> None:
    mapped = mapping.read(
        written(
            tmp_path,
            "[columns]\nfull_name = 'nama'\nphone = 'hp'\n[queries.columns]\nfull_name = 'name'\n"
            "[records.formats]\nbirth_date = '%m/%d/%Y'\n",
        )
    )
    records, queries = mapped.of("record_id"), mapped.of("query_id")
    assert records.columns == {"full_name": ("nama",), "phone": ("hp",)}
    assert queries.columns == {"full_name": ("name",), "phone": ("hp",)}
    assert (records.formats, queries.formats) == ({"birth_date": "%m/%d/%Y"}, {})


def test_names_of_columns_meet_in_any_letters_and_with_blanks_the_exact_one_first() -> None:
    header = ["Record ID", "FULL-NAME", " phone ", "Phone"]
    places = mapping.Part().places(header, id_column="record_id", file=Path("R.csv"))
    assert places == {"record_id": (0,), "full_name": (1,), "phone": (2,)}
    with pytest.raises(ListError, match="twice"):
        mapping.Part().places(["record_id", "Phone", "PHONE"], id_column="record_id", file=Path("R.csv"))
