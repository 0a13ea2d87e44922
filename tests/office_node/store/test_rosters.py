"""Whatever changes whom to trust raises the mark that every process watches; nothing else does."""

from datetime import datetime

from sqlalchemy import Connection

from office_node.signing.repository import RosterFiles
from office_node.store import counters, meta, rosters


def trust(connection: Connection) -> int:
    return counters.read(connection).get("trust", 0)


def test_the_files_are_replaced_as_a_set(connection: Connection, now: datetime) -> None:
    assert rosters.files(connection) is None
    for files in ({"a": b"1", "b": b"2"}, {"b": b"3", "c": b"4"}):
        rosters.put(connection, RosterFiles(files, now))
    assert rosters.files(connection) == RosterFiles({"b": b"3", "c": b"4"}, now)
    assert rosters.file(connection, "c") == b"4"
    assert rosters.file(connection, "a") is None
    assert trust(connection) == 2


def test_a_suspension_counts_once(connection: Connection, now: datetime) -> None:
    for _ in range(2):
        rosters.suspend(connection, "d" * 64, member="kanim-kotabumi", envelope={"payload": "x"}, since=now)
    assert rosters.suspensions(connection) == {"d" * 64: {"payload": "x"}}
    assert trust(connection) == 1


def test_a_local_denial_holds_until_it_is_lifted(connection: Connection, now: datetime) -> None:
    rosters.deny(connection, "kanim-kotabumi", now=now, reason="stolen laptop")
    assert rosters.denials(connection) == ["kanim-kotabumi"]
    rosters.allow(connection, "kanim-kotabumi")
    assert rosters.denials(connection) == []
    assert trust(connection) == 2


def test_a_fact_on_the_database_is_replaced(connection: Connection) -> None:
    assert meta.get(connection, "office") is None
    for value in ("kanim-kalianda", "kanim-kotabumi"):
        meta.put(connection, "office", value=value)
    assert meta.get(connection, "office") == "kanim-kotabumi"
