"""The generator of invented people: repeatable, well formed, nobody's real data, spread as reported."""

import ast
from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path

import pytest

from services.simulator import people
from services.simulator.data import names as pool
from services.simulator.people import Application, Population, applications
from services.simulator.people_numbers import FIRST_SERIAL, PASSPORT_LETTER, PHONE_PREFIXES
from services.simulator.people_places import office_of, villages
from shared_schemas.person import Person

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
PLENTY = 2000


@pytest.fixture(scope="module")
def crowd() -> list[Person]:
    return Population(11).people(PLENTY)


@pytest.fixture(scope="module")
def year() -> list[Application]:
    return list(applications(20_000, seed=5, now=NOW))


@pytest.fixture(scope="module")
def year_with_hops() -> list[Application]:
    return list(applications(12_000, seed=6, now=NOW, hops=True))


def _national(phone: str) -> str:
    digits = "".join(c for c in phone if c.isdigit())
    return digits.removeprefix("62").removeprefix("0")


def _nik_date(nik: str) -> tuple[int, int, int]:
    return int(nik[6:8]) % 40, int(nik[8:10]), int(nik[10:12])


def test_one_seed_makes_the_same_people_and_another_seed_others() -> None:
    def some(seed: int) -> list[Person]:
        source = Population(seed)
        people_ = [*source.people(40), *source.family(5), *source.twins()]
        return people_ + [source.variant(person)[0] for person in people_]

    assert some(1) == some(1)
    assert some(1) != some(2)


def test_applications_are_a_function_of_their_arguments() -> None:
    first, again = (list(applications(300, seed=4, now=NOW, hops=True)) for _ in range(2))
    assert first == again
    assert first != list(applications(300, seed=5, now=NOW, hops=True))


def test_every_person_validates_again_from_its_own_json(crowd: list[Person]) -> None:
    assert all(Person.model_validate_json(person.model_dump_json()) == person for person in crowd[:300])


def test_the_nik_agrees_with_birth_date_and_sex_and_is_never_given_twice(crowd: list[Person]) -> None:
    with_nik = [(person, person.nik) for person in crowd if person.nik]
    assert len(with_nik) > 0.97 * len(crowd)
    for person, nik in with_nik:
        born = person.birth_date
        assert _nik_date(nik) == (born.day, born.month, born.year % 100)
        assert (int(nik[6:8]) > 40) == (person.sex == "F")
    assert len({nik for _, nik in with_nik}) == len(with_nik)


def test_villages_exist_and_the_kk_is_of_the_sub_district(crowd: list[Person]) -> None:
    known = {code for codes in villages().values() for code in codes}
    assert len(known) == 2651
    for person in crowd:
        assert person.village in known
        assert person.kk is None or person.kk[:6] == person.village.replace(".", "")[:6]


def test_numbers_cannot_belong_to_a_living_person(crowd: list[Person]) -> None:
    for person in crowd:
        for number in (person.nik, person.kk):
            assert number is None or int(number[-4:]) >= FIRST_SERIAL
        assert all(_national(phone).startswith(PHONE_PREFIXES) for phone in person.phones)
        assert person.passport_no is None or person.passport_no[0] == PASSPORT_LETTER


def test_the_pools_hold_no_family_name_of_a_well_known_person() -> None:
    parts = {word for value in vars(pool).values() for word in str(value).replace("'", " ").split()}
    assert parts.isdisjoint({"Widodo", "Subianto", "Prabowo", "Megawati", "Yudhoyono", "Habibie", "Baswedan"})


def test_about_a_quarter_have_a_single_name(crowd: list[Person]) -> None:
    single = sum(len(person.name.split()) == 1 for person in crowd) / len(crowd)
    assert 0.20 <= single <= 0.30


def test_names_of_every_origin_occur(crowd: list[Person]) -> None:
    words = {word for person in crowd for word in person.name.split()}
    for names in (
        pool.JAVANESE_SINGLE["M"],
        pool.SUNDANESE_FIRST["F"],
        pool.LAMPUNG_FIRST["M"],
        pool.BALINESE_ORDER,
        pool.BUGIS_FIRST["M"],
        pool.BATAK_MARGA,
        pool.ARABIC_FIRST["F"],
    ):
        assert words & set(names)


@pytest.mark.parametrize("office", people.OFFICES)
def test_a_person_of_an_office_lives_in_its_area(office: str) -> None:
    source = Population(3)
    assert {office_of(source.person(office).village) for _ in range(60)} == {office}


def test_an_unknown_office_is_refused() -> None:
    with pytest.raises(ValueError, match="no such office"):
        Population(3).person("kanim-nowhere")


def test_half_of_the_migrants_and_a_quarter_of_all_live_under_kalianda() -> None:
    source = Population(8)
    migrants = Counter(office_of(source.person(migrant=True).village) for _ in range(PLENTY))
    everybody = Counter(office_of(source.person().village) for _ in range(PLENTY))
    assert migrants[people.KALIANDA] / PLENTY == pytest.approx(0.477, abs=0.04)
    assert everybody[people.KALIANDA] / PLENTY == pytest.approx(0.246, abs=0.04)
    assert everybody[people.BANDAR_LAMPUNG] / PLENTY == pytest.approx(0.464, abs=0.04)


def test_a_family_shares_village_and_card_and_the_children_their_mother() -> None:
    source = Population(21)
    for size in (1, 2, 5, 12):
        household = source.family(size)
        assert len(household) == size
        assert len({(person.village, person.kk) for person in household}) == 1
        assert len({person.nik for person in household}) == size
        children = household[2:] if size > 2 else household[1:]
        assert {child.mother_name for child in children} <= {household[0].name}
        assert all(child.birth_date > household[0].birth_date + timedelta(days=365 * 18) for child in children)
        assert all(person.birth_date < people.TODAY for person in household)


@pytest.mark.parametrize("size", [0, 13])
def test_a_household_that_cannot_be_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="1 to 12"):
        Population(1).family(size)


def test_twins_differ_in_name_and_serial_only() -> None:
    source = Population(9)
    for _ in range(100):
        one, other = source.twins()
        assert one.name != other.name
        assert one.nik is not None
        assert other.nik is not None
        assert (one.nik[:12], one.birth_date, one.mother_name) == (
            other.nik[:12],
            other.birth_date,
            other.mother_name,
        )
        assert one.nik != other.nik


def test_siblings_have_one_mother_and_two_names(crowd: list[Person]) -> None:
    source = Population(10)
    for person in crowd[:200]:
        sibling = source.sibling_of(person)
        assert sibling.name != person.name
        assert sibling.birth_date != person.birth_date
        assert (sibling.mother_name, sibling.village) == (person.mother_name, person.village)


def test_a_namesake_shares_name_and_birth_date_and_nothing_that_identifies(crowd: list[Person]) -> None:
    source = Population(10)
    for person in crowd[:200]:
        other = source.namesake_of(person)
        assert (other.name, other.birth_date) == (person.name, person.birth_date)
        assert other.village != person.village
        assert other.mother_name != person.mother_name
        assert other.nik is None or other.nik != person.nik
        assert not set(other.phones) & set(person.phones)


def test_a_variant_always_differs_and_says_how(crowd: list[Person]) -> None:
    source = Population(12)
    seen: set[str] = set()
    for person in crowd:
        changed, kinds = source.variant(person)
        assert changed != person
        assert kinds
        assert changed.birth_date.year == person.birth_date.year
        seen |= set(kinds)
    assert seen == set(people.KINDS)


FIELD_OF = {
    **dict.fromkeys(people.NAME_KINDS, "name"),
    "day_month": "birth_date",
    "phone": "phones",
    "nik_typo": "nik",
    "nik_omitted": "nik",
    "mother_respelled": "mother_name",
    "village_moved": "village",
}


@pytest.mark.parametrize("kind", people.KINDS)
def test_a_kind_changes_its_own_field_and_no_other(kind: str, crowd: list[Person]) -> None:
    source = Population(13)
    took = 0
    for person in crowd[:200]:
        changed, kinds = source.variant(person, [kind])
        differing = {name for name in Person.model_fields if getattr(changed, name) != getattr(person, name)}
        assert differing == ({FIELD_OF[kind]} if kinds else set())
        assert kinds in ((), (kind,))
        took += bool(kinds)
    assert took > 50


def test_a_single_name_has_no_order_and_an_unknown_kind_is_refused() -> None:
    person = Person(name="Suparman", birth_date=date(1970, 1, 2), sex="M")
    assert Population(1).variant(person, ["order"]) == (person, ())
    with pytest.raises(ValueError, match="no such kind"):
        Population(1).variant(person, ["face"])


def test_a_year_is_in_order_of_filing_in_counter_hours_and_numbered(year: list[Application]) -> None:
    assert len(year) == 20_000
    assert all(a.filed_at <= b.filed_at for a, b in pairwise(year))
    assert len({application.application_no for application in year}) == len(year)
    wib = timezone(timedelta(hours=7))
    for application in year:
        assert NOW - timedelta(days=366) < application.filed_at < NOW
        local = application.filed_at.astimezone(wib)
        assert local.weekday() < 5
        assert 8 <= local.hour < 15


def test_outcomes_come_at_the_reported_rates(year: list[Application]) -> None:
    count = Counter((a.outcome.standing, a.outcome.reason_group, a.outcome.reason_code) for a in year)
    per_thousand = Counter({key: 1000 * value / len(year) for key, value in count.items()})

    def rate(code: str) -> float:
        return sum(value for key, value in per_thousand.items() if key[2] == code)

    postponed_b = sum(v for (standing, group, _), v in per_thousand.items() if (standing, group) == ("postponed", "B"))
    assert 60 <= 1000 * sum(a.flagged for a in year) / len(year) <= 75
    assert rate("X1") == pytest.approx(25, abs=4)
    assert rate("A3") == pytest.approx(6, abs=2)
    assert rate("A1") == pytest.approx(5, abs=2)
    assert postponed_b == pytest.approx(6, abs=2)
    assert rate("B3") == pytest.approx(1, abs=0.8)
    assert rate("A4") == pytest.approx(1, abs=0.8)
    assert per_thousand["cleared", None, None] > 900
    assert 10 <= per_thousand["under_examination", None, None] <= 50


def test_an_outcome_is_decided_after_filing_and_before_now_or_not_at_all(year: list[Application]) -> None:
    for application in year:
        outcome = application.outcome
        if outcome.decided_at is None:
            assert outcome.standing == "under_examination"
            assert application.filed_at > NOW - timedelta(days=40)
        else:
            assert application.filed_at < outcome.decided_at <= NOW
        assert (outcome.until is not None) == (outcome.standing == "suspended")
        assert outcome.reason_group is None or outcome.reason_group == (outcome.reason_code or "")[:1]


def test_pilgrims_are_the_majority_and_adverse_cases_gather_in_kalianda(year: list[Application]) -> None:
    purposes = Counter(application.purpose for application in year)
    assert 0.6 <= purposes["umrah"] / len(year) <= 0.8
    adverse = Counter(a.office for a in year if a.outcome.reason_group == "B")
    assert adverse[people.KALIANDA] / adverse.total() > 0.3


def test_without_hops_nobody_is_planted(year: list[Application]) -> None:
    assert all(application.kinship is None and application.of is None for application in year)


def test_a_hop_is_the_same_person_at_another_office_within_ninety_days(
    year_with_hops: list[Application],
) -> None:
    by_number = {application.application_no: application for application in year_with_hops}
    hops = [application for application in year_with_hops if application.kinship == "hop"]
    adverse = [a for a in year_with_hops if a.kinship is None and a.outcome.reason_group == "B"]
    assert 0.1 <= len(hops) / len(adverse) <= 0.35
    for hop in hops:
        first = by_number[hop.of or ""]
        assert first.outcome.standing in ("postponed", "refused")
        assert first.outcome.decided_at is not None
        assert hop.office != first.office
        assert timedelta(0) < hop.filed_at - first.outcome.decided_at <= timedelta(days=92)
        assert bool(hop.changed) == (hop.person != first.person)
    assert {bool(hop.changed) for hop in hops} == {True, False}


def test_decoys_are_other_people(year_with_hops: list[Application]) -> None:
    by_number = {application.application_no: application for application in year_with_hops}
    decoys = [a for a in year_with_hops if a.kinship in ("namesake", "sibling", "twin")]
    assert decoys
    for decoy in decoys:
        first = by_number[decoy.of or ""].person
        assert decoy.person.nik is None or decoy.person.nik != first.nik
        assert (decoy.kinship == "namesake") == (decoy.person.name == first.name)


def test_a_naive_now_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        list(applications(1, seed=1, now=NOW.replace(tzinfo=None)))


@pytest.mark.parametrize("told", [people.story(), people.story_late()])
def test_the_story_is_one_person_with_another_spelling_phone_and_no_nik(told: people.Story) -> None:
    kalianda, kotabumi = told.kalianda, told.kotabumi
    assert kalianda.birth_date == kotabumi.birth_date
    assert kalianda.village == kotabumi.village
    assert kalianda.name != kotabumi.name
    assert kalianda.nik is not None
    assert kotabumi.nik is None
    assert not {_national(p) for p in kalianda.phones} & {_national(p) for p in kotabumi.phones}
    assert set(told.changed) <= set(people.KINDS)


def test_the_people_of_the_story_are_well_formed_and_invented() -> None:
    told = [
        people.story().kalianda,
        people.story_late().kalianda,
        people.story_namesake(),
        people.story_stranger(),
    ]
    known = {code for codes in villages().values() for code in codes}
    for person in told:
        assert person.nik is not None
        born = person.birth_date
        assert _nik_date(person.nik) == (born.day, born.month, born.year % 100)
        assert (int(person.nik[6:8]) > 40) == (person.sex == "F")
        assert int(person.nik[-4:]) >= FIRST_SERIAL
        assert person.village in known
        assert all(_national(phone).startswith(PHONE_PREFIXES) for phone in person.phones)
    assert people.story().kalianda.mother_name == people.story().kotabumi.mother_name
    assert people.story_namesake().name == people.story().kalianda.name
    assert people.story_namesake().mother_name != people.story().kalianda.mother_name


def test_the_generator_imports_nothing_of_the_node() -> None:
    folder = Path(people.__file__).parent
    sources = [*folder.glob("people*.py"), *(folder / "data").glob("*.py")]
    assert len(sources) > 8
    for source in sources:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not any(name.startswith("office_node") for name in names), source.name
