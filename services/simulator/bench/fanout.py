"""Asking 149 peers at once over TLS, warm: signed questions, verified answers and statements, as a screening asks."""

import asyncio
import json
import ssl
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import trustme

from office_node.clock import SystemClock
from office_node.domain.kinds import FIELD_KINDS, INDEX_KINDS
from office_node.keyring import load_keys
from office_node.node import Node
from office_node.peers.transport import open_transport
from office_node.serving import spare_the_collector
from office_node.settings import Settings
from office_node.signing.statements import Statement
from office_node.usecases.accept import read_reply, to_statement
from services.simulator.bench import offices
from services.simulator.bench.farm import PATH, TAKES_S
from services.simulator.bench.load import percentile
from services.simulator.bench.row import Row
from services.simulator.bench.servers import serving
from services.simulator.processes import free_ports
from services.stewards.roster_maker import Federation
from shared_schemas.inquiry import InquiryAnswer, InquiryAnswered, InquirySent

PEERS = 149
WARM_UP, ROUNDS = 5, 60


async def measure() -> list[Row]:
    """The rows of the fan-out."""
    with tempfile.TemporaryDirectory(prefix="jejak-bench-") as name:
        folder = Path(name)
        asker = offices.settings_of(offices.ASKER, folder=folder, public_url="http://127.0.0.1:9")
        ports = free_ports(PEERS, None)
        peers = [
            offices.settings_of(f"kanim-peer-{port}", folder=folder, public_url=f"https://127.0.0.1:{port}")
            for port in ports
        ]
        federation = offices.federation_of([asker, *peers], now=SystemClock().now())
        authority = trustme.CA()
        trusted = ssl.create_default_context()
        authority.configure_trust(trusted)
        told = tell(folder, peers, ports, federation=federation, authority=authority)
        with serving("services.simulator.bench.farm", str(told), port=ports[-1]):
            opened = await offices.open_office(asker, federation, transport=open_transport(trusted=trusted))
            [body] = await offices.ask_about(opened.node, offices.invented(7, 1))
            rows = await _rows(opened.node, [peer.office for peer in peers], body)
            await opened.close()
    return rows


def tell(
    folder: Path, peers: Sequence[Settings], ports: Sequence[int], *, federation: Federation, authority: trustme.CA
) -> Path:
    """What the farm of peers has to know, as a file."""
    certificate = folder / "certificate.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(certificate))
    keys = [load_keys(peer.keys_dir).signing for peer in peers]
    kinds = [kind.name for kind in (*INDEX_KINDS, *FIELD_KINDS)]
    told = {
        "certificate": str(certificate),
        "searched": {"epochs": [epoch.id for epoch in federation.roster.epochs], "kinds": kinds},
        "peers": [
            {"office": peer.office, "port": port, "keyid": key.keyid, "seed": key.seed.hex()}
            for peer, port, key in zip(peers, ports, keys, strict=True)
        ],
    }
    file = folder / "farm.json"
    file.write_text(json.dumps(told), encoding="utf-8")
    return file


async def _rows(node: Node, peers: Sequence[str], body: bytes) -> list[Row]:
    inquiry = to_statement(InquirySent.model_validate_json(body).inquiry)
    for _ in range(WARM_UP):
        await _ask_all(node, peers, body, inquiry=inquiry)
    spare_the_collector()  # as a serving node does
    took: list[float] = []
    cpu = time.process_time()
    for _ in range(ROUNDS):
        start = time.perf_counter()
        await _ask_all(node, peers, body, inquiry=inquiry)
        took.append(time.perf_counter() - start)
    each = (time.process_time() - cpu) / ROUNDS / PEERS * 1e6
    p99 = percentile(took, 0.99)
    note = f"median {percentile(took, 0.5) * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, {ROUNDS} rounds"
    return [
        Row("fanout_149_p99_over_slowest", p99 / TAKES_S, "ratio", TAKES_S * 1000, p99 / TAKES_S, 3, note),
        Row("fanout_149_client_cpu_us_per_peer", each, "us", bar=700, note="sign, send, verify answer and statement"),
    ]


async def _ask_all(node: Node, peers: Sequence[str], body: bytes, *, inquiry: Statement) -> None:
    digest = inquiry.digest

    async def ask(office: str) -> None:
        raw = await node.peers.post(office, PATH, body=body, timeout_s=10)
        statement = to_statement(InquiryAnswered.model_validate_json(raw).answer)
        now = node.clock.now()
        read_reply(node, statement, model=InquiryAnswer, issuer=office, in_reply_to=digest, now=now)

    await asyncio.gather(*map(ask, peers))
