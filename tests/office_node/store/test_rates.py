"""A rate lets a burst through, then the steady rate, for everybody by itself, and forgets who is quiet."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from office_node.store import rates
from office_node.store.engine import open_engine
from office_node.store.migrate import upgrade
from office_node.store.rates import Rate

NOW = datetime(2026, 11, 27, 8, tzinfo=UTC)
SLOW = Rate(per_s=2.0, burst=3)


def spent(engine: Engine, name: str, *, after_s: float = 0.0, rate: Rate = SLOW) -> float:
    with engine.begin() as connection:
        return rates.spend(connection, name, rate=rate, now=NOW + timedelta(seconds=after_s))


def test_a_burst_is_free_then_one_each_step(engine: Engine) -> None:
    assert [spent(engine, "peer a") for _ in range(5)] == [0, 0, 0, 0.5, 0.5]
    assert [spent(engine, "peer a", after_s=0.5) for _ in range(2)] == [0, 0.5]
    assert spent(engine, "peer b") == 0


def test_who_was_quiet_has_the_whole_burst_again_and_no_more(engine: Engine) -> None:
    assert [spent(engine, "peer a") for _ in range(3)] == [0, 0, 0]
    assert [spent(engine, "peer a", after_s=3600) for _ in range(4)] == [0, 0, 0, 0.5]


def test_a_clock_that_is_set_back_locks_nobody_out(engine: Engine) -> None:
    assert [spent(engine, "peer a") for _ in range(4)] == [0, 0, 0, 0.5]
    assert spent(engine, "peer a", after_s=-3600) == 0


def test_rows_that_say_nothing_any_more_go(engine: Engine) -> None:
    spent(engine, "peer a")
    with engine.begin() as connection:
        assert rates.forget_full(connection, now=NOW) == 0
        assert rates.forget_full(connection, now=NOW + timedelta(seconds=1)) == 1


@settings(deadline=None)
@given(st.lists(st.integers(0, 5000), min_size=1, max_size=60))
def test_never_more_than_the_burst_and_the_steady_rate(pauses_ms: list[int]) -> None:
    engine = open_engine("sqlite:///:memory:")
    upgrade(engine)
    moment, free = 0.0, []
    for pause_ms in pauses_ms:
        moment += pause_ms / 1000
        if spent(engine, "peer a", after_s=moment) == 0:
            free.append(moment)
    engine.dispose()
    for first in free:
        for last in free:
            inside = sum(1 for one in free if first <= one <= last)
            assert inside <= SLOW.burst + SLOW.per_s * max(0.0, last - first) + 1e-6 or last < first
