"""Numbers have no gaps and no doubles, whoever takes them and whatever fails."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, Engine

from office_node.store import attempts, counters
from office_node.store.engine import open_engine


def test_the_first_number_is_one(connection: Connection) -> None:
    assert [counters.next_number(connection) for _ in range(3)] == [1, 2, 3]
    assert counters.read(connection) == {"notice_number": 3}


def test_trust_counts_for_itself(connection: Connection) -> None:
    counters.next_number(connection)
    assert counters.bump_trust(connection) == 1
    assert counters.read(connection) == {"notice_number": 1, "trust": 1}


def take(connection: Connection) -> int:
    return counters.next_number(connection)


def take_and_fail(connection: Connection) -> int:
    counters.next_number(connection)
    raise ZeroDivisionError


def test_a_transaction_that_fails_gives_its_number_back(engine: Engine) -> None:
    assert attempts.write(engine, take) == 1
    with pytest.raises(ZeroDivisionError):
        attempts.write(engine, take_and_fail)
    assert attempts.write(engine, take) == 2


def test_two_processes_that_take_numbers_at_once_leave_no_gap_and_no_double(engine: Engine, migrated_url: str) -> None:
    other = open_engine(migrated_url)  # an engine of its own has connections of its own, as another process has

    def taker(mine: Engine) -> list[int]:
        taken = []
        for turn in range(30):
            if turn % 3 == 0:
                with pytest.raises(ZeroDivisionError):
                    attempts.write(mine, take_and_fail)
            taken.append(attempts.write(mine, take))
        return taken

    with ThreadPoolExecutor(4) as threads:
        taken = list(threads.map(taker, [engine, other, engine, other]))
    other.dispose()
    assert sorted(number for numbers in taken for number in numbers) == list(range(1, 121))
    assert all(numbers == sorted(numbers) for numbers in taken)
