"""Every indicator in a case that fires it and one that does not; what no edition of the guideline can change."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office_node.guideline.engine import evaluate
from office_node.guideline.facts import Fact, Facts, Prior, pattern_facts, prior_facts
from office_node.guideline.pack import as_pack, shipped_pack
from shared_schemas.guideline import Pack, Thresholds, checks_in

TODAY = date(2026, 11, 27)
PACK = shipped_pack()
LEVELS = ("HIJAU", "KUNING", "MERAH")
Values = dict[str, Any]

CASES: dict[str, tuple[Values, Values]] = {
    "TJ-01": ({"purpose_contradicted": True}, {"purpose_contradicted": False}),
    "TJ-02": ({"journey_unexplained": True}, {"journey_unexplained": False}),
    "TJ-03": ({"account_changed": True}, {"account_changed": False}),
    "TJ-04": (
        {"work_intent": True, "work_procedure_begun": False},
        {"work_intent": True, "work_procedure_begun": True},
    ),
    "TJ-05": ({"pilgrimage_unconfirmed": True}, {"pilgrimage_unconfirmed": True, "valid_group": True}),
    "TJ-06": ({"family_visit_unverified": True}, {"family_visit_unverified": True, "host_verified": True}),
    "TJ-07": ({"programme_unconfirmed": True}, {"programme_unconfirmed": False}),
    "TJ-08": ({"trip_unfunded": True}, {"trip_unfunded": False}),
    "PK-01": ({"payer_barely_known": True}, {"payer_barely_known": False}),
    "PK-02": ({"broker_coached": True}, {"broker_coached": False}),
    "PK-03": ({"documents_held": True}, {"documents_held": False}),
    "PK-04": ({"online_job_offer": True}, {"online_job_offer": True, "contract_and_visa": True}),
    "PK-05": ({"debt_bond": True}, {"debt_bond": False}),
    "PK-06": ({"recruiter_unlicensed": True}, {"recruiter_unlicensed": False}),
    "DK-01": ({"identity_mismatch": True}, {"identity_mismatch": True, "correction_in_progress": True}),
    "DK-02": ({"identity_changed": True}, {"identity_changed": True, "identity_change_lawful": True}),
    "DK-03": ({"document_false": True}, {"document_false": False}),
    "DK-04": ({"documents_recent": True}, {"documents_recent": True, "move_explained": True}),
    "DK-05": ({"majority_doubted": True}, {"majority_doubted": False, "minor_without_parents": False}),
    "DK-06": ({"consent_not_genuine": True}, {"consent_not_genuine": False}),
    "DK-07": ({"old_passport_concealed": True}, {"old_passport_concealed": False}),
    "DK-08": ({"lost_passports": 2}, {"lost_passports": 1}),
    "RW-01": ({"own_postponed": True}, {"own_postponed": True, "earlier_condition_met": True}),
    "RW-02": (
        {"turned_away_elsewhere": True, "applied_elsewhere": False},
        {"turned_away_elsewhere": True, "applied_elsewhere": True},
    ),
    "RW-03": ({"open_elsewhere": 1}, {"open_elsewhere": 1, "parallel_explained": True}),
    "RW-04": ({"border_postponed": True}, {"border_postponed": True, "later_lawful_trip": True}),
    "RW-05": ({"repatriated": True}, {"repatriated": True, "work_procedure_begun": True}),
    "RW-06": ({"overstayed": True}, {"overstayed": False}),
    "RW-07": ({"turned_away_elsewhere": True, "record_denied": True}, {"record_denied": True}),
    "PL-01": ({"phone_offices": 2}, {"phone_cases": 1, "email_cases": 1, "phone_offices": 1}),
    "PL-02": ({"address_cases": 3}, {"address_cases": 3, "address_explained": True}),
    "PL-03": ({"group_identical": True}, {"group_identical": True, "valid_group": True}),
    "PL-04": ({"guarantor_cases": 3}, {"payer_cases": 3, "payer_explained": True}),
    "PL-05": ({"letter_cases": 2}, {"letter_cases": 2, "letter_confirmed": True}),
    "PL-06": ({"route_odd": True}, {"route_odd": False}),
    "NG-01": ({"destination": "KH", "work_intent": True}, {"destination": "TW", "work_intent": True}),
    "NG-02": ({"destination": "SA", "domestic_work": True}, {"destination": "MY", "domestic_work": True}),
    "NG-03": ({"destination": "SY"}, {"destination": "SG"}),
    "EK-01": ({"partner_alert": True}, {"partner_alert": False}),
    "EK-02": ({"outreach_report": True}, {"outreach_report": False}),
}
"""By indicator: what fires it, and the nearest that does not."""

_BY_KIND: dict[str, st.SearchStrategy[Any]] = {
    "yes_no": st.booleans(),
    "number": st.integers(0, 9),
    "country": st.sampled_from(["KH", "MM", "SA", "SY", "TW", "MY"]),
}
FACTS = st.fixed_dictionaries(
    {},
    optional={
        name: st.builds(
            Fact,
            value=_BY_KIND[kind],
            note=st.sampled_from(["", "seen"]),
            verified=st.booleans(),
            since=st.sampled_from([None, TODAY - timedelta(days=30), TODAY - timedelta(days=900)]),
        )
        for name, kind in PACK.facts().items()
    },
)
PROTECTING = sorted({test.fact for factor in PACK.protective for test in checks_in(factor.when)})


def facts(values: Values, *, verified: bool = True, note: str = "seen", minor: bool = False) -> Facts:
    since = TODAY - timedelta(days=10)
    return Facts({name: Fact(value, note, verified, since) for name, value in values.items()}, minor=minor)


def codes(known: Facts, *, on: date = TODAY) -> set[str]:
    return {reason.code for reason in evaluate(PACK, known, on=on).reasons}


def test_every_indicator_of_the_pack_has_its_two_cases() -> None:
    assert list(CASES) == [indicator.code for indicator in PACK.indicators]
    assert len(CASES) == 40
    assert len(PACK.protective) == 8


@pytest.mark.parametrize("code", CASES)
def test_an_indicator_fires_in_its_case_and_not_in_the_nearest_other(code: str) -> None:
    fires, fires_not = CASES[code]
    assert code in codes(facts(fires, minor=True))
    assert code not in codes(facts(fires_not, minor=True))
    assert code not in codes(Facts())


@pytest.mark.parametrize("code", CASES)
def test_a_single_indicator_never_reaches_the_top(code: str) -> None:
    only = tuple(i.model_copy(update={"weight": 12}) for i in PACK.indicators if i.code == code)
    heavy = PACK.model_copy(update={"indicators": only, "thresholds": Thresholds(yellow=1, red=2)})
    assessed = evaluate(heavy, facts(CASES[code][0], minor=True), on=TODAY)
    assert assessed.level == "KUNING"
    assert "one-indicator" in assessed.held_back


@given(FACTS, st.booleans())
def test_the_top_needs_two_groups_two_indicators_and_something_verified(known: dict[str, Fact], minor: bool) -> None:
    assessed = evaluate(PACK, Facts(known, minor=minor), on=TODAY)
    counted = [reason for reason in assessed.reasons if reason.points > 0]
    if assessed.level == "MERAH":
        assert len({reason.group for reason in counted}) >= 2
        assert len(counted) >= 2
        assert any(reason.verified for reason in counted)
    assert assessed.level in LEVELS


@given(FACTS, st.sampled_from(PROTECTING), st.booleans())
def test_protective_evidence_never_raises_the_level(known: dict[str, Fact], name: str, verified: bool) -> None:
    without = evaluate(PACK, Facts({k: v for k, v in known.items() if k != name}), on=TODAY)
    with_it = evaluate(PACK, Facts({**known, name: Fact(True, "seen", verified)}), on=TODAY)
    assert LEVELS.index(with_it.level) <= LEVELS.index(without.level)
    assert with_it.points <= without.points


@given(FACTS, st.dictionaries(st.sampled_from(["sex", "age_band", "village", "birth_place"]), st.text(max_size=8)))
def test_what_is_never_scored_changes_nothing_even_if_somebody_hands_it_in(
    known: dict[str, Fact], more: Mapping[str, str]
) -> None:
    strange = {name: Fact(value, "seen", True) for name, value in more.items()}
    assert evaluate(PACK, Facts({**known, **strange}), on=TODAY) == evaluate(PACK, Facts(known), on=TODAY)


@given(FACTS)
def test_what_is_not_known_makes_nothing_true(known: dict[str, Fact]) -> None:
    """Taking a fact away never adds a reason, unless it was what spoke for the applicant."""
    harmless = {name: fact for name, fact in known.items() if name not in _excusing(PACK)}
    whole = codes(Facts(harmless))
    for name in harmless:
        assert codes(Facts({k: v for k, v in harmless.items() if k != name})) <= whole


def _excusing(pack: Pack) -> set[str]:
    excuses = [indicator.unless for indicator in pack.indicators if indicator.unless is not None]
    excuses += [factor.when for factor in pack.protective]
    return {test.fact for condition in excuses for test in checks_in(condition)}


def test_unverified_counts_half_and_without_a_note_nothing() -> None:
    known = {"broker_coached": True}
    assert evaluate(PACK, facts(known), on=TODAY).points == 6
    assert evaluate(PACK, facts(known, verified=False), on=TODAY).points == 3
    unproven = evaluate(PACK, facts(known, note=" "), on=TODAY)
    assert unproven.points == 0
    assert unproven.level == "HIJAU"
    assert [reason.counted for reason in unproven.reasons] == [False]
    assert "note" in unproven.reasons[0].changes[-1].en


def test_an_earlier_postponement_halves_and_vanishes_when_its_condition_was_met() -> None:
    def points(days: int, *, met: bool = False) -> float:
        prior = Prior("kanim-a", True, "postponed", TODAY - timedelta(days=days), sure=True, condition_met=met)
        return evaluate(PACK, Facts(prior_facts([prior])), on=TODAY).points

    assert points(30) == 3
    assert points(400) == 1.5
    assert points(800) == 0.75
    assert points(40 * 366) == 0
    assert points(30, met=True) == 0


def test_a_postponement_elsewhere_counts_only_if_it_was_not_declared() -> None:
    there = prior_facts([Prior("kanim-b", False, "postponed", TODAY - timedelta(days=9), sure=True)])
    asked = evaluate(PACK, Facts(there), on=TODAY)
    assert asked.points == 0
    assert ("RW-02",) in [question.because for question in asked.questions if question.code == "applied_elsewhere"]
    denied = Facts(there).with_facts({"applied_elsewhere": Fact(False, "", False)})
    assert [(r.code, r.verified) for r in evaluate(PACK, denied, on=TODAY).reasons] == [("RW-02", True)]
    declared = Facts(there).with_facts({"applied_elsewhere": Fact(True, "", False)})
    assert evaluate(PACK, declared, on=TODAY).reasons == ()


def test_a_closed_indicator_takes_its_group_with_it() -> None:
    known = {"destination": "KH", "work_intent": True, "broker_coached": True}
    assert evaluate(PACK, facts(known), on=TODAY).level == "MERAH"
    helped = evaluate(PACK, facts({**known, "pmi_registered": True}), on=TODAY)
    assert helped.level == "HIJAU"
    assert helped.protective[0].closed == ("TJ-04", "NG-01")


def test_malaysia_and_taiwan_weigh_nothing_by_themselves() -> None:
    for country in ("MY", "TW", "HK", "SG"):
        assert evaluate(PACK, facts({"destination": country, "work_intent": True}), on=TODAY).points == 0


def test_a_list_counts_from_its_day_on() -> None:
    known = facts({"destination": "KH", "work_intent": True})
    assert "NG-01" in codes(known)
    assert "NG-01" not in codes(known, on=date(2025, 2, 28))


def test_questions_for_minors_are_neither_asked_nor_heard_of_adults() -> None:
    known = {"consent_not_genuine": True}
    assert codes(facts(known)) == set()
    assert codes(facts(known, minor=True)) == {"DK-06"}
    adult = {question.code for question in evaluate(PACK, Facts(), on=TODAY).questions}
    assert "minor_without_parents" not in adult


def test_questions_come_in_the_order_of_the_interview() -> None:
    order = [question.code for question in PACK.questions]
    asked = [question.code for question in evaluate(PACK, facts({"phone_cases": 3}), on=TODAY).questions]
    assert asked == sorted(asked, key=order.index)
    assert asked[-1] == "rights_told"
    assert "contact_explained" in asked


def test_patterns_are_counts_and_only_own_ones_are_exact() -> None:
    found = pattern_facts({"phone": 2, "email": 0, "payer": 4}, phone_elsewhere=(3, 2))
    assert {name: fact.value for name, fact in found.items()} == {
        "phone_cases": 2,
        "payer_cases": 4,
        "phone_offices": 2,
    }
    assert [name for name, fact in found.items() if not fact.verified] == ["phone_offices"]


def test_a_pack_can_be_made_gentler_but_not_stricter_than_the_rules_in_code() -> None:
    strict = as_pack({**PACK.model_dump(mode="json"), "thresholds": {"yellow": 1, "red": 2}})
    one_group = facts({"broker_coached": True, "documents_held": True, "debt_bond": True})
    assessed = evaluate(strict, one_group, on=TODAY)
    assert assessed.level == "KUNING"
    assert assessed.held_back == ("one-group",)
    hearsay = evaluate(strict, facts({"broker_coached": True, "account_changed": True}, verified=False), on=TODAY)
    assert hearsay.held_back == ("nothing-verified",)
