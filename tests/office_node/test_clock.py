"""The machine's clock as the node sees it: UTC in whole milliseconds, and a time-out that is an error."""

from datetime import UTC

import pytest

from office_node.clock import Clock, SystemClock

pytestmark = pytest.mark.anyio


@pytest.fixture
def clock() -> Clock:
    return SystemClock()


async def test_now_is_in_utc_and_whole_milliseconds(clock: Clock) -> None:
    moments = [clock.now() for _ in range(50)]
    assert {moment.tzinfo for moment in moments} == {UTC}
    assert {moment.microsecond % 1000 for moment in moments} == {0}
    assert moments == sorted(moments)


async def test_sleeping_lets_that_much_time_pass(clock: Clock) -> None:
    before = clock.monotonic()
    await clock.sleep(0.02)
    assert clock.monotonic() - before >= 0.02


async def test_what_takes_too_long_raises_timeout_error(clock: Clock) -> None:
    with pytest.raises(TimeoutError):
        async with clock.timeout(0.01):
            await clock.sleep(5)


async def test_what_is_quick_enough_is_left_alone(clock: Clock) -> None:
    async with clock.timeout(5):
        await clock.sleep(0)
    assert clock.monotonic() > 0
