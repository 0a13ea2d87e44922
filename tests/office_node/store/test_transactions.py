"""The promises of every runner: whole or not at all, on the disk before the result, whoever stops waiting."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, Engine, create_engine, text

from office_node.store import attempts, idempotency, meta
from office_node.store.engine import open_engine
from office_node.store.errors import StoreError
from office_node.store.transactions import BatchingThread, GroupCommit, Inline, Runner, runner_for

pytestmark = pytest.mark.anyio


@pytest.fixture
async def runner(engine: Engine) -> AsyncIterator[Runner]:
    runner = runner_for(engine)
    yield runner
    await runner.close()


@pytest.fixture
async def inline(engine: Engine) -> AsyncIterator[Runner]:
    runner = Inline(engine)
    yield runner
    await runner.close()


def put(name: str, value: str = "x") -> Callable[[Connection], str]:
    def write(connection: Connection) -> str:
        meta.put(connection, name, value=value)
        return name

    return write


def fail_after(name: str) -> Callable[[Connection], None]:
    def write(connection: Connection) -> None:
        meta.put(connection, name, value="half")
        raise ZeroDivisionError

    return write


def kept(engine: Engine, name: str) -> str | None:
    """What another connection sees."""
    with engine.connect() as connection:
        return meta.get(connection, name)


async def test_the_runner_suits_the_database(engine: Engine, runner: Runner) -> None:
    expected = GroupCommit if engine.dialect.name == "sqlite" else BatchingThread
    assert isinstance(runner, expected)
    assert isinstance(runner_for(open_engine("sqlite://")), Inline)


async def test_a_result_comes_after_the_commit(engine: Engine, runner: Runner) -> None:
    assert await runner.write(put("a")) == "a"
    assert kept(engine, "a") == "x"


async def test_a_failure_undoes_its_own_transaction_and_no_other(engine: Engine, runner: Runner) -> None:
    jobs = [runner.write(fail_after(f"bad-{n}") if n % 3 == 0 else put(f"good-{n}")) for n in range(30)]
    outcomes = await asyncio.gather(*jobs, return_exceptions=True)
    for n, outcome in enumerate(outcomes):
        if n % 3 == 0:
            assert isinstance(outcome, ZeroDivisionError)
            assert kept(engine, f"bad-{n}") is None
        else:
            assert outcome == f"good-{n}"
            assert kept(engine, f"good-{n}") == "x"


async def test_a_failure_alone_leaves_the_runner_fit(engine: Engine, runner: Runner) -> None:
    with pytest.raises(ZeroDivisionError):
        await runner.write(fail_after("bad"))
    await runner.write(put("good"))
    assert (kept(engine, "bad"), kept(engine, "good")) == (None, "x")


async def test_a_statement_that_the_database_refuses_leaves_the_runner_fit(engine: Engine, runner: Runner) -> None:
    def wrong(connection: Connection) -> None:
        meta.put(connection, "half", value="x")
        connection.execute(text("SELECT no_such_column FROM meta"))

    outcomes = await asyncio.gather(runner.write(wrong), runner.write(put("good")), return_exceptions=True)
    assert isinstance(outcomes[0], Exception)
    assert (kept(engine, "half"), kept(engine, "good")) == (None, "x")


@contextmanager
def held_by_somebody_else(engine: Engine) -> Iterator[None]:
    """While it lasts, no other connection can write (SQLite) or touch `meta` (PostgreSQL)."""
    with engine.connect() as other, other.begin() as transaction:
        if engine.dialect.name != "sqlite":
            other.execute(text("LOCK TABLE meta IN ACCESS EXCLUSIVE MODE"))
        yield
        transaction.rollback()


async def test_a_cancelled_caller_loses_the_result_and_not_the_transaction(engine: Engine, runner: Runner) -> None:
    with held_by_somebody_else(engine):
        waiting = asyncio.create_task(runner.write(put("first")))
        await asyncio.sleep(0.05)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    await runner.close()  # finishes what was handed in
    assert kept(engine, "first") == "x"


async def test_the_loop_goes_on_while_a_transaction_waits(engine: Engine, runner: Runner) -> None:
    with held_by_somebody_else(engine):
        waiting = asyncio.create_task(runner.write(put("first")))
        for _ in range(5):
            await asyncio.sleep(0.01)
        assert not waiting.done()
    assert await waiting == "first"


async def test_what_waits_when_the_runner_closes_is_still_done(engine: Engine, runner: Runner) -> None:
    jobs = [asyncio.create_task(runner.write(put(f"n-{n}"))) for n in range(100)]
    await asyncio.sleep(0)
    await runner.close()
    assert await asyncio.gather(*jobs) == [f"n-{n}" for n in range(100)]
    assert all(kept(engine, f"n-{n}") == "x" for n in range(100))


@pytest.mark.parametrize("kind", ["runner", "inline"])
async def test_a_closed_runner_refuses(kind: str, runner: Runner, inline: Runner) -> None:
    closed = runner if kind == "runner" else inline
    await closed.close()
    for call in (closed.write, closed.read):
        with pytest.raises(StoreError) as caught:
            await call(put("late"))
        assert caught.value.reason == "closed"


async def test_a_read_sees_one_view_while_others_write(engine: Engine, runner: Runner) -> None:
    await runner.write(put("a", "before"))
    looked, written = threading.Event(), threading.Event()

    def twice(connection: Connection) -> tuple[str | None, str | None]:
        first = meta.get(connection, "a")
        looked.set()
        assert written.wait(10)
        return first, meta.get(connection, "a")

    reading = asyncio.create_task(runner.read(twice))
    await asyncio.to_thread(looked.wait, 10)
    await runner.write(put("a", "after"))
    written.set()
    assert await reading == ("before", "before")
    assert kept(engine, "a") == "after"


async def test_reads_see_what_was_committed_before(runner: Runner) -> None:
    for value in ("1", "2", "3"):
        await runner.write(put("a", value))
        assert await runner.read(lambda connection: meta.get(connection, "a")) == value


async def test_computing_happens_off_the_event_loop(runner: Runner, inline: Runner) -> None:
    here = threading.get_ident()
    assert await runner.compute(threading.get_ident) != here
    assert await inline.compute(threading.get_ident) == here


async def test_the_inline_runner_keeps_the_same_promises(engine: Engine, inline: Runner) -> None:
    await inline.write(put("a"))
    with pytest.raises(ZeroDivisionError):
        await inline.write(fail_after("b"))
    assert await inline.read(lambda connection: meta.get(connection, "a")) == "x"
    assert (kept(engine, "a"), kept(engine, "b")) == ("x", None)


async def test_a_database_in_memory_lasts_as_long_as_its_engine() -> None:
    engine = open_engine("sqlite://")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT)")
    runner = runner_for(engine)
    await runner.write(put("a"))
    with pytest.raises(ZeroDivisionError):
        await runner.write(fail_after("b"))
    assert await runner.read(lambda connection: meta.get(connection, "a")) == "x"
    assert await runner.read(lambda connection: meta.get(connection, "b")) is None
    await runner.close()
    assert kept(engine, "a") == "x"
    engine.dispose()


@pytest.mark.postgres
@pytest.mark.parametrize("kind", [BatchingThread, Inline])
async def test_a_server_that_dropped_every_connection_is_found_again(
    kind: Callable[[Engine], Runner], postgres_engine: Engine
) -> None:
    runner = kind(postgres_engine)
    await asyncio.gather(*(runner.write(put(f"n-{n}")) for n in range(20)))
    await asyncio.gather(*(runner.read(lambda connection: meta.get(connection, "n-1")) for _ in range(20)))
    drop = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> {}"
    other = open_engine(postgres_engine.url.render_as_string(hide_password=False))
    with other.connect() as connection:
        connection.exec_driver_sql(drop.format("pg_backend_pid()"))
    other.dispose()
    assert await runner.read(lambda connection: meta.get(connection, "n-1")) == "x"
    assert await runner.write(put("after")) == "after"
    await runner.close()


def crossing(tries: list[str], together: threading.Barrier, *names: str) -> Callable[[Connection], None]:
    """Writes two rows in this order; at the first try it waits between them for the other one to hold its first."""

    def write(connection: Connection) -> None:
        tries.append(names[0])
        meta.put(connection, names[0], value=names[0])
        if len(tries) <= 2:
            with suppress(threading.BrokenBarrierError):
                together.wait()
        meta.put(connection, names[1], value=names[0])

    return write


@pytest.mark.postgres
async def test_two_processes_write_one_after_the_other(postgres_engine: Engine) -> None:
    one, other = BatchingThread(postgres_engine), BatchingThread(postgres_engine)
    tries: list[str] = []
    together = threading.Barrier(2, timeout=0.3)
    await asyncio.gather(
        one.write(crossing(tries, together, "a", "b")), other.write(crossing(tries, together, "b", "a"))
    )
    await asyncio.gather(one.close(), other.close())
    assert together.broken  # they never were inside together
    assert len(tries) == 2
    assert kept(postgres_engine, "a") == kept(postgres_engine, "b") == tries[1]


@pytest.mark.postgres
async def test_a_transaction_that_a_stranger_locks_out_is_run_again(postgres_engine: Engine) -> None:
    without_the_write_lock = create_engine(postgres_engine.url)
    tries: list[str] = []
    together = threading.Barrier(2, timeout=10)
    await asyncio.gather(
        asyncio.to_thread(attempts.write, without_the_write_lock, crossing(tries, together, "a", "b")),
        asyncio.to_thread(attempts.write, without_the_write_lock, crossing(tries, together, "b", "a")),
    )
    without_the_write_lock.dispose()
    assert len(tries) > 2  # one lost at least once and was run again: who wins the next lock is the database's choice
    assert kept(postgres_engine, "a") == kept(postgres_engine, "b")


@pytest.mark.postgres
async def test_a_process_that_stops_inside_a_transaction_holds_nobody_up_for_long(postgres_engine: Engine) -> None:
    stopped = open_engine(postgres_engine.url.render_as_string(hide_password=False))
    with stopped.connect() as connection:
        connection.begin()
        shown = connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar_one()
        waits = connection.exec_driver_sql("SHOW lock_timeout").scalar_one()
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 200")
        runner = BatchingThread(postgres_engine)
        assert await runner.write(put("a")) == "a"
        await runner.close()
        connection.invalidate()
    stopped.dispose()
    assert (shown, waits) == ("10s", "5s")


@pytest.mark.postgres
async def test_a_function_that_passes_over_a_failed_statement_is_not_committed_silently(
    postgres_engine: Engine,
) -> None:
    def careless(connection: Connection) -> str:
        meta.put(connection, "half", value="x")
        with suppress(Exception):
            connection.exec_driver_sql("SELECT 1/0")
        return "done"

    runner = BatchingThread(postgres_engine)
    with pytest.raises(StoreError) as alone:
        await runner.write(careless)
    outcomes = await asyncio.gather(
        *(runner.write(put(f"n-{n}")) for n in range(3)), runner.write(careless), return_exceptions=True
    )
    await runner.close()
    assert alone.value.reason == "failed"
    assert outcomes[:3] == ["n-0", "n-1", "n-2"]
    assert isinstance(outcomes[3], StoreError)
    assert (kept(postgres_engine, "n-2"), kept(postgres_engine, "half")) == ("x", None)


async def test_what_one_function_finds_damaged_is_no_fault_of_the_others(engine: Engine, runner: Runner) -> None:
    def contradiction(connection: Connection) -> None:
        raise StoreError("damaged")

    def ended(connection: Connection) -> None:
        next(iter(()))

    jobs = [runner.write(put("a")), runner.write(contradiction), runner.write(ended), runner.write(put("b"))]
    outcomes = await asyncio.wait_for(asyncio.gather(*jobs, return_exceptions=True), 20)
    assert (outcomes[0], outcomes[3]) == ("a", "b")
    assert isinstance(outcomes[1], StoreError)
    assert isinstance(outcomes[2], RuntimeError)
    assert (kept(engine, "a"), kept(engine, "b")) == ("x", "x")


async def test_two_requests_with_one_idempotency_key_at_once_do_the_work_once(engine: Engine, runner: Runner) -> None:
    moment = datetime(2026, 11, 24, tzinfo=UTC)

    def once(case: str) -> Callable[[Connection], str]:
        def write(connection: Connection) -> str:
            seen = idempotency.find(connection, "simkim", idem_key="k1")
            if seen is not None:
                return seen.case_ref
            done = idempotency.Remembered("simkim", "k1", b"h", case_ref=case, screening="s", created_at=moment)
            idempotency.remember(connection, done)
            return case

        return write

    outcomes = await asyncio.gather(*(runner.write(once(f"case-{n}")) for n in range(12)))
    assert len(set(outcomes)) == 1


def test_a_key_that_is_taken_is_an_error_at_once(engine: Engine) -> None:
    tries: list[int] = []

    def twice(connection: Connection) -> None:
        tries.append(1)
        for _ in range(2):
            connection.execute(text("INSERT INTO meta (name, value) VALUES ('a', 'b')"))

    with pytest.raises(Exception, match=r"(?i)unique"):
        attempts.write(engine, twice)
    assert len(tries) == 1
    assert kept(engine, "a") is None
