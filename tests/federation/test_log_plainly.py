"""Checkpoints, cosignatures and proofs of real nodes, and of every small tree, hold by a verifier that is not ours."""

import ast
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from office_node.domain.merkle import appended, consistency_proof, inclusion_proof, root
from office_node.store import log
from services.simulator import acts
from services.simulator.acts import settle
from services.simulator.federation import Simulation, simulate
from services.simulator.loop import run_virtual
from shared_schemas.log import CheckpointGiven, ProofGiven
from tests import plain_verifier as plain
from tests.federation.cast import AGAIN, BANDAR, KALIANDA, KOTABUMI, postponed_in_kalianda
from tests.federation.receipts import witnessed_by_all


def test_the_plain_verifier_knows_nothing_of_the_node() -> None:
    tree = ast.parse(Path(plain.__file__).read_text(encoding="utf-8"))
    names = {one.module for one in ast.walk(tree) if isinstance(one, ast.ImportFrom)}
    names |= {alias.name for one in ast.walk(tree) if isinstance(one, ast.Import) for alias in one.names}
    assert names == {"base64", "hashlib", "json", "typing", "nacl.exceptions", "nacl.signing"}


async def given(simulation: Simulation, query: str) -> bytes:
    return await simulation[KOTABUMI].node.peers.get(KALIANDA, f"/federation/v1/log/{query}", timeout_s=5)


async def proof(simulation: Simulation, query: str) -> tuple[int, list[bytes]]:
    told = ProofGiven.model_validate_json(await given(simulation, query))
    return told.index or 0, [bytes.fromhex(step) for step in told.proof]


async def checkpoint(simulation: Simulation) -> plain.Checkpoint:
    return plain.read(CheckpointGiven.model_validate_json(await given(simulation, "checkpoint")).checkpoint or "")


def public_of(simulation: Simulation, office: str) -> bytes:
    return bytes.fromhex(simulation[office].signing.public_hex)


def test_a_nodes_checkpoints_grow_and_every_leaf_that_it_gave_is_in_them(
    tmp_path: Path, urls: Sequence[str | None]
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls, log_every_s=0.5) as simulation:
            await postponed_in_kalianda(simulation)
            await witnessed_by_all(simulation)
            points = []
            for turn in range(4):
                await acts.file(simulation[KOTABUMI], AGAIN, key=f"turn-{turn:05}")
                await settle(simulation, 5)
                points.append(await checkpoint(simulation))
            for old, new in pairwise(points):
                assert new.size > old.size
                assert plain.signed(new, public_of(simulation, KALIANDA))
                _, steps = await proof(simulation, f"consistency?first={old.size}&second={new.size}")
                assert plain.roots_by_consistency(old.size, new.size, old.root, steps) == (old.root, new.root)
                with pytest.raises(ValueError, match="too"):
                    plain.roots_by_consistency(old.size, new.size, old.root, [*steps, bytes(32)])
            leaves = [one.leaf for one in acts.acted(simulation[KALIANDA], type="answer", peer=KOTABUMI)]
            assert len(leaves) == 4
            last = points[-1]
            for leaf in leaves:
                index, steps = await proof(simulation, f"inclusion?leaf={leaf.hex()}&size={last.size}")
                assert plain.root_by_inclusion(leaf, index, last.size, steps) == last.root
                assert plain.root_by_inclusion(bytes(32), index, last.size, steps) != last.root

    run_virtual(story())


def test_witnesses_cosign_what_the_specification_says(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=0.5) as simulation:
            await postponed_in_kalianda(simulation)
            await witnessed_by_all(simulation)
            await settle(simulation, 150)
            with simulation[KALIANDA].engine.begin() as connection:
                note = log.cosigned(connection)
            assert note is not None
            point = plain.read(note)
            now = int(simulation[KALIANDA].clock.now().timestamp())
            for witness in (KOTABUMI, BANDAR):
                at = plain.cosigned(point, witness, public_of(simulation, witness))
                assert at is not None
                assert now - 150 <= at <= now
            assert plain.cosigned(point, BANDAR, public_of(simulation, KOTABUMI)) is None
            forged = plain.read(note.replace(f"\n{point.size}\n", f"\n{point.size + 1}\n"))
            assert not plain.signed(forged, public_of(simulation, KALIANDA))
            assert plain.cosigned(forged, BANDAR, public_of(simulation, BANDAR)) is None

    run_virtual(story())


def test_every_proof_of_every_small_tree_is_read_alike() -> None:
    leaves = [bytes([number]) * 32 for number in range(40)]
    nodes = {(0, place): leaf for place, leaf in enumerate(leaves)}
    nodes |= appended(0, leaves, lambda level, place: nodes[level, place])

    def get(level: int, place: int) -> bytes:
        return nodes[level, place]

    tops = {size: root(size, get) for size in range(1, len(leaves) + 1)}
    for size, top in tops.items():
        for index in range(size):
            path = inclusion_proof(index, size, get)
            assert plain.root_by_inclusion(leaves[index], index, size, path) == top
        for first in range(1, size + 1):
            path = consistency_proof(first, size, get)
            assert plain.roots_by_consistency(first, size, tops[first], path) == (tops[first], top)
