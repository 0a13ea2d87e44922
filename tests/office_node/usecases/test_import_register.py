"""A register is taken over once, however often and wherever its import stops."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from office_node.domain.standings import add_months
from office_node.errors import NodeNotReadyError
from office_node.node import Node
from office_node.store import leases, notices
from office_node.usecases.import_register import AT_ONCE, DUTY, Imported, import_register
from services.simulator.acts import decide, settle
from services.simulator.federation import simulate
from services.simulator.loop import START, run_virtual
from shared_schemas.office import RegisterRow
from shared_schemas.person import Person
from shared_schemas.statement import Actor

OFFICE = "kanim-kalianda"
NAMES = ("Ani", "Budi", "Citra", "Dedi", "Euis", "Fajar")


class KilledError(Exception):
    """The machine went off."""


def register() -> list[RegisterRow]:
    """Six applications, of which the third and the last are closed well."""
    return [
        RegisterRow(
            application_no=f"KLD-2026-{number}",
            person=Person(name=f"{name} Setiawati", birth_date=START.date() - timedelta(days=9000 + number)),
            filed_at=START - timedelta(days=number),
            standing="cleared" if number % 3 == 0 else "under_examination",
        )
        for number, name in enumerate(NAMES, start=1)
    ]


def until(count: int) -> Iterator[RegisterRow]:
    yield from register()[:count]
    raise KilledError


async def take(node: Node, rows: Iterator[RegisterRow] | list[RegisterRow], *, at_once: int = AT_ONCE) -> Imported:
    return await import_register(node, rows, actor=Actor(office=OFFICE, role="administrator"), at_once=at_once)


def stored(engine: Engine) -> tuple[int, list[int]]:
    """How many cases are here, and the numbers of the office's own notices."""
    with engine.begin() as connection:
        cases = connection.exec_driver_sql("SELECT count(*) FROM office_case").scalar_one()
        return int(cases), [one.number for one in notices.after(connection, OFFICE, number=0, limit=100)]


@pytest.mark.parametrize(
    ("stopped", "at_once", "count"), [(0, 1, 0), (1, 1, 1), (3, 2, 2), (5, 1, 5), (5, 3, 3), (5, 50, 0)]
)
def test_a_run_that_was_killed_goes_on_after_the_last_batch(
    tmp_path: Path, database_url: str, stopped: int, at_once: int, count: int
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, offices=(OFFICE,), urls=[database_url]) as simulation:
            office = simulation[OFFICE]
            await settle(simulation)
            with pytest.raises(KilledError):
                await take(office.node, until(stopped), at_once=at_once)
            await simulation.stop(office)
            await simulation.start(office)
            await settle(simulation)
            done = await take(office.node, register())
            assert (done.new, done.known) == (6 - count, count)
            assert stored(office.engine) == (6, [1, 2, 3, 4])
            assert await take(office.node, register()) == Imported(new=0, visible=0, known=6)
            assert stored(office.engine) == (6, [1, 2, 3, 4])

    run_virtual(story())


def test_one_application_twice_in_a_register_is_one_case(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, offices=(OFFICE,)) as simulation:
            await settle(simulation)
            row = register()[0]
            assert await take(simulation[OFFICE].node, [row, row]) == Imported(new=1, visible=1, known=1)

    run_virtual(story())


def test_a_register_is_read_batch_by_batch_and_told_after_each(tmp_path: Path, database_url: str) -> None:
    async def story() -> None:
        async with simulate(tmp_path, offices=(OFFICE,), urls=[database_url]) as simulation:
            office = simulation[OFFICE]
            await settle(simulation)
            told: list[tuple[int, int]] = []

            def rows() -> Iterator[RegisterRow]:
                for number, row in enumerate(register(), start=1):
                    told.append((number, stored(office.engine)[0]))
                    yield row

            read: list[int] = []
            done = await import_register(
                office.node, rows(), actor=Actor(office=OFFICE, role="administrator"), at_once=2, progress=read.append
            )
            assert (done.new, read) == (6, [2, 4, 6])
            assert told == [(1, 0), (2, 0), (3, 2), (4, 2), (5, 4), (6, 4)]

    run_virtual(story())


def test_rows_of_the_future_are_refused_by_their_place_and_the_others_are_taken(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, offices=(OFFICE,)) as simulation:
            await settle(simulation)
            good, *rest = register()
            ahead = START + timedelta(days=365)
            unborn = rest[2].person.model_copy(update={"birth_date": ahead.date()})
            rows = [
                rest[0].model_copy(update={"standing": "refused", "reason_group": "B", "decided_at": ahead}),
                rest[1].model_copy(update={"filed_at": ahead}),
                good,
                rest[2].model_copy(update={"person": unborn}),
            ]
            done = await take(simulation[OFFICE].node, rows)
            assert (done.new, done.refused) == (1, (1, 2, 4))
            assert str(done).endswith("3 refused, dated in the future: rows 1, 2, 4")
            assert (await take(simulation[OFFICE].node, register())).known == 1

    run_virtual(story())


def test_a_row_older_than_a_case_is_kept_is_left_and_one_that_is_over_can_be_decided(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, offices=(OFFICE,)) as simulation:
            office = simulation[OFFICE]
            await settle(simulation)
            old, over = (
                row.model_copy(update={"filed_at": START - timedelta(days=days), "standing": "postponed"})
                for row, days in zip(register(), (2200, 800), strict=False)
            )
            assert await take(office.node, [old, over]) == Imported(new=1, visible=0, known=0, over=1)
            with office.engine.begin() as connection:
                ref = str(connection.exec_driver_sql("SELECT ref FROM office_case").scalar_one())
            await decide(office, ref, "refused", reason_group="A")
            with office.engine.begin() as connection:
                (held,) = notices.after(connection, OFFICE, number=0, limit=9)
            assert held.standing == "refused"

    run_virtual(story())


def test_two_imports_at_once_are_one_too_many(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, offices=(OFFICE,)) as simulation:
            node = simulation[OFFICE].node
            await settle(simulation)
            until = node.clock.now() + timedelta(hours=1)
            await node.run.write(
                lambda connection: leases.take(connection, DUTY, holder="other", now=node.clock.now(), until=until)
            )
            with pytest.raises(NodeNotReadyError):
                await take(node, register())
            assert stored(simulation[OFFICE].engine) == (0, [])

    run_virtual(story())


def test_a_suspension_without_end_in_the_register_is_seen_no_longer_than_the_longest(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, offices=(OFFICE,)) as simulation:
            await settle(simulation)
            endless = START + timedelta(days=365 * 70)
            row = register()[0].model_copy(update={"standing": "suspended", "reason_group": "A", "until": endless})
            await take(simulation[OFFICE].node, [row])
            with simulation[OFFICE].engine.begin() as connection:
                (held,) = notices.after(connection, OFFICE, number=0, limit=9)
            assert held.until == add_months(row.filed_at, 30)

    run_virtual(story())


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (Imported(1, 1, 0), "1 case, 1 visible to peers"),
        (Imported(0, 0, 1), "0 cases, 0 visible to peers; 1 was here already"),
        (Imported(2, 1, 3, over=1), "2 cases, 1 visible to peers; 3 were here already; 1 is older than a case is kept"),
        (Imported(2, 0, 0, refused=(4,)), "2 cases, 0 visible to peers; 1 refused, dated in the future: row 4"),
        (Imported(2, 0, 0, refused=(4, 7)), "2 cases, 0 visible to peers; 2 refused, dated in the future: rows 4, 7"),
    ],
)
def test_a_run_is_told_in_good_english(run: Imported, said: str) -> None:
    assert str(run) == said
