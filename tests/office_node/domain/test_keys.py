import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office_node.domain.blocking import local_keys
from office_node.domain.keys import fields, index_keys
from office_node.domain.kinds import (
    FIELD_KINDS,
    INDEX_KINDS,
    INDEX_MIN_BITS,
    KINDS,
    MAX_FIELDS,
    MAX_INDEX_KEYS,
    TABLE,
    Key,
    Source,
)
from office_node.domain.profile import profile
from office_node.domain.record import record_of
from shared_schemas.person import Person

FULL = {
    "name": "DJOKO TJAHJONO PUTRA WIDJAJA", "aliases": ["JOKO CAHYONO", "MAS JOKO"], "birth_date": "1987-05-23",
    "birth_place": "Kalianda", "sex": "M", "nik": "1801062305870002",
    "kk": "1801061203100004", "passport_no": "A1234567",
    "mother_name": "SUMINAH WATI NINGSIH", "village": "18.01.06.2002",
    "phones": ["081279001001", "085711112222", "+60 12-345 6789"],
}  # fmt: skip

PEOPLE = st.builds(
    Person,
    name=st.sampled_from(["SITI", "M. ALI", "I WAYAN SUDANA", "DJOKO TJAHJONO PUTRA WIDJAJA", "陳美玲", "A", "ʼA"]),
    aliases=st.lists(st.sampled_from(["SITI", "NUR", "AGUS SETIAWAN BIN KARTO"]), max_size=3).map(tuple),
    birth_date=st.dates(date(1900, 1, 1), date(2026, 1, 1)),
    birth_place=st.sampled_from([None, "Kalianda", "Kota", "Jakarta"]),
    sex=st.sampled_from([None, "F", "M"]),
    nik=st.one_of(st.none(), st.from_regex(r"\A[0-9]{16}\Z")),
    kk=st.sampled_from([None, "1801061203100004"]),
    passport_no=st.sampled_from([None, "A1234567", "A0000000"]),
    mother_name=st.sampled_from([None, "SITI", "SUMINAH", "DEWI RATNA SARI NINGSIH"]),
    village=st.sampled_from([None, "18.01.06.2002"]),
    phones=st.lists(st.sampled_from(["081279001001", "000000000", "+60123456789"]), max_size=3).map(tuple),
)


def person(**changes: object) -> Person:
    return Person.model_validate({**FULL, **changes})


def kinds_of(keys: tuple[Key, ...]) -> set[str]:
    return {key.kind for key in keys}


def test_the_registry_names_each_kind_once_with_its_version() -> None:
    names = [kind.name for kind in INDEX_KINDS + FIELD_KINDS]
    assert len(names) == len(set(names)) == len(KINDS)
    assert all(re.fullmatch(r"[a-z][a-z-]{1,30}/[1-9][0-9]{0,3}", name) for name in names)
    assert TABLE == "frequencies/2026-11"


def test_no_index_kind_is_worth_less_than_the_threshold() -> None:
    assert all(kind.role == "index" and kind.bits >= INDEX_MIN_BITS for kind in INDEX_KINDS)
    assert all(kind.role == "field" and kind.uses for kind in FIELD_KINDS)
    bits = {kind.name: kind.bits for kind in INDEX_KINDS}
    assert (bits["nik/1"], bits["passport/1"], bits["phone/1"], bits["nik-region-date/1"]) == (27, 26, 26, 23)
    assert (bits["name-dob/1"], bits["name-mother/1"], bits["dob-place/1"]) == (22, 20, 20)
    assert KINDS["nik-date/1"].uses == {Source.BIRTH_DATE}


def test_a_full_person_has_keys_of_nearly_every_kind_within_the_caps() -> None:
    keys = index_keys(person())
    assert len(keys) == len(set(keys)) <= MAX_INDEX_KEYS
    expected = {kind.name for kind in INDEX_KINDS} - {"name-mother-year/1", "name-year/1"}
    assert kinds_of(keys) >= expected
    assert len(fields(person())) <= MAX_FIELDS
    assert kinds_of(fields(person())) >= {kind.name for kind in FIELD_KINDS[:16]}


def test_a_usual_person_has_about_ten_index_keys() -> None:
    usual = person(name="SRI WAHYUNI", aliases=[], passport_no=None, mother_name="SUMINAH", phones=["081279001001"])
    assert 7 <= len(index_keys(usual)) <= 12


@pytest.mark.parametrize("name", ["SITI", "M.", "MUHAMMAD", "NUR", "I WAYAN", "SRI"])
def test_a_common_name_with_a_birth_date_is_no_index_key(name: str) -> None:
    alone = Person(name=name, birth_date=date(1987, 5, 23))
    assert index_keys(alone) == ()


def test_the_first_of_january_needs_more_beside_it() -> None:
    born = date(1980, 1, 1)
    assert kinds_of(index_keys(Person(name="AGUS", birth_date=born, birth_place="Liwa"))) == set()
    assert kinds_of(index_keys(Person(name="NGATIYEM", birth_date=born, birth_place="Liwa"))) == {"name-dob/1"}


def test_a_phone_that_is_none_and_a_nik_that_cannot_be_are_no_keys() -> None:
    keys = index_keys(person(nik="1111111111111111", phones=["000000000"], passport_no="A0000000"))
    assert not kinds_of(keys) & {"nik/1", "nik-region-date/1", "phone/1", "passport/1"}


def test_an_alias_is_found_by_its_birth_date() -> None:
    renamed = Person(name="DEWI ANGGRAINI", aliases=("SOELASTRI",), birth_date=date(1987, 5, 23))
    before = Person(name="SULASTRI", birth_date=date(1987, 5, 23))
    assert kinds_of(tuple(set(index_keys(renamed)) & set(index_keys(before)))) == {"name-dob/1"}


def test_local_keys_meet_where_the_federations_do_not() -> None:
    one = Person(name="SUTRISNO", birth_date=date(1987, 5, 3), village="18.01.06.2002")
    other = Person(name="SUTRISNO", birth_date=date(1987, 3, 5), village="18.03.05.2001")
    typed = Person(name="SUTRASNO", birth_date=date(1987, 5, 3))
    assert not set(index_keys(one)) & set(index_keys(other))
    assert local_of(one) & local_of(other)
    assert local_of(one) & local_of(typed)


def local_of(someone: Person) -> set[str]:
    return set(local_keys(profile(record_of(someone))))


@given(PEOPLE)
def test_every_person_keeps_the_caps_and_knows_only_registered_kinds(someone: Person) -> None:
    index, weighed = index_keys(someone), fields(someone)
    assert len(index) == len(set(index)) <= MAX_INDEX_KEYS
    assert len(weighed) == len(set(weighed)) <= MAX_FIELDS
    assert all(KINDS[key.kind].role == "index" for key in index)
    assert all(KINDS[key.kind].role == "field" for key in weighed)
    assert all(key.value for key in (*index, *weighed))
