"""Personal data at rest: one AES-256-GCM blob (NIST SP 800-38D) a value, bound to its table, row and key.

A blob moved to another row or table does not open, and neither does one whose key is not here. Layout:
version (1 octet, 1), length of the key id (1 octet), key id, nonce (12 octets, random), ciphertext with its
tag.
"""

from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from office_node.clock import Random
from office_node.errors import KeyMissingError
from office_node.store.errors import UnsealError

_VERSION = 1
_NONCE = 12
_TAG = 16


class Sealer:
    """Seals under the current key, opens under every key that it was given."""

    def __init__(self, keys: Mapping[str, bytes], *, current: str, random: Random) -> None:
        """`keys` maps key ids (1 to 255 octets of ASCII) to 32 octets; raises KeyMissingError, ValueError."""
        if current not in keys:
            raise KeyMissingError(f"seal {current}")
        if any(len(key) != 32 for key in keys.values()) or not all(0 < len(name) < 256 for name in keys):
            raise ValueError("a sealing key has a name and 32 octets")
        self._ciphers = {name: AESGCM(key) for name, key in keys.items()}
        self._random = random
        self.use(current)

    def use(self, name: str) -> None:
        """Seal under this key from now on; KeyMissingError if it is not here."""
        if name not in self._ciphers:
            raise KeyMissingError(f"seal {name}")
        self._current = name
        self._head = bytes((_VERSION, len(name))) + name.encode("ascii")

    @property
    def head(self) -> bytes:
        """What every blob sealed now begins with."""
        return self._head

    def seal(self, table: str, row_id: str, plain: bytes) -> bytes:
        """The blob for that row."""
        nonce = self._random(_NONCE)
        context = _context(table, row_id, self._current)
        return self._head + nonce + self._ciphers[self._current].encrypt(nonce, plain, context)

    def unseal(self, table: str, row_id: str, blob: bytes) -> bytes:
        """What was sealed; raises UnsealError, or KeyMissingError if its key is not here."""
        if len(blob) < 2 + _NONCE + _TAG or blob[0] != _VERSION:
            raise UnsealError(table)
        start = 2 + blob[1]
        name = blob[2:start].decode("ascii", "replace")
        cipher = self._ciphers.get(name)
        if cipher is None:
            raise KeyMissingError("seal key of a stored row")
        nonce, sealed = blob[start : start + _NONCE], blob[start + _NONCE :]
        try:
            return cipher.decrypt(nonce, sealed, _context(table, row_id, name))
        except (InvalidTag, ValueError):
            raise UnsealError(table) from None

    @staticmethod
    def key_of(blob: bytes) -> str:
        """Id of the key that a blob was sealed under: to find what a change of keys has left behind."""
        return blob[2 : 2 + blob[1]].decode("ascii", "replace")


def _context(table: str, row_id: str, key_id: str) -> bytes:
    parts = (table.encode(), row_id.encode(), key_id.encode())
    return b"".join(len(part).to_bytes(2, "big") + part for part in parts)
