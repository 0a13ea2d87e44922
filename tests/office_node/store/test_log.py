"""Numbers without gaps in the order of writing, and a tree that gives what the RFC's recursion gives."""

import hashlib
from datetime import datetime

import pytest
from sqlalchemy import Connection

from office_node.domain.merkle import consistency_proof, inclusion_proof, root, verify_consistency, verify_inclusion
from office_node.store import entries, log
from office_node.store.entries import NewEntry


def write(connection: Connection, now: datetime, count: int, *, first: int = 0) -> list[bytes]:
    leaves = [hashlib.sha256(b"leaf %d" % number).digest() for number in range(first, first + count)]
    for leaf in leaves:
        entry = NewEntry(
            at=now, type="answer", case_ref=None, peer="kanim-kotabumi", inquiry="5" * 32,
            actor_office="kanim-kalianda", actor_role="node", actor_officer=None, purpose=None, keep_until=now,
            salt=b"s" * 32, body_sealed=b"sealed", attached_sealed=b"beside", leaf=leaf,
        )  # fmt: skip
        entries.write_entry(connection, entry)
    return leaves


def plain(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962 §2.1 over leaf hashes."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + plain(leaves[:split]) + plain(leaves[split:])).digest()


def test_entries_are_numbered_in_batches_without_gap_or_repetition(connection: Connection, now: datetime) -> None:
    assert (log.size(connection), log.is_behind(connection), log.integrate(connection, limit=9)) == (0, False, 0)
    leaves = write(connection, now, 11)
    assert log.is_behind(connection)
    assert [log.integrate(connection, limit=4) for _ in range(4)] == [4, 4, 3, 0]
    assert not log.is_behind(connection)
    leaves += write(connection, now, 2, first=11)
    assert log.integrate(connection, limit=9) == 2
    kept = log.leaves(connection, first=0, limit=100)
    assert [one.number for one in kept] == list(range(13))
    assert [one.leaf for one in kept] == leaves
    assert [log.number_of(connection, leaf) for leaf in leaves] == list(range(13))
    assert log.number_of(connection, bytes(32)) is None


def test_the_stored_tree_is_that_of_the_rfc_and_proves_every_leaf(connection: Connection, now: datetime) -> None:
    leaves = write(connection, now, 21)
    while log.integrate(connection, limit=8):
        continue

    def get(level: int, place: int) -> bytes:
        return log.node(connection, level, place)

    top = plain(leaves)
    for size in range(1, 22):
        old = plain(leaves[:size])
        assert root(size, get) == old
        grown = consistency_proof(size, 21, get)
        assert verify_consistency(first=size, second=21, first_root=old, second_root=top, proof=grown)
        proof = inclusion_proof(size - 1, 21, get)
        assert verify_inclusion(leaves[size - 1], index=size - 1, size=21, proof=proof, root_hash=top)
    for level, place in ((0, 21), (1, 10), (5, 0)):
        with pytest.raises(KeyError):
            get(level, place)


def test_what_an_entry_holds_stands_beside_its_leaf_until_it_is_erased(connection: Connection, now: datetime) -> None:
    [leaf] = write(connection, now, 1)
    log.integrate(connection, limit=1)
    [one] = log.leaves(connection, first=0, limit=2)
    assert one.entry == log.Kept(
        leaf, now, "answer", "kanim-kotabumi", "5" * 32, ("kanim-kalianda", "node", None), b"s" * 32, b"sealed",
        b"beside",
    )  # fmt: skip
    assert entries.erase_due(connection, now=now) == 1
    [erased] = log.leaves(connection, first=0, limit=2)
    assert erased.entry is not None
    assert (erased.leaf, erased.entry.leaf) == (leaf, leaf)
    assert (erased.entry.salt, erased.entry.body_sealed, erased.entry.attached_sealed) == (None, None, None)
    assert log.leaves(connection, first=1, limit=2) == []


def test_entries_are_counted_numbered_or_not(connection: Connection, now: datetime) -> None:
    write(connection, now, 5)
    ids = [one.id for one in entries.listed(connection)]
    log.integrate(connection, limit=2)
    assert log.entries_between(connection, 0, ids[-1]) == 5
    assert log.entries_between(connection, ids[0], ids[2]) == 2
    assert log.entries_between(connection, ids[-1], ids[-1] + 9) == 0


def test_the_newest_checkpoint_takes_the_place_of_the_one_before(connection: Connection) -> None:
    assert log.checkpoint(connection) is None
    log.put_checkpoint(connection, "one")
    log.put_checkpoint(connection, "two")
    assert log.checkpoint(connection) == "two"
