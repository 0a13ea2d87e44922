"""What verdicts add is measured on sets that nothing was learned from."""

from services.recognition import taught


def test_verdicts_of_one_set_are_learned_from_and_tried_on_another() -> None:
    found = list(taught.compared("evasive", persons=400, queries=200, seeds=[101, 102, 103], times=2))
    assert len(found) == 2
    for one in found:
        assert one.verdicts > 5
        assert one.without != one.taught
        assert all(0 <= figure <= 1 for figure in (*one.without, *one.taught))
