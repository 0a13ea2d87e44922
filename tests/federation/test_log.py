"""Every office's log: numbered within a second, signed, provable to its peers; what was edited shows."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from office_node.domain.merkle import verify_consistency, verify_inclusion
from office_node.errors import LogDamagedError, PeerRefusedError
from office_node.signing.keys import SigningKey
from office_node.signing.notes import Checkpoint, SignedCheckpoint, is_signed, read_checkpoint, sign_checkpoint
from office_node.store import entries, leases, log
from office_node.store.transactions import Connection
from office_node.usecases.diagnose import diagnose
from office_node.usecases.integrate_log import PAGE, integrate_log
from office_node.usecases.record import Act, enter
from office_node.usecases.verify_log import MOST_FAULTS, verify_log
from services.simulator import acts
from services.simulator.acts import settle
from services.simulator.federation import Office, Simulation, simulate
from services.simulator.loop import run_virtual
from shared_schemas.log import CheckpointGiven, ProofGiven
from tests.federation.cast import AGAIN, BANDAR, KALIANDA, KOTABUMI, postponed_in_kalianda

FED = "/federation/v1/log"


async def checkpoint_of(simulation: Simulation, office: str, *, by: str = KOTABUMI) -> SignedCheckpoint:
    """As a peer gets it, its signature verified by the roster's key."""
    node = simulation[by].node
    raw = await node.peers.get(office, f"{FED}/checkpoint", timeout_s=5)
    signed = read_checkpoint(CheckpointGiven.model_validate_json(raw).checkpoint or "")
    member = node.roster.current().member(office)
    assert member is not None
    key = node.roster.current().key(member.signing_keys[-1].keyid, node.clock.now()).key
    assert is_signed(signed, key)
    return signed


async def proof(simulation: Simulation, office: str, query: str, *, by: str = KOTABUMI) -> ProofGiven:
    raw = await simulation[by].node.peers.get(office, f"{FED}/{query}", timeout_s=5)
    return ProofGiven.model_validate_json(raw)


def steps(given: ProofGiven) -> list[bytes]:
    return [bytes.fromhex(step) for step in given.proof]


async def faults(office: Office) -> list[str]:
    return await verify_log(office.node, progress=lambda _count: None)


def test_what_travelled_in_a_statement_is_proved_to_be_in_the_log(tmp_path: Path, urls: Sequence[str | None]) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls, log_every_s=0.5) as simulation:
            await postponed_in_kalianda(simulation)
            first = await checkpoint_of(simulation, KALIANDA)
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation, 2)
            second = await checkpoint_of(simulation, KALIANDA)
            assert second.checkpoint.origin == f"jejak/{KALIANDA}/1"
            old, new = first.checkpoint, second.checkpoint
            assert new.size > old.size > 0
            [answer] = acts.acted(simulation[KALIANDA], type="answer", peer=KOTABUMI)
            given = await proof(simulation, KALIANDA, f"inclusion?leaf={answer.leaf.hex()}&size={new.size}")
            assert given.index is not None
            assert verify_inclusion(
                answer.leaf, index=given.index, size=new.size, proof=steps(given), root_hash=new.root
            )  # fmt: skip
            grown = await proof(simulation, KALIANDA, f"consistency?first={old.size}&second={new.size}")
            assert verify_consistency(
                first=old.size, second=new.size, first_root=old.root, second_root=new.root, proof=steps(grown)
            )
            for query in (
                f"inclusion?leaf={'00' * 32}&size={new.size}",
                f"inclusion?leaf={answer.leaf.hex()}&size={10**9}",
                f"inclusion?leaf={answer.leaf.hex()}&size={given.index}",
                f"consistency?first={new.size}&second={10**9}",
                f"consistency?first={new.size}&second={old.size}",
            ):
                with pytest.raises(PeerRefusedError) as refused:
                    await proof(simulation, KALIANDA, query)
                assert refused.value.refusal == "proof-impossible"
            for query in ("inclusion", "inclusion?leaf=zz&size=1", "consistency?first=0&second=1"):
                with pytest.raises(PeerRefusedError) as refused:
                    await proof(simulation, KALIANDA, query)
                assert refused.value.refusal == "invalid-input"
            assert filed.screening
            for office in simulation.offices.values():
                await integrate_log(office.node)
                assert await faults(office) == []
                with office.engine.begin() as connection:
                    assert log.size(connection) == len(entries.listed(connection, limit=100_000))

    run_virtual(story())


def test_a_hello_carries_the_newest_checkpoint(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=0.5) as simulation:
            await postponed_in_kalianda(simulation)
            await settle(simulation, 120)
            with simulation[BANDAR].engine.begin() as connection:
                said = connection.exec_driver_sql("SELECT hello_payload FROM peer WHERE office = 'kanim-kalianda'")
                body = json.loads(bytes(said.scalar_one()))
            assert read_checkpoint(body["facts"]["checkpoint"]).checkpoint.size > 0

    run_virtual(story())


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        ("UPDATE entry SET body_sealed = (SELECT body_sealed FROM entry WHERE id = 2) WHERE id = 1", "does not open"),
        ("UPDATE entry SET salt = x'" + "00" * 32 + "' WHERE id = 1", "not what was logged"),
        ("UPDATE entry SET salt = NULL WHERE id = 1", "half of what it says"),
        ("UPDATE entry SET leaf = x'" + "11" * 32 + "' WHERE id = 1", "another leaf"),
        ("DELETE FROM entry WHERE id = 1", "the entry is gone"),
        ("DELETE FROM log_leaf WHERE number = 0", "missing from the log"),
        ("UPDATE log_leaf SET leaf = x'" + "11" * 32 + "' WHERE number = 1", "not the one that was signed"),
        ("UPDATE log_node SET hash = x'" + "11" * 32 + "' WHERE level = 1 AND place = 0", "not the tree of its leaves"),
        ("DELETE FROM log_node WHERE level = 1 AND place = 0", "not the tree of its leaves"),
        ("DELETE FROM log_leaf WHERE number = (SELECT max(number) FROM log_leaf)", "entries, "),
        ("UPDATE meta SET value = 'rubbish' WHERE name = 'log_checkpoint'", "has not its form"),
        ("DELETE FROM meta WHERE name = 'log_checkpoint'", "there is no checkpoint"),
    ],
)
def test_what_was_edited_in_the_database_is_named(tmp_path: Path, edit: str, told: str) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1) as simulation:
            await postponed_in_kalianda(simulation)
            await settle(simulation, 5)
            office = simulation[KALIANDA]
            assert await faults(office) == []
            with office.engine.begin() as connection:
                connection.exec_driver_sql(edit)
            assert any(told in fault for fault in await faults(office)), await faults(office)

    run_virtual(story())


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        ("UPDATE entry SET peer = 'kanim-bandarlampung' WHERE type = 'answer'", "its columns are not what it says"),
        ("UPDATE entry SET inquiry = NULL WHERE type = 'answer'", "its columns are not what it says"),
        ("UPDATE entry SET at = at + 1 WHERE id = 1", "its columns are not what it says"),
        ("UPDATE entry SET type = 'notice-taken' WHERE id = 1", "its columns are not what it says"),
        ("UPDATE entry SET actor_officer = 'somebody' WHERE id = 1", "its columns are not what it says"),
        ("UPDATE entry SET attached_sealed = body_sealed WHERE type = 'answer'", "does not open"),
        ("UPDATE entry SET salt = NULL, body_sealed = NULL WHERE type = 'answer'", "half of what it says is gone"),
        ("UPDATE entry SET id = -5 WHERE id = (SELECT max(id) FROM entry)", "the entry is gone"),
        (
            "INSERT INTO entry (id, at, type, actor_office, actor_role, keep_until, leaf)"
            " VALUES (0, 1, 'answer', 'kanim-kalianda', 'node', 1, x'00')",
            "others beside them are not in the log",
        ),
        ("UPDATE log_leaf SET number = number + 1000 WHERE number = (SELECT max(number) FROM log_leaf)", "entries, "),
    ],
)
def test_what_stands_beside_a_payload_is_held_against_it(tmp_path: Path, edit: str, told: str) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1) as simulation:
            await postponed_in_kalianda(simulation)
            office = simulation[KALIANDA]
            await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation, 5)
            assert acts.acted(office, type="answer")
            assert await faults(office) == []
            with office.engine.begin() as connection:
                assert connection.exec_driver_sql(edit).rowcount > 0
            found = await faults(office)
            assert any(told in fault for fault in found), found

    run_virtual(story())


def test_an_entry_that_was_slipped_in_is_named(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1e6) as simulation:
            await postponed_in_kalianda(simulation)
            office = simulation[KALIANDA]
            await integrate_log(office.node)
            with office.engine.begin() as connection:
                connection.exec_driver_sql("DELETE FROM log_leaf WHERE number >= 2")
                connection.exec_driver_sql("UPDATE log_leaf SET entry_id = 3 WHERE number = 1")
            assert any("others beside them are not in the log" in fault for fault in await faults(office))

    run_virtual(story())


def test_a_log_of_many_pages_is_gone_through_whatever_grows_meanwhile(
    tmp_path: Path, urls: Sequence[str | None]
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls, log_every_s=1e6) as simulation:
            await postponed_in_kalianda(simulation)
            office = simulation[KALIANDA]

            def many(connection: Connection) -> None:
                for _ in range(PAGE + 7):
                    enter(connection, office.node, act=Act("log-read", office.clock.now(), office.node.machine))

            await office.node.run.write(many)
            assert await integrate_log(office.node) > PAGE
            counts: list[int] = []
            assert await verify_log(office.node, progress=counts.append) == []
            assert counts == sorted(counts)
            assert counts[-1] > PAGE
            await office.node.run.write(many)
            with office.engine.begin() as connection:
                log.integrate(connection, limit=PAGE)
            assert await faults(office) == []
            with office.engine.begin() as connection:
                connection.exec_driver_sql("UPDATE entry SET type = 'x'")
            assert len(await faults(office)) == MOST_FAULTS

    run_virtual(story())


@pytest.mark.parametrize(
    "edit",
    [
        "DELETE FROM log_leaf WHERE number = (SELECT max(number) FROM log_leaf)",
        "DELETE FROM log_node",
        "UPDATE log_node SET hash = x'" + "11" * 32 + "'",
        "DELETE FROM meta WHERE name = 'log_checkpoint'",
        "UPDATE meta SET value = 'rubbish' WHERE name = 'log_checkpoint'",
    ],
)
def test_a_log_that_is_not_the_signed_one_is_never_signed_again(tmp_path: Path, edit: str) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1e6) as simulation:
            await postponed_in_kalianda(simulation)
            office = simulation[KALIANDA]
            await integrate_log(office.node)
            with office.engine.begin() as connection:
                connection.exec_driver_sql(edit)
                before = log.checkpoint(connection)
            await acts.file(office, AGAIN, key="second-001")
            with pytest.raises(LogDamagedError):
                await integrate_log(office.node)
            assert any("jejak log verify" in cause for cause in await diagnose(office.node))
            with office.engine.begin() as connection:
                assert log.checkpoint(connection) == before
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation)
            assert filed.screening
            assert acts.acted(office, type="answer", peer=KOTABUMI)

    run_virtual(story())


def test_a_damaged_log_is_told_once_a_minute_and_not_with_every_look(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1) as simulation:
            await postponed_in_kalianda(simulation)
            await settle(simulation, 3)
            office = simulation[KALIANDA]
            assert await diagnose(office.node) == []
            with office.engine.begin() as connection:
                connection.exec_driver_sql("DELETE FROM log_node")
            with capture_logs() as lines:
                await acts.file(office, AGAIN, key="second-001")
                await settle(simulation, 150)
            told = [one for one in lines if one["event"] == "log-damaged" and one["office"] == KALIANDA]
            assert 2 <= len(told) <= 3

    run_virtual(story())


def test_who_can_write_to_the_database_alone_cannot_have_another_history_signed(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1e6) as simulation:
            await postponed_in_kalianda(simulation)
            office, thief = simulation[KALIANDA], SigningKey(f"{KALIANDA}/sign-2026", bytes(32))
            await integrate_log(office.node)
            with office.engine.begin() as connection:
                connection.exec_driver_sql("DELETE FROM log_leaf WHERE number > 0")
                connection.exec_driver_sql("DELETE FROM log_node")
                [one] = log.leaves(connection, first=0, limit=2)
                point = Checkpoint(f"jejak/{KALIANDA}/1", 1, one.leaf)
                log.put_checkpoint(connection, sign_checkpoint(point, key=thief).note())
            with pytest.raises(LogDamagedError):
                await integrate_log(office.node)
            assert "the checkpoint is not signed by this office" in await faults(office)

    run_virtual(story())


def test_a_process_that_was_killed_leaves_the_duty_within_seconds(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1e6) as simulation:
            await postponed_in_kalianda(simulation)
            office = simulation[KALIANDA]
            now = office.clock.now()
            with office.engine.begin() as connection:
                until = now + timedelta(seconds=3)
                assert leases.take(connection, "log", holder="killed", now=now, until=until)
            assert await integrate_log(office.node) == 0
            await settle(simulation, 4)
            assert await integrate_log(office.node) > 0

    run_virtual(story())


def test_a_checkpoint_of_another_key_is_named(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1) as simulation:
            await postponed_in_kalianda(simulation)
            await settle(simulation, 3)
            with simulation[KOTABUMI].engine.begin() as connection:
                other = log.checkpoint(connection)
            assert other is not None
            with simulation[KALIANDA].engine.begin() as connection:
                log.put_checkpoint(connection, other)
            assert "the checkpoint is not signed by this office" in await faults(simulation[KALIANDA])

    run_virtual(story())


def test_what_is_erased_leaves_the_tree_valid(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1) as simulation:
            await postponed_in_kalianda(simulation)
            await settle(simulation, 3)
            office = simulation[KALIANDA]
            with office.engine.begin() as connection:
                assert entries.erase_due(connection, now=office.clock.now() + timedelta(days=900)) > 3
            assert await faults(office) == []

    run_virtual(story())


def test_two_processes_of_an_office_number_no_entry_twice(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1e6) as simulation:
            await postponed_in_kalianda(simulation)
            office = simulation[KALIANDA]
            second = replace(office.node, process="second")
            for turn, node in enumerate((office.node, second, office.node)):
                await acts.file(office, AGAIN, key=f"turn-{turn:05}")
                assert await integrate_log(node) > 0
                await acts.file(office, AGAIN, key=f"more-{turn:05}")
                other = second if node is office.node else office.node
                assert await integrate_log(other) == 0
                await settle(simulation, 4)
            await integrate_log(second)
            with office.engine.begin() as connection:
                assert not log.is_behind(connection)
                numbered = log.leaves(connection, first=0, limit=1000)
                assert len(numbered) == len(entries.listed(connection, limit=1000))
            assert [one.number for one in numbered] == list(range(len(numbered)))
            assert len({one.entry_id for one in numbered}) == len(numbered)
            assert await faults(office) == []

    run_virtual(story())
