"""Offices cosign each other's logs: growth is cosigned, a second history never is, not even after a restart."""

import base64
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from office_node.domain.merkle import consistency_proof
from office_node.domain.witness import AddCheckpoint, judge, office_of, read_request
from office_node.errors import MalformedStatementError
from office_node.signing.keys import SigningKey
from office_node.signing.notes import Checkpoint, SignedCheckpoint, cosigned_at, read_checkpoint, sign_checkpoint
from office_node.store import log
from office_node.usecases.ask_witnesses import ask_witnesses
from office_node.usecases.integrate_log import integrate_log
from office_node.usecases.refresh_roster import refresh_roster
from services.simulator import acts
from services.simulator.acts import settle
from services.simulator.federation import Simulation, simulate
from services.simulator.loop import run_virtual, seeded
from services.stewards.drafts_members import with_witnesses
from services.stewards.roster_maker import next_version
from tests.federation.cast import AGAIN, BANDAR, KALIANDA, KOTABUMI, postponed_in_kalianda

LOG = SigningKey("kanim-kalianda/sign-2026", bytes(range(32)))
URL = f"https://{KOTABUMI}.test/witness/v1/add-checkpoint"


async def witnessed(simulation: Simulation) -> None:
    """Kalianda's log has the two others as witnesses."""
    now = simulation[BANDAR].clock.now()
    change = with_witnesses(KALIANDA, (KOTABUMI, BANDAR))
    simulation.federation = next_version(simulation.federation, change, now=now, random=seeded("witnesses"))
    for office in simulation.offices.values():
        await refresh_roster(office.node)


async def post(simulation: Simulation, text: str) -> httpx.Response:
    request = httpx.Request("POST", URL, content=text.encode())
    response = await simulation.network.handle_async_request(request)
    await response.aread()
    return response


def newest(simulation: Simulation) -> SignedCheckpoint:
    with simulation[KALIANDA].engine.begin() as connection:
        return read_checkpoint(log.checkpoint(connection) or "")


def proof(simulation: Simulation, first: int, second: int) -> tuple[bytes, ...]:
    with simulation[KALIANDA].engine.begin() as connection:
        return tuple(consistency_proof(first, second, lambda level, place: log.node(connection, level, place)))


def test_growth_is_cosigned_each_minute_and_each_cosignature_is_verified(
    tmp_path: Path, urls: Sequence[str | None]
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls, log_every_s=1) as simulation:
            await postponed_in_kalianda(simulation)
            await witnessed(simulation)
            sizes = []
            for turn in range(3):
                await acts.file(simulation[KALIANDA], AGAIN, key=f"turn-{turn:05}")
                await settle(simulation, 130)
                with simulation[KALIANDA].engine.begin() as connection:
                    cosigned = read_checkpoint(log.cosigned(connection) or "")
                sizes.append(cosigned.checkpoint.size)
                for office in (KOTABUMI, BANDAR):
                    key = simulation[office].signing.verify_key
                    assert cosigned_at(cosigned, name=office, key=key) is not None
            assert sizes == sorted(set(sizes))
            await simulation.stop(simulation[BANDAR])
            await integrate_log(simulation[KALIANDA].node)
            assert await ask_witnesses(simulation[KALIANDA].node) == 1

    run_virtual(story())


def test_a_second_history_is_cosigned_by_nobody_and_noticed(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1) as simulation:
            await postponed_in_kalianda(simulation)
            await settle(simulation, 2)
            signed = newest(simulation)
            size, key = signed.checkpoint.size, simulation[KALIANDA].signing
            first = await post(simulation, AddCheckpoint(0, (), signed).text())
            assert (first.status_code, first.text[:2]) == (200, "\u2014 ")
            again = await post(simulation, AddCheckpoint(size, (), signed).text())
            assert again.status_code == 200
            stale = await post(simulation, AddCheckpoint(0, (), signed).text())
            assert (stale.status_code, stale.text) == (409, f"{size}\n")
            assert stale.headers["content-type"] == "text/x.tlog.size"
            forked = sign_checkpoint(replace(signed.checkpoint, root=bytes(32)), key=key)
            fork = await post(simulation, AddCheckpoint(size, (), forked).text())
            assert fork.status_code == 409
            rewritten = sign_checkpoint(replace(signed.checkpoint, size=size + 3, root=bytes(32)), key=key)
            lie = await post(simulation, AddCheckpoint(size, proof(simulation, size - 1, size), rewritten).text())
            assert lie.status_code == 422
            seen = acts.acted(simulation[KOTABUMI], type="log-fork-seen", peer=KALIANDA)
            assert len(seen) == 2
            assert acts.said(simulation[KOTABUMI], seen[0])["note"] == forked.note()
            await simulation.stop(simulation[KOTABUMI])
            await simulation.start(simulation[KOTABUMI])
            after = await post(simulation, AddCheckpoint(0, (), forked).text())
            assert (after.status_code, after.text) == (409, f"{size}\n")
            await acts.file(simulation[KALIANDA], AGAIN, key="grown-0001")
            await settle(simulation, 3)
            grown = newest(simulation)
            steps = proof(simulation, size, grown.checkpoint.size)
            assert (await post(simulation, AddCheckpoint(size, steps, grown).text())).status_code == 200

    run_virtual(story())


def test_only_the_logs_of_this_federation_signed_by_their_office_are_cosigned(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1) as simulation:
            await postponed_in_kalianda(simulation)
            await settle(simulation, 2)
            signed = newest(simulation)
            point = signed.checkpoint
            stranger = sign_checkpoint(point, key=simulation[BANDAR].signing)
            own = sign_checkpoint(replace(point, origin=f"jejak/{KOTABUMI}/1"), key=simulation[KOTABUMI].signing)
            nobody = sign_checkpoint(replace(point, origin="jejak/kanim-nowhere/1"), key=simulation[KALIANDA].signing)
            foreign = sign_checkpoint(replace(point, origin="example.com/log"), key=simulation[KALIANDA].signing)
            for one, status in ((stranger, 403), (own, 404), (nobody, 404), (foreign, 404)):
                assert (await post(simulation, AddCheckpoint(0, (), one).text())).status_code == status
            for text in ("", "old 1\n", "old -1\n\n" + signed.note(), "old 999999\n\n" + signed.note(), "\ufffd"):
                assert (await post(simulation, text)).status_code == 400
            assert (await post(simulation, "old 0\n\n" + "x" * 70_000)).status_code == 413

    run_virtual(story())


def test_a_request_is_written_and_read_as_the_specification_has_it() -> None:
    note = sign_checkpoint(Checkpoint("jejak/kanim-kalianda/1", 9, bytes(32)), key=LOG).note()
    asked = AddCheckpoint(4, (b"a" * 32, b"b" * 32), read_checkpoint(note))
    steps = "\n".join(base64.b64encode(step).decode() for step in asked.proof)
    assert asked.text() == f"old 4\n{steps}\n\n{note}"
    assert read_request(asked.text()) == asked
    for wrong in (
        asked.text().replace("old 4", "old 04"),
        asked.text().replace("YWFh", "!!!!", 1),
        f"old 10\n\n{note}",
    ):
        with pytest.raises(MalformedStatementError):
            read_request(wrong)
    assert office_of("jejak/kanim-kalianda/12") == "kanim-kalianda"
    assert [office_of(origin) for origin in ("jejak/x", "other/kanim-kalianda/1", "jejak/kanim-a/0")] == [None] * 3


def test_the_first_checkpoint_needs_no_proof_and_the_same_one_again_no_step() -> None:
    signed = sign_checkpoint(Checkpoint("jejak/kanim-kalianda/1", 9, bytes(32)), key=LOG)
    assert judge(AddCheckpoint(0, (), signed), known=None) == "cosign"
    assert judge(AddCheckpoint(0, (bytes(32),), signed), known=None) == "inconsistent"
    assert judge(AddCheckpoint(1, (), signed), known=None) == "conflict"
    assert judge(AddCheckpoint(9, (), signed), known=signed.checkpoint) == "cosign"
    assert judge(AddCheckpoint(9, (bytes(32),), signed), known=signed.checkpoint) == "conflict"
