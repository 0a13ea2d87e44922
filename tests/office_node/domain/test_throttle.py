"""Who guesses waits longer each time, and an officer is never locked out for good."""

from datetime import timedelta

from office_node.domain import throttle


def test_the_wait_doubles_from_half_a_minute_to_a_quarter_of_an_hour() -> None:
    waits = [throttle.wait("name", failed) for failed in range(1, 13)]
    assert waits[:4] == [None] * 4
    assert [one.total_seconds() for one in waits[4:] if one is not None] == [30, 60, 120, 240, 480, 900, 900, 900]
    assert throttle.wait("name", 10**9) == timedelta(minutes=15)


def test_a_source_is_an_address_or_a_network_of_ipv6() -> None:
    for address, source in (
        ("10.0.0.7", "10.0.0.7"), ("2001:db8::1", "2001:db8::/64"), ("2001:db8::ffff:1:2", "2001:db8::/64"),
        ("::ffff:10.0.0.7", "10.0.0.7"), ("unknown", "unknown"), ("x" * 99, "x" * 64), ("", ""),
    ):  # fmt: skip
        assert throttle.network_of(address) == source


def test_a_source_has_more_free_tries_than_a_name() -> None:
    assert throttle.wait("source", 49) is None
    assert throttle.wait("source", 50) == timedelta(seconds=30)
