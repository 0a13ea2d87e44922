"""A village is one village, by its code, by its name with what is above it, or mistyped by nobody."""

import pytest

from office_node.domain.areas import Area, area

HAJIMENA = Area("18.01.04.2001", "18.01.04", "18.01")


@pytest.mark.parametrize(
    "said",
    [
        ("18.01.04.2001", "", ""),
        ("Hajimena", "Natar", "Lampung Selatan"),
        ("HAJIMENA", "Kec. Natar", "Kab. Lampung Selatan"),
        ("Desa Hajimena", "Natar", ""),
        ("Hajimena", "", "Kabupaten Lampung Selatan"),
        ("Hajimena", "18.01.04", ""),
        ("Hajimena", "Natar", "Lamsel"),
        ("Hajimena", "Natar", "Kab. LAM-SEL"),
    ],
)
def test_a_village_is_known_by_its_code_or_by_its_name(said: tuple[str, str, str]) -> None:
    assert area(*said) == HAJIMENA


def test_a_regency_is_known_by_the_name_it_had() -> None:
    assert area("", "", "Kodya Tanjung Karang") == area("", "", "Bandar Lampung") == Area("", "", "18.71")


def test_what_is_not_in_the_list_keeps_its_folded_name() -> None:
    assert area("Applecross", "3156", "WA") == Area("~aplekros", "~3156", "~wa")


def test_nothing_said_is_nothing_known() -> None:
    assert area("", "", "") == Area("", "", "")


def test_a_code_of_another_province_is_taken_as_it_is() -> None:
    assert area("32.01.02.2003", "", "") == Area("32.01.02.2003", "32.01.02", "32.01")
    assert area("", "", "32.01") == Area("", "", "32.01")
