"""Every form in which registers write a birth date is read in one way only, and what has two readings is not."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.match.dates import is_form, read_date

DAY = date(1990, 8, 12)
MONTHS = (
    "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
    "January February March April May June July August September October November December",
    "I II III IV V VI VII VIII IX X XI XII",
)


@pytest.mark.parametrize(
    "text",
    [
        "1990-08-12", "1990/8/12", "1990.08.12", "19900812", "19900812.0", "12-08-1990", "12/8/1990", "12.08.1990",
        "12 8 1990", "12081990", "12 Agustus 1990", "12-AGT-1990", "12 Aug 1990", "12/VIII/1990",
        "12–08–1990", "12 - 08 - 1990", "１２/０８/１９９０", "1990-08-12 00:00:00", "1990-08-12T09:30:00+07:00",
        "12/08/1990 0:00", "12/08/1990 00.00.00", "Kalianda, 12-08-1990", "Minggu, 12 Agustus 1990",
    ],
)  # fmt: skip
def test_a_date_is_read_as_a_register_writes_it(text: str) -> None:
    assert read_date(text) == DAY


@pytest.mark.parametrize(
    "text",
    [
        "", "-", "1990", "1990-08", "00-08-1990", "31-02-1990", "08/25/1990", "12-08/1990", "12/08/90", "120890",
        "33097", "12 Brumaire 1990", "Aug 12, 1990", "1990-W33-7", "12 8 1990 1991", "No 7, 12-08-1990", "9" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_date_or_has_two_readings_is_not_read(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize("names", MONTHS)
def test_months_have_their_names_in_both_languages_and_in_roman_numerals(names: str) -> None:
    assert [read_date(f"3 {name} 1994") for name in names.split()] == [date(1994, month, 3) for month in range(1, 13)]


@pytest.mark.parametrize("hour", ["15", "16", "17"])
def test_midnight_in_indonesia_written_in_utc_is_the_next_day(hour: str) -> None:
    assert read_date(f"1990-08-11T{hour}:00:00.000Z") == DAY
    assert read_date(f"1990-08-12T{hour}:00:00") == DAY


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_eight_digits_show_where_the_year_stands(day: date) -> None:
    assert read_date(f"{day:%Y%m%d}") == read_date(f"{day:%d%m%Y}") == day


@given(st.text(max_size=40), st.sampled_from([None, "%Y%m%d", "%d/%m/%y", "excel"]))
def test_any_text_is_a_date_or_none(text: str, told: str | None) -> None:
    assert isinstance(read_date(text, told=told), date | None)


@pytest.mark.parametrize(
    ("text", "told", "read_as"),
    [
        ("08/12/1990", "%m/%d/%Y", DAY),
        ("08/12/1990 10:30", "%m/%d/%Y", DAY),
        ("1990-12-08", "%Y-%d-%m", DAY),
        ("1990-08-25", "%Y-%d-%m", None),
        ("1990-08-12", "%m/%d/%Y", DAY),
        ("12.08.1990", "%m/%d/%Y", None),
        ("33097", "excel", DAY),
        ("33097.5", "excel", DAY),
        ("1990-08-12", "excel", DAY),
        ("9" * 30, "excel", None),
        ("nan", "excel", None),
    ],
)
def test_a_form_that_is_told_leaves_no_room_for_others(text: str, told: str, read_as: date | None) -> None:
    assert read_date(text, told=told) == read_as


@pytest.mark.parametrize(
    ("text", "year"),
    [("12/08/65", 1965), ("12/08/68", 1968), ("12/08/25", 2025), ("12/08/26", 2026), ("13/08/26", 1926)],
)
def test_a_year_of_two_digits_is_never_in_the_future(text: str, year: int) -> None:
    assert read_date(text, told="%d/%m/%y", today=date(2026, 8, 12)) == date(year, 8, int(text[:2]))


def test_a_form_must_name_a_day() -> None:
    assert [told for told in ("%d/%m/%y", "%Y%m%d", "excel") if not is_form(told)] == []
    assert [told for told in ("%Y", "%Q", "", "date", "%d/%m") if is_form(told)] == []
