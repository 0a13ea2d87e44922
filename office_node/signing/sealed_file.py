"""Files sealed to a recovery key that is kept off the machine: written and read as streams, in constant memory.

    jejak-backup/1 LF, header (one line of JSON) LF, file key in a libsodium sealed box, libsodium secretstream

Every chunk is bound to the header's digest and to its place; a file that ends before the stream's last chunk, or was
changed anywhere, does not open (libsodium: crypto_box_seal, crypto_secretstream_xchacha20poly1305).
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from office_node.clock import Random
from office_node.errors import BackupUnreadableError

MAGIC = b"jejak-backup/1\n"
_CHUNK = 64 * 1024
_MAX_HEADER = 4096
_KEY = bindings.crypto_secretstream_xchacha20poly1305_KEYBYTES
_EXTRA = bindings.crypto_secretstream_xchacha20poly1305_ABYTES
_STREAM_HEADER = bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES
_FINAL = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
_MESSAGE = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
_BOXED = _KEY + bindings.crypto_box_SEALBYTES


def seal_file(source: BinaryIO, target: BinaryIO, *, header: dict[str, Any], to: bytes, random: Random) -> None:
    """Seal what is in `source`; `to` is the recovery key's public part (X25519, 32 octets)."""
    line = json.dumps(header, separators=(",", ":")).encode() + b"\n"
    key, state = random(_KEY), bindings.crypto_secretstream_xchacha20poly1305_state()
    start = bindings.crypto_secretstream_xchacha20poly1305_init_push(state, key)
    target.write(MAGIC + line + SealedBox(PublicKey(to)).encrypt(key) + start)
    bound, chunk = _bound(line), source.read(_CHUNK)
    while True:
        following = source.read(_CHUNK)
        tag = _MESSAGE if following else _FINAL
        target.write(bindings.crypto_secretstream_xchacha20poly1305_push(state, chunk, bound, tag))
        if not following:
            return
        chunk = following


def read_header(source: BinaryIO) -> dict[str, Any]:
    """What a backup says of itself, unverified until it was opened. BackupUnreadableError."""
    return _header(_line(source))


def open_file(source: BinaryIO, target: BinaryIO, *, key: bytes) -> dict[str, Any]:
    """Write what is in the file to `target`; its header. BackupUnreadableError, with `target` half written."""
    line = _line(source)
    try:
        file_key = SealedBox(PrivateKey(key)).decrypt(source.read(_BOXED))
        state = bindings.crypto_secretstream_xchacha20poly1305_state()
        bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, source.read(_STREAM_HEADER), file_key)
        for chunk in _chunks(source, state, bound=_bound(line)):
            target.write(chunk)
    except (CryptoError, ValueError, RuntimeError) as error:
        raise BackupUnreadableError("sealed") from error
    return _header(line)


def _chunks(source: BinaryIO, state: Any, *, bound: bytes) -> Iterator[bytes]:
    """BackupUnreadableError if the stream has no end, or something behind it."""
    tag = _MESSAGE
    while sealed := source.read(_CHUNK + _EXTRA):
        if tag == _FINAL:
            raise BackupUnreadableError("longer")
        chunk, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(state, sealed, bound)
        yield chunk
    if tag != _FINAL:
        raise BackupUnreadableError("cut-off")


def _bound(line: bytes) -> bytes:
    return hashlib.sha256(MAGIC + line).digest()


def _line(source: BinaryIO) -> bytes:
    if source.read(len(MAGIC)) != MAGIC:
        raise BackupUnreadableError("no-backup")
    line = source.readline(_MAX_HEADER)
    if not line.endswith(b"\n"):
        raise BackupUnreadableError("no-backup")
    return line


def _header(line: bytes) -> dict[str, Any]:
    try:
        header = json.loads(line)
    except ValueError as error:
        raise BackupUnreadableError("no-backup") from error
    if not isinstance(header, dict):
        raise BackupUnreadableError("no-backup")
    return header
