"""A nonce counts once per key, whichever process sees it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, Engine

from office_node.store import attempts, nonces
from office_node.store.engine import open_engine

KEY = "kanim-kotabumi/sign-2026"


def test_a_nonce_is_new_once_for_each_key(connection: Connection, now: datetime) -> None:
    assert nonces.remember(connection, KEY, nonce="n", expires_at=now)
    assert not nonces.remember(connection, KEY, nonce="n", expires_at=now + timedelta(days=1))
    assert nonces.remember(connection, "kanim-kalianda/sign-2026", nonce="n", expires_at=now)


def test_only_what_is_too_old_is_forgotten(connection: Connection, now: datetime) -> None:
    nonces.remember(connection, KEY, nonce="old", expires_at=now - timedelta(milliseconds=1))
    nonces.remember(connection, KEY, nonce="young", expires_at=now)
    assert nonces.forget_expired(connection, now) == 1
    assert not nonces.remember(connection, KEY, nonce="young", expires_at=now)


def test_what_ends_no_later_than_a_forgotten_nonce_is_never_new(connection: Connection, now: datetime) -> None:
    """As after a clock was set back: the message is valid again, its nonce is gone."""
    old = now - timedelta(minutes=5)
    nonces.remember(connection, KEY, nonce="old", expires_at=old)
    assert nonces.forget_expired(connection, now) == 1
    assert not nonces.remember(connection, KEY, nonce="old", expires_at=old)
    assert not nonces.remember(connection, KEY, nonce="other", expires_at=old - timedelta(hours=1))
    assert nonces.remember(connection, KEY, nonce="later", expires_at=old + timedelta(milliseconds=1))


def test_of_two_processes_that_see_a_nonce_one_is_told_it_is_new(
    engine: Engine, migrated_url: str, now: datetime
) -> None:
    other = open_engine(migrated_url)

    def see(mine: Engine) -> list[bool]:
        names = [str(number) for number in range(25)]
        return [attempts.write(mine, partial(nonces.remember, keyid=KEY, nonce=name, expires_at=now)) for name in names]

    with ThreadPoolExecutor(4) as threads:
        seen = list(threads.map(see, [engine, other, engine, other]))
    other.dispose()
    assert [sum(answers) for answers in zip(*seen, strict=True)] == [1] * 25
