"""In a statement every value has one spelling: what only looks like a number or a time is refused, not understood."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from shared_schemas.base import Moment, WireDate, WireMoment, rfc3339
from shared_schemas.inquiry import InquiryAnswer
from shared_schemas.roster import Stretch
from shared_schemas.trace import HelloFacts, Notice

TIME = "2026-11-24T02:30:00.000Z"
NOTICE: dict[str, Any] = {
    "type": "notice", "version": 1, "issuer": "kanim-kalianda", "generation": 1, "issued_at": TIME,
    "actor": {"office": "kanim-kalianda", "role": "node", "officer": None}, "leaf": "00" * 32, "case": "ab" * 16,
    "revision": 1, "number": 1, "standing": "postponed", "reason_group": "A", "until": "2027-02-01T00:00:00.000Z",
    "lapses_at": None, "tokens": {"epoch": "2026", "index": [], "fields": []}, "before": [], "replaces": [],
}  # fmt: skip


def test_the_notice_of_these_tests_is_accepted_as_it_stands() -> None:
    assert Notice.model_validate_json(json.dumps(NOTICE)).issued_at == datetime(2026, 11, 24, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize("member", ["version", "generation", "revision", "number"])
@pytest.mark.parametrize("value", ["1", True, 1.0, "one", None, [1]])
def test_a_number_is_a_whole_json_number(member: str, value: object) -> None:
    with pytest.raises(ValidationError):
        Notice.model_validate_json(json.dumps(NOTICE | {member: value}))


@pytest.mark.parametrize("value", [["1"], [True], [1.0]])
def test_so_are_numbers_in_lists(value: list[object]) -> None:
    with pytest.raises(ValidationError):
        Notice.model_validate_json(json.dumps(NOTICE | {"replaces": value}))


@pytest.mark.parametrize(
    "time",
    [
        1795487400, "1795487400", 1795487400.5, True, "", "2026-11-24", "2026-11-24T02:30:00Z",
        "2026-11-24T02:30:00.00Z",
        "2026-11-24T02:30:00.0000Z", "2026-11-24T09:30:00.000+07:00", "2026-11-24T02:30:00.000+00:00",
        "2026-11-24 02:30:00.000Z", "2026-11-24t02:30:00.000z", "2026-11-24T24:00:00.000Z", "2026-02-30T00:00:00.000Z",
        "0000-01-01T00:00:00.000Z", "0001-01-01T00:00:00.000+14:00", "9999-12-31T23:59:59.999-14:00", " " + TIME,
        TIME + "\n", "٢٠٢٦-11-24T02:30:00.000Z",
    ],
)  # fmt: skip
@pytest.mark.parametrize("member", ["issued_at", "until"])
def test_a_time_has_one_spelling(member: str, time: object) -> None:
    with pytest.raises(ValidationError):
        Notice.model_validate_json(json.dumps(NOTICE | {member: time}))


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00.000Z", TIME, "9999-12-31T23:59:59.999Z"])
def test_a_time_is_written_as_it_was_read(time: str) -> None:
    assert rfc3339(TypeAdapter(WireMoment).validate_json(json.dumps(time))) == time


@pytest.mark.parametrize("date", [0, 20000, "0", "2026-11-24T00:00:00Z", "2026-1-1", "20261124", "2026-02-30", True])
def test_a_date_has_one_spelling(date: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(WireDate).validate_json(json.dumps(date))


@pytest.mark.parametrize(("member", "value"), [("r", True), ("r", 8.0), ("p", True), ("p", "1"), ("n", "4096")])
def test_the_cost_of_stretching_is_a_number_too(member: str, value: object) -> None:
    with pytest.raises(ValidationError):
        Stretch.model_validate_json(json.dumps({member: value}))


def test_truncated_is_true_or_false() -> None:
    field = InquiryAnswer.model_fields["truncated"]
    adapter: TypeAdapter[bool] = TypeAdapter(field.rebuild_annotation())
    assert adapter.validate_json("true")
    for text in ("1", "0", '"true"', '"yes"'):
        with pytest.raises(ValidationError):
            adapter.validate_json(text)


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_that_utc_has_no_name_for_is_refused_where_any_offset_is_taken(time: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Moment).validate_json(json.dumps(time))


def test_where_people_file_any_offset_is_taken() -> None:
    assert rfc3339(TypeAdapter(Moment).validate_json('"2026-11-24T09:30:00+07:00"')) == TIME


def test_numbers_of_a_feed_are_whole_too() -> None:
    facts = {"at": TIME, "generation": 1, "last_number": 3, "live": [[1, 3]], "checkpoint": None}
    assert HelloFacts.model_validate_json(json.dumps(facts)).live == ((1, 3),)
    for live in ([["1", 3]], [[1.0, 3]], [[True, 3]]):
        with pytest.raises(ValidationError):
            HelloFacts.model_validate_json(json.dumps(facts | {"live": live}))
