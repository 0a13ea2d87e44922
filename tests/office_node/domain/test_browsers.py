"""Origins as browsers write them, and flows that only the browser which began them can end."""

from datetime import UTC, datetime, timedelta

import pytest

from office_node.domain import browsers

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://a.test", "https://a.test"),
        ("https://a.test:443", "https://a.test"),
        ("https://a.test:8443", "https://a.test:8443"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_an_origin_has_no_default_port(url: str, origin: str) -> None:
    assert browsers.origin_of(url) == origin


def test_a_flow_is_open_for_ten_minutes_and_gives_three_values() -> None:
    flow = browsers.new_flow(b"x" * 32, now=NOW)
    assert browsers.flow_is_open(flow, now=NOW + timedelta(minutes=10))
    assert not browsers.flow_is_open(flow, now=NOW + timedelta(minutes=10, seconds=1))
    assert not browsers.flow_is_open(flow, now=NOW - timedelta(seconds=1))
    made = {browsers.of_flow(flow, "state"), browsers.of_flow(flow, "nonce"), browsers.of_flow(flow, "verifier")}
    assert {len(one) for one in made} == {43}
    assert len(made) == 3


@pytest.mark.parametrize("flow", ["", ".", "x.y", "1" * 30 + "." + "a" * 64, "١٢." + "a" * 64, "12." + "a" * 63])
def test_what_is_no_flow_is_not_open(flow: str) -> None:
    assert not browsers.flow_is_open(flow, now=NOW)


def test_the_pkce_challenge_is_that_of_the_standard() -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert browsers.challenge_of(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_the_token_of_a_session_does_not_give_its_id_away() -> None:
    assert browsers.csrf_of("a" * 64) != browsers.csrf_of("b" * 64)
    assert browsers.csrf_of("a" * 64) != browsers.kept_of("a" * 64).hex()
    assert browsers.same_text("ä", "ä")
    assert not browsers.same_text("a", "b")
