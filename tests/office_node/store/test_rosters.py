"""Whatever changes whom to trust raises the mark that every process watches; nothing else does."""

from datetime import datetime

from sqlalchemy import Connection

from office_node.store import counters, meta, rosters


def trust(connection: Connection) -> int:
    return counters.read(connection).get("trust", 0)


def test_the_newest_roster_is_the_highest_version_in_any_order(connection: Connection, now: datetime) -> None:
    assert rosters.newest(connection) is None
    for version in (3, 5, 4):
        assert rosters.put(connection, version, envelope={"payload": str(version)}, now=now)
    assert rosters.newest(connection) == {"payload": "5"}
    assert trust(connection) == 3


def test_a_version_is_never_replaced(connection: Connection, now: datetime) -> None:
    rosters.put(connection, 3, envelope={"payload": "first"}, now=now)
    assert not rosters.put(connection, 3, envelope={"payload": "second"}, now=now)
    assert rosters.newest(connection) == {"payload": "first"}
    assert trust(connection) == 1


def test_a_suspension_counts_once(connection: Connection, now: datetime) -> None:
    for _ in range(2):
        rosters.suspend(connection, "d" * 64, member="kanim-kotabumi", envelope={"payload": "x"}, since=now)
    assert rosters.suspensions(connection) == [{"payload": "x"}]
    assert trust(connection) == 1


def test_a_local_denial_holds_until_it_is_lifted(connection: Connection, now: datetime) -> None:
    rosters.deny(connection, "kanim-kotabumi", now=now, reason="stolen laptop")
    assert rosters.denials(connection) == ["kanim-kotabumi"]
    rosters.allow(connection, "kanim-kotabumi")
    assert rosters.denials(connection) == []
    assert trust(connection) == 2


def test_sealed_keys_raise_the_mark_only_when_they_change(connection: Connection) -> None:
    assert rosters.sealed_keys(connection, "kanim-kalianda") is None
    assert [rosters.put_sealed_keys(connection, "kanim-kalianda", body=body) for body in (b"1", b"1", b"2")] == [
        True,
        False,
        True,
    ]
    assert rosters.sealed_keys(connection, "kanim-kalianda") == b"2"
    assert trust(connection) == 2


def test_a_fact_on_the_database_is_replaced(connection: Connection) -> None:
    assert meta.get(connection, "office") is None
    for value in ("kanim-kalianda", "kanim-kotabumi"):
        meta.put(connection, "office", value=value)
    assert meta.get(connection, "office") == "kanim-kotabumi"
