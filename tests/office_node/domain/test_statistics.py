"""Periods and random rounding; what the rounded tables let an attacker know."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office_node.domain.statistics import (
    BASE,
    FAMILIES,
    TABLES,
    Family,
    Table,
    is_over,
    last_day,
    month_of,
    next_month,
    rounded,
    rounded_tables,
    waited,
    week_of,
)

SMALL = Family(
    "small", "", "", ("outcome", "regency"), (Table("by_outcome", ("outcome",)), Table("by_regency", ("regency",)))
)
SEEDS = [bytes([number]) * 32 for number in range(64)]
PLACES: tuple[tuple[str, ...], ...] = tuple(product(("postponed", "refused"), ("18.01", "18.02")))


@given(st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 12, 31)))
def test_every_day_lies_in_its_month_and_week(day: date) -> None:
    for period in (month_of(day), week_of(day)):
        assert 0 <= (last_day(period) - day).days <= 30
        assert not is_over(period, today=last_day(period) + timedelta(days=3))
        assert is_over(period, today=last_day(period) + timedelta(days=4))
    assert last_day(next_month(month_of(day))) > last_day(month_of(day))
    assert month_of(last_day(month_of(day))) == month_of(day)
    assert week_of(last_day(week_of(day))) == week_of(day)


@pytest.mark.parametrize(("days", "name"), [(0, "0-1"), (1, "0-1"), (2, "2-4"), (7, "5-7"), (30, "15-30"), (31, "31+")])
def test_a_waiting_time_has_a_class(days: int, name: str) -> None:
    filed = datetime(2026, 11, 2, 3, tzinfo=UTC)
    assert waited(filed, filed + timedelta(days=days, hours=5)) == name


@given(st.integers(min_value=0, max_value=10**6), st.binary(min_size=32, max_size=32))
def test_a_rounded_value_is_a_neighbouring_multiple_and_always_the_same(value: int, seed: bytes) -> None:
    told = rounded(value, seed=seed, family="f", values=("a",))
    assert told % BASE == 0
    assert abs(told - value) < BASE
    assert told == rounded(value, seed=seed, family="f", values=("a",))


@pytest.mark.parametrize("value", [1, 2, 100, 101])
def test_rounding_is_unbiased(value: int) -> None:
    draws = [rounded(value, seed=number.to_bytes(32), family="f", values=("a",)) for number in range(6000)]
    assert abs(sum(draws) / len(draws) - value) < 0.08
    assert len(set(draws)) == 2


def explains(told: int) -> range:
    """Every value that one rounded cell may have been."""
    return range(max(0, told - 2), told + 3)


@pytest.mark.parametrize("seed", SEEDS[:12])
@pytest.mark.parametrize("true", [(1, 0, 0, 0), (1, 1, 1, 1), (2, 1, 0, 0), (2, 2, 2, 2), (1, 2, 4, 0), (2, 0, 0, 5)])
def test_no_small_count_can_be_pinned_by_totals_and_differences_of_the_tables(
    true: tuple[int, ...], seed: bytes
) -> None:
    """Who knows the method tries every world that may have led to the tables: all of them stay possible."""
    published = rounded_tables(dict(zip(PLACES, true, strict=True)), family=SMALL, seed=seed)
    assert all(value > 0 for value in published.values())
    worlds = []
    for told in product((0, 3, 6), repeat=4):
        cells = dict(zip(PLACES, told, strict=True))
        sums: dict[tuple[str, tuple[str, ...]], int] = {}
        for values, value in cells.items():
            for key in SMALL.keys_of(values) if value else ():
                sums[key] = sums.get(key, 0) + value
        if sums == published:
            worlds += list(product(*(explains(value) for value in told)))
    assert true in worlds
    margins = [(0, 1), (2, 3), (0, 2), (1, 3)]
    for place in range(4):
        assert len({world[place] for world in worlds}) > 1
    for one, other in margins:
        assert len({world[one] + world[other] for world in worlds}) > 2


def test_a_table_without_a_cell_says_as_little_as_one_that_rounded_to_nothing() -> None:
    gone = [seed for seed in SEEDS if rounded_tables({PLACES[0]: 1}, family=SMALL, seed=seed) == {}]
    assert 0 < len(gone) < len(SEEDS)
    assert rounded_tables({PLACES[0]: 0}, family=SMALL, seed=SEEDS[0]) == {}


def test_tables_of_one_family_agree_in_their_totals() -> None:
    cells = {place: number for number, place in enumerate(PLACES, start=1)}
    for seed in SEEDS:
        published = rounded_tables(cells, family=SMALL, seed=seed)
        totals = {
            name: sum(value for (table, _), value in published.items() if table == name)
            for name in ("by_outcome", "by_regency")
        }
        assert totals["by_outcome"] == totals["by_regency"]


def test_what_is_public_is_bound_to_nothing_else_that_is_public() -> None:
    """A family that is part of another one, or at most as large cell by cell, would bring equations: think first."""
    public = {family.name for family in FAMILIES.values() if family.public}
    assert public == {"filed", "outcomes", "flags", "flag_outcomes", "waiting", "requests", "outreach", "recruiters"}
    sensitive = {"office", "indicator", "officer", "sex", "age", "village", "religion", "ethnicity"}
    for family in FAMILIES.values():
        assert not (family.public and sensitive & set(family.dimensions)), family.name
        assert {name for table in family.tables for name in table.dimensions} <= set(family.dimensions)
        assert all(len(table.dimensions) <= 2 for table in family.tables)
        assert family.text_id.endswith(".")
        assert family.text_en.endswith(".")
    assert len(TABLES) == sum(len(family.tables) for family in FAMILIES.values())
