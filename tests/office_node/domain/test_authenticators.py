"""Codes are those of RFC 6238, count once, and recovery codes are read as people write them."""

from datetime import UTC, datetime, timedelta

import pytest

from office_node.domain import authenticators

RFC = authenticators.secret_of(b"12345678901234567890")


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    assert authenticators.code_at(RFC, now) == code
    assert authenticators.step_of(RFC, code, now=now, after=0) == seconds // 30


def test_a_code_counts_one_step_early_or_late_and_never_again() -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    code, step = authenticators.code_at(RFC, now), int(now.timestamp()) // 30
    near = [
        authenticators.step_of(RFC, code, now=now + timedelta(seconds=30 * off), after=0) for off in (-2, -1, 0, 1, 2)
    ]
    assert near == [None, step, step, step, None]
    assert authenticators.step_of(RFC, code, now=now, after=step - 1) == step
    assert authenticators.step_of(RFC, code, now=now, after=step) is None
    assert authenticators.step_of(RFC, "", now=now, after=0) is None
    assert authenticators.step_of(RFC, "１２３４５６", now=now, after=0) is None


def test_a_recovery_code_is_the_same_however_it_is_written() -> None:
    code = authenticators.recovery_code(bytes(range(10)))
    assert len(code) == 19
    kept = authenticators.recovery_hash("o-17", code)
    assert authenticators.recovery_hash("o-17", code.upper().replace("-", " ")) == kept
    assert authenticators.recovery_hash("o-18", code) != kept
    assert not authenticators.is_totp(code)
    assert authenticators.is_totp("012345")
    assert not authenticators.is_totp("٠١٢٣٤٥")


def test_the_picture_names_office_and_reference_only() -> None:
    uri = authenticators.uri_of(RFC, officer="o-17", office="kanim-kalianda")
    assert uri == f"otpauth://totp/Jejak:o-17%40kanim-kalianda?secret={RFC}&issuer=Jejak"
