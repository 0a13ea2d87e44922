"""A node's own keys: files outside the data folder, never in the database or its backups.

`signing` (Ed25519 seed), `encryption` (X25519 secret), `storage` and `local` (32 bytes), each as hex; the first two
with their key id. Made once by `jejak node init`.
"""

import stat
from dataclasses import dataclass
from pathlib import Path

from office_node.clock import Random
from office_node.errors import KeyMissingError
from office_node.signing.keys import SigningKey, encryption_public_hex

_NAMES = ("signing", "encryption", "storage", "local")
_KEY_BYTES = 32


@dataclass(frozen=True)
class Keyring:
    """All secrets of one node."""

    signing: SigningKey
    encryption_keyid: str
    encryption: bytes
    storage: bytes
    local: bytes

    def __repr__(self) -> str:
        return f"Keyring({self.signing.keyid})"

    @property
    def encryption_public(self) -> str:
        """The X25519 public key, hex."""
        return encryption_public_hex(self.encryption)


def make_keys(keys_dir: Path, *, office: str, name: str, random: Random) -> Keyring:
    """Write new keys; refuses to overwrite any (FileExistsError)."""
    keys_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    lines = {
        "signing": f"{office}/sign-{name} {random(_KEY_BYTES).hex()}",
        "encryption": f"{office}/seal-{name} {random(_KEY_BYTES).hex()}",
        "storage": random(_KEY_BYTES).hex(),
        "local": random(_KEY_BYTES).hex(),
    }
    for existing in (keys_dir / file for file in _NAMES):
        if existing.exists():
            raise FileExistsError(existing.name)
    for file, line in lines.items():
        path = keys_dir / file
        path.touch(mode=0o600)
        path.write_text(line + "\n", encoding="ascii")
    return load_keys(keys_dir)


def load_keys(keys_dir: Path) -> Keyring:
    """Read the keys; KeyMissingError names the file that is missing, malformed or readable by others."""
    parts = {file: _read(keys_dir / file) for file in _NAMES}
    try:
        signing_id, seed = parts["signing"]
        encryption_id, secret = parts["encryption"]
        (storage,), (local,) = parts["storage"], parts["local"]
    except ValueError as error:
        raise KeyMissingError("form") from error
    return Keyring(
        signing=SigningKey(signing_id, bytes.fromhex(seed)),
        encryption_keyid=encryption_id,
        encryption=bytes.fromhex(secret),
        storage=bytes.fromhex(storage),
        local=bytes.fromhex(local),
    )


def _read(path: Path) -> list[str]:
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise KeyMissingError(path.name) from error
    if stat.S_IMODE(mode) & 0o007:
        raise KeyMissingError(f"{path.name}: readable by others")
    parts = text.split()
    if not parts or len(parts[-1]) != 2 * _KEY_BYTES:
        raise KeyMissingError(path.name)
    return parts
