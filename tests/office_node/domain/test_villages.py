"""Villages by code: all of the shipped table, and none that it lacks."""

import pytest

from office_node.domain.villages import Place, Village, can_be_village, find_place, find_village, places_below

COUNTS = {"18.01": (4, 256), "18.07": (0, 264), "18.71": (126, 0), "18.72": (22, 0)}
"""Kelurahan and desa of four regencies, by Kepmendagri 300.2.2-2138/2025."""


def every_village() -> list[Village]:
    districts = [district for regency in places_below("18") for district in places_below(regency.code)]
    found = [find_village(place.code) for district in districts for place in places_below(district.code)]
    return [village for village in found if village is not None]


def test_a_village_has_its_name_and_what_is_above_it() -> None:
    natar, selatan = Place("18.01.04", "Natar"), Place("18.01", "Kabupaten Lampung Selatan")
    assert find_village("18.01.04.2001") == Village("18.01.04.2001", "Hajimena", "desa", natar, selatan)
    assert find_place("18.01.04") == natar


def test_the_table_has_every_regency_sub_district_and_village() -> None:
    regencies, villages = places_below("18"), every_village()
    assert len(regencies) == 15
    assert sum(len(places_below(regency.code)) for regency in regencies) == 229
    assert len(villages) == 205 + 2446
    for regency, counts in COUNTS.items():
        of_it = [village.kind for village in villages if village.regency.code == regency]
        assert (of_it.count("kelurahan"), of_it.count("desa")) == counts


@pytest.mark.parametrize("code", ["18.01.04.2999", "18.01.04", "18.01", "18", "", "18.1.4.2001", "31.71.01.1001"])
def test_what_is_no_village_of_the_table_is_not_found(code: str) -> None:
    assert find_village(code) is None


def test_a_code_of_another_province_is_taken_as_it_is() -> None:
    assert can_be_village("31.71.01.1001")
    assert can_be_village("18.01.04.2001")
    assert not can_be_village("18.01.04.2999")
    assert places_below("31") == places_below("18.01.04.2001") == ()
