"""Fixed vectors, made once with another scrypt (`cryptography`) and plain HMAC; the wire depends on every byte."""

import pytest

from office_node.domain.tokens import (
    field_token,
    hit_proof,
    index_token,
    local_token,
    stretch,
    unwrap_nonce,
    wrap_nonce,
)

EPOCH_KEY = bytes(range(32))
OFFICE = "kanim-kalianda"
NIK = "1801062305870001"
STRETCHED = bytes.fromhex("086128998507a012eee5ffd41e3c2e81a216d65091ff262167c61634b34ede13")
NONCE = bytes(range(100, 116))
CASE = bytes(range(16))
INQUIRY = bytes(range(16, 32))


def test_stretching_gives_the_published_vectors() -> None:
    assert stretch(EPOCH_KEY, "nik/1", value=NIK, n=16) == STRETCHED
    at_full_cost = stretch(EPOCH_KEY, "nik/1", value=NIK, n=16384).hex()
    assert at_full_cost == "04c9183516205bb56df8f61edadd8bedc041e82d2a19e59a4013aebd5d315300"


def test_tokens_give_the_published_vectors() -> None:
    assert index_token(EPOCH_KEY, "nik/1", stretched=STRETCHED).hex() == "a7c1e736f839a88e"
    assert field_token(EPOCH_KEY, "village/1", nonce=NONCE, value="18.01.06.2002").hex() == "012a"
    wrapped = wrap_nonce(EPOCH_KEY, NONCE, case=CASE, revision=3, kind="nik/1", stretched=STRETCHED)
    assert wrapped.hex() == "21e9964b31d675549730bb9c4b5eeb1a"
    proof = hit_proof(EPOCH_KEY, INQUIRY, office=OFFICE, kind="nik/1", stretched=STRETCHED)
    assert proof.hex() == "085608b9a7ddc72fb75e0aa4ad12673b5a6351eaf444430c695317ce5b6776b2"
    assert local_token(EPOCH_KEY, "nik/1", value=NIK).hex() == "3bc473ef9c05c8c2"


def test_a_wrapped_nonce_opens_only_for_its_value_case_and_revision() -> None:
    wrapped = wrap_nonce(EPOCH_KEY, NONCE, case=CASE, revision=3, kind="nik/1", stretched=STRETCHED)

    def opened(*, case: bytes = CASE, revision: int = 3, kind: str = "nik/1", stretched: bytes = STRETCHED) -> bytes:
        return unwrap_nonce(EPOCH_KEY, wrapped, case=case, revision=revision, kind=kind, stretched=stretched)

    assert opened() == NONCE
    assert NONCE not in (opened(case=INQUIRY), opened(revision=4), opened(kind="phone/1"), opened(stretched=bytes(32)))


def test_a_hit_proof_of_another_inquiry_office_kind_or_value_is_another() -> None:
    proofs = {
        hit_proof(EPOCH_KEY, INQUIRY, office=OFFICE, kind="nik/1", stretched=STRETCHED),
        hit_proof(EPOCH_KEY, CASE, office=OFFICE, kind="nik/1", stretched=STRETCHED),
        hit_proof(EPOCH_KEY, INQUIRY, office="kanim-kotabumi", kind="nik/1", stretched=STRETCHED),
        hit_proof(EPOCH_KEY, INQUIRY, office=OFFICE, kind="phone/1", stretched=STRETCHED),
        hit_proof(EPOCH_KEY, INQUIRY, office=OFFICE, kind="nik/1", stretched=bytes(32)),
        hit_proof(bytes(32), INQUIRY, office=OFFICE, kind="nik/1", stretched=STRETCHED),
    }
    assert len(proofs) == 6


def test_kinds_and_epochs_give_unlinkable_tokens() -> None:
    one = stretch(EPOCH_KEY, "nik/1", value=NIK, n=2)
    assert one != stretch(EPOCH_KEY, "nik/2", value=NIK, n=2)
    assert one != stretch(bytes(32), "nik/1", value=NIK, n=2)


def test_a_key_or_reference_of_the_wrong_size_is_refused_without_echo() -> None:
    with pytest.raises(ValueError, match=r"^key must be 32 bytes$"):
        stretch(b"short", "nik/1", value=NIK, n=2)
    with pytest.raises(ValueError, match=r"^nonce must be 16 bytes$"):
        field_token(EPOCH_KEY, "sex/1", nonce=b"", value="F")
    with pytest.raises(ValueError, match=r"^inquiry reference must be 16 bytes$"):
        hit_proof(EPOCH_KEY, b"", office=OFFICE, kind="nik/1", stretched=STRETCHED)
