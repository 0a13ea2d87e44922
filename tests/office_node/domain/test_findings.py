from datetime import date

import pytest

from office_node.domain.findings import birth_date_in_future, findings
from shared_schemas.person import Person

TODAY = date(2026, 11, 24)
PLAIN = {
    "name": "SULASTRI", "birth_date": "1987-05-23", "sex": "F", "nik": "1801066305870002", "mother_name": "SUMINAH",
    "village": "18.01.06.2002", "phones": ["081279001001"],
}  # fmt: skip

BARE: dict[str, object] = {"nik": None, "mother_name": None, "village": None, "phones": [], "sex": None}


def codes(**changes: object) -> list[tuple[str, str]]:
    return [(f.code, f.field) for f in findings(Person.model_validate({**PLAIN, **changes}), today=TODAY)]


def test_nothing_is_odd_about_a_plain_person() -> None:
    assert codes() == []
    assert codes(nik=None, village=None, mother_name=None, sex=None, phones=[]) == []


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"nik": "1801067205870002"}, "nik-impossible", "nik"),
        ({"nik": "1801066405870002"}, "nik-date-differs", "nik"),
        ({"nik": "1801062305870002"}, "nik-sex-differs", "nik"),
        ({"name": "S"}, "name-one-letter", "name"),
        ({"mother_name": "M."}, "name-one-letter", "mother_name"),
        ({"name": "陳美玲"}, "name-not-latin", "name"),
        ({"name": "SULASTRI سلسترى"}, "name-not-latin", "name"),
        ({"aliases": ["Сулястри"]}, "name-not-latin", "aliases"),
        ({"village": "18.01.06.2999"}, "village-unknown", "village"),
        ({"phones": ["0000000000"]}, "phone-unusable", "phones"),
        ({"birth_date": "1887-05-23"}, "birth-date-very-old", "birth_date"),
        ({**BARE, "name": "Siti", "birth_date": "1990-01-01"}, "nothing-to-search", "name"),
        ({"birth_date": "2087-05-23"}, "birth-date-in-future", "birth_date"),
    ],
)
def test_what_is_odd_is_found_and_named(changes: dict[str, object], code: str, field: str) -> None:
    assert codes(**changes) == [(code, field)]


def test_villages_of_other_provinces_are_not_judged() -> None:
    assert codes(village="33.01.01.2001") == []


def test_latin_letters_with_marks_are_latin() -> None:
    assert codes(name="RENÉ ÅSTRØM ʼALI") == []


def test_a_finding_never_repeats_a_value() -> None:
    person = Person.model_validate({**PLAIN, "nik": "1801067205870002", "village": "18.01.06.2999", "name": "Z"})
    texts = " ".join(f.text_id + f.text_en for f in findings(person, today=TODAY))
    assert texts
    assert not any(value in texts for value in ("1801067205870002", "18.01.06.2999", "Z"))


def test_a_birth_date_is_in_the_future_only_after_today() -> None:
    assert birth_date_in_future(date(2026, 11, 25), today=TODAY)
    assert not birth_date_in_future(TODAY, today=TODAY)
