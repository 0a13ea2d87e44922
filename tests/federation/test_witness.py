"""Offices cosign each other's logs: growth is cosigned, a second history never is, not even after a restart."""

import base64
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

from office_node.domain.merkle import consistency_proof
from office_node.domain.witness import AddCheckpoint, judge, office_of, read_request
from office_node.errors import MalformedStatementError
from office_node.signing.keys import SigningKey
from office_node.signing.notes import (
    Checkpoint,
    SignedCheckpoint,
    cosign,
    cosigned_at,
    read_checkpoint,
    sign_checkpoint,
)
from office_node.store import log
from office_node.usecases.ask_witnesses import ask_witnesses
from office_node.usecases.integrate_log import integrate_log
from office_node.usecases.refresh_roster import refresh_roster
from services.simulator import acts
from services.simulator.acts import settle
from services.simulator.federation import Office, Simulation, simulate
from services.simulator.loop import run_virtual, seeded
from services.simulator.network import Fault, Handler, on, slow
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


def counted(office: Office) -> dict[str, int]:
    """How often each rule refused a stranger."""
    with office.engine.begin() as connection:
        rows = connection.exec_driver_sql("SELECT rule, sum(count) FROM stranger GROUP BY rule").all()
    return {str(rule): int(count) for rule, count in rows}


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
            for type, note in (("log-fork-seen", forked.note()), ("log-unproven", rewritten.note())):
                [seen] = acts.acted(simulation[KOTABUMI], type=type, peer=KALIANDA)
                told = acts.said(simulation[KOTABUMI], seen)
                assert (told["of"], told["note"], told["known"]) == (KALIANDA, note, signed.note())
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


def test_a_stranger_with_a_wrong_proof_accuses_nobody(tmp_path: Path) -> None:
    """Anybody who has seen a genuine checkpoint can send it with a proof of his own making."""

    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1) as simulation:
            await postponed_in_kalianda(simulation)
            await settle(simulation, 2)
            old = newest(simulation)
            assert (await post(simulation, AddCheckpoint(0, (), old).text())).status_code == 200
            await acts.file(simulation[KALIANDA], AGAIN, key="second-001")
            await settle(simulation, 3)
            asked = AddCheckpoint(old.checkpoint.size, (bytes(32),) * 3, newest(simulation))
            for _ in range(5):
                assert (await post(simulation, asked.text())).status_code == 422
            assert acts.acted(simulation[KOTABUMI], type="log-fork-seen") == []
            assert len(acts.acted(simulation[KOTABUMI], type="log-unproven")) == 1
            steps = proof(simulation, old.checkpoint.size, asked.signed.checkpoint.size)
            assert (await post(simulation, replace(asked, proof=steps).text())).status_code == 200
            assert counted(simulation[KOTABUMI]) == {"log-inconsistent": 5}

    run_virtual(story())


def test_a_fork_is_written_down_once_however_often_it_is_sent(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1) as simulation:
            await postponed_in_kalianda(simulation)
            await settle(simulation, 2)
            signed, key = newest(simulation), simulation[KALIANDA].signing
            size = signed.checkpoint.size
            assert (await post(simulation, AddCheckpoint(0, (), signed).text())).status_code == 200
            for turn in range(20):
                fork = sign_checkpoint(replace(signed.checkpoint, root=bytes([turn // 2]) * 32), key=key)
                assert (await post(simulation, AddCheckpoint(size, (), fork).text())).status_code == 409
            assert len(acts.acted(simulation[KOTABUMI], type="log-fork-seen")) == 1

    run_virtual(story())


def answering(status: int, body: bytes) -> Fault:
    """A witness that says this, whatever it is asked."""

    async def fault(request: httpx.Request, _handler: Handler) -> httpx.Response:
        return httpx.Response(status, content=body, request=request)

    return on("/add-checkpoint", fault)


@pytest.mark.parametrize(
    ("status", "body"),
    [(409, b"9" * 60_000), (409, b"-1\n"), (409, b"\xff"), (200, b"\xff"), (200, b"\n\n"), (200, b""), (503, b"")],
)
def test_what_one_witness_says_costs_the_others_nothing(tmp_path: Path, status: int, body: bytes) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1) as simulation:
            await postponed_in_kalianda(simulation)
            await witnessed(simulation)
            await settle(simulation, 2)
            simulation.network.faults[KOTABUMI] = answering(status, body)  # the first of the two
            assert await ask_witnesses(simulation[KALIANDA].node) == 1

    run_virtual(story())


def test_a_slow_witness_keeps_no_other_waiting(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1e6, peer_timeout_s=5) as simulation:
            await postponed_in_kalianda(simulation)
            await witnessed(simulation)
            await integrate_log(simulation[KALIANDA].node)
            for office in (KOTABUMI, BANDAR):
                simulation.network.faults[office] = on("/add-checkpoint", slow(4))
            before = simulation[KALIANDA].clock.monotonic()
            assert await ask_witnesses(simulation[KALIANDA].node) == 2
            assert simulation[KALIANDA].clock.monotonic() - before < 6

    run_virtual(story())


def test_a_note_with_most_witnesses_is_not_lost_to_a_newer_one_with_fewer(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1e6) as simulation:
            await postponed_in_kalianda(simulation)
            await witnessed(simulation)
            office = simulation[KALIANDA]

            async def cosigned() -> SignedCheckpoint:
                await integrate_log(office.node)
                await ask_witnesses(office.node)
                with office.engine.begin() as connection:
                    return read_checkpoint(log.cosigned(connection) or "")

            whole = await cosigned()
            assert len(whole.signatures) == 3
            simulation.network.down(BANDAR)
            await acts.file(office, AGAIN, key="second-001")
            assert await cosigned() == whole
            simulation.network.heal(BANDAR)
            assert (await cosigned()).checkpoint.size > whole.checkpoint.size

    run_virtual(story())


def test_a_cosignature_by_a_key_that_the_roster_does_not_list_is_none(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1e6) as simulation:
            await postponed_in_kalianda(simulation)
            await witnessed(simulation)
            office = simulation[KALIANDA]
            await integrate_log(office.node)
            stolen = SigningKey(f"{BANDAR}/sign-2026", bytes(range(32)))
            line = cosign(newest(simulation).checkpoint, name=BANDAR, key=stolen, at=9).line()
            simulation.network.faults[BANDAR] = answering(200, line.encode())
            assert await ask_witnesses(office.node) == 1

    run_virtual(story())


def test_a_log_that_was_rolled_back_hears_it_from_its_witness(tmp_path: Path) -> None:
    """As after a restore of an old backup: the witness knows more of this log than the log itself."""

    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1e6) as simulation:
            await postponed_in_kalianda(simulation)
            await witnessed(simulation)
            office = simulation[KALIANDA]
            await integrate_log(office.node)
            assert await ask_witnesses(office.node) == 2
            size = newest(simulation).checkpoint.size
            simulation.network.faults[KOTABUMI] = answering(409, b"%d\n" % (size + 5))
            with capture_logs() as lines:
                assert await ask_witnesses(office.node) == 1
            said = [line for line in lines if line["event"] == "log-rolled-back"]
            assert [(one["peer"], one["count"], one["log_level"]) for one in said] == [(KOTABUMI, size + 5, "error")]

    run_virtual(story())


def test_what_was_refused_is_counted_by_its_source(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1) as simulation:
            await postponed_in_kalianda(simulation)
            await settle(simulation, 2)
            foreign = sign_checkpoint(Checkpoint("example.com/log", 1, bytes(32)), key=LOG)
            for text in ("rubbish", AddCheckpoint(0, (), foreign).text(), AddCheckpoint(0, (), foreign).text()):
                await post(simulation, text)
            assert counted(simulation[KOTABUMI]) == {"checkpoint-malformed": 1, "log-unknown": 2}

    run_virtual(story())
