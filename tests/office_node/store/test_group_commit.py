"""Group commit on SQLite: many functions, one commit; what fails takes down as little as the disk allows."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from office_node.store import attempts, meta
from office_node.store.engine import open_engine
from office_node.store.errors import StoreError
from office_node.store.group_commit import BATCH
from office_node.store.transactions import GroupCommit

pytestmark = pytest.mark.anyio

Function = Callable[[Connection], Any]


@pytest.fixture
async def runner(sqlite_engine: Engine) -> AsyncIterator[GroupCommit]:
    runner = GroupCommit(sqlite_engine)
    yield runner
    await runner.close()


def put(name: str, value: str = "x") -> Function:
    return lambda connection: meta.put(connection, name, value=value)


def kept(engine: Engine, name: str) -> bool:
    with engine.connect() as connection:
        return meta.get(connection, name) is not None


async def in_one_batch(runner: GroupCommit, functions: Sequence[Function]) -> list[Any]:
    """The outcomes of functions that all wait when the transaction begins."""
    return await asyncio.gather(*(runner.write(function) for function in functions), return_exceptions=True)


async def test_what_waits_shares_one_commit(runner: GroupCommit, sqlite_engine: Engine) -> None:
    commits: list[Connection] = []
    event.listen(sqlite_engine, "commit", commits.append)
    await in_one_batch(runner, [put(f"n-{n}") for n in range(BATCH)])
    assert len(commits) == 1
    assert all(kept(sqlite_engine, f"n-{n}") for n in range(BATCH))


async def test_functions_run_in_the_order_in_which_they_came(runner: GroupCommit) -> None:
    order: list[int] = []

    def note(number: int) -> Function:
        return lambda _connection: order.append(number)

    await in_one_batch(runner, [note(number) for number in range(150)])
    assert order == list(range(150))


async def test_a_function_sees_what_those_before_it_wrote(runner: GroupCommit) -> None:
    outcomes = await in_one_batch(runner, [put("a"), lambda connection: meta.get(connection, "a")])
    assert outcomes[1] == "x"


async def test_no_result_leaves_before_the_commit_of_its_batch(runner: GroupCommit, sqlite_engine: Engine) -> None:
    at_commit: list[bool] = []
    waiting: list[asyncio.Task[Any]] = []

    def check(_connection: Connection) -> None:
        at_commit.append(any(task.done() for task in waiting))

    event.listen(sqlite_engine, "commit", check)
    waiting += [asyncio.create_task(runner.write(put(f"n-{n}"))) for n in range(20)]
    await asyncio.gather(*waiting)
    assert at_commit
    assert not any(at_commit)


async def test_a_failure_among_others_undoes_its_own_savepoint(runner: GroupCommit, sqlite_engine: Engine) -> None:
    def fail(connection: Connection) -> None:
        meta.put(connection, "half", value="x")
        raise ZeroDivisionError

    outcomes = await in_one_batch(runner, [put("a"), fail, put("b")])
    assert isinstance(outcomes[1], ZeroDivisionError)
    assert [kept(sqlite_engine, name) for name in ("a", "half", "b")] == [True, False, True]


async def test_when_the_commit_fails_everybody_is_told(runner: GroupCommit, sqlite_engine: Engine) -> None:
    def break_the_commit(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        connection.exec_driver_sql(
            "INSERT INTO screening_event (screening, seq, at, kind, detail) VALUES ('nobody', 1, 0, 'x', '')"
        )

    outcomes = await in_one_batch(runner, [put("a"), break_the_commit, put("b")])
    assert [type(outcome) for outcome in outcomes] == [StoreError] * 3
    assert not kept(sqlite_engine, "a")
    await runner.write(put("after"))
    assert kept(sqlite_engine, "after")


async def test_a_full_disk_is_said_and_nothing_is_promised_falsely(runner: GroupCommit, sqlite_engine: Engine) -> None:
    def leave_little_room(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 4}")

    await runner.write(leave_little_room)
    names = ["a", "big", "b"]
    outcomes = await in_one_batch(runner, [put("a"), put("big", "x" * 1_000_000), put("b")])
    assert isinstance(outcomes[1], StoreError)
    assert outcomes[1].reason == "disk-full"
    for name, outcome in zip(names, outcomes, strict=True):
        assert kept(sqlite_engine, name) == (not isinstance(outcome, Exception))


async def test_a_full_disk_fails_a_function_alone(runner: GroupCommit, sqlite_engine: Engine) -> None:
    def fill(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 4}")
        meta.put(connection, "big", value="x" * 1_000_000)

    with pytest.raises(StoreError) as caught:
        await runner.write(fill)
    assert caught.value.reason == "disk-full"
    assert not kept(sqlite_engine, "big")


async def test_a_database_that_somebody_else_holds_is_said_to_be_locked(migrated_sqlite_url: str) -> None:
    impatient = open_engine(migrated_sqlite_url)
    event.listen(impatient, "connect", lambda driver, _record: driver.execute("PRAGMA busy_timeout = 20").close())
    other = open_engine(migrated_sqlite_url)
    runner = GroupCommit(impatient)
    with other.begin():
        outcomes = await asyncio.gather(*(runner.write(put(f"n-{n}")) for n in range(3)), return_exceptions=True)
    assert [getattr(outcome, "reason", None) for outcome in outcomes] == ["locked"] * 3
    await runner.write(put("after"))
    assert kept(other, "after")
    await runner.close()
    impatient.dispose()
    other.dispose()


def test_a_file_that_is_no_database_is_said_to_be_damaged(sqlite_url: str) -> None:
    with open(sqlite_url.removeprefix("sqlite:///"), "wb") as file:  # noqa: PTH123 (the path is part of a URL)
        file.write(b"no database at all, " * 500)
    engine = open_engine(sqlite_url)
    with pytest.raises(StoreError) as caught:
        attempts.read(attempts.reading(engine), lambda connection: meta.get(connection, "a"))
    assert caught.value.reason == "damaged"
    assert str(caught.value) == "store-failed (reason=damaged)"
    engine.dispose()


KILLED_AFTER_THE_RESULT = """
import asyncio, os, sys
from office_node.store import meta
from office_node.store.engine import open_engine
from office_node.store.transactions import GroupCommit

async def main():
    runner = GroupCommit(open_engine(sys.argv[1]))
    await asyncio.gather(*(runner.write(lambda c, n=n: meta.put(c, f"n-{n}", value="x")) for n in range(10)))
    os._exit(9)

asyncio.run(main())
"""


def test_a_process_that_dies_right_after_a_result_has_lost_nothing(sqlite_engine: Engine) -> None:
    url = sqlite_engine.url.render_as_string()
    died = subprocess.run([sys.executable, "-c", KILLED_AFTER_THE_RESULT, url], check=False, timeout=60)
    assert died.returncode == 9
    assert all(kept(sqlite_engine, f"n-{n}") for n in range(10))


def test_every_connection_syncs_fully_and_overwrites_what_it_erases(sqlite_engine: Engine) -> None:
    expected = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    views = attempts.reading(sqlite_engine)
    with views.connect() as one, views.connect() as two:
        for connection in (one, two):
            for pragma, value in expected.items():
                assert connection.exec_driver_sql(f"PRAGMA {pragma}").scalar_one() == value


def test_a_reader_may_not_hold_up_the_writer(sqlite_engine: Engine) -> None:
    views = attempts.reading(sqlite_engine)
    with views.connect() as reader, reader.begin():
        assert meta.get(reader, "a") is None
        attempts.write(sqlite_engine, put("a"))
        assert meta.get(reader, "a") is None
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            meta.put(reader, "b", value="a view that is out of date cannot write")
