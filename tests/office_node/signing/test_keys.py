"""Keys sign, verify and open boxes as any other libsodium does, and never show what is secret."""

import nacl.public
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from office_node.errors import SealedBoxError
from office_node.signing.keys import SigningKey, encryption_public_hex, open_sealed, seal, verify_key

SEED = bytes(range(32))
SECRET = bytes(range(32, 64))
KEY = SigningKey("kanim-kalianda/sign-2026", SEED)
# Adding the group's order L to S would give a second encoding of the same signature (RFC 8032 §5.1.7).
GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493


def fixed(octets: int) -> bytes:
    return b"\x07" * octets


def test_signature_and_public_key_equal_those_of_another_library() -> None:
    other = Ed25519PrivateKey.from_private_bytes(SEED)
    assert KEY.sign(b"message") == other.sign(b"message")
    assert KEY.public_hex == other.public_key().public_bytes_raw().hex()


def test_only_the_signed_bytes_verify() -> None:
    signature = KEY.sign(b"message")
    assert KEY.verify_key.verifies(signature, b"message")
    assert not KEY.verify_key.verifies(signature, b"massage")
    assert not KEY.verify_key.verifies(signature[:-1], b"message")
    assert not KEY.verify_key.verifies(b"", b"message")


def test_a_signature_has_no_second_encoding() -> None:
    signature = KEY.sign(b"message")
    high = int.from_bytes(signature[32:], "little") + GROUP_ORDER
    assert not KEY.verify_key.verifies(signature[:32] + high.to_bytes(32, "little"), b"message")


def test_a_public_key_of_low_order_verifies_nothing() -> None:
    identity = verify_key("01" + "00" * 31)
    assert not identity.verifies(bytes([1]) + bytes(63), b"message")


@pytest.mark.parametrize("text", ["", "00", "zz" * 32, KEY.public_hex.upper(), KEY.public_hex + "00"])
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        verify_key(text)


def test_a_seed_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError):
        SigningKey("kanim-kalianda/sign-2026", bytes(31))


def test_a_key_never_prints_its_seed() -> None:
    assert SEED.hex() not in repr(KEY)
    assert str(SEED) not in repr(KEY)
    assert KEY.seed == SEED


def test_a_sealed_box_opens_with_libsodiums_own() -> None:
    box = seal(encryption_public_hex(SECRET), b"an epoch key", random=fixed)
    assert nacl.public.SealedBox(nacl.public.PrivateKey(SECRET)).decrypt(box) == b"an epoch key"


def test_a_box_sealed_by_libsodium_opens() -> None:
    box = nacl.public.SealedBox(nacl.public.PrivateKey(SECRET).public_key).encrypt(b"an epoch key")
    assert open_sealed(SECRET, box) == b"an epoch key"


def test_the_same_randomness_gives_the_same_box() -> None:
    public = encryption_public_hex(SECRET)
    assert seal(public, b"data", random=fixed) == seal(public, b"data", random=fixed)


@settings(max_examples=40)
@given(data=st.binary(max_size=80), position=st.integers(min_value=0), flip=st.integers(1, 255))
def test_a_changed_box_does_not_open(data: bytes, position: int, flip: int) -> None:
    box = bytearray(seal(encryption_public_hex(SECRET), data, random=fixed))
    assert open_sealed(SECRET, bytes(box)) == data
    box[position % len(box)] ^= flip
    with pytest.raises(SealedBoxError):
        open_sealed(SECRET, bytes(box))


def test_a_box_for_somebody_else_does_not_open() -> None:
    box = seal(encryption_public_hex(SECRET), b"data", random=fixed)
    for data in (box, box[:47], b""):
        with pytest.raises(SealedBoxError):
            open_sealed(SEED, data)


@pytest.mark.parametrize("public", ["00" * 31, "zz" * 32])
def test_nothing_is_sealed_for_what_is_no_key(public: str) -> None:
    with pytest.raises(ValueError):
        seal(public, b"data", random=fixed)
