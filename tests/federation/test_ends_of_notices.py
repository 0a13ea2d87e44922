"""What is over is over: an ended notice asks nothing, finds nothing and does not come back; an alert stays its own."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from office_node.signing.statements import Statement, sign_statement
from services.simulator import acts
from services.simulator.acts import settle
from services.simulator.federation import Office, Simulation, simulate
from services.simulator.loop import run_virtual
from services.simulator.lying import body_of
from services.simulator.network import on, refuse
from shared_schemas.base import rfc3339
from tests.federation.cast import AGAIN, BANDAR, FIRST, KALIANDA, KOTABUMI, STRANGER, postponed_in_kalianda
from tests.federation.sending import SIXTEEN, inquiry, naming, notice, refused, send, stated, tokens_of


@pytest.mark.parametrize("asked", [KALIANDA, KOTABUMI])
def test_a_question_whose_notice_is_over_leaves_no_trace_and_gets_no_answer(tmp_path: Path, asked: str) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            case = await postponed_in_kalianda(simulation)
            liar = simulation[BANDAR]
            over = notice(
                liar,
                tokens=tokens_of(liar, KALIANDA, case),
                until=rfc3339(liar.clock.now() - timedelta(days=1)),
            )
            question = inquiry(liar, over)
            response = await send(simulation, liar, asked, "/inquiries", inquiry=question, notice=over)
            assert (response.status_code, response.json()["code"]) == (422, "notice-mismatch")
            assert refused(simulation[asked], by=BANDAR) == ["notice-mismatch"]

    run_virtual(story())


def test_an_old_question_counts_while_a_later_notice_on_its_case_is_held(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            case = await postponed_in_kalianda(simulation)
            asker = simulation[BANDAR]
            now, tokens = asker.clock.now(), tokens_of(asker, KALIANDA, case)
            over = notice(asker, tokens=tokens, until=rfc3339(now - timedelta(days=1)))
            later = notice(asker, tokens=tokens, revision=2, number=2, replaces=[1], standing="postponed")
            assert (await send(simulation, asker, KOTABUMI, "/notices", notice=later)).status_code == 200
            question = inquiry(asker, over)
            response = await send(simulation, asker, KOTABUMI, "/inquiries", inquiry=question, notice=over)
            assert response.status_code == 200
            assert [one["case"] for one in body_of(response.json()["answer"])["traces"]] == [case]

    run_virtual(story())


@pytest.mark.parametrize(("days", "named"), [(-30, []), (30, [BANDAR])])
def test_the_tokens_of_a_corrected_identity_find_until_their_own_end(
    tmp_path: Path, days: int, named: list[str]
) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            first = await acts.file(simulation[KALIANDA], FIRST)
            await settle(simulation)
            corrected, third = simulation[BANDAR], simulation[KALIANDA]
            tokens = tokens_of(corrected, KALIANDA, first.case)
            before = {"tokens": tokens, "until": rfc3339(corrected.clock.now() + timedelta(days=days))}
            sent = await send(simulation, corrected, KOTABUMI, "/notices", notice=notice(corrected, before=[before]))
            assert sent.status_code == 200
            own = notice(third, number=90, tokens=tokens)
            response = await send(simulation, third, KOTABUMI, "/inquiries", inquiry=inquiry(third, own), notice=own)
            traces = body_of(response.json()["answer"])["traces"]
            assert [one["issuer"] for one in traces if one["case"] == SIXTEEN] == named

    run_virtual(story())


def _relay(simulation: Simulation, liar: Office, *told: Statement) -> None:
    """The liar's answers name the last of these of Bandar Lampung, and it serves them."""
    body = told[-1].body()
    trace = {"issuer": BANDAR, "case": body["case"], "revision": body["revision"], "number": body["number"]}
    simulation.network.faults[liar.id] = naming(liar, trace, told[-1].to_dict())


def test_an_earlier_revision_does_not_come_back_when_the_later_is_over(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            issuer, kotabumi = simulation[BANDAR], simulation[KOTABUMI]
            now = issuer.clock.now()
            first = notice(issuer, until=rfc3339(now + timedelta(days=300)))
            second = notice(
                issuer, revision=2, number=2, replaces=[1], standing="suspended", reason_group="A",
                until=rfc3339(now + timedelta(seconds=20)),
            )  # fmt: skip
            simulation.network.faults[BANDAR] = on("/notices", refuse, method="GET")
            for one in (first, second):
                assert (await send(simulation, issuer, KOTABUMI, "/notices", notice=one)).status_code == 200
            await settle(simulation, 21)
            with kotabumi.engine.begin() as connection:
                connection.exec_driver_sql("DELETE FROM notice WHERE issuer = ?", (BANDAR,))  # what the sweep does
            _relay(simulation, simulation[KALIANDA], first)
            filed = await acts.file(kotabumi, STRANGER)
            await settle(simulation)
            assert acts.held(kotabumi, BANDAR) == {}
            assert (await acts.coverage(kotabumi, filed.screening))[KALIANDA].outcome == "no_hit"

    run_virtual(story())


def test_a_third_office_does_not_take_back_anothers_alert(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            simulation.network.faults[KALIANDA] = on("/reveals", refuse)
            silent = await acts.file(simulation[KOTABUMI], AGAIN)  # asks, and never reveals
            await settle(simulation, 3)
            await simulation.stop(simulation[KOTABUMI])
            simulation.network.heal(KALIANDA)
            other = simulation[BANDAR]
            await acts.file(other, AGAIN)
            await settle(simulation, 3)
            own = next(iter(acts.held(simulation[KALIANDA], BANDAR).values()))
            told = sign_statement(json.loads(own.payload), type="notice", key=other.signing)
            question = inquiry(other, told, reference=silent.screening)
            answered = await send(simulation, other, KALIANDA, "/inquiries", inquiry=question, notice=told)
            answer = Statement.from_dict(answered.json()["answer"])
            person = {
                "aliases": [], "kk": None, "nik": None, "passport_no": None, **AGAIN,
            }  # fmt: skip
            reveal = stated(
                other, "reveal", audience=KALIANDA, in_reply_to=answer.digest, inquiry=silent.screening,
                purpose="passport_application", person=person,
            )  # fmt: skip
            assert (await send(simulation, other, KALIANDA, "/reveals", reveal=reveal)).status_code == 200
            await settle(simulation, 2 * 3600)
            alerts = await acts.alerts(simulation[KALIANDA])
            assert KOTABUMI in {one.office for one in alerts if one.kind == "asked_about"}

    run_virtual(story())
