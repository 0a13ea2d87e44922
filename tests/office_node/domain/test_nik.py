from datetime import date

import pytest

from office_node.domain.nik import parse_nik, usable_nik

TODAY = date(2026, 11, 24)


def test_a_nik_is_region_date_and_serial() -> None:
    nik = parse_nik("1801066305870002")
    assert (nik.region, nik.date_digits, nik.serial) == ("180106", "630587", "0002")
    assert nik.day_month_year == (23, 5, 87)
    assert nik.sex == "F"
    assert parse_nik("1801062305870002").sex == "M"


@pytest.mark.parametrize(
    ("digits", "born"),
    [
        ("1801066305870002", date(1987, 5, 23)),
        ("1801062411260001", date(2026, 11, 24)),
        ("1801062511260001", date(1926, 11, 25)),
        ("1801060101050001", date(2005, 1, 1)),
        ("1801062902000001", date(2000, 2, 29)),
        ("1801063102870001", None),
        ("1801060013870001", None),
    ],
)
def test_the_century_is_the_latest_that_is_not_in_the_future(digits: str, born: date | None) -> None:
    assert parse_nik(digits).birth_date(today=TODAY) == born


@pytest.mark.parametrize(
    "digits",
    [
        "1801063102870001", "1801067287870001", "1801063905870001", "1801060005870001", "1801062313870001",
        "1801062305870000",
        "0000000000000000", "1111111111111111", "1234567890123456", "1801062902870001", "0101062305870001",
    ],
)  # fmt: skip
def test_a_nik_that_cannot_be_is_no_key(digits: str) -> None:
    assert usable_nik(digits) is None


def test_a_nik_that_can_be_is_a_key() -> None:
    assert usable_nik("1801066305870002") == parse_nik("1801066305870002")
    assert usable_nik(None) is None


@pytest.mark.parametrize("digits", ["", "180106630587000", "18010663058700021", "18010663058700ab", "١٨٠١٠٦٦٣٠٥٨٧٠٠٠٢"])
def test_anything_but_16_digits_is_refused_without_echo(digits: str) -> None:
    with pytest.raises(ValueError, match=r"^a NIK has 16 digits$"):
        parse_nik(digits)


def test_a_nik_agrees_with_a_birth_date_of_any_century() -> None:
    nik = parse_nik("1801062305170002")
    assert nik.agrees_with(date(1917, 5, 23))
    assert nik.agrees_with(date(2017, 5, 23))
    assert not nik.agrees_with(date(2017, 5, 24))
