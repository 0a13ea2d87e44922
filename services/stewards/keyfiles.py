"""What stewards keep secret, in files under a passphrase: their own signing keys and the epoch keys.

A signing key is an Ed25519 key as PKCS #8 in PEM, which any cryptographic tool can read. The epoch keys are
needed whenever a member joins; they are one sealed box, its key stretched from the passphrase with scrypt.
"""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

import nacl.exceptions
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from nacl.secret import SecretBox

from services.stewards.drafts import Random, StewardError

MIN_PASSPHRASE = 12
_SCRYPT_N = 2**16
_SCRYPT_MEMORY = 128 * 1024 * 1024


def key_to_pem(seed: bytes, passphrase: bytes) -> bytes:
    """The key of this seed as PEM. Salt and vector of its encryption are drawn by OpenSSL."""
    _check(passphrase)
    key = Ed25519PrivateKey.from_private_bytes(seed)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase))


def seed_from_pem(pem: bytes, passphrase: bytes) -> bytes:
    """The seed of the key in this PEM; StewardError if the passphrase is wrong or it is no such key."""
    try:
        key = load_pem_private_key(pem, passphrase)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise StewardError("the key file does not open: wrong passphrase, or no key file") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise StewardError("the key file holds another kind of key than Ed25519")
    return key.private_bytes_raw()


def lock_epoch_keys(keys: Mapping[str, bytes], passphrase: bytes, *, random: Random) -> bytes:
    """The epoch keys as a file that opens with the passphrase only."""
    _check(passphrase)
    salt, nonce = random(16), random(SecretBox.NONCE_SIZE)
    plain = json.dumps({epoch: key.hex() for epoch, key in sorted(keys.items())}).encode()
    box = SecretBox(_stretched(passphrase, salt)).encrypt(plain, nonce).ciphertext
    return json.dumps({"salt": salt.hex(), "nonce": nonce.hex(), "box": box.hex()}).encode()


def unlock_epoch_keys(file: bytes, passphrase: bytes) -> dict[str, bytes]:
    """Epoch id to key; StewardError if the passphrase is wrong or the file was changed."""
    try:
        parts = {name: bytes.fromhex(text) for name, text in json.loads(file).items()}
        plain = SecretBox(_stretched(passphrase, parts["salt"])).decrypt(parts["box"], parts["nonce"])
        return {epoch: bytes.fromhex(key) for epoch, key in json.loads(plain).items()}
    except (ValueError, KeyError, AttributeError, TypeError, nacl.exceptions.CryptoError) as error:
        raise StewardError("the epoch keys do not open: wrong passphrase, or a damaged file") from error


def write_secret(path: Path, data: bytes) -> None:
    """A new file that only its owner may read; StewardError if there is one already."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise StewardError(f"{path} exists already and is not overwritten") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def replace_secret(path: Path, data: bytes) -> None:
    """The file with these bytes, or as it was before; only its owner may read it."""
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    write_secret(beside, data)
    beside.replace(path)


def _check(passphrase: bytes) -> None:
    if len(passphrase) < MIN_PASSPHRASE:
        raise StewardError(f"a passphrase has at least {MIN_PASSPHRASE} characters")


def _stretched(passphrase: bytes, salt: bytes) -> bytes:
    return hashlib.scrypt(passphrase, salt=salt, n=_SCRYPT_N, r=8, p=1, maxmem=_SCRYPT_MEMORY, dklen=SecretBox.KEY_SIZE)
