"""Keys change while the federation runs: nothing becomes unfindable in between, and no screening is affected."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from office_node.keyring import Purpose, add_key, load_keys, remove_keys
from office_node.store import meta, resealing
from office_node.store.resealing import SEALED
from office_node.store.sealing import Sealer
from office_node.usecases.change_keys import left_to_move
from office_node.usecases.key_states import key_states
from office_node.usecases.refresh_roster import refresh_roster
from services.simulator import acts
from services.simulator.acts import settle
from services.simulator.federation import Office, Simulation, enrol_for, simulate
from services.simulator.loop import run_virtual, seeded
from services.simulator.people import Population
from services.stewards.drafts import Change, with_epoch
from services.stewards.drafts_members import with_keys
from services.stewards.roster_maker import next_version
from tests.federation.cast import AGAIN, BANDAR, KALIANDA, KOTABUMI, postponed_in_kalianda


def rotate(office: Office, *purposes: Purpose, name: str) -> None:
    for purpose in purposes:
        add_key(office.settings.keys_dir, purpose, office=office.id, name=name, random=seeded(f"{office.id}{name}"))


async def restart(simulation: Simulation, office: Office) -> None:
    await simulation.stop(office)
    await simulation.start(office)


async def hop(simulation: Simulation, *, key: str, at: str = KOTABUMI) -> set[str]:
    """She applies once more in another office; where she is found."""
    filed = await acts.file(simulation[at], AGAIN, key=key)
    await settle(simulation, 6)
    view = await acts.screening(simulation[at], filed.screening)
    assert {row.outcome for row in view.coverage} <= {"hit", "no_hit"}, view.coverage
    return {row.office for row in view.coverage if row.outcome == "hit"} | {row.office for row in view.history}


async def publish(simulation: Simulation, *changes: Change) -> None:
    now = simulation[BANDAR].clock.now()
    simulation.federation = next_version(
        simulation.federation,
        *changes,
        now=now,
        random=seeded(f"published {now}"),
    )
    for office in simulation.offices.values():
        await refresh_roster(office.node)


def somebody(number: int) -> acts.Fields:
    """One of many who have nothing in common."""
    names = Population(number)
    person = names.person()
    return {"name": person.name, "birth_date": str(person.birth_date), "mother_name": person.mother_name}


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def urls(request: pytest.FixtureRequest) -> Sequence[str | None]:
    """Kalianda's database, on either of the two."""
    if request.param == "sqlite":
        return (None, None, None)
    url: str = request.getfixturevalue("postgres_url")
    return (None, url, None)


def test_storage_and_local_keys_change_while_screenings_run(tmp_path: Path, urls: Sequence[str | None]) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            kalianda = simulation[KALIANDA]
            await postponed_in_kalianda(simulation)
            for turn in range(3):
                if turn:
                    rotate(kalianda, "storage", "local", name=str(turn))
                    await restart(simulation, kalianda)
                found = [await hop(simulation, key=f"hop-{turn}-{n:04}") for n in range(3)]
                assert all(KALIANDA in offices for offices in found)
                own = await acts.file(kalianda, AGAIN, key=f"own-{turn}-0001")
                await settle(simulation, 3)
                view = await acts.screening(kalianda, own.screening)
                assert any(row.office == KALIANDA and row.zone == "match" for row in view.history)
                await settle(simulation, 160)
            assert await left_to_move(kalianda.node) == 0
            spare = [one.keyid for one in await key_states(kalianda.node) if one.spare]
            assert spare == ["storage-2026", "storage-1", "local-2026", "local-1"]
            for purpose in ("storage", "local"):
                remove_keys(kalianda.settings.keys_dir, purpose, {f"{purpose}-2026", f"{purpose}-1"})
            await restart(simulation, kalianda)
            assert KALIANDA in await hop(simulation, key="after-0001")

    run_virtual(story())


def test_a_stolen_old_storage_key_opens_nothing_any_more(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            kalianda = simulation[KALIANDA]
            await postponed_in_kalianda(simulation)
            await hop(simulation, key="before-01")
            old = load_keys(kalianda.settings.keys_dir).keys["storage"]
            rotate(kalianda, "storage", name="2")
            await restart(simulation, kalianda)
            await settle(simulation, 120)
            thief = Sealer(old, current="storage-2026", random=seeded("thief"))
            with kalianda.engine.begin() as connection:
                counted = [resealing.left(connection, one, sealer=kalianda.node.sealer) for one in SEALED]
                under_old = [
                    connection.exec_driver_sql(
                        f"SELECT count(*) FROM {one.table} WHERE substr({one.column}, 1, {len(thief.head)}) = ?",
                        (thief.head,),
                    ).scalar_one()
                    for one in SEALED
                ]
                filled = [
                    connection.exec_driver_sql(
                        f"SELECT count(*) FROM {one.table} WHERE length({one.column}) > 0"
                    ).scalar_one()
                    for one in SEALED
                ]
            assert counted == under_old == [0] * len(SEALED)
            assert filled[0] >= 1
            assert filled[5] >= 5

    run_virtual(story())


def test_a_kill_in_the_middle_of_a_change_loses_nothing_and_it_goes_on(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            kalianda = simulation[KALIANDA]
            await postponed_in_kalianda(simulation)
            for number in range(120):
                await acts.file(kalianda, somebody(number), key=f"many-{number:04}")
            await settle(simulation, 30)
            rotate(kalianda, "storage", "local", name="2")
            await restart(simulation, kalianda)
            for _ in range(6):
                await asyncio.sleep(0.06)  # a page or two, then the power fails
                await restart(simulation, kalianda)
            assert KALIANDA in await hop(simulation, key="middle-001")
            await settle(simulation, 160)
            assert await left_to_move(kalianda.node) == 0
            with kalianda.engine.begin() as connection:
                assert meta.get(connection, "storage_keys") == "storage-2"
                assert meta.get(connection, "local_keys") == "local-2"
            assert KALIANDA in await hop(simulation, key="after-0001")

    run_virtual(story())


def test_a_node_with_a_key_missing_that_its_rows_need_does_not_start(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            kalianda = simulation[KALIANDA]
            await postponed_in_kalianda(simulation)
            rotate(kalianda, "local", name="2")
            remove_keys(kalianda.settings.keys_dir, "local", {"local-2026"})
            await simulation.stop(kalianda)
            with pytest.raises(Exception, match="local-2026"):
                await simulation.start(kalianda)
            kalianda.app = None

    run_virtual(story())


def test_after_a_theft_the_office_signs_anew_what_the_stolen_key_no_longer_proves(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            kalianda = simulation[KALIANDA]
            case = await postponed_in_kalianda(simulation)
            rotate(kalianda, "signing", name="2")
            await restart(simulation, kalianda)
            now = simulation[BANDAR].clock.now()
            stolen = now - timedelta(hours=1)  # before anything was signed
            change = with_keys(enrol_for(kalianda.settings, now=now), now=now, compromised_since=stolen)
            await publish(simulation, change)
            await settle(simulation, 400)  # the process before the restart may hold the duty for two minutes
            told = acts.held(simulation[KOTABUMI], KALIANDA)[case]
            assert (told.standing, told.revision) == ("postponed", 3)
            assert KALIANDA in await hop(simulation, key="after-001")

    run_virtual(story())


def test_signing_and_encryption_keys_change_with_an_overlap(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            kalianda = simulation[KALIANDA]
            await postponed_in_kalianda(simulation)
            rotate(kalianda, "signing", "encryption", name="2")
            await restart(simulation, kalianda)
            assert kalianda.node.signing.keyid == f"{KALIANDA}/sign-2026"
            assert KALIANDA in await hop(simulation, key="before-01")
            now = simulation[BANDAR].clock.now()
            await publish(simulation, with_keys(enrol_for(kalianda.settings, now=now), now=now))
            assert kalianda.node.signing.keyid == f"{KALIANDA}/sign-2"
            assert KALIANDA in await hop(simulation, key="between-1")
            remove_keys(kalianda.settings.keys_dir, "encryption", {f"{KALIANDA}/seal-2026"})
            await restart(simulation, kalianda)
            assert kalianda.node.roster.epoch_keys
            await publish(simulation, with_epoch(opens_at=simulation[BANDAR].clock.now(), random=seeded("epoch")))
            await settle(simulation, 120)
            assert KALIANDA in await hop(simulation, key="after-001")
            for office in simulation.offices.values():
                office.clock.skew = timedelta(days=31)
            await publish(simulation)
            states = {one.keyid: one.spare for one in await key_states(kalianda.node)}
            assert states[f"{KALIANDA}/sign-2026"]
            assert KALIANDA in await hop(simulation, key="later-001")

    run_virtual(story())
