"""Rows are ranked by how rare what they share is; what a crowd shares tells nobody apart and costs nothing."""

from office_node.domain.candidates import CROWD, MOST, rank


def test_a_rare_token_counts_more_than_two_frequent_ones() -> None:
    common = [f"c{i}" for i in range(CROWD - 1)]
    ranked = rank([["rare"], [*common, "both"], [*common, "both"]], rows=100_000)
    assert ranked.found[0] == ("both", 2 * ranked.found[1][1]) or ranked.found[0][0] == "rare"
    assert dict(ranked.found)["rare"] > dict(ranked.found)["c0"]
    assert ranked.truncated


def test_a_crowd_is_passed_over_if_anything_else_finds_somebody() -> None:
    ranked = rank([range(CROWD + 1), [7]], rows=10_000)
    assert [one for one, _ in ranked.found] == [7]
    assert not ranked.truncated


def test_a_crowd_alone_is_looked_at_in_part_and_said_to_be() -> None:
    ranked = rank([range(CROWD + 1)], rows=10_000)
    assert [one for one, _ in ranked.found] == list(range(MOST))
    assert ranked.truncated


def test_nobody_shares_anything() -> None:
    assert rank([[], []], rows=10) == ([], False)
    assert rank([], rows=0) == ([], False)


def test_one_row_alone_has_some_worth() -> None:
    assert rank([[1]], rows=1).found[0][1] > 0
