"""What a row says is read, what says nothing is not a value that strangers share, and what cannot be read is told."""

import pytest

from office_node.domain.compare import weigh
from office_node.domain.profile import profile
from office_node.domain.record import Record
from office_node.domain.zones import Zone
from services.match.mapping import FIELDS
from services.match.records import to_record

NOTHING = [
    "-",
    "--",
    "N/A",
    "#N/A",
    "NA",
    "null",
    "None",
    "NaN",
    "nihil",
    "Tidak Ada",
    "(tdk ada)",
    "Belum punya",
    "000",
    "XXX",
]


@pytest.mark.parametrize("text", NOTHING)
def test_a_word_for_nothing_is_nothing(text: str) -> None:
    assert to_record(dict.fromkeys(FIELDS, text)) == (Record(), [])


@pytest.mark.parametrize("field", ["nik", "passport_no", "mother_name", "village", "address", "phone"])
@pytest.mark.parametrize("text", ["TIDAK ADA", "belum terbit"])
def test_strangers_do_not_meet_in_what_both_lack(field: str, text: str) -> None:
    one, other = (
        {"full_name": "Rina Wati", "birth_date": "1990-02-03"},
        {"full_name": "Bagus Prakoso", "birth_date": "1971-11-30"},
    )
    found = weigh(*(profile(to_record({**fields, field: text})[0]) for fields in (one, other)))
    assert found.zone is Zone.NONE or (text, field) == ("belum terbit", "address")


@pytest.mark.parametrize(
    ("text", "sex"),
    [
        ("L", "M"), ("LAKI - LAKI", "M"), ("Laki2", "M"), ("Lk.", "M"), ("lelaki", "M"), ("P", "F"), ("PEREMPUAN", "F"),
        ("Pr.", "F"), ("wanita", "F"), ("female", "F"),
    ],
)  # fmt: skip
def test_sex_is_read_as_clerks_write_it(text: str, sex: str) -> None:
    assert to_record({"sex": text}) == (Record(sex=sex), [])


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("sex", "W", "sex"),  # a list of P and W means men by P
        ("sex", "1", "sex"),
        ("birth_date", "31-02-1990", "date"),
        ("full_name", "12345", "name"),
        ("mother_name", "😀", "name"),
        ("nik", "hilang", "not-a-number"),
        ("passport_no", "A1234567 B7654321", "several"),
        ("phone", "tetangga", "phone"),
        ("address", "Jl. Melati " * 100, "too-long"),
    ],
)
def test_what_cannot_be_read_is_left_out_and_told(column: str, text: str, code: str) -> None:
    assert to_record({column: text}) == (Record(), [(column, code)])


def test_places_are_read_to_their_first_comma_and_a_village_with_what_is_above_it() -> None:
    record, _ = to_record({"birth_place": "Kalianda, Lampung Selatan", "regency": "Lampung Selatan, Lampung"})
    assert (record.birth_place, record.regency) == ("Kalianda", "Lampung Selatan")
    whole = profile(to_record({"village": "Way Urang, Kec. Kalianda, Kab. Lampung Selatan, Lampung"})[0]).area
    assert whole == profile(to_record({"village": "1801061008"})[0]).area
    assert whole.village == "18.01.06.1008"
