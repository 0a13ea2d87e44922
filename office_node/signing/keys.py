"""Ed25519 keys that sign, X25519 keys that open sealed boxes. No file is read here and no key prints itself.

Public keys travel as 64 lower-case hex digits, signatures are 64 bytes. Everything is libsodium (PyNaCl): it
refuses the signatures with a high S and the public keys of low order that make Ed25519 malleable.
"""

from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b

import nacl.exceptions
import nacl.public
import nacl.signing

from office_node.errors import SealedBoxError

SEED_OCTETS = 32
SIGNATURE_OCTETS = 64


class VerifyKey:
    """A public Ed25519 key. Make it with `verify_key`, which keeps the parsed ones."""

    __slots__ = ("_key", "public_hex")

    def __init__(self, public: bytes) -> None:
        self._key = nacl.signing.VerifyKey(public)
        self.public_hex = public.hex()

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether this key's owner signed exactly these bytes."""
        if len(signature) != SIGNATURE_OCTETS:
            return False
        try:
            self._key.verify(message, signature)
        except nacl.exceptions.BadSignatureError:
            return False
        return True

    def __repr__(self) -> str:
        return f"VerifyKey({self.public_hex})"


@lru_cache(maxsize=1024)
def verify_key(public_hex: str) -> VerifyKey:
    """The public Ed25519 key of these 64 hex digits; ValueError if it is not one."""
    public = bytes.fromhex(public_hex)
    if public.hex() != public_hex:
        raise ValueError("a public key is written in lower-case hex")
    try:
        return VerifyKey(public)
    except nacl.exceptions.ValueError as error:
        raise ValueError("not an Ed25519 public key") from error


class SigningKey:
    """A private Ed25519 key with the id under which the roster knows its public half."""

    __slots__ = ("_key", "keyid", "public_hex")

    def __init__(self, keyid: str, seed: bytes) -> None:
        if len(seed) != SEED_OCTETS:
            raise ValueError(f"a signing seed has {SEED_OCTETS} bytes")
        self.keyid = keyid
        self._key = nacl.signing.SigningKey(seed)
        self.public_hex = bytes(self._key.verify_key).hex()

    @property
    def seed(self) -> bytes:
        """The 32 secret bytes, for whoever stores the key."""
        return bytes(self._key)

    @property
    def verify_key(self) -> VerifyKey:
        """The public half."""
        return verify_key(self.public_hex)

    def sign(self, message: bytes) -> bytes:
        """The 64-byte Ed25519 signature (RFC 8032) of these bytes; the same bytes give the same signature."""
        return self._key.sign(message).signature

    def __repr__(self) -> str:
        return f"SigningKey({self.keyid})"


def encryption_public_hex(secret: bytes) -> str:
    """The public half, in hex, of a 32-byte X25519 secret."""
    return bytes(nacl.public.PrivateKey(secret).public_key).hex()


def seal(public_hex: str, data: bytes, *, random: Callable[[int], bytes]) -> bytes:
    """Data in a libsodium sealed box for the owner of this X25519 public key; 48 bytes longer than the data.

    `crypto_box_seal` is written out here because libsodium draws the ephemeral key by itself, and
    randomness is handed in; the box opens with any libsodium. ValueError if the key is none.
    """
    try:
        recipient = nacl.public.PublicKey(bytes.fromhex(public_hex))
        ephemeral = nacl.public.PrivateKey(random(SEED_OCTETS))
        ephemeral_public = bytes(ephemeral.public_key)
        nonce = blake2b(ephemeral_public + bytes(recipient), digest_size=24).digest()
        box = nacl.public.Box(ephemeral, recipient).encrypt(data, nonce)
    except nacl.exceptions.CryptoError as error:
        raise ValueError("not an X25519 public key") from error
    return ephemeral_public + box.ciphertext


def open_sealed(secret: bytes, data: bytes) -> bytes:
    """What was sealed for the owner of this 32-byte X25519 secret; SealedBoxError if it does not open."""
    try:
        return nacl.public.SealedBox(nacl.public.PrivateKey(secret)).decrypt(data)
    except nacl.exceptions.CryptoError as error:
        raise SealedBoxError from error
