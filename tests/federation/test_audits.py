"""Offices look at each other's logs: what was rewritten, rolled back, forked or signed by a thief comes out."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from office_node.domain.log_evidence import prove
from office_node.domain.witness import AddCheckpoint
from office_node.errors import EvidenceUnprovenError, PeerAnswerInvalidError, PeerRefusedError
from office_node.node import Node
from office_node.signing.notes import SignedCheckpoint, read_checkpoint, sign_checkpoint
from office_node.store import alerts, log, log_evidence, log_seen
from office_node.usecases.audit_logs import audit_log
from office_node.usecases.refresh_roster import refresh_roster
from services.simulator import acts
from services.simulator.acts import settle
from services.simulator.federation import Office, Simulation, simulate
from services.simulator.loop import run_virtual, seeded
from services.simulator.lying import restate
from services.stewards.drafts_members import with_witnesses
from services.stewards.roster_maker import next_version
from shared_schemas.base import rfc3339
from shared_schemas.log import LogEvidence
from tests.federation.cast import AGAIN, BANDAR, KALIANDA, KOTABUMI, postponed_in_kalianda
from tests.federation.sending import inquiry, notice, send, stated

TWO_MINUTES = 120
AN_HOUR = 3600


async def witnessed(simulation: Simulation) -> None:
    """Kalianda's log has the two others as witnesses, and they have cosigned it."""
    now = simulation[BANDAR].clock.now()
    change = with_witnesses(KALIANDA, (KOTABUMI, BANDAR))
    simulation.federation = next_version(simulation.federation, change, now=now, random=seeded("witnesses"))
    for office in simulation.offices.values():
        await refresh_roster(office.node)
    await settle(simulation, 150)


async def alerted(office: Office) -> set[tuple[str, str]]:
    """Kind and office of each open alert about a log."""
    return {(one.kind, one.office) for one in await acts.alerts(office) if one.case is None}


def stopped(office: Office) -> set[tuple[str, str]]:
    """The same at an office whose node has stopped answering, and so shows nobody an alert."""
    assert office.node.era.rolled_back is not None
    with office.engine.begin() as connection:
        return {(one.kind, one.office) for one in alerts.listed(connection, everything=False) if one.case_ref == ""}


def evidence(office: Office) -> list[LogEvidence]:
    with office.engine.begin() as connection:
        held = log_evidence.listed(connection)
    opened = [office.node.sealer.unseal("log_evidence", one.id, one.body_sealed) for one in held]
    return [LogEvidence.model_validate_json(one) for one in opened]


def kinds(office: Office) -> list[str]:
    return [one.kind for one in evidence(office)]


def newest(office: Office) -> SignedCheckpoint:
    with office.engine.begin() as connection:
        return read_checkpoint(log.checkpoint(connection) or "")


def test_nothing_is_said_of_logs_that_only_grew(tmp_path: Path, urls: Sequence[str | None]) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls, log_every_s=20, audit_every_s=600) as simulation:
            await postponed_in_kalianda(simulation)
            await witnessed(simulation)
            for turn in range(3):
                await acts.file(simulation[KALIANDA], AGAIN, key=f"turn-{turn:05}")
                await settle(simulation, 800)
            for office in simulation.offices.values():
                assert await alerted(office) == set()
                assert evidence(office) == []
                with office.engine.begin() as connection:
                    for other in set(simulation.offices) - {office.id}:
                        seen = log_seen.get(connection, other)
                        assert seen is not None, other
                        assert seen.audited_at is not None, other
                        assert office.clock.now() - seen.audited_at < timedelta(seconds=900)
            asked = acts.acted(simulation[KALIANDA], type="log-state", peer=KOTABUMI)
            found = [leaf["state"] for one in asked for leaf in acts.said(simulation[KALIANDA], one)["leaves"]]
            assert set(found) == {"logged"}

    run_virtual(story())


def test_a_question_that_is_in_no_log_is_found_within_the_hour(tmp_path: Path) -> None:
    """Somebody has Kalianda's key, and neither its node nor its address."""

    async def story() -> None:
        async with simulate(tmp_path, log_every_s=20) as simulation:
            await postponed_in_kalianda(simulation)
            await settle(simulation, TWO_MINUTES)
            thief = simulation[KALIANDA]
            token = {"kind": "nik/1", "token": "ab" * 8, "nonce": "cd" * 16}
            tokens = {"epoch": "2026", "index": [token], "fields": []}
            about = notice(thief, case="ef" * 16, number=2**40, tokens=tokens)
            answer = await send(simulation, thief, KOTABUMI, "/inquiries", inquiry=inquiry(thief, about), notice=about)
            assert answer.status_code == 200
            await settle(simulation, AN_HOUR)
            assert set(kinds(simulation[KOTABUMI])) == {"unlogged"}
            assert await alerted(simulation[KOTABUMI]) == {("log_contradicted", KALIANDA)}
            assert ("own_log_contradicted", KOTABUMI) in await alerted(simulation[KALIANDA])

    run_virtual(story())


def test_a_log_rolled_back_to_an_old_copy_is_noticed_in_two_minutes(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1) as simulation:
            office = simulation[KALIANDA]
            await postponed_in_kalianda(simulation)
            await witnessed(simulation)
            await simulation.stop(office)
            office.engine.dispose()
            file = office.settings.data_dir / "node.sqlite"
            shutil.copy(file, tmp_path / "old.sqlite")
            await simulation.start(office)
            await acts.file(office, AGAIN, key="lost-0001")
            await settle(simulation, 150)
            await simulation.stop(office)
            office.engine.dispose()
            for name in ("node.sqlite-wal", "node.sqlite-shm"):
                (office.settings.data_dir / name).unlink(missing_ok=True)
            shutil.copy(tmp_path / "old.sqlite", file)
            await simulation.start(office)
            await settle(simulation, TWO_MINUTES)
            for other in (KOTABUMI, BANDAR):
                assert ("log_contradicted", KALIANDA) in await alerted(simulation[other])
                assert kinds(simulation[other]) == ["rewritten"]
            assert {kind for kind, _ in stopped(office)} == {"own_log_contradicted"}

    run_virtual(story())


def test_an_entry_taken_out_of_the_database_is_noticed_in_two_minutes(
    tmp_path: Path, urls: Sequence[str | None]
) -> None:
    """Whoever has the database and the running node can have another tree numbered and signed; not the old one."""

    async def story() -> None:
        async with simulate(tmp_path, urls=urls, log_every_s=1) as simulation:
            office = simulation[KALIANDA]
            await postponed_in_kalianda(simulation)
            await witnessed(simulation)
            with office.engine.begin() as connection:
                for statement in (
                    "DELETE FROM entry WHERE id = (SELECT min(id) FROM entry WHERE type = 'decision')",
                    "DELETE FROM log_leaf",
                    "DELETE FROM log_node",
                    "DELETE FROM meta WHERE substr(name, 1, 4) = 'log_'",
                ):
                    connection.exec_driver_sql(statement)
            await settle(simulation, TWO_MINUTES)
            assert ["rewritten"] in [kinds(simulation[other]) for other in (KOTABUMI, BANDAR)]
            for other in (
                KOTABUMI,
                BANDAR,
            ):  # it stopped when the first one told it; the other finds it in its own time
                await audit_log(simulation[other].node, KALIANDA)
            await settle(simulation)
            assert [kinds(simulation[other]) for other in (KOTABUMI, BANDAR)] == [["rewritten"]] * 2
            for other in (KOTABUMI, BANDAR):
                assert await alerted(simulation[other]) == {("log_contradicted", KALIANDA)}
                for one in evidence(simulation[other]):
                    assert prove(one, keys=[office.signing.verify_key]).kind == "rewritten"
            assert {kind for kind, _ in stopped(office)} == {"own_log_contradicted"}
            await audit_log(simulation[BANDAR].node, KALIANDA)
            assert kinds(simulation[BANDAR]) == ["rewritten"]

    run_virtual(story())


def test_two_witnesses_that_were_shown_two_trees_find_out_in_two_minutes(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1) as simulation:
            office = simulation[KALIANDA]
            await postponed_in_kalianda(simulation)
            await witnessed(simulation)
            first = newest(office)
            with office.engine.begin() as connection:
                known = log.witnessed_size(connection, witness=KOTABUMI)
            grown = replace(first.checkpoint, size=first.checkpoint.size + 40, root=bytes(32))
            forged = sign_checkpoint(grown, key=office.signing)
            with simulation[KOTABUMI].engine.begin() as connection:
                connection.exec_driver_sql(
                    "UPDATE witnessed SET size = ?, note = ? WHERE origin = ?",
                    (grown.size, forged.note(), grown.origin),
                )
            assert known
            await settle(simulation, TWO_MINUTES)
            assert "rewritten" in kinds(simulation[KOTABUMI])
            assert ("log_contradicted", KALIANDA) in await alerted(simulation[KOTABUMI])
            assert ("own_log_contradicted", KOTABUMI) in stopped(office)

    run_virtual(story())


def test_two_trees_of_one_size_are_evidence_by_themselves(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1) as simulation:
            office = simulation[KALIANDA]
            await postponed_in_kalianda(simulation)
            await settle(simulation, TWO_MINUTES)
            genuine = newest(office)
            forked = sign_checkpoint(replace(genuine.checkpoint, root=bytes(32)), key=office.signing)
            url = f"https://{KOTABUMI}.test/witness/v1/add-checkpoint"
            for one in (genuine, forked):
                body = AddCheckpoint(0, (), one).text().encode()
                await simulation.network.handle_async_request(httpx.Request("POST", url, content=body))
            await settle(simulation, 30)
            [found] = evidence(simulation[KOTABUMI])
            assert (found.kind, set(found.notes)) == ("fork", {genuine.note(), forked.note()})
            assert stopped(office) == {("own_log_contradicted", KOTABUMI)}
            with pytest.raises(EvidenceUnprovenError):
                prove(found, keys=[simulation[BANDAR].signing.verify_key])
            with pytest.raises(EvidenceUnprovenError):
                prove(found.model_copy(update={"notes": found.notes[:1] * 2}), keys=[office.signing.verify_key])

    run_virtual(story())


def test_a_hello_with_a_smaller_tree_is_followed_by_a_question(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1) as simulation:
            office = simulation[KALIANDA]
            await postponed_in_kalianda(simulation)
            await settle(simulation, 200)
            smaller = sign_checkpoint(replace(newest(office).checkpoint, size=1, root=bytes(32)), key=office.signing)
            facts = {
                "at": rfc3339(office.clock.now()), "generation": 1, "last_number": 1, "live": None,
                "checkpoint": smaller.note(),
            }  # fmt: skip
            sent = stated(office, "hello", facts=facts, roster_version=1)
            assert (await send(simulation, office, BANDAR, "/hello", hello=sent)).status_code == 200
            await settle(simulation, TWO_MINUTES)
            assert kinds(simulation[BANDAR]) == ["rewritten"]

    run_virtual(story())


def test_a_word_that_does_not_answer_what_was_asked_accuses_nobody(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1) as simulation:
            liar = simulation[KALIANDA]
            await postponed_in_kalianda(simulation)
            await settle(simulation, 200)
            node = simulation[BANDAR].node
            note = newest(simulation[KOTABUMI]).note()
            changes: list[dict[str, Any]] = [
                {"audience": KOTABUMI},
                {"grown": []},
                {"leaves": [{"leaf": "00" * 32, "state": "absent", "index": None, "proof": []}]},
                {"checkpoint": note},
            ]
            for change in changes:
                simulation.network.faults[KALIANDA] = restate(liar, partial(updated, by=change), member="state")
                with pytest.raises(PeerAnswerInvalidError):
                    await audit_log(node, KALIANDA)
            simulation.network.heal(KALIANDA)
            await audit_log(node, KALIANDA)
            assert evidence(simulation[BANDAR]) == []

    run_virtual(story())


def test_what_proves_nothing_is_refused(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1) as simulation:
            await postponed_in_kalianda(simulation)
            await settle(simulation, TWO_MINUTES)
            asker = simulation[BANDAR].node
            notes = (newest(simulation[KALIANDA]).note(), newest(simulation[KOTABUMI]).note())
            said = stated(simulation[BANDAR], "log-state", audience=KALIANDA, checkpoint=None, grown=[], leaves=[])
            envelope = said.to_dict()
            for accused, kind, shown, status in (
                (KALIANDA, "fork", {"notes": notes}, "evidence-unproven"),
                (KALIANDA, "fork", {"notes": notes[:1]}, "evidence-unproven"),
                (KALIANDA, "fork", {"notes": ("rubbish", "rubbish")}, "evidence-unproven"),
                (KALIANDA, "rewritten", {"statements": [envelope]}, "evidence-unproven"),
                (KALIANDA, "rewritten", {}, "evidence-unproven"),
                (KALIANDA, "unlogged", {"statements": [envelope, envelope]}, "evidence-unproven"),
                (KALIANDA, "unlogged", {"statements": [envelope]}, "evidence-unproven"),
                (BANDAR, "fork", {"notes": notes}, "evidence-unproven"),
            ):
                body = LogEvidence.model_validate({"accused": accused, "kind": kind, **shown})
                assert await refusal(asker, "evidence", body.model_dump(mode="json")) == status
            assert await refusal(asker, "state", {"known": [notes[1]]}) == "checkpoint-unsigned"
            assert await refusal(asker, "state", {"known": ["rubbish"]}) == "checkpoint-malformed"
            assert await refusal(asker, "state", {"leaves": ["00" * 32] * 17}) == "invalid-input"
            assert await alerted(simulation[KALIANDA]) == set()

    run_virtual(story())


def updated(body: dict[str, Any], *, by: dict[str, Any]) -> None:
    body.update(by)


async def refusal(node: Node, path: str, body: dict[str, Any]) -> str | None:
    with pytest.raises(PeerRefusedError) as refused:
        await node.peers.post(KALIANDA, f"/federation/v1/log/{path}", body=body, timeout_s=5)
    return refused.value.refusal
