"""Receipts of real nodes: what they show, what they never hold, who may take one out, and what peers add."""

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from office_node.domain.anchor import Anchor
from office_node.domain.facts import Fact, all_hold
from office_node.domain.verify_receipt import verify_receipt
from office_node.errors import ReceiptNotReadyError
from office_node.store import leases, log
from office_node.store.transactions import Connection
from office_node.usecases.import_register import import_register
from office_node.usecases.integrate_log import integrate_log
from office_node.usecases.prove_at_peers import prove_at_peers
from office_node.usecases.refusals import ReceiptImpossibleError
from office_node.usecases.verify_log import verify_log
from services.simulator import acts
from services.simulator.acts import settle
from services.simulator.federation import Simulation, simulate
from services.simulator.loop import START, run_virtual
from shared_schemas.office import RegisterRow
from shared_schemas.person import Person
from shared_schemas.receipt import Receipt
from shared_schemas.statement import Actor
from tests import plain_verifier as plain
from tests.federation.cast import AGAIN, BANDAR, FIRST, KALIANDA, KOTABUMI, STRANGER, postponed_in_kalianda
from tests.federation.receipts import receipt_of, witnessed_by_all
from tests.spellings import Needles

NIK = "1801045703949007"
PATH = "/office/v1/cases/{}/receipt?purpose=passport_application"


def facts_of(simulation: Simulation, receipt: Receipt) -> list[Fact]:
    return verify_receipt(receipt.model_dump_json().encode(), Anchor(simulation.federation.fingerprint))


def outcomes(facts: list[Fact]) -> dict[str, str]:
    return {one.office: one.outcome for one in facts if one.office is not None and one.outcome is not None}


def public_of(simulation: Simulation, office: str) -> bytes:
    return bytes.fromhex(simulation[office].signing.public_hex)


def test_a_receipt_shows_who_answered_what_and_peers_add_their_proofs(
    tmp_path: Path, urls: Sequence[str | None]
) -> None:  # fmt: skip
    async def story() -> None:
        async with simulate(tmp_path, urls=urls, log_every_s=0.5) as simulation:
            await postponed_in_kalianda(simulation)
            await witnessed_by_all(simulation)
            office = simulation[KOTABUMI]
            filed = await acts.file(office, AGAIN)
            await settle(simulation, 5)
            response = await office.call("GET", PATH.format(filed.case), role="kakanim", officer="o-9")
            assert response.status_code == 200
            assert response.headers["cache-control"] == "no-store"
            receipt = Receipt.model_validate_json(response.content)
            facts = facts_of(simulation, receipt)
            assert all_hold(facts), facts
            assert outcomes(facts) == {KALIANDA: "hit", BANDAR: "no_hit"}
            assert "clean" not in " ".join(one.text for one in facts)
            [given] = acts.acted(office, type="receipt-given")
            assert (given.case_ref, given.purpose, given.actor_officer) == (filed.case, "passport_application", "o-9")
            whole = await prove_at_peers(office.node, receipt)
            more = facts_of(simulation, whole)
            assert all_hold(more), more
            assert sum("its own log" in one.text for one in more) == 2
            assert sum("its own log" in one.text for one in facts) == 0
            assert await verify_log(office.node, progress=lambda _count: None) == []
            assert not any("which its witnesses vouch for" in one.text for one in more)
            await settle(simulation, 150)
            later = facts_of(simulation, await prove_at_peers(office.node, whole))
            assert sum("which its witnesses vouch for" in one.text for one in later) == 2, later
            await acts.ask_again(office, filed.case)
            await settle(simulation, 5)
            both = facts_of(simulation, await receipt_of(office, filed.case))
            assert all_hold(both), both
            assert sum("asked about the case" in one.text for one in both) == 2
            see_plainly(simulation, whole)

    run_virtual(story())


def see_plainly(simulation: Simulation, receipt: Receipt) -> None:
    """The same, by the verifier that knows nothing of the node."""
    shown = json.loads(receipt.model_dump_json())
    point = plain.read(shown["checkpoint"])
    assert plain.signed(point, public_of(simulation, KOTABUMI))
    assert not plain.signed(point, public_of(simulation, KALIANDA))
    assert all(plain.cosigned(point, one, public_of(simulation, one)) for one in (KALIANDA, BANDAR))
    [screening] = shown["screenings"]
    inquiry = plain.statement(screening["inquiry"], public_of(simulation, KOTABUMI))
    leaves = [(inquiry["leaf"], screening["entry"])]
    for one in screening["asked"]:
        answer = plain.statement(one["answer"], public_of(simulation, one["office"]))
        assert answer["outcome"] == one["outcome"]
        for opened in filter(None, (one["arrival"], one["history"])):
            leaves.append((plain.leaf_of_entry(bytes.fromhex(opened["salt"]), opened["body"].encode()).hex(), opened))
        theirs = plain.read(one["peer"]["checkpoint"])
        assert plain.signed(theirs, public_of(simulation, one["office"]))
        steps = [bytes.fromhex(step) for step in one["peer"]["proof"]]
        leaf = bytes.fromhex(answer["leaf"])
        assert plain.root_by_inclusion(leaf, one["peer"]["index"], theirs.size, steps) == theirs.root
    assert len(leaves) == 4
    for hexed, place in leaves:
        steps = [bytes.fromhex(step) for step in place["proof"]]
        assert plain.root_by_inclusion(bytes.fromhex(hexed), place["index"], point.size, steps) == point.root


def test_a_receipt_holds_nothing_of_the_person(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=0.5) as simulation:
            await postponed_in_kalianda(simulation)
            await witnessed_by_all(simulation)
            filed = await acts.file(simulation[KOTABUMI], {**AGAIN, "nik": NIK})
            await settle(simulation, 5)
            receipt = await prove_at_peers(
                simulation[KOTABUMI].node, await receipt_of(simulation[KOTABUMI], filed.case)
            )
            whose = (FIRST, AGAIN, {"nik": NIK})
            values = [v for one in whose for k, v in one.items() if k != "birth_place" and isinstance(v, str)]
            values += [phone for one in (FIRST, AGAIN) for phone in one["phones"]]
            needles = Needles((value, value) for value in values if len(value) > 6)
            data = receipt.model_dump_json().encode()
            assert needles.found(data) == set()
            assert needles.found(data + str(FIRST["name"]).encode()) != set()
            assert b"/keys/" not in data
            assert json.loads(data)["roster"]["files"]

    run_virtual(story())


def test_an_office_that_was_down_is_unknown_and_its_late_answer_and_proof_are_added(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=0.5) as simulation:
            await postponed_in_kalianda(simulation)
            await witnessed_by_all(simulation)
            await settle(simulation, 3)
            office = simulation[KOTABUMI]
            await simulation.stop(simulation[BANDAR])
            filed = await acts.file(office, STRANGER)
            await settle(simulation, 15)
            early = await receipt_of(office, filed.case)
            told = facts_of(simulation, early)
            assert outcomes(told) == {KALIANDA: "no_hit", BANDAR: "unknown"}
            assert any("the asker's own word" in one.text for one in told if one.office == BANDAR)
            # one of two witnesses is not enough: more than half have to vouch for it
            assert [one.text for one in told if not one.holds] == [one.text for one in told if "are needed" in one.text]
            assert not all_hold(told)
            await simulation.start(simulation[BANDAR])
            await settle(simulation, 120)
            late = await receipt_of(office, filed.case)
            await simulation.stop(simulation[KALIANDA])
            half = await prove_at_peers(office.node, late)
            facts = facts_of(simulation, half)
            assert all_hold(facts), facts
            assert outcomes(facts) == {KALIANDA: "no_hit", BANDAR: "no_hit"}
            assert any(KALIANDA in one.text and "gave none (peer-" in one.text for one in facts)
            await simulation.start(simulation[KALIANDA])
            await settle(simulation, 60)
            whole = facts_of(simulation, await prove_at_peers(office.node, half))
            assert all_hold(whole), whole
            assert sum("its own log" in one.text for one in whole) == 2
            assert not any("gave none" in one.text for one in whole)

    run_virtual(story())


@pytest.mark.parametrize("path", ["checkpoint", "inclusion"])
def test_a_peer_that_gives_a_wrong_proof_is_named_and_its_proof_left_out(tmp_path: Path, path: str) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=0.5) as simulation:
            await postponed_in_kalianda(simulation)
            await witnessed_by_all(simulation)
            office = simulation[KOTABUMI]
            filed = await acts.file(office, AGAIN)
            await settle(simulation, 5)
            with simulation[KALIANDA].engine.begin() as connection:
                if path == "checkpoint":
                    log.put_checkpoint(connection, log.checkpoint(connection) or "")
                    connection.exec_driver_sql("UPDATE meta SET value = 'rubbish' WHERE name = 'log_checkpoint'")
                else:
                    connection.exec_driver_sql("UPDATE log_node SET hash = x'" + "11" * 32 + "'")
                    connection.exec_driver_sql("UPDATE log_leaf SET leaf = x'" + "22" * 32 + "' WHERE number = 0")
            whole = await prove_at_peers(office.node, await receipt_of(office, filed.case))
            [screening] = whole.screenings
            told = {one.office: one for one in screening.asked}
            assert (told[KALIANDA].peer, told[BANDAR].peer_cause) == (None, None)
            assert told[KALIANDA].peer_cause in ("checkpoint-unsigned", "proof-wrong", "peer-refused", "internal")
            assert all_hold(facts_of(simulation, whole))

    run_virtual(story())


@pytest.mark.parametrize(
    "edit",
    [
        "DELETE FROM log_node",
        "UPDATE log_node SET hash = x'" + "11" * 32 + "'",
        "UPDATE meta SET value = 'rubbish' WHERE name = 'log_checkpoint'",
    ],
)
def test_of_a_damaged_log_no_receipt_is_given(tmp_path: Path, edit: str) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=0.5) as simulation:
            await postponed_in_kalianda(simulation)
            office = simulation[KOTABUMI]
            filed = await acts.file(office, AGAIN)
            await settle(simulation, 5)
            with office.engine.begin() as connection:
                assert connection.exec_driver_sql(edit).rowcount != 0
            refused = await office.call("GET", PATH.format(filed.case))
            assert (refused.status_code, refused.json()["code"]) == (503, "log-damaged")
            assert acts.acted(office, type="receipt-given") == []

    run_virtual(story())


def test_what_the_log_says_no_more_is_false_and_not_waited_for(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=0.5) as simulation:
            await postponed_in_kalianda(simulation)
            await witnessed_by_all(simulation)
            office = simulation[KOTABUMI]
            filed = await acts.file(office, AGAIN)
            await settle(simulation, 5)
            with office.engine.begin() as connection:
                edit = "UPDATE entry SET salt = NULL, body_sealed = NULL WHERE type IN ('inquiry', 'answer-taken')"
                assert connection.exec_driver_sql(edit).rowcount == 3
            facts = facts_of(simulation, await receipt_of(office, filed.case))
            assert sum("is not in the file" in one.text for one in facts if not one.holds) == 2
            assert any("what the entry says was erased" in one.text for one in facts)
            assert outcomes(facts) == {KALIANDA: "unknown", BANDAR: "unknown"}

    run_virtual(story())


def test_what_there_is_no_receipt_of_is_said(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1e6) as simulation:
            await settle(simulation)
            office = simulation[KOTABUMI]
            unknown = await office.call("GET", PATH.format("00" * 16))
            assert (unknown.status_code, unknown.json()["code"]) == (404, "not-found")
            assert (await office.call("GET", PATH.format("zz"))).status_code == 422
            plain_path = PATH.format("00" * 16).partition("?")[0]
            assert (await office.call("GET", plain_path)).status_code == 422
            person = Person(name="Ani Setiawati", birth_date=START.date() - timedelta(days=9000))
            old = RegisterRow(application_no="K-1", person=person, filed_at=START, standing="cleared")
            await import_register(office.node, [old], actor=Actor(office=KOTABUMI, role="administrator"))
            with office.engine.begin() as connection:
                case = str(connection.exec_driver_sql("SELECT ref FROM office_case").scalar_one())
            never: httpx.Response = await office.call("GET", PATH.format(case))
            assert (never.status_code, never.json()["code"]) == (409, "receipt-impossible")
            with pytest.raises(ReceiptImpossibleError):
                await receipt_of(office, case)

    run_virtual(story())


def test_a_log_that_another_process_does_not_number_is_waited_for_and_then_said(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, log_every_s=1e6) as simulation:
            await postponed_in_kalianda(simulation)
            office = simulation[KOTABUMI]
            filed = await acts.file(office, STRANGER)
            await settle(simulation, 5)

            def hold(connection: Connection) -> None:
                now = office.clock.now()
                assert leases.take(connection, "log", holder="other", now=now, until=now.replace(year=now.year + 1))

            await office.node.run.write(hold)
            assert await integrate_log(office.node) == 0
            with pytest.raises(ReceiptNotReadyError):
                await receipt_of(office, filed.case)
            refused = await office.call("GET", PATH.format(filed.case))
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")

    run_virtual(story())
