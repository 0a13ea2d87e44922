"""A node that was put back from an old backup finds out what it had said since, and is believed again when released."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from office_node.errors import RecoveryAloneError, RecoveryUnneededError
from office_node.store import counters, log, log_evidence, notices
from office_node.usecases.recover import JUMP, recover
from office_node.usecases.refresh_roster import refresh_roster
from office_node.usecases.verify_log import verify_log
from services.simulator import acts
from services.simulator.acts import settle
from services.simulator.federation import Office, Simulation, simulate
from services.simulator.loop import run_virtual, seeded
from services.stewards.drafts_members import with_generation
from services.stewards.roster_maker import next_version
from tests.desk import COOKIE, GOOD
from tests.federation.cast import AGAIN, BANDAR, KALIANDA, KOTABUMI, STRANGER, postponed_in_kalianda
from tests.office_node.usecases.test_prove_officer import seats


def copy_of(office: Office, file: Path) -> None:
    """What a backup would hold now."""
    source, target = sqlite3.connect(office.settings.data_dir / "node.sqlite"), sqlite3.connect(file)
    source.backup(target)
    target.close()
    source.close()


async def restore(simulation: Simulation, office: Office, file: Path) -> None:
    """The disk is gone; the backup is put back, marked as `jejak restore` marks it."""
    await simulation.stop(office)
    office.engine.dispose()
    database = office.settings.data_dir / "node.sqlite"
    for name in ("", "-wal", "-shm"):
        database.with_name(database.name + name).unlink(missing_ok=True)
    shutil.copy(file, database)
    with sqlite3.connect(database) as connection:
        connection.execute("INSERT INTO meta (name, value) VALUES ('restored', '2026-11-02T01:00:00.000Z')")
    connection.close()
    await simulation.start(office)


def released(simulation: Simulation, office: str, generation: int) -> None:
    now = simulation[BANDAR].clock.now()
    change = with_generation(office, generation=generation)
    simulation.federation = next_version(simulation.federation, change, now=now, random=seeded("release"))


def numbers(office: Office, issuer: str) -> dict[int, str]:
    with office.engine.begin() as connection:
        held = notices.after(connection, issuer, number=0, limit=1000)
    return {one.number: one.statement.digest for one in held}


async def lost_and_restored(simulation: Simulation, tmp_path: Path) -> tuple[str, str]:
    """Kalianda backs up, then decides on a case and files another; then its disk is lost. Both references."""
    office = simulation[KALIANDA]
    before = await acts.file(office, STRANGER, key="before-001")
    await settle(simulation, 130)
    copy_of(office, tmp_path / "old.sqlite")
    await acts.postpone(office, before.case)
    after = await acts.file(office, AGAIN, key="after-0001")
    await settle(simulation, 130)
    await restore(simulation, office, tmp_path / "old.sqlite")
    return before.case, after.case


def test_a_restored_node_answers_nobody_until_it_was_recovered_and_released(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1) as simulation:
            office = simulation[KALIANDA]
            await postponed_in_kalianda(simulation)
            old, gone = await lost_and_restored(simulation, tmp_path)
            assert (await office.call("GET", "/readyz")).json()["code"] == "not-ready"
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation, 60)
            assert (await acts.coverage(simulation[KOTABUMI], filed.screening))[KALIANDA].outcome == "unknown"
            done = await recover(office.node)
            assert (done.generation, done.lost_cases, done.silent) == (2, (gone,), ())
            assert done.closed_size >= done.had_size > 0
            with pytest.raises(RecoveryUnneededError):
                await recover(office.node)
            assert (await office.call("GET", "/office/v1/alerts")).status_code == 503
            released(simulation, KALIANDA, 2)
            for one in simulation.offices.values():
                await refresh_roster(one.node)
            await settle(simulation, 200)
            assert (await office.call("GET", "/readyz")).status_code == 200
            assert (await acts.coverage(simulation[KOTABUMI], filed.screening))[KALIANDA].outcome == "hit"
            assert (await office.call("GET", f"/office/v1/cases/{old}")).json()["standing"] == "postponed"
            assert await verify_log(office.node, progress=lambda _count: None) == []

    run_virtual(story())


def test_a_case_that_was_lost_with_the_disk_can_be_ended_by_two_officers(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1) as simulation:
            office = simulation[KALIANDA]
            await postponed_in_kalianda(simulation)
            old, gone = await lost_and_restored(simulation, tmp_path)
            await recover(office.node)
            released(simulation, KALIANDA, 2)
            for one in simulation.offices.values():
                await refresh_roster(one.node)
            await settle(simulation, 130)
            second = {"role": "supervisor", "officer": "o-2"}
            body = {"reason": "Berkas hilang, pemohon sudah dilayani", "second": second}

            async def end(case: str) -> int:
                path = f"/office/v1/traces/{KALIANDA}/{case}/clearance"
                return (await office.call("POST", path, json=body, role="interview")).status_code

            assert [await end(case) for case in (gone, gone, old, "00" * 16)] == [204, 404, 409, 404]
            await settle(simulation, 10)
            for other in (BANDAR, KOTABUMI):
                assert acts.held(simulation[other], KALIANDA)[gone].standing == "cleared"

    run_virtual(story())


def test_no_number_is_given_twice_and_no_peer_accuses(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1) as simulation:
            office = simulation[KALIANDA]
            await postponed_in_kalianda(simulation)
            await lost_and_restored(simulation, tmp_path)
            held = numbers(simulation[BANDAR], KALIANDA)
            await recover(office.node)
            released(simulation, KALIANDA, 2)
            for one in simulation.offices.values():
                await refresh_roster(one.node)
            await settle(simulation, 200)
            await acts.file(office, STRANGER, key="later-0001")
            await settle(simulation, 3600)
            later = dict[int, str]()
            for other in (BANDAR, KOTABUMI):
                later = numbers(simulation[other], KALIANDA)
                assert {number: later[number] for number in held if number in later}.items() <= held.items()
                assert max(later) > max(held) + JUMP
                assert acts.gaps(simulation[other], [KALIANDA]) == {KALIANDA: None}
                with simulation[other].engine.begin() as connection:
                    assert log_evidence.listed(connection) == []
            with office.engine.begin() as connection:
                assert log.base(connection) > 0
                assert counters.read(connection)["notice_number"] == max(later)

    run_virtual(story())


def test_without_any_answer_it_goes_on_only_if_that_is_said(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1) as simulation:
            office = simulation[KALIANDA]
            await postponed_in_kalianda(simulation)
            await lost_and_restored(simulation, tmp_path)
            for other in (BANDAR, KOTABUMI):
                simulation.network.down(other)
            with pytest.raises(RecoveryAloneError):
                await recover(office.node)
            assert office.node.era.restored is not None
            done = await recover(office.node, alone=True)
            assert (set(done.silent), done.generation) == ({BANDAR, KOTABUMI}, 2)

    run_virtual(story())


def test_sessions_that_come_back_with_a_backup_are_ended_and_nobody_logs_in_before(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1) as simulation:
            office = simulation[KALIANDA]
            await settle(simulation)
            desk = seats(office)
            sari = await desk.sit("o-17", "interview")
            browser = await desk.logged_in(sari)
            copy_of(office, tmp_path / "old.sqlite")
            cookies, csrf = {COOKIE: browser.cookies[COOKIE]}, browser.csrf
            assert (await browser.call("DELETE", "/session/v1")).status_code == 204
            await restore(simulation, office, tmp_path / "old.sqlite")
            desk = seats(office)
            taken = desk.browser(cookies=dict(cookies), csrf=csrf)
            assert await taken.told("GET", "/session/v1") == (503, "not-ready")
            assert (await desk.browser().log_in("o-17", GOOD, desk.code(sari))).status_code == 503
            await recover(office.node)
            released(simulation, KALIANDA, 2)
            await refresh_roster(office.node)
            taken = desk.browser(cookies=dict(cookies), csrf=csrf)
            assert await taken.told("GET", "/session/v1") == (401, "session-ended")
            assert (await desk.browser().log_in("o-17", GOOD, desk.code(sari))).status_code == 200

    run_virtual(story())


def test_what_an_unreleased_generation_says_is_refused(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1, roster_refresh_s=1e6) as simulation:
            office = simulation[KALIANDA]
            await postponed_in_kalianda(simulation)
            await lost_and_restored(simulation, tmp_path)
            await recover(office.node)
            released(simulation, KALIANDA, 2)
            await refresh_roster(office.node)  # the others have not heard of it yet
            await settle(simulation, 60)
            filed = await acts.file(office, AGAIN, key="early-0001")
            await settle(simulation, 10)
            rows = await acts.coverage(office, filed.screening)
            assert {one.outcome for one in rows.values()} == {"unknown"}
            assert {one.cause for one in rows.values()} <= {"generation-unreleased", "back-off"}

    run_virtual(story())
