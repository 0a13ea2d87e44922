"""The table is whole: every level that can come up has words, signs are sane, the figures are in order."""

import pytest

from office_node.domain.compare import Weighed, _text, explain
from office_node.domain.model import Model, current, parse
from office_node.domain.zones import Zone


def test_the_newest_table_names_its_version_and_its_zones_are_in_order() -> None:
    model = current()
    assert model.version.startswith("comparison/20")
    assert model.possible < model.match
    assert len(model.weights) > 80


def test_every_level_of_the_table_has_words() -> None:
    for level in current().weights:
        if not level.startswith("term:"):
            assert all(_text(level)), level


@pytest.mark.parametrize(
    ("level", "sign"),
    [
        ("nik:equal", 1), ("name:same:rare", 1), ("mother_name:same:usual", 1), ("birth_date:equal", 1),
        ("sex:different", -1), ("birth_date:far", -1), ("nik:near-serial", -1), ("mother_name:different:far", -1),
    ],
)  # fmt: skip
def test_what_is_the_same_speaks_for_and_what_differs_against(level: str, sign: int) -> None:
    assert current().weights[level] * sign > 0


def test_the_table_speaks_of_no_village_age_or_faith() -> None:
    """Sex and village are compared as identity only; no value of either is in the table."""
    fields = {level.partition(":")[0] for level in current().weights}
    assert fields <= {
        "name", "birth_date", "nik", "number", "passport_no", "mother_name", "birth_place", "village", "address",
        "phone", "kk", "sex", "term",
    }  # fmt: skip


def test_a_score_is_prior_and_weights_and_a_probability_rises_with_it() -> None:
    model: Model = parse({
        "version": "comparison/2000-01", "prior": -2.0, "weights": {"a:b": 3.5}, "zones": {"possible": 0, "match": 5},
        "calibration": {"slope": 1.0, "shift": 0.0},
    })  # fmt: skip
    assert model.score(["a:b", "unknown"]) == 1.5
    assert model.probability(0.0) == 0.5
    assert model.probability(-1e9) == pytest.approx(0.0)
    assert model.probability(1e9) == pytest.approx(1.0)
    assert model.probability(1.0) < model.probability(2.0)


def test_what_agrees_is_never_told_as_a_difference() -> None:
    """Also where the table gives it no weight: an officer would read a contradiction."""
    for level in current().weights:
        told = explain(Weighed(Zone.NONE, 0.0, 0.1, (level,), None))
        assert all(evidence.supports for evidence in told.evidence if evidence.field in told.agreeing), level
