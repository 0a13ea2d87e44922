"""An old copy of an office's database runs, and nobody has said so: shown its own signature, the node says no more."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table

from office_node.signing.keys import SigningKey
from office_node.signing.notes import Checkpoint, read_checkpoint, sign_checkpoint
from office_node.store import log, meta
from office_node.store.tables import METADATA
from office_node.usecases.ask_witnesses import ask_witnesses
from office_node.usecases.audit_logs import audit_log
from office_node.usecases.diagnose import diagnose
from office_node.usecases.integrate_log import integrate_log, top
from office_node.usecases.recover import recover
from office_node.usecases.refresh_roster import refresh_roster
from office_node.usecases.roll_back import note_lost
from services.simulator import acts
from services.simulator.acts import settle
from services.simulator.federation import Office, Simulation, simulate
from services.simulator.loop import run_virtual
from tests.federation.cast import AGAIN, BANDAR, KALIANDA, KOTABUMI, STRANGER, postponed_in_kalianda
from tests.federation.test_audits import alerted, kinds, newest, witnessed
from tests.federation.test_recovery import released

Rows = list[tuple[Table, list[dict[str, Any]]]]


def taken(office: Office) -> Rows:
    """Every row of the database, as a snapshot of the disk would have it; a table before what refers to it."""
    with office.engine.begin() as connection:
        return [
            (table, [dict(row) for row in connection.execute(table.select()).mappings()])
            for table in METADATA.sorted_tables
        ]


async def put_back(simulation: Simulation, office: Office, rows: Rows) -> None:
    """The node is stopped, its database is what it was then, and the node is started as if nothing had been."""
    await simulation.stop(office)
    with office.engine.begin() as connection:
        for table, _ in reversed(rows):
            connection.execute(table.delete())
        for table, held in rows:
            if held:
                connection.execute(table.insert(), held)
    await simulation.start(office)


async def rolled_back(simulation: Simulation) -> tuple[str, str]:
    """Kalianda files two cases, and its database is put back to when it had the first; both references."""
    office = simulation[KALIANDA]
    before = await acts.file(office, STRANGER, key="before-001")
    await settle(simulation, 150)
    rows = taken(office)
    after = await acts.file(office, AGAIN, key="after-0001")
    await settle(simulation, 150)
    await put_back(simulation, office, rows)
    return before.case, after.case


async def codes(office: Office) -> set[tuple[int, str]]:
    """What a probe, a counter and a peer are told."""
    answers = [await office.call("GET", path) for path in ("/readyz", "/office/v1/alerts", "/federation/v1/log/seen")]
    return {(one.status_code, problem.get("code", "")) for one in answers if isinstance(problem := one.json(), dict)}


STOPPED = {(503, "log-rolled-back")}


def test_a_node_that_was_rolled_back_answers_nobody_once_its_witness_has_shown_it(
    tmp_path: Path, urls: Sequence[str | None]
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls, log_every_s=1) as simulation:
            office = simulation[KALIANDA]
            await postponed_in_kalianda(simulation)
            await witnessed(simulation)
            await rolled_back(simulation)
            await settle(simulation, 120)
            assert await codes(office) == STOPPED
            filed = await acts.file(simulation[KOTABUMI], AGAIN, key="asked-0001")
            await settle(simulation, 5)
            row = (await acts.coverage(simulation[KOTABUMI], filed.screening))[KALIANDA]
            assert row.outcome == "unknown"
            size = newest(office).checkpoint.size
            for other in (KOTABUMI, BANDAR):
                assert ("log_contradicted", KALIANDA) in await alerted(simulation[other])
                assert kinds(simulation[other]) == ["rewritten"]
            await settle(simulation, 600)
            assert newest(office).checkpoint.size == size, "a log that was longer is not numbered on"
            await simulation.stop(office)
            await simulation.start(office)
            assert await codes(office) == STOPPED, "a restart keeps it"
            assert any("old copy" in one for one in await diagnose(office.node))

    run_virtual(story())


def test_a_peer_that_audits_it_is_enough_and_gets_its_proof(tmp_path: Path, urls: Sequence[str | None]) -> None:
    """Nobody is its witness."""

    async def story() -> None:
        async with simulate(tmp_path, urls=urls, log_every_s=1) as simulation:
            office = simulation[KALIANDA]
            await postponed_in_kalianda(simulation)
            await settle(simulation, 150)
            rows = taken(office)
            await acts.file(office, AGAIN, key="after-0001")
            await settle(simulation, 5)
            await audit_log(simulation[KOTABUMI].node, KALIANDA)
            await audit_log(simulation[BANDAR].node, KALIANDA)
            await put_back(simulation, office, rows)
            assert office.node.era.rolled_back is None
            await audit_log(simulation[KOTABUMI].node, KALIANDA)
            assert await codes(office) == STOPPED
            assert kinds(simulation[KOTABUMI]) == ["rewritten"]
            await audit_log(simulation[BANDAR].node, KALIANDA)
            assert kinds(simulation[BANDAR]) == ["rewritten"], "its word on its log is still to be had"
            assert [one.peer for one in acts.acted(office, type="log-rolled-back")] == [KOTABUMI]

    run_virtual(story())


def test_recovery_ends_it_and_the_old_log_is_closed_at_what_was_shown(
    tmp_path: Path, urls: Sequence[str | None]
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls, log_every_s=1) as simulation:
            office = simulation[KALIANDA]
            await postponed_in_kalianda(simulation)
            await witnessed(simulation)
            _before, gone = await rolled_back(simulation)
            await settle(simulation, 120)
            shown = read_checkpoint(office.node.era.rolled_back or "").checkpoint.size
            done = await recover(office.node)
            assert (done.generation, done.lost_cases, done.silent) == (2, (gone,), ())
            assert done.closed_size >= max(shown, done.had_size)
            assert (await office.call("GET", "/readyz")).json()["reason"] == "generation-unreleased"
            released(simulation, KALIANDA, 2)
            for one in simulation.offices.values():
                await refresh_roster(one.node)
            await settle(simulation, 200)
            assert (await office.call("GET", "/readyz")).status_code == 200
            filed = await acts.file(simulation[KOTABUMI], AGAIN, key="asked-0002")
            await settle(simulation, 5)
            assert (await acts.coverage(simulation[KOTABUMI], filed.screening))[KALIANDA].outcome == "hit"
            with office.engine.begin() as connection:
                assert meta.get(connection, log.ROLLED_BACK) is None

    run_virtual(story())


def test_another_process_of_the_office_stops_with_its_next_look_at_the_log(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1) as simulation:
            office = simulation[KALIANDA]
            await postponed_in_kalianda(simulation)
            await settle(simulation, 5)
            larger = sign_checkpoint(Checkpoint(f"jejak/{KALIANDA}/1", 10**6, bytes(32)), key=office.signing)
            await office.node.run.write(lambda c: meta.put(c, log.ROLLED_BACK, value=larger.note()))
            await settle(simulation, 3)
            assert await codes(office) == STOPPED
            await office.node.run.write(lambda c: meta.drop(c, log.ROLLED_BACK))
            await settle(simulation, 3)
            assert (await office.call("GET", "/readyz")).status_code == 200

    run_virtual(story())


def test_only_a_checkpoint_that_is_not_held_of_this_log_under_a_key_that_counts_stops_it(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1e6) as simulation:
            office = simulation[KALIANDA]
            await postponed_in_kalianda(simulation)
            await integrate_log(office.node)
            size, stolen = newest(office).checkpoint.size, SigningKey(f"{KALIANDA}/sign-2026", bytes(range(32)))

            def noted(origin: str, size: int, root: bytes, key: SigningKey) -> str | None:
                note = sign_checkpoint(Checkpoint(origin, size, root), key=key).note()

                def look(connection: Connection) -> str | None:
                    return note_lost(connection, office.node, ["rubbish", note], by=KOTABUMI)

                with office.engine.begin() as connection:
                    return look(connection)

            own = f"jejak/{KALIANDA}/1"
            with office.engine.begin() as connection:
                held = [(one, top(connection, one)) for one in range(size + 1)]
            assert all(noted(own, *one, office.signing) is None for one in held)
            assert noted(own, size + 1, bytes(32), stolen) is None
            assert noted(f"jejak/{KALIANDA}/2", size + 1, bytes(32), office.signing) is None
            assert noted(f"jejak/{KOTABUMI}/1", size + 1, bytes(32), office.signing) is None
            assert noted(own, size + 1, bytes(32), office.signing) is not None
            await office.node.run.write(lambda c: meta.drop(c, log.ROLLED_BACK))
            assert noted(own, size, bytes(32), office.signing) is not None, "as large, and another"

    run_virtual(story())


def test_a_witness_that_only_says_so_stops_nobody(tmp_path: Path) -> None:
    """Its 409 is unsigned: without this office's own signature it may err."""

    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1e6) as simulation:
            office = simulation[KALIANDA]
            await postponed_in_kalianda(simulation)
            await witnessed(simulation)
            await integrate_log(office.node)
            await ask_witnesses(office.node)
            with simulation[KOTABUMI].engine.begin() as connection:
                connection.exec_driver_sql("UPDATE witnessed SET size = size + 5")
            assert await ask_witnesses(office.node) <= 2
            assert office.node.era.rolled_back is None
            assert (await office.call("GET", "/office/v1/alerts")).status_code == 200

    run_virtual(story())
