"""Time in the tables loses nothing that the wire can say."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from office_node.store.times import from_ms, from_ms_or_none, to_ms, to_ms_or_none

MILLISECONDS = st.integers(min_value=-(10**13), max_value=10**14)


@given(MILLISECONDS)
def test_milliseconds_survive_the_way_there_and_back(milliseconds: int) -> None:
    assert to_ms(from_ms(milliseconds)) == milliseconds


@given(st.integers(min_value=-(10**15), max_value=10**16))
def test_what_is_finer_than_a_millisecond_is_cut_off(microseconds: int) -> None:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    lost = moment - from_ms(to_ms(moment))
    assert timedelta() <= lost < timedelta(milliseconds=1)


def test_a_moment_in_jakarta_is_the_same_moment() -> None:
    wib = timezone(timedelta(hours=7))
    assert to_ms(datetime(1970, 1, 1, 7, tzinfo=wib)) == 0


def test_no_moment_stays_no_moment() -> None:
    assert to_ms_or_none(None) is None
    assert from_ms_or_none(None) is None
