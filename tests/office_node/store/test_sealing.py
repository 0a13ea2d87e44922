"""A sealed value opens in its own row, under its own key, unchanged, and nowhere else."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office_node.errors import KeyMissingError
from office_node.store.errors import UnsealError
from office_node.store.sealing import Sealer

KEY, OTHER = b"k" * 32, b"o" * 32
PLAIN = b"Sari Wulandari Utami"


def sealer(current: str = "2026", keys: dict[str, bytes] | None = None) -> Sealer:
    return Sealer(keys or {"2026": KEY}, current=current, random=secrets.token_bytes)


@given(st.binary(max_size=300), st.text(max_size=20), st.text(max_size=20))
def test_what_was_sealed_opens_in_its_row(plain: bytes, table: str, row: str) -> None:
    assert sealer().unseal(table, row, sealer().seal(table, row, plain)) == plain


def test_a_blob_shows_nothing_of_the_value_and_is_never_the_same_twice() -> None:
    one, two = (sealer().seal("office_case", "a", PLAIN) for _ in range(2))
    assert one != two
    assert PLAIN not in one
    assert b"Sari" not in one


@pytest.mark.parametrize(("table", "row"), [("entry", "a"), ("office_case", "b"), ("office_cas", "ea"), ("", "")])
def test_a_blob_moved_to_another_place_does_not_open(table: str, row: str) -> None:
    blob = sealer().seal("office_case", "a", PLAIN)
    with pytest.raises(UnsealError):
        sealer().unseal(table, row, blob)


def test_a_changed_byte_anywhere_is_refused() -> None:
    blob = sealer().seal("office_case", "a", PLAIN)
    for place in range(len(blob)):
        changed = blob[:place] + bytes([blob[place] ^ 1]) + blob[place + 1 :]
        with pytest.raises((UnsealError, KeyMissingError)):
            sealer().unseal("office_case", "a", changed)


def test_a_blob_that_was_cut_is_refused() -> None:
    blob = sealer().seal("office_case", "a", PLAIN)
    for length in range(len(blob)):
        with pytest.raises((UnsealError, KeyMissingError)):
            sealer().unseal("office_case", "a", blob[:length])


def test_another_key_of_the_same_name_does_not_open() -> None:
    with pytest.raises(UnsealError):
        sealer("2026", {"2026": OTHER}).unseal("t", "r", sealer().seal("t", "r", PLAIN))


def test_a_key_that_is_not_here_is_said_to_be_missing() -> None:
    with pytest.raises(KeyMissingError):
        sealer("2027", {"2027": OTHER}).unseal("t", "r", sealer().seal("t", "r", PLAIN))


def test_after_a_change_of_keys_old_rows_open_and_new_ones_take_the_new_key() -> None:
    both = sealer("2027", {"2026": KEY, "2027": OTHER})
    old = sealer().seal("t", "r", PLAIN)
    new = both.seal("t", "r", PLAIN)
    assert both.unseal("t", "r", old) == both.unseal("t", "r", new) == PLAIN
    assert (Sealer.key_of(old), Sealer.key_of(new)) == ("2026", "2027")


def test_an_error_tells_neither_value_nor_row() -> None:
    blob = sealer().seal("office_case", "row-of-sari", PLAIN)
    with pytest.raises(UnsealError) as caught:
        sealer().unseal("office_case", "row-of-sari", blob[:-1])
    assert str(caught.value) == "unseal-failed (table=office_case)"
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("keys", [{"2026": b"short"}, {"2026": KEY, "": OTHER}])
def test_a_key_needs_a_name_and_32_octets(keys: dict[str, bytes]) -> None:
    with pytest.raises(ValueError, match="32 octets"):
        Sealer(keys, current="2026", random=secrets.token_bytes)


def test_the_current_key_must_be_among_the_keys() -> None:
    with pytest.raises(KeyMissingError):
        sealer("2030")
