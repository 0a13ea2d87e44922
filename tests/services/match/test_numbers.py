"""A number is the same however a register, a spreadsheet or a program has written it, and a word is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office_node.domain.values import phone_key
from services.match import numbers

NIK = "1801045703940003"


@pytest.mark.parametrize(
    "text",
    [
        NIK, "1801 0457 0394 0003", "18.01.04.570394.0003", "18-01-04-570394-0003", "1801_0457_0394_0003", f"'{NIK}",
        f'="{NIK}"', f"NIK: {NIK}", f"{NIK} (lama)", f"{NIK},", f"{NIK}.0", "1.801045703940003E15",
        "１８０１０４５７０３９４０００３", "18O1O457O394OOO3", "l80l045703940003", f"{NIK}/{NIK}",
    ],
)  # fmt: skip
def test_a_nik_is_found_in_what_stands_around_it(text: str) -> None:
    assert numbers.nik(text) == (NIK, None)


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("3009656", ("3009656", None)),
        ("180104570394000", ("180104570394000", None)),
        ("SS-12-345-6", ("SS123456", None)),
        ("belum terbit", ("", "not-a-number")),
        (f"{NIK} / 1801045703940009", ("", "several")),
    ],
)
def test_another_number_is_kept_and_a_word_is_none(text: str, read_as: numbers.Read) -> None:
    assert numbers.nik(text) == read_as


@pytest.mark.parametrize(
    "text",
    [
        "C1234567", "c1234567", "C 1234567", "C-1234567", "C.123.4567", "Cl234567", "CI234567", "Paspor C1234567",
        "No. C1234567", "C1234567 (lama)", "Ｃ１２３４５６７", "C1234567 / C1234567",
    ],
)  # fmt: skip
def test_a_passport_is_found_in_what_stands_around_it(text: str) -> None:
    assert numbers.passport(text) == ("C1234567", None)


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("C12345O0", ("C1234500", None)),
        ("XE123456", ("XE123456", None)),
        ("N1234567A", ("N1234567A", None)),
        ("C1234567, B7654321", ("", "several")),
        ("masih berlaku", ("", "not-a-number")),
    ],
)
def test_passports_of_other_forms_are_kept_and_two_are_none(text: str, read_as: numbers.Read) -> None:
    assert numbers.passport(text) == read_as


@pytest.mark.parametrize(
    "text",
    [
        "+62 812-3456-7801", "62812 3456 7801", "81234567801", "81234567801.0", "8.1234567801E10", "(0812) 34567801",
        "0062 812 3456 7801", "HP: 081234567801 (WA)", "081234567801 ext. 12", "０８１２３４５６７８０１",
        "081234567801 / 0812",
    ],
)  # fmt: skip
def test_a_phone_is_one_number_however_it_is_written(text: str) -> None:
    found, wrong = numbers.phones(text)
    assert (list(map(phone_key, found)), wrong) == (["6281234567801"], None)


@pytest.mark.parametrize(
    "text",
    [
        "081234567801;085711112222", "081234567801, 085711112222", "081234567801 085711112222",
        "081234567801 & 085711112222", "081234567801 atau 085711112222", "081234567801 | 0857-1111-2222",
    ],
)  # fmt: skip
def test_several_phones_stand_apart(text: str) -> None:
    found, wrong = numbers.phones(text)
    assert ([phone_key(one) for one in found], wrong) == (["6281234567801", "6285711112222"], None)


@pytest.mark.parametrize("text", ["tetangga", "0812", "0812345678010857111122220813"])
def test_what_is_no_phone_is_told(text: str) -> None:
    assert numbers.phones(text) == ((), "phone")


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("1.80105E+15", True),
        ("1,80105E+15", True),
        ("6.28123e+12", True),
        ("9171045703940003.0", True),
        ("1801045703940003.0", False),
        ("1.801045703940003E15", False),
        ("8.1234567801E10", False),
        ("1801045703940003", False),
        ("C12E5678", False),
        ("0812.3456.7801", False),
    ],
)
def test_a_number_that_has_lost_digits_is_seen(text: str, lost: bool) -> None:
    assert numbers.has_lost_digits(text) is lost


@pytest.mark.parametrize(
    ("column", "text", "read_as"),
    [
        ("village", "1801042001", "18.01.04.2001"),
        ("village", "18 01 04 2001", "18.01.04.2001"),
        ("village", "1801042001.0", "18.01.04.2001"),
        ("village", "18.01.04.2001", "18.01.04.2001"),
        ("village", "Way Urang", "Way Urang"),
        ("district", "180104", "18.01.04"),
        ("district", "6169", "6169"),
        ("regency", "1801", "18.01"),
    ],
)
def test_a_code_of_an_area_gets_its_full_stops(column: str, text: str, read_as: str) -> None:
    assert numbers.area_code(column, text) == read_as


@given(st.text(max_size=60))
def test_any_text_can_be_given(text: str) -> None:
    for value, wrong in (numbers.nik(text), numbers.passport(text), numbers.phones(text)):
        assert bool(value) != bool(wrong)
    assert isinstance(numbers.has_lost_digits(text), bool)
