"""A node's own keys: files outside the data folder, never in the database or its backups.

`signing` (Ed25519 seed), `encryption` (X25519 secret), `storage` and `local` (32 bytes): a key a line, its id and hex,
the newest last. Made by `jejak node init`; `jejak node rotate` adds one, and removes those that nothing needs any more.
"""

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal, get_args

from office_node.clock import Random
from office_node.errors import KeyMissingError
from office_node.signing.keys import SigningKey, encryption_public_hex

Purpose = Literal["signing", "encryption", "storage", "local"]
_NAMES: tuple[Purpose, ...] = get_args(Purpose)
_PREFIX: dict[Purpose, str] = {"signing": "sign", "encryption": "seal"}
_OF_PROVIDER = "oidc"
_KEY_BYTES = 32
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,29}")


@dataclass(frozen=True, repr=False)
class Keyring:
    """All secrets of one node: by purpose, key id to 32 octets, the newest last."""

    keys: Mapping[Purpose, Mapping[str, bytes]]

    @cached_property
    def signing_keys(self) -> tuple[SigningKey, ...]:
        """The newest last."""
        return tuple(SigningKey(keyid, seed) for keyid, seed in self.keys["signing"].items())

    @property
    def signing(self) -> SigningKey:
        """The newest; which one signs now is the roster's to say (`Node.signing`)."""
        return self.signing_keys[-1]

    @property
    def encryption_keyid(self) -> str:
        """The newest."""
        return self.newest("encryption")

    @property
    def encryption(self) -> bytes:
        """The newest secret."""
        return self.keys["encryption"][self.encryption_keyid]

    @property
    def encryption_public(self) -> str:
        """The newest X25519 public key, hex."""
        return encryption_public_hex(self.encryption)

    def newest(self, purpose: Purpose) -> str:
        """Id of the newest key of this purpose."""
        return list(self.keys[purpose])[-1]

    def __repr__(self) -> str:
        return f"Keyring({self.signing.keyid})"


def make_keys(keys_dir: Path, *, office: str, name: str, random: Random) -> Keyring:
    """Write new keys; refuses to overwrite any (FileExistsError)."""
    keys_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    for existing in (keys_dir / purpose for purpose in _NAMES):
        if existing.exists():
            raise FileExistsError(existing.name)
    for purpose in _NAMES:
        keyid = _keyid(purpose, office=office, name=name)
        _write(keys_dir / purpose, {keyid: random(_KEY_BYTES)})
    return load_keys(keys_dir)


def add_key(keys_dir: Path, purpose: Purpose, *, office: str, name: str, random: Random) -> str:
    """Add a key of this purpose as the newest; its id. ValueError if there is one of this name."""
    held = dict(load_keys(keys_dir).keys[purpose])
    keyid = _keyid(purpose, office=office, name=name)
    if keyid in held:
        raise ValueError(f"there is a key {keyid} already")
    _write(keys_dir / purpose, {**held, keyid: random(_KEY_BYTES)})
    return keyid


def remove_keys(keys_dir: Path, purpose: Purpose, keyids: set[str]) -> None:
    """Remove these; ValueError if none would be left."""
    left = {keyid: key for keyid, key in load_keys(keys_dir).keys[purpose].items() if keyid not in keyids}
    if not left:
        raise ValueError("the last key stays")
    _write(keys_dir / purpose, left)


def load_keys(keys_dir: Path) -> Keyring:
    """Read the keys; KeyMissingError names the file that is missing, malformed or readable by others."""
    return Keyring({purpose: _read(keys_dir / purpose) for purpose in _NAMES})


def bring_back(keys_dir: Path, files: Mapping[str, bytes]) -> None:
    """Key files of a backup beside the keys that are here: none of either is lost, those from here count as newer.

    Cut off, it can be run again. KeyMissingError names a file that is damaged or has another key of an id that is
    held here; then nothing was written.
    """
    merged = {purpose: _merged(keys_dir / purpose, files[purpose]) for purpose in _NAMES if purpose in files}
    keys_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    for purpose, keys in merged.items():
        _write(keys_dir / purpose, keys)
    secret = keys_dir / _OF_PROVIDER
    if _OF_PROVIDER in files and not secret.exists():
        _put(secret, files[_OF_PROVIDER])
    descriptor = os.open(keys_dir, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _merged(path: Path, backed_up: bytes) -> dict[str, bytes]:
    came = _keys_in(path.name, backed_up)
    here = _read(path) if path.exists() else {}
    if any(here.get(keyid, key) != key for keyid, key in came.items()):
        raise KeyMissingError(f"{path.name}: another key of the same name is here")
    return {**came, **here}


def load_client_secret(keys_dir: Path) -> str | None:
    """What this node proves itself to its OpenID provider with (file `oidc`), if there is one. KeyMissingError."""
    path = keys_dir / _OF_PROVIDER
    if not path.exists():
        return None
    if stat.S_IMODE(path.stat().st_mode) & 0o007:
        raise KeyMissingError(f"{path.name}: readable by others")
    return path.read_text(encoding="utf-8").strip() or None


def _keyid(purpose: Purpose, *, office: str, name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError("the name of a key has up to 30 small letters, digits and hyphens")
    return f"{office}/{_PREFIX[purpose]}-{name}" if purpose in _PREFIX else f"{purpose}-{name}"


def _write(path: Path, keys: Mapping[str, bytes]) -> None:
    """The file with exactly these, or as it was before; only its owner may read it."""
    _put(path, "".join(f"{keyid} {key.hex()}\n" for keyid, key in keys.items()).encode("ascii"))


def _put(path: Path, octets: bytes) -> None:
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(octets)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _read(path: Path) -> dict[str, bytes]:
    try:
        mode = path.stat().st_mode
        octets = path.read_bytes()
    except OSError as error:
        raise KeyMissingError(path.name) from error
    if stat.S_IMODE(mode) & 0o007:
        raise KeyMissingError(f"{path.name}: readable by others")
    return _keys_in(path.name, octets)


def _keys_in(name: str, octets: bytes) -> dict[str, bytes]:
    """The keys of a file of that name; KeyMissingError if it has none, or anything else."""
    try:
        lines = octets.decode("ascii").splitlines()
    except UnicodeDecodeError as error:
        raise KeyMissingError(name) from error
    keys: dict[str, bytes] = {}
    for line in lines:
        keyid, _, text = line.strip().rpartition(" ")
        if not keyid or keyid in keys or len(text) != 2 * _KEY_BYTES:
            raise KeyMissingError(name)
        try:
            keys[keyid] = bytes.fromhex(text)
        except ValueError as error:
            raise KeyMissingError(name) from error
    if not keys:
        raise KeyMissingError(name)
    return keys
