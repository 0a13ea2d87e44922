"""What may be chosen, and that a hash matches the password and nothing else."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from office_node.domain import passwords

WORDS = ("o-17", "Sari Utami", "Sari", "Utami", "kanim-kalianda", "kalianda")


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("kuda-sate-l", "too-short"),
        ("kuda-sate-lampu", None),
        ("tujuh kapal di teluk biru", None),
        ("x" * 12, "too-easy"),
        ("password1234", "too-easy"),
        ("SariUtami2026!", "too-easy"),
        ("kaliandakanim1", "too-easy"),
        ("paspor-imigrasi", "too-easy"),
        ("O-17 Sari 99!!", "too-easy"),
        ("lampu" * 200, "too-easy"),
        ("ﬃﬃﬃﬃ", "too-easy"),
        ("Zx9#kQ!vT2@m", None),
    ],
)
def test_what_is_short_or_easy_cannot_be_chosen(password: str, fault: str | None) -> None:
    assert passwords.fault(password, words=WORDS) == fault


def test_a_hash_matches_its_password_however_it_was_composed() -> None:
    kept = passwords.hashed("ménara", salt=b"s" * 16)
    assert passwords.matches(kept, unicodedata.normalize("NFD", "ménara"))
    assert not passwords.matches(kept, "menara")
    assert not passwords.matches(passwords.NOBODY, "")
    assert passwords.is_up_to_date(passwords.NOBODY)
    assert passwords.matches(passwords.NOBODY, "nobody has this password")
    assert not passwords.matches("no hash", "ménara")
    assert passwords.hashed("ménara", salt=b"t" * 16) != kept
    assert kept.startswith("$argon2id$")


@given(st.binary(min_size=20, max_size=20))
@settings(max_examples=50, deadline=None)
def test_a_temporary_password_can_be_read_out(entropy: bytes) -> None:
    made = passwords.temporary(entropy)
    assert len(made) == 24
    assert not set(made) & set("0O1lIi")
    assert passwords.normalised(made) == made
