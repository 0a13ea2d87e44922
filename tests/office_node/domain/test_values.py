from datetime import date

import pytest

from office_node.domain.values import birth_date_bits, passport_key, phone_key, place_bits, place_key


@pytest.mark.parametrize(
    "written",
    ["+62 812-7900-1001", "081279001001", "6281279001001", "0062 812 7900 1001", "81279001001", "+62 (0)81279001001"],
)
def test_a_phone_has_one_form_however_it_is_written(written: str) -> None:
    assert phone_key(written) == "6281279001001"


def test_a_foreign_phone_keeps_its_country() -> None:
    assert phone_key("+60 12-345 6789") == phone_key("0060 12 345 6789") == "60123456789"
    assert phone_key("+44 (0)20 7946 0018") == phone_key("+44 20 7946 0018") == "442079460018"


@pytest.mark.parametrize("written", ["0000000000", "08111111111", "081234", "+62"])
def test_a_phone_that_is_none_has_no_form(written: str) -> None:
    assert phone_key(written) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tanjung Karang", "Bandarlampung"), ("Kota Bandar Lampung", "BANDARLAMPUNG"),
        ("Kab. Lampung Selatan", "Lamsel"),
        ("Jakarta Timur", "DKI Jakarta"), ("Jogjakarta", "Yogyakarta"), ("Djakarta", "Jakarta"), ("Solo", "Surakarta"),
    ],
)  # fmt: skip
def test_names_of_one_place_meet(one: str, other: str) -> None:
    assert place_key(one) == place_key(other)


def test_a_place_that_is_only_a_prefix_is_kept() -> None:
    assert place_key("Kota") == "kota"
    assert place_key("-") == ""


def test_common_values_are_worth_less() -> None:
    assert place_bits(place_key("Jakarta")) < place_bits(place_key("Liwa"))
    assert birth_date_bits(date(1980, 1, 1)) < birth_date_bits(date(1980, 1, 2))


def test_a_passport_number_of_one_digit_has_no_form() -> None:
    assert passport_key("A1234567") == "A1234567"
    assert passport_key("A0000000") is None
    assert passport_key(None) is None
