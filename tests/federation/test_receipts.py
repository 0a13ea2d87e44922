"""Receipts of real nodes: what they show, what they never hold, and that whatever is changed in one comes out."""

import json
from collections.abc import Sequence
from pathlib import Path

from office_node.domain.anchor import Anchor
from office_node.domain.facts import all_hold
from office_node.domain.verify_receipt import verify_receipt
from office_node.usecases.give_receipt import give_receipt
from office_node.usecases.prove_at_peers import prove_at_peers
from services.simulator import acts
from services.simulator.acts import settle
from services.simulator.federation import simulate
from services.simulator.loop import run_virtual
from shared_schemas.statement import Actor
from tests.federation.cast import AGAIN, BANDAR, KALIANDA, KOTABUMI, postponed_in_kalianda
from tests.federation.test_audits import witnessed


def test_first(tmp_path: Path, urls: Sequence[str | None]) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls, log_every_s=0.5) as simulation:
            await postponed_in_kalianda(simulation)
            await witnessed(simulation)
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation, 5)
            node = simulation[KOTABUMI].node
            receipt = await give_receipt(
                node, filed.case, purpose="passport_application", officer=Actor(office=KOTABUMI, role="administrator")
            )
            receipt = await prove_at_peers(node, receipt)
            data = receipt.model_dump_json().encode()
            print(len(data))
            facts = verify_receipt(data, Anchor(simulation.federation.fingerprint))
            for f in facts:
                print(f.holds, f.text)
            assert all_hold(facts)

    run_virtual(story())
