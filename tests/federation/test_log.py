"""Every office's log: numbered within a second, signed, provable to its peers; what was edited shows."""

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from office_node.domain.merkle import verify_consistency, verify_inclusion
from office_node.errors import PeerRefusedError
from office_node.signing.notes import SignedCheckpoint, is_signed, read_checkpoint
from office_node.store import entries, log
from office_node.usecases.integrate_log import integrate_log
from office_node.usecases.verify_log import verify_log
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
            with office.engine.begin() as connection:
                assert log.is_behind(connection)
                for limit in (1, 2, 3, 100, 1):
                    log.integrate(connection, limit=limit)
                assert not log.is_behind(connection)
                numbered = log.leaves(connection, first=0, limit=1000)
            assert [one.number for one in numbered] == list(range(len(numbered)))
            await acts.file(office, AGAIN, key="second-001")
            assert await integrate_log(office.node) > 0
            assert await integrate_log(office.node) == 0
            assert await faults(office) == []

    run_virtual(story())
