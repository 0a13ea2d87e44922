"""The pairs in `data/` were written before any weight was set; a changed weight must keep them."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office_node.domain.compare import Comparison, compare, weigh
from office_node.domain.keys import index_keys
from office_node.domain.model import current
from office_node.domain.profile import profile
from office_node.domain.record import Record, record_of
from office_node.domain.tables import texts
from office_node.domain.zones import Zone
from shared_schemas.person import Person

DATA = Path(__file__).parent / "data"
VARIANTS = json.loads((DATA / "variants.json").read_text())
STRANGERS = json.loads((DATA / "strangers.json").read_text())
BASE = VARIANTS["base"]


def variant_pairs() -> list[tuple[str, Person, Person]]:
    named = [{"why": f"{a} / {b}", "a": {"name": a}, "b": {"name": b}} for a, b in VARIANTS["names"]]
    return [
        (
            pair["why"],
            Person.model_validate({**BASE, **pair["a"]}),
            Person.model_validate({**BASE, **VARIANTS["moved"], **pair["b"]}),
        )
        for pair in named + VARIANTS["people"]
    ]


def stranger_pairs() -> list[tuple[str, str | None, Person, Person]]:
    base = STRANGERS["base"]
    return [
        (
            pair["why"],
            pair.get("zone"),
            Person.model_validate({**base, **pair["a"]}),
            Person.model_validate({**base, **pair["b"]}),
        )
        for pair in STRANGERS["people"]
    ]


SAME = variant_pairs()
OTHERS = stranger_pairs()


def test_there_are_enough_pairs() -> None:
    assert len(SAME) >= 60
    assert len(OTHERS) >= 25


@pytest.mark.parametrize(("why", "a", "b"), SAME, ids=[why for why, *_ in SAME])
def test_a_variant_of_one_person_still_meets(why: str, a: Person, b: Person) -> None:
    assert set(index_keys(a)) & set(index_keys(b)), why
    assert compare(a, b).zone in (Zone.MATCH, Zone.POSSIBLE), why


@pytest.mark.parametrize(("why", "zone", "a", "b"), OTHERS, ids=[why for why, *_ in OTHERS])
def test_another_person_is_never_a_match(why: str, zone: str | None, a: Person, b: Person) -> None:
    found = compare(a, b).zone
    assert found is not Zone.MATCH, why
    assert zone in (None, found), why


def plain(**changes: object) -> Person:
    return Person.model_validate({"name": "SULASTRI", "birth_date": "1987-05-23", **changes})


def test_a_respelled_name_with_the_same_nik_is_a_match() -> None:
    nik = "1801066305870002"
    assert compare(plain(nik=nik), plain(name="SOELASTRI", nik=nik)).zone is Zone.MATCH


def test_a_respelled_name_with_birth_date_and_mother_is_found_without_nik_and_phone() -> None:
    one = plain(mother_name="SUMINAH", phones=["081279001001"])
    other = plain(name="SOELASTRI", mother_name="SOEMINAH", phones=["085766112002"])
    assert compare(one, other).zone in (Zone.MATCH, Zone.POSSIBLE)


@pytest.mark.parametrize(
    "names", [("RATNA KUMALASARI", "RATNA KUMALASARI"), ("NGATIYEM WAGIRAH POERNIATI", "NGATIJEM WAGIRAH PURNIATI")]
)
def test_name_and_birth_date_alone_are_at_most_possible(names: tuple[str, str]) -> None:
    result = compare(plain(name=names[0], sex="F"), plain(name=names[1], sex="F"))
    assert result.zone is Zone.POSSIBLE


def test_two_niks_are_never_a_match() -> None:
    rest = {"mother_name": "SUMINAH", "village": "18.01.06.2002", "birth_place": "Kalianda"}
    result = compare(plain(nik="1801066305870002", **rest), plain(nik="1801066305870003", **rest))
    assert result.zone is Zone.POSSIBLE
    assert "nik" not in result.agreeing


def test_one_nik_is_at_least_possible_whatever_else_differs() -> None:
    one = plain(nik="1801066305870002", sex="F", mother_name="SUMINAH")
    other = Person(name="PAIJO", birth_date=date(1950, 1, 1), nik="1801066305870002", sex="M", mother_name="WARTINI")
    assert compare(one, other).zone is Zone.POSSIBLE


def test_the_region_of_a_nik_is_no_evidence() -> None:
    near = compare(plain(nik="1801066305870002"), plain(nik="1801066305870941"))
    far = compare(plain(nik="1801066305870002"), plain(nik="7371066305870941"))
    assert near.score <= far.score


def test_a_person_compared_with_herself_agrees_in_every_field() -> None:
    full = plain(
        nik="1801066305870002", kk="1801061203100004", passport_no="A1234567", mother_name="SUMINAH", sex="F",
        village="18.01.06.2002", birth_place="Kalianda", phones=["081279001001"],
    )  # fmt: skip
    result = compare(full, full)
    assert result.zone is Zone.MATCH
    assert set(result.agreeing) == {
        "name", "birth_date", "nik", "passport_no", "mother_name", "birth_place", "village", "phone", "kk", "sex",
    }  # fmt: skip
    assert all(evidence.supports for evidence in result.evidence)
    assert result.version == current().version


@pytest.mark.parametrize(
    ("a", "b", "code"),
    [
        ({}, {"name": "SOELASTRI"}, "name:respelled"),
        ({}, {"name": "SULASTRI WATI"}, "name:extended"),
        ({}, {"name": "SULATRI"}, "name:typing"),
        ({}, {"name": "SUKASTRI"}, "name:unclear"),
        ({"name": "DEWI RATNA"}, {"name": "DEWI LAKSMI"}, "name:partial"),
        ({"name": "RATNA DEWI"}, {"name": "LAKSMI DEWI"}, "name:other-given"),
        ({}, {"name": "PAIJAH"}, "name:different"),
        ({"birth_date": "1987-05-03"}, {"birth_date": "1987-03-05"}, "birth_date:swapped"),
        ({}, {"birth_date": "1987-05-24"}, "birth_date:one-part"),
        ({}, {"birth_date": "1987-12-24"}, "birth_date:year-only"),
        ({}, {"birth_date": "1990-12-24"}, "birth_date:different"),
        ({}, {"birth_date": "1950-12-24"}, "birth_date:far"),
        ({"birth_date": "1980-01-01"}, {"birth_date": "1980-01-01"}, "birth_date:common"),
        ({"village": "18.01.06.2002"}, {"village": "18.01.06.2003"}, "village:different-in-district"),
    ],
)
def test_an_officer_reads_why(a: dict[str, object], b: dict[str, object], code: str) -> None:
    result = compare(plain(**a), plain(**b))
    assert texts.EVIDENCE[code] in [(e.text_id, e.text_en) for e in result.evidence]


def test_no_text_holds_a_value() -> None:
    for _why, a, b in SAME:
        words = " ".join(e.text_id + e.text_en for e in compare(a, b).evidence)
        values = [a.name, b.name, a.birth_date.isoformat(), a.nik, a.mother_name, a.village, *a.phones]
        assert not any(value in words for value in values if value)


PEOPLE = st.builds(
    Person,
    name=st.sampled_from(
        [name for pair in VARIANTS["names"] for name in pair] + ["SITI", "M", "陳美玲", "ʼA", "AGUS M"]
    ),
    aliases=st.lists(st.sampled_from(["SITI", "SOELASTRI", "AGUS SETIAWAN"]), max_size=2).map(tuple),
    birth_date=st.one_of(st.just(date(1987, 5, 3)), st.dates(date(1940, 1, 1), date(2026, 1, 1))),
    birth_place=st.sampled_from([None, "Kalianda", "Metro"]),
    sex=st.sampled_from([None, "F", "M"]),
    nik=st.sampled_from([None, "1801066305870002", "1801066305870003", "1111111111111111"]),
    kk=st.sampled_from([None, "1801061203100004"]),
    passport_no=st.sampled_from([None, "A1234567", "A1234568"]),
    mother_name=st.sampled_from([None, "SITI", "SUMINAH", "SOEMINAH WATI", "SUMINEM"]),
    village=st.sampled_from([None, "18.01.06.2002", "18.01.06.2003", "18.03.05.2001"]),
    phones=st.lists(st.sampled_from(["081279001001", "085711112222"]), max_size=2).map(tuple),
)


@given(PEOPLE, PEOPLE)
def test_comparing_is_the_same_from_both_sides(a: Person, b: Person) -> None:
    result = compare(a, b)
    assert result == compare(b, a)
    assert 0 < result.probability < 1


ONE = Person.model_validate({
    "name": "SULASTRI NINGRUM", "birth_date": "1987-05-23", "birth_place": "Kalianda", "sex": "F",
    "nik": "1801066305870002",
    "kk": "1801061203100004", "passport_no": "A1234567", "mother_name": "SUMINAH WATI", "village": "18.01.06.2002",
    "phones": ["081279001001"],
})  # fmt: skip
OTHER = Person.model_validate({
    "name": "PAIJO", "birth_date": "1961-10-02", "birth_place": "Metro", "sex": "M", "nik": "1871010210610004",
    "kk": "1871011203100009", "passport_no": "B7654321", "mother_name": "WARTINI", "village": "18.03.05.2001",
    "phones": ["085711112222"],
})  # fmt: skip


def sharing(field: str) -> Comparison:
    return compare(ONE, OTHER.model_copy(update={field: getattr(ONE, field)}))


@pytest.mark.parametrize("field", list(Person.model_fields))
def test_no_single_field_alone_decides(field: str) -> None:
    assert sharing(field).zone is not Zone.MATCH


ALONE = [name for name in Record.__dataclass_fields__ if getattr(record_of(ONE), name)]


@pytest.mark.parametrize("field", ALONE)
def test_no_single_field_decides_when_nothing_else_is_known(field: str) -> None:
    """An old register may have no more than a number; another person may have used it."""
    alone = profile(Record(**{field: getattr(record_of(ONE), field)}))
    assert weigh(alone, alone).zone is not Zone.MATCH


NUMBERS = {"nik", "passport_no"}


@pytest.mark.parametrize("field", [name for name in ALONE if name not in NUMBERS])
@pytest.mark.parametrize("beside", ["sex", "birth_place"])
def test_without_a_name_one_field_is_nobody(field: str, beside: str) -> None:
    """A register that lacks names is not full of people who share a birth date, a phone or a village."""
    known = {name: getattr(record_of(ONE), name) for name in (field, beside)}
    one = profile(Record(**known))
    assert weigh(one, one).zone is Zone.NONE


def test_without_a_name_two_fields_that_tell_people_apart_are_worth_a_look() -> None:
    one = profile(Record(birth_date=ONE.birth_date, mother_name=ONE.mother_name or ""))
    assert weigh(one, one).zone is Zone.POSSIBLE


HOME = {"mother_name": "SUPARMI", "village": "18.01.04.2001", "birth_place": "Kalianda", "phones": ["081234567801"]}


def test_a_twin_whose_long_name_differs_by_a_letter_is_related() -> None:
    one = plain(name="RINA RAHAYU", birth_date="1994-03-17", sex="F", nik="1801045703940003", **HOME)
    other = plain(name="RINI RAHAYU", birth_date="1994-03-17", sex="F", nik="1801045703940004", **HOME)
    assert compare(one, other).zone is Zone.RELATED


def test_a_son_with_his_fathers_name_at_his_fathers_home_is_related() -> None:
    father = plain(name="JOKO SUSILO", birth_date="1960-05-01", sex="M", nik="1801040105600001", **HOME)
    home = {**HOME, "mother_name": "SUMIATI"}
    son = plain(name="JOKO SUSILO", birth_date="1990-09-11", sex="M", nik="1801041109900002", **home)
    found = compare(father, son)
    assert found.zone is Zone.RELATED
    assert texts.EVIDENCE["household"] in [(e.text_id, e.text_en) for e in found.evidence]


@given(st.sampled_from(["nik", "passport_no"]), st.booleans(), st.booleans())
def test_a_number_is_not_confirmed_by_what_stands_in_it(field: str, dated: bool, sexed: bool) -> None:
    known = {field: getattr(ONE, field), "sex": "F" if sexed else "", "birth_date": ONE.birth_date if dated else None}
    one = profile(Record(**known))
    assert weigh(one, one).zone is Zone.POSSIBLE
    assert weigh(one, one).rule in (None, "number-only")


@pytest.mark.parametrize("field", ["phones", "birth_date", "birth_place", "sex", "village", "name", "mother_name"])
def test_a_single_weak_field_does_not_even_raise_the_question(field: str) -> None:
    assert sharing(field).zone is Zone.NONE
