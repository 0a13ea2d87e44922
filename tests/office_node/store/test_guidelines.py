"""A pack that was taken stays, the newest first."""

from datetime import datetime

from sqlalchemy import Connection

from office_node.store import guidelines


def test_a_version_is_kept_once(connection: Connection, now: datetime) -> None:
    assert guidelines.newest(connection) == 0
    assert guidelines.put(connection, 2, effective_from="2026-12-01", envelope={"payload": "a"}, now=now)
    assert not guidelines.put(connection, 2, effective_from="2026-12-01", envelope={"payload": "b"}, now=now)
    assert guidelines.put(connection, 3, effective_from="2027-01-01", envelope={"payload": "c"}, now=now)
    assert guidelines.newest(connection) == 3
    assert guidelines.envelopes(connection) == [(3, {"payload": "c"}), (2, {"payload": "a"})]
