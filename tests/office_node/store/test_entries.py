"""An entry is kept as it was written, in the order of writing."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from office_node.store import entries
from office_node.store.entries import NewEntry


def entry(now: datetime, number: int) -> NewEntry:
    return NewEntry(
        at=now,
        type="inquiry_answered",
        case_ref="c" * 32 if number % 2 else None,
        peer="kanim-kotabumi",
        inquiry="5" * 32,
        actor_office="kanim-kalianda",
        actor_role="node",
        actor_officer=None,
        purpose="passport_application",
        keep_until=now + timedelta(days=number),
        salt=bytes([number]) * 32,
        body_sealed=b"sealed",
        attached_sealed=None,
        leaf=bytes([number]) * 32,
    )


def test_entries_are_listed_in_their_order(connection: Connection, now: datetime) -> None:
    for number in range(1, 6):
        entries.write_entry(connection, entry(now, number))
    listed = entries.listed(connection)
    assert [one.leaf[0] for one in listed] == [1, 2, 3, 4, 5]
    assert [one.leaf[0] for one in entries.listed(connection, after=listed[1].id, limit=2)] == [3, 4]


def test_an_entry_is_kept_whole(connection: Connection, now: datetime) -> None:
    written = entry(now, 1)
    entries.write_entry(connection, written)
    [kept] = entries.listed(connection)
    for name in ("at", "type", "case_ref", "peer", "inquiry", "actor_role", "purpose", "salt", "body_sealed", "leaf"):
        assert getattr(kept, name) == getattr(written, name)


def test_what_an_entry_said_is_erased_when_its_time_is_over_and_its_leaf_stays(
    connection: Connection, now: datetime
) -> None:
    for number in range(1, 5):
        entries.write_entry(connection, entry(now, number))
    assert entries.erase_due(connection, now=now + timedelta(days=3), limit=2) == 2
    assert entries.erase_due(connection, now=now + timedelta(days=3), limit=2) == 1
    assert entries.erase_due(connection, now=now + timedelta(days=3)) == 0
    listed = entries.listed(connection)
    assert [one.leaf[0] for one in listed] == [1, 2, 3, 4]
    left = [(one.salt, one.body_sealed, one.case_ref, one.inquiry, one.actor_officer) for one in listed[:3]]
    assert left == [(None,) * 5] * 3
    assert listed[3].body_sealed == b"sealed"
