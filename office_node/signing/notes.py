"""Signed notes (C2SP signed-note), checkpoints of a log (tlog-checkpoint) and cosignatures (tlog-cosignature).

A checkpoint says how many entries a log has and the root of its tree: three lines, an empty one, and signatures. They
are made and read byte for byte as the specifications say, so that any of their programs can check them.
"""

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache

from office_node.errors import MalformedStatementError
from office_node.signing.keys import SIGNATURE_OCTETS, SigningKey, VerifyKey

_ED25519, _COSIGNATURE = b"\x01", b"\x04"
_NAME = re.compile(r"[^\s+\u2014]{1,255}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")
"""What no note may hold: control characters but the newline, and what is no UTF-8."""
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
MAX_NOTE_OCTETS = 8192
_LAST_TIME = 2**63 - 1


@dataclass(frozen=True)
class NoteSignature:
    """One line of a note: whose it is, the four octets that name the key, and what was signed with it."""

    name: str
    key_hash: bytes
    blob: bytes

    def line(self) -> str:
        """As it stands in the note."""
        return f"\u2014 {self.name} {base64.b64encode(self.key_hash + self.blob).decode('ascii')}\n"


@dataclass(frozen=True)
class Checkpoint:
    """A log's origin, size and root. `text` is what is signed."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The note's text, its last newline included."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode('ascii')}\n"


@dataclass(frozen=True)
class SignedCheckpoint:
    """A checkpoint with its signatures, none of which has been verified yet."""

    checkpoint: Checkpoint
    signatures: tuple[NoteSignature, ...]

    def note(self) -> str:
        """The whole note."""
        return self.checkpoint.text + "\n" + "".join(one.line() for one in self.signatures)


def key_hash(name: str, public_hex: str, *, kind: bytes = _ED25519) -> bytes:
    """SHA-256(name ‖ 0x0A ‖ kind ‖ key), the first four octets."""
    return hashlib.sha256(name.encode() + b"\n" + kind + bytes.fromhex(public_hex)).digest()[:4]


def sign_checkpoint(checkpoint: Checkpoint, *, key: SigningKey) -> SignedCheckpoint:
    """The checkpoint signed by its log, whose name is the origin."""
    signature = NoteSignature(
        checkpoint.origin, key_hash(checkpoint.origin, key.public_hex), key.sign(checkpoint.text.encode())
    )
    return SignedCheckpoint(checkpoint, (signature,))


def cosign(checkpoint: Checkpoint, *, name: str, key: SigningKey, at: int) -> NoteSignature:
    """A witness's cosignature/v1: that at this time (Unix seconds) it knew of no other tree of this log."""
    signed = key.sign(_cosigned(checkpoint, at))
    return NoteSignature(name, key_hash(name, key.public_hex, kind=_COSIGNATURE), at.to_bytes(8, "big") + signed)


def is_signed(signed: SignedCheckpoint, key: VerifyKey) -> bool:
    """Whether the log itself has signed with this key. One line of this key that fails spoils the note."""
    text = signed.checkpoint.text.encode()
    lines = _lines_of(signed, signed.checkpoint.origin, key_hash(signed.checkpoint.origin, key.public_hex))
    return bool(lines) and all(_verifies(key, one.blob, text) for one in lines)


def cosigned_at(signed: SignedCheckpoint, *, name: str, key: VerifyKey) -> int | None:
    """When this witness last cosigned (Unix seconds), or None if it has not. One line that fails spoils the note."""
    times = []
    for one in _lines_of(signed, name, key_hash(name, key.public_hex, kind=_COSIGNATURE)):
        at, signature = int.from_bytes(one.blob[:8], "big"), one.blob[8:]
        if len(signature) != SIGNATURE_OCTETS or at > _LAST_TIME:
            return None
        if not _verifies(key, signature, _cosigned(signed.checkpoint, at)):
            return None
        times.append(at)
    return max(times, default=None)


def read_checkpoint(note: str) -> SignedCheckpoint:
    """The checkpoint in a note of the one form that it may have; MalformedStatementError."""
    if _CONTROL.search(note):
        raise MalformedStatementError("the note holds what no text holds")
    text, blank, rest = note.partition("\n\n")
    if not blank or len(note.encode()) > MAX_NOTE_OCTETS or not rest.endswith("\n"):
        raise MalformedStatementError("the note has no signatures")
    lines = text.split("\n")
    if len(lines) != 3 or not _NAME.fullmatch(lines[0]) or not _NUMBER.fullmatch(lines[1]):
        raise MalformedStatementError("the note is no checkpoint")
    root = _base64(lines[2])
    if len(root) != hashlib.sha256().digest_size:
        raise MalformedStatementError("the root is no SHA-256")
    signatures = tuple(_signature(line) for line in rest[:-1].split("\n"))
    return SignedCheckpoint(Checkpoint(lines[0], int(lines[1]), root), signatures)


@lru_cache(maxsize=2048)
def _verifies(key: VerifyKey, signature: bytes, text: bytes) -> bool:
    """Remembered: a checkpoint is looked at again with each growth, audit and answer. A text is one of a few lines."""
    return key.verifies(signature, text)


def _lines_of(signed: SignedCheckpoint, name: str, named: bytes) -> list[NoteSignature]:
    """Those that say that they are of this key; all others are somebody else's affair."""
    return [one for one in signed.signatures if one.name == name and one.key_hash == named]


def _signature(line: str) -> NoteSignature:
    dash, _, rest = line.partition(" ")
    name, _, text = rest.partition(" ")
    blob = _base64(text)
    if dash != "\u2014" or not _NAME.fullmatch(name) or len(blob) < 5:
        raise MalformedStatementError("a line is no signature")
    return NoteSignature(name, blob[:4], blob[4:])


def _cosigned(checkpoint: Checkpoint, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{checkpoint.text}".encode()


def _base64(text: str) -> bytes:
    try:
        octets = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise MalformedStatementError("not base64") from error
    if base64.b64encode(octets).decode("ascii") != text:
        raise MalformedStatementError("base64 has one spelling")
    return octets
