from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office_node.domain.kinds import FIELD_KINDS, INDEX_KINDS, KINDS, Source
from office_node.domain.tokenscore import hit_rule, token_zone
from office_node.domain.zones import Zone

INDEX_NAMES = [kind.name for kind in INDEX_KINDS]
FIELD_NAMES = [kind.name for kind in FIELD_KINDS]
SOME_INDEX = st.sets(st.sampled_from(INDEX_NAMES))
SOME_FIELDS = st.sets(st.sampled_from(FIELD_NAMES))

NAMED = {"name-first/1", "name-token/1", "name-initials/1", "birth-date/1", "birth-month-day/1", "birth-year/1"}


@pytest.mark.parametrize(
    ("index", "fields", "hit"),
    [
        ({"nik/1"}, set(), True),
        ({"passport/1"}, set(), True),
        ({"phone/1"}, set(), False),
        ({"phone/1"}, {"phone-field/1"}, False),
        ({"phone/1"}, {"sex/1"}, False),
        ({"phone/1"}, {"phone-field/1", "village/1"}, False),
        ({"name-dob/1"}, set(), False),
        ({"name-dob/1"}, NAMED | {"name-full/1"}, False),
        ({"name-dob/1"}, NAMED | {"name-full/1", "sex/1", "nik-region/1"}, False),
        ({"name-dob/1"}, NAMED | {"birth-place/1"}, False),
        ({"name-dob/1", "dob-place/1"}, NAMED | {"birth-place/1"}, False),
        ({"name-dob/1"}, NAMED | {"village/1"}, True),
        ({"name-dob/1"}, NAMED | {"mother-full/1"}, True),
        ({"name-dob/1", "mother-dob/1"}, NAMED | {"mother-token/1"}, False),
        ({"name-dob/1", "mother-dob/1", "name-mother/1"}, NAMED | {"mother-full/1", "mother-token/1"}, True),
        ({"name-dob/1", "phone/1"}, NAMED | {"phone-field/1"}, True),
        ({"name-mother/1"}, {"birth-date/1", "birth-month-day/1"}, True),
        ({"name-mother/1"}, {"birth-year/1"}, False),
        ({"mother-village/1"}, {"name-full/1", "name-first/1", "birth-year/1"}, True),
        ({"mother-village/1"}, {"birth-year/1"}, False),
        ({"mother-dob/1", "dob-place/1"}, {"mother-full/1", "birth-date/1", "birth-place/1", "village/1"}, True),
        ({"nik-region-date/1"}, {"nik-region/1", "nik-date/1", "birth-date/1"}, False),
        ({"nik-region-date/1"}, {"nik-region/1", "birth-date/1", "name-full/1", "name-first/1"}, True),
        (set(), set(FIELD_NAMES), False),
        (set(), set(), False),
        ({"no-such-kind/7"}, {"nor-this/2"}, False),
    ],
)
def test_what_is_a_hit(index: set[str], fields: set[str], hit: bool) -> None:
    verdict = hit_rule(index, fields, compared_field_kinds=fields)
    assert verdict.hit is hit
    assert verdict.kinds == tuple(sorted(index & set(INDEX_NAMES)))


def test_fields_that_differ_undo_a_hit() -> None:
    index, agreeing = {"phone/1"}, {"village/1", "district/1", "phone-field/1"}
    compared = agreeing | {"name-first/1", "name-full/1", "birth-date/1", "mother-full/1", "sex/1"}
    assert hit_rule(index, agreeing, compared_field_kinds=compared).hit is False


def test_namesakes_of_one_birth_date_with_other_mothers_are_no_hit() -> None:
    agreeing = NAMED | {"name-full/1", "name-exact/1", "sex/1"}
    compared = agreeing | {"mother-full/1", "mother-token/1", "village/1", "birth-place/1"}
    assert hit_rule({"name-dob/1"}, agreeing, compared_field_kinds=compared).hit is False


def test_twins_with_two_niks_are_related() -> None:
    agreeing = {
        "birth-date/1",
        "mother-full/1",
        "mother-token/1",
        "village/1",
        "birth-place/1",
        "nik-region/1",
        "nik-date/1",
    }
    compared = agreeing | {"name-first/1", "name-token/1", "nik-serial/1"}
    index = {"mother-dob/1", "mother-village/1", "dob-place/1", "nik-region-date/1"}
    assert token_zone(index, agreeing, compared).zone is Zone.RELATED
    assert hit_rule(index, agreeing, compared_field_kinds=compared).hit is False


def test_a_new_given_name_with_mother_date_and_village_is_asked_about() -> None:
    agreeing = {"birth-date/1", "mother-full/1", "village/1", "birth-place/1", "sex/1"}
    compared = agreeing | {"name-first/1", "name-token/1", "phone-field/1"}
    assert token_zone({"mother-dob/1", "dob-place/1"}, agreeing, compared).zone is Zone.POSSIBLE


def test_a_father_and_his_son_are_no_hit() -> None:
    agreeing = {"name-token/1", "village/1", "district/1", "phone-field/1"}
    compared = agreeing | {"name-first/1", "birth-date/1", "birth-year/1", "mother-full/1", "birth-place/1"}
    assert hit_rule({"phone/1"}, agreeing, compared_field_kinds=compared).hit is False


@given(SOME_INDEX, SOME_FIELDS, SOME_FIELDS)
def test_tokens_never_say_more_than_possible(index: set[str], agreeing: set[str], compared: set[str]) -> None:
    assert token_zone(index, agreeing, compared).zone is not Zone.MATCH


@given(SOME_INDEX, SOME_FIELDS, SOME_FIELDS)
def test_a_hit_is_always_two_independent_kinds_or_a_number(
    index: set[str], agreeing: set[str], compared: set[str]
) -> None:
    verdict = hit_rule(index, agreeing, compared_field_kinds=compared)
    pairs = combinations([KINDS[name] for name in chain(index, agreeing)], 2)
    independent = any(
        not one.uses & other.uses and one.bits + other.bits >= 30 and "index" in (one.role, other.role)
        for one, other in pairs
    )
    if verdict.hit:
        assert independent or index & {"nik/1", "passport/1"}
        assert verdict.score.zone is Zone.POSSIBLE
        assert verdict.bits >= 26


@given(SOME_FIELDS)
def test_a_phone_with_fields_that_are_its_own_is_never_a_hit(compared: set[str]) -> None:
    own = {kind.name for kind in FIELD_KINDS if kind.uses <= {Source.PHONE, Source.SEX}}
    assert hit_rule({"phone/1"}, own, compared_field_kinds=compared).hit is False


def test_the_region_of_a_nik_weighs_nothing() -> None:
    one = token_zone({"name-dob/1"}, {"village/1"}, {"village/1"})
    other = token_zone({"name-dob/1"}, {"village/1", "nik-region/1"}, {"village/1", "nik-region/1"})
    assert one == other
