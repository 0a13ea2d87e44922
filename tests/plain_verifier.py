"""Notes, cosignatures, proofs and statements verified by the specifications alone: hashlib and PyNaCl, nothing of ours.

C2SP signed-note, tlog-checkpoint and tlog-cosignature; RFC 9162 §2.1; DSSE v1. It is written another way than the node
on purpose: proofs are read from the top down as the definitions of the RFC have it. `ValueError` for all that is wrong.
"""

import base64
import hashlib
import json
from typing import Any, NamedTuple

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

ED25519, COSIGNATURE = 1, 4


class Checkpoint(NamedTuple):
    origin: str
    size: int
    root: bytes
    text: bytes
    lines: list[tuple[str, bytes]]


def read(note: str) -> Checkpoint:
    text, _, signatures = note.partition("\n\n")
    origin, size, root = text.split("\n")
    lines = []
    for line in signatures.splitlines():
        dash, name, blob = line.split(" ")
        if dash != "\u2014":
            raise ValueError("no signature line")
        lines.append((name, base64.b64decode(blob, validate=True)))
    return Checkpoint(origin, int(size), base64.b64decode(root, validate=True), (text + "\n").encode(), lines)


def key_id(name: str, public: bytes, kind: int) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def is_by(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        VerifyKey(public).verify(message, signature)
    except (BadSignatureError, ValueError):
        return False
    return True


def signed(point: Checkpoint, public: bytes) -> bool:
    """By the log itself, whose key's name is the origin."""
    wanted = key_id(point.origin, public, ED25519)
    blobs = [blob for name, blob in point.lines if name == point.origin and blob[:4] == wanted]
    return bool(blobs) and all(is_by(public, point.text, blob[4:]) for blob in blobs)


def cosigned(point: Checkpoint, name: str, public: bytes) -> int | None:
    """When this witness cosigned, in Unix seconds."""
    wanted = key_id(name, public, COSIGNATURE)
    for who, blob in point.lines:
        if who == name and blob[:4] == wanted:
            at = int.from_bytes(blob[4:12], "big")
            message = b"cosignature/v1\ntime " + str(at).encode() + b"\n" + point.text
            return at if is_by(public, message, blob[12:]) else None
    return None


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    k = 1
    while 2 * k < size:
        k *= 2
    return k


def root_by_inclusion(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes:
    """The root that PATH(index, D[size]) of RFC 9162 §2.1.3.1 leads to."""
    if not 0 <= index < size:
        raise ValueError("no such leaf")
    if size == 1:
        if proof:
            raise ValueError("too long")
        return leaf
    if not proof:
        raise ValueError("too short")
    k, sibling = split(size), proof[-1]
    if index < k:
        return node(root_by_inclusion(leaf, index, k, proof[:-1]), sibling)
    return node(sibling, root_by_inclusion(leaf, index - k, size - k, proof[:-1]))


def roots_by_consistency(first: int, second: int, first_root: bytes, proof: list[bytes]) -> tuple[bytes, bytes]:
    """Old and new root that PROOF(first, D[second]) of RFC 9162 §2.1.4.1 leads to."""
    left = list(proof)

    def subproof(m: int, n: int, whole: bool) -> tuple[bytes, bytes]:
        if m == n:
            top = first_root if whole else take()
            return top, top
        k, sibling = split(n), take()
        if m <= k:
            old, new = subproof(m, k, whole)
            return old, node(new, sibling)
        old, new = subproof(m - k, n - k, False)
        return node(sibling, old), node(sibling, new)

    def take() -> bytes:
        if not left:
            raise ValueError("too short")
        return left.pop()

    if not 0 < first <= second:
        raise ValueError("no such sizes")
    roots = subproof(first, second, True)
    if left:
        raise ValueError("too long")
    return roots


def statement(envelope: dict[str, Any], public: bytes) -> dict[str, Any]:
    """What a DSSE envelope says, signed with this key."""
    payload, kind = base64.b64decode(envelope["payload"]), envelope["payloadType"].encode()
    message = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    [signature] = envelope["signatures"]
    if not is_by(public, message, base64.b64decode(signature["sig"])):
        raise ValueError("bad signature")
    body: dict[str, Any] = json.loads(payload)
    return body


def leaf_of_entry(salt: bytes, body: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + hashlib.sha256(salt + body).digest()).digest()
