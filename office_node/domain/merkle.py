"""The Merkle tree of RFC 6962 §2.1 and RFC 9162 §2.1 over leaf hashes. Pure: whoever calls keeps the nodes.

A *node* is the hash of a complete subtree: level 0 are the leaf hashes, node (l, i) covers 2^l leaves from i·2^l on.
Complete subtrees never change, so they are stored once; a tree of any size is made from them.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence

HASH_OCTETS = 32
Node = tuple[int, int]
"""Level and index."""
Get = Callable[[int, int], bytes]
"""Gives a stored node."""


def empty_root() -> bytes:
    """The root of no leaves: SHA-256 of nothing."""
    return hashlib.sha256(b"").digest()


def parent(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def appended(size: int, leaves: Sequence[bytes], get: Get) -> dict[Node, bytes]:
    """The nodes that these leaves complete in a tree of this size, the leaves themselves (level 0) left out."""
    fresh: dict[Node, bytes] = {(0, size + place): leaf for place, leaf in enumerate(leaves)}
    for place in range(len(leaves)):
        level, index = 0, size + place
        while index % 2:
            left = fresh[level, index - 1] if (level, index - 1) in fresh else get(level, index - 1)
            right = fresh[level, index]
            level, index = level + 1, index // 2
            fresh[level, index] = parent(left, right)
    return {node: value for node, value in fresh.items() if node[0] > 0}


def root(size: int, get: Get) -> bytes:
    """The root of the first `size` leaves."""
    return _hash(0, size, get) if size else empty_root()


def peaks(size: int) -> list[Node]:
    """The largest complete subtrees of a tree of this size, from the left; with them alone it can grow."""
    found, covered = [], 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            found.append((level, covered >> level))
            covered += 1 << level
    return found


def inclusion_proof(index: int, size: int, get: Get) -> list[bytes]:
    """The audit path of a leaf, from the leaf up (RFC 9162 §2.1.3.1). ValueError if it is not in such a tree."""
    if not 0 <= index < size:
        raise ValueError("no such leaf in a tree of this size")
    return list(_path(index, 0, size, get))


def consistency_proof(first: int, second: int, get: Get) -> list[bytes]:
    """That a tree of `first` leaves is the beginning of one of `second` (RFC 9162 §2.1.4.1). ValueError."""
    if not 0 < first <= second:
        raise ValueError("the first size is at least 1 and not above the second")
    return [] if first == second else list(_subproof(first, 0, second, get, whole=True))


def verify_inclusion(leaf: bytes, *, index: int, size: int, proof: Sequence[bytes], root_hash: bytes) -> bool:
    """Whether the path leads from this leaf to this root (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    fn, sn, found = index, size - 1, leaf
    for step in proof:
        if sn == 0:
            return False
        if fn % 2 or fn == sn:
            found = parent(step, found)
            while fn % 2 == 0 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = parent(found, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and found == root_hash


def verify_consistency(
    *, first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the second tree begins with the first (RFC 9162 §2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    steps = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    if not steps:
        return False
    fn, sn = first - 1, second - 1
    while fn % 2:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = steps[0]
    for step in steps[1:]:
        if sn == 0:
            return False
        if fn % 2 or fn == sn:
            fr, sr = parent(step, fr), parent(step, sr)
            while fn % 2 == 0 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = parent(sr, step)
        fn, sn = fn >> 1, sn >> 1
    return fr == first_root and sr == second_root and sn == 0


def _hash(start: int, size: int, get: Get) -> bytes:
    """The hash of `size` leaves from `start` on; `start` is a multiple of the power of two that is not below `size`."""
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return get(level, start >> level)
    left = _split(size)
    return parent(_hash(start, left, get), _hash(start + left, size - left, get))


def _path(index: int, start: int, size: int, get: Get) -> Iterator[bytes]:
    if size == 1:
        return
    left = _split(size)
    if index < left:
        yield from _path(index, start, left, get)
        yield _hash(start + left, size - left, get)
    else:
        yield from _path(index - left, start + left, size - left, get)
        yield _hash(start, left, get)


def _subproof(first: int, start: int, size: int, get: Get, *, whole: bool) -> Iterator[bytes]:
    if first == size:
        if not whole:
            yield _hash(start, size, get)
        return
    left = _split(size)
    if first <= left:
        yield from _subproof(first, start, left, get, whole=whole)
        yield _hash(start + left, size - left, get)
    else:
        yield from _subproof(first - left, start + left, size - left, get, whole=False)
        yield _hash(start, left, get)


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1
