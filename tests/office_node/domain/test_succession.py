"""Whose cases can be whose by the roster: what goes to an office can have gone to it, and never both ways at once."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from office_node.domain.succession import all_followers, can_follow, goes_to, may_give
from shared_schemas.roster import Member, Region

TODAY = date(2026, 11, 27)
CODES = ("18.01", "18.02")
DAYS = st.integers(-3, 3).map(lambda days: TODAY + timedelta(days=days))


def member(name: str, regions: tuple[Region, ...], successor: str | None) -> Member:
    said: dict[str, Any] = {"id": name, "role": "office", "regions": regions, "successor": successor}
    return Member.model_construct(**said)


REGIONS = st.lists(
    st.builds(Region, code=st.sampled_from(CODES), valid_from=DAYS, valid_until=st.none() | DAYS), max_size=3
).map(tuple)
NAMES = ("kanim-a", "kanim-b", "kanim-c")


def members(name: str) -> st.SearchStrategy[Member]:
    return st.builds(member, st.just(name), REGIONS, st.none() | st.sampled_from(NAMES))


@given(members("kanim-a"), members("kanim-b"), st.none() | st.sampled_from(CODES).map(lambda code: f"{code}.01.2001"))
def test_what_goes_to_an_office_can_have_gone_to_it(giver: Member, taker: Member, village: str | None) -> None:
    if goes_to(giver, taker, village=village, today=TODAY) and taker.successor is None:
        assert can_follow(giver, taker, today=TODAY)


@given(members("kanim-a"), members("kanim-b"))
def test_only_who_may_give_is_followed_by_anybody(giver: Member, taker: Member) -> None:
    assert may_give(giver) or not can_follow(giver, taker, today=TODAY)
    assert not can_follow(giver, giver, today=TODAY)


@given(members("kanim-a"), members("kanim-b"), members("kanim-c"))
def test_no_two_offices_follow_each_other(one: Member, two: Member, three: Member) -> None:
    found = all_followers((one, two, three), today=TODAY)
    assert not [(giver, taker) for giver, takers in found.items() for taker in takers if giver in found.get(taker, ())]
    assert set(found) == {each.id for each in (one, two, three) if may_give(each)}


@given(members("kanim-a"), members("kanim-b"))
def test_of_two_offices_one_follows_if_it_can_and_the_other_cannot(one: Member, two: Member) -> None:
    found = all_followers((one, two), today=TODAY)
    for giver, taker in ((one, two), (two, one)):
        wanted = can_follow(giver, taker, today=TODAY) and not can_follow(taker, giver, today=TODAY)
        assert found.get(giver.id, ()) == ((taker.id,) if wanted else ())


def test_a_case_can_have_moved_through_a_third_office() -> None:
    ended = Region(code="18.01", valid_from=date(2020, 1, 1), valid_until=TODAY)
    chain = (
        member("kanim-a", (ended,), None),
        member("kanim-b", (Region(code="18.01", valid_from=TODAY),), "kanim-c"),
        member("kanim-c", (), None),
    )
    assert all_followers(chain, today=TODAY) == {"kanim-a": (), "kanim-b": ("kanim-c",)}
    chain = (member("kanim-a", (), "kanim-b"), *chain[1:])
    assert all_followers(chain, today=TODAY) == {"kanim-a": ("kanim-b", "kanim-c"), "kanim-b": ("kanim-c",)}


def test_a_region_that_is_only_announced_takes_nothing_away() -> None:
    """Who will have a region next year keeps the cases from there that it has today."""
    announced = member("kanim-a", (Region(code="18.01", valid_from=TODAY + timedelta(days=30)),), None)
    holder = member("kanim-b", (Region(code="18.01", valid_from=date(2020, 1, 1)),), None)
    assert not goes_to(announced, holder, village="18.01.04.2001", today=TODAY)
    assert not can_follow(announced, holder, today=TODAY)


def test_an_office_that_leaves_takes_no_region_over() -> None:
    giver = member("kanim-a", (Region(code="18.01", valid_from=date(2020, 1, 1), valid_until=TODAY),), None)
    here = (Region(code="18.01", valid_from=TODAY),)
    assert can_follow(giver, member("kanim-b", here, None), today=TODAY)
    assert not can_follow(giver, member("kanim-b", here, "kanim-c"), today=TODAY)
