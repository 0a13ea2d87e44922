"""The tree against the reference vectors of Certificate Transparency, and against a tree made the plain way."""

import hashlib
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from office_node.domain.merkle import (
    appended,
    consistency_proof,
    empty_root,
    inclusion_proof,
    parent,
    peaks,
    root,
    verify_consistency,
    verify_inclusion,
)

INPUTS = [
    b"", b"\x00", b"\x10", b"\x20\x21", b"\x30\x31", b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57", b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
]  # fmt: skip
"""The leaves of Certificate Transparency's own tests (google/certificate-transparency, merkle tree tests)."""
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def leaf_of(number: int) -> bytes:
    data = INPUTS[number] if number < len(INPUTS) else str(number).encode()
    return hashlib.sha256(b"\x00" + data).digest()


@cache
def plain(start: int, end: int) -> bytes:
    """MTH of RFC 6962 §2.1, word for word."""
    if end - start == 1:
        return leaf_of(start)
    k = 1
    while k * 2 < end - start:
        k *= 2
    return parent(plain(start, start + k), plain(start + k, end))


class Tree:
    """Nodes in a dictionary, filled in batches of any sizes."""

    def __init__(self, *batches: int) -> None:
        self.nodes: dict[tuple[int, int], bytes] = {}
        self.size = 0
        for count in batches:
            leaves = [leaf_of(self.size + place) for place in range(count)]
            self.nodes |= appended(self.size, leaves, self.get)
            self.nodes |= {(0, self.size + place): leaf for place, leaf in enumerate(leaves)}
            self.size += count

    def get(self, level: int, index: int) -> bytes:
        return self.nodes[level, index]


def test_the_reference_roots() -> None:
    tree = Tree(len(INPUTS))
    assert root(0, tree.get) == empty_root() == hashlib.sha256().digest()
    assert [root(size, tree.get).hex() for size in range(1, 9)] == ROOTS


@given(st.lists(st.integers(0, 40), max_size=8))
def test_however_it_is_filled_it_is_the_tree_of_the_rfc(batches: list[int]) -> None:
    tree = Tree(*batches)
    assert all(root(size, tree.get) == plain(0, size) for size in range(1, tree.size + 1))
    assert tree.nodes.keys() == Tree(tree.size).nodes.keys()


@given(st.integers(1, 130), st.data())
def test_a_proof_of_inclusion_proves_that_leaf_at_that_place_and_nothing_else(size: int, data: st.DataObject) -> None:
    tree, index = Tree(size), data.draw(st.integers(0, size - 1))
    proof, top = inclusion_proof(index, size, tree.get), root(size, tree.get)
    assert verify_inclusion(leaf_of(index), index=index, size=size, proof=proof, root_hash=top)
    assert len(proof) <= (size - 1).bit_length()
    assert not verify_inclusion(leaf_of(size + 1), index=index, size=size, proof=proof, root_hash=top)
    assert not verify_inclusion(leaf_of(index), index=index, size=size, proof=[*proof, bytes(32)], root_hash=top)
    assert not verify_inclusion(leaf_of(index), index=size, size=size, proof=proof, root_hash=top)
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        changed = [step if n != place else bytes(32) for n, step in enumerate(proof)]
        assert not verify_inclusion(leaf_of(index), index=index, size=size, proof=changed, root_hash=top)
        assert not verify_inclusion(leaf_of(index), index=index, size=size, proof=proof[:-1], root_hash=top)


@given(st.integers(1, 130), st.data())
def test_a_proof_of_consistency_proves_that_nothing_was_rewritten(second: int, data: st.DataObject) -> None:
    tree, first = Tree(second), data.draw(st.integers(1, second))
    proof = consistency_proof(first, second, tree.get)
    old, new = root(first, tree.get), root(second, tree.get)
    assert verify_consistency(first=first, second=second, first_root=old, second_root=new, proof=proof)
    assert not verify_consistency(first=first, second=second, first_root=bytes(32), second_root=new, proof=proof)
    assert not verify_consistency(first=first, second=second, first_root=old, second_root=bytes(32), proof=proof)
    assert not verify_consistency(first=second + 1, second=second, first_root=old, second_root=new, proof=proof)
    for place in range(len(proof)):
        changed = [step if n != place else bytes(32) for n, step in enumerate(proof)]
        assert not verify_consistency(first=first, second=second, first_root=old, second_root=new, proof=changed)
    longer = [*proof, bytes(32)]
    assert not verify_consistency(first=first, second=second, first_root=old, second_root=new, proof=longer)


def test_the_example_of_rfc_9162() -> None:
    """§2.1.5: the tree of seven leaves, its nodes by their letters, made with SHA-256 alone."""

    def sha(*parts: bytes) -> bytes:
        return hashlib.sha256(b"".join(parts)).digest()

    a, b, c, d, e, f, j = (sha(b"\x00", b"d%d" % number) for number in range(7))
    g, h, i = sha(b"\x01", a, b), sha(b"\x01", c, d), sha(b"\x01", e, f)
    k, last = sha(b"\x01", g, h), sha(b"\x01", i, j)
    top = sha(b"\x01", k, last)
    leaves = [a, b, c, d, e, f, j]
    nodes = {(0, place): leaf for place, leaf in enumerate(leaves)} | {(1, 0): g, (1, 1): h, (1, 2): i, (2, 0): k}
    assert appended(0, leaves, lambda *_place: b"") == {place: node for place, node in nodes.items() if place[0]}

    def get(level: int, index: int) -> bytes:
        return nodes[level, index]

    assert root(7, get) == top
    for index, path in ((0, [b, h, last]), (3, [c, g, last]), (4, [f, j, k]), (6, [i, k])):
        assert inclusion_proof(index, 7, get) == path
        assert verify_inclusion(leaves[index], index=index, size=7, proof=path, root_hash=top)
    olds = {3: sha(b"\x01", g, c), 4: k, 6: sha(b"\x01", k, i)}
    for size, path in ((3, [c, d, g, last]), (4, [last]), (6, [i, j, k])):
        assert consistency_proof(size, 7, get) == path
        assert root(size, get) == olds[size]
        assert verify_consistency(first=size, second=7, first_root=olds[size], second_root=top, proof=path)


@given(st.integers(0, 300), st.integers(0, 40))
def test_a_tree_grows_from_its_largest_subtrees_alone(size: int, more: int) -> None:
    whole, kept = Tree(size + more), peaks(size)
    assert len(kept) == size.bit_count()
    held = {node: whole.nodes[node] for node in kept}
    leaves = [leaf_of(size + place) for place in range(more)]
    held |= appended(size, leaves, lambda level, index: held[level, index])
    held |= {(0, size + place): leaf for place, leaf in enumerate(leaves)}
    assert set(peaks(size + more)) <= held.keys()
    assert root(size + more, lambda level, index: held[level, index]) == root(size + more, whole.get)


def test_what_cannot_be_proved_is_refused() -> None:
    tree = Tree(5)
    for index, size in ((5, 5), (-1, 5), (0, 0)):
        try:
            inclusion_proof(index, size, tree.get)
        except ValueError:
            continue
        raise AssertionError("a proof of nothing")
    for first, second in ((0, 5), (6, 5)):
        try:
            consistency_proof(first, second, tree.get)
        except ValueError:
            continue
        raise AssertionError("a proof of nothing")
    assert not verify_consistency(first=3, second=5, first_root=b"", second_root=b"", proof=[])
