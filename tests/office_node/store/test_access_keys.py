"""A key of an office system is found by its hash until it is revoked."""

from datetime import datetime

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from office_node.store import access_keys
from office_node.store.access_keys import AccessKey

KEY = AccessKey("k1", "SIMKIM", ("counter", "supervisor"))
HASH = b"h" * 32


def test_a_key_is_found_by_its_hash_and_nothing_else(connection: Connection, now: datetime) -> None:
    access_keys.add(connection, KEY, hashed=HASH, now=now)
    assert access_keys.find(connection, HASH) == KEY
    assert access_keys.find(connection, HASH[:-1]) is None
    assert access_keys.find(connection, b"") is None


def test_a_revoked_key_is_found_no_more_and_revoked_once(connection: Connection, now: datetime) -> None:
    access_keys.add(connection, KEY, hashed=HASH, now=now)
    access_keys.add(connection, AccessKey("k2", "kiosk", ()), hashed=b"i" * 32, now=now)
    assert access_keys.revoke(connection, "k1", now=now)
    assert not access_keys.revoke(connection, "k1", now=now)
    assert access_keys.find(connection, HASH) is None
    assert [key.id for key in access_keys.listed(connection)] == ["k2"]


def test_no_two_keys_share_a_hash(connection: Connection, now: datetime) -> None:
    access_keys.add(connection, KEY, hashed=HASH, now=now)
    with pytest.raises(Exception, match=r"(?i)unique") as caught, connection.begin_nested():
        access_keys.add(connection, AccessKey("k2", "kiosk", ()), hashed=HASH, now=now)
    assert not isinstance(caught.value, IntegrityError)  # plain SQL: the driver's own error, without parameters
    assert HASH.decode() not in str(caught.value)
