"""What a member with valid keys can send and no honest node does: each is refused by its rule, signed, and evidence."""

from dataclasses import replace
from pathlib import Path

import pytest

from office_node.usecases.ask_office import ask_office, load_question
from office_node.usecases.refresh_roster import refresh_roster
from services.simulator import acts
from services.simulator.acts import settle
from services.simulator.federation import Simulation, simulate
from services.simulator.loop import run_virtual, seeded
from services.simulator.lying import Json, restate
from services.simulator.network import on
from services.stewards.drafts import Draft
from services.stewards.roster_maker import next_version
from tests.federation.cast import AGAIN, BANDAR, KALIANDA, KOTABUMI, STRANGER, postponed_in_kalianda
from tests.federation.sending import SIXTEEN, naming, notice, refused, send


async def make_dashboard(simulation: Simulation, office: str) -> None:
    """The next roster says that this member is a dashboard."""

    def change(draft: Draft) -> Draft:
        members = tuple(
            one if one.id != office else one.model_copy(update={"role": "dashboard"}) for one in draft.roster.members
        )
        return replace(draft, roster=draft.roster.model_copy(update={"members": members}))

    now = simulation[office].clock.now()
    simulation.federation = next_version(simulation.federation, change, now=now, random=seeded("boxes"))
    for one in simulation.offices.values():
        await refresh_roster(one.node)


def test_a_dashboard_asks_about_nobody_and_its_try_is_evidence(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            await make_dashboard(simulation, BANDAR)
            filed = await acts.file(simulation[BANDAR], AGAIN)
            await settle(simulation)
            seen = await acts.screening(simulation[BANDAR], filed.screening)
            assert {(row.outcome, row.cause) for row in seen.coverage} == {("unknown", "not-an-office")}
            assert seen.history == ()
            assert "not-an-office" in refused(simulation[KALIANDA], by=BANDAR)
            assert not acts.acted(simulation[KALIANDA], type="history", peer=BANDAR)
            assert filed.case not in acts.held(simulation[KALIANDA], BANDAR)

    run_virtual(story())


def test_a_dashboards_notice_is_taken_from_nobody_either(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            await make_dashboard(simulation, BANDAR)
            dashboard = simulation[BANDAR]
            pushed = await send(simulation, dashboard, KALIANDA, "/notices", notice=notice(dashboard))
            assert (pushed.status_code, pushed.json()["code"]) == (403, "not-an-office")
            assert "signature" in pushed.headers
            relayed = notice(dashboard, number=7).to_dict()
            trace = {"issuer": BANDAR, "case": SIXTEEN, "revision": 1, "number": 7}
            kalianda = simulation[KALIANDA]
            simulation.network.faults[KALIANDA] = naming(kalianda, trace, relayed)
            filed = await acts.file(simulation[KOTABUMI], STRANGER)
            await settle(simulation)
            row = (await acts.coverage(simulation[KOTABUMI], filed.screening))[KALIANDA]
            assert (row.outcome, row.cause) == ("unknown", "issuer-mismatch")
            assert acts.held(simulation[KOTABUMI], BANDAR) == {}

    run_virtual(story())


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"issued_at": "0001-01-01T00:00:00.000+14:00"}, "malformed-statement"),
        ({"issued_at": "9999-12-31T23:59:59.999-14:00"}, "malformed-statement"),
        ({"issued_at": 1795487400}, "malformed-statement"),
        ({"number": "7"}, "malformed-statement"),
        ({"revision": True}, "malformed-statement"),
        ({"issued_at": "2037-10-15T01:00:00.000Z", "until": "2040-04-02T01:00:00.000Z"}, "statement-from-future"),
    ],
)
def test_an_odd_value_of_a_member_is_a_signed_refusal_and_evidence(tmp_path: Path, members: Json, code: str) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            liar = simulation[BANDAR]
            response = await send(simulation, liar, KALIANDA, "/notices", notice=notice(liar, **members))
            assert (response.status_code, response.json()["code"]) == (422, code)
            assert "signature" in response.headers
            assert refused(simulation[KALIANDA], by=BANDAR) == [code]
            assert acts.held(simulation[KALIANDA], BANDAR) == {}

    run_virtual(story())


def test_what_nobody_foresaw_is_a_signed_refusal_and_evidence(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            kalianda, liar = simulation[KALIANDA], simulation[BANDAR]
            with kalianda.engine.begin() as connection:  # a fault of the node's own, after admission
                connection.exec_driver_sql("ALTER TABLE notice RENAME TO gone")
            response = await send(simulation, liar, KALIANDA, "/notices", notice=notice(liar))
            assert (response.status_code, response.json()["code"]) == (500, "internal")
            assert "signature" in response.headers
            assert refused(kalianda, by=BANDAR) == ["internal"]

    run_virtual(story())


def test_what_an_answer_breaks_here_is_unknown_with_a_cause_and_a_pause(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            kotabumi = simulation[KOTABUMI]
            filed = await acts.file(kotabumi, STRANGER)
            await settle(simulation)
            question = await kotabumi.node.run.read(lambda c: load_question(c, kotabumi.node, filed.screening))
            with kotabumi.engine.begin() as connection:
                connection.exec_driver_sql("UPDATE asked SET state = 'waiting' WHERE office = ?", (KALIANDA,))
            broken = replace(question, keys=replace(question.keys, stretched={"2026": ()}))
            hit = {"case": SIXTEEN, "revision": 1, "proofs": [{"kind": "nik/1", "epoch": "2026", "proof": "cd" * 32}]}
            simulation.network.faults[KALIANDA] = on(
                "/inquiries", restate(simulation[KALIANDA], lambda body: body.update(outcome="hit", hits=[hit]))
            )
            await ask_office(kotabumi.node, broken, office=KALIANDA)
            assert acts.causes(kotabumi, filed.screening, of=KALIANDA) == ["internal"]
            assert (await acts.peers(kotabumi))[KALIANDA].backoff_until is not None

    run_virtual(story())


def test_an_answer_that_comes_twice_reveals_nobody_once_more(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            kotabumi = simulation[KOTABUMI]
            filed = await acts.file(kotabumi, AGAIN)
            await settle(simulation)
            question = await kotabumi.node.run.read(lambda c: load_question(c, kotabumi.node, filed.screening))
            told = len(simulation.network.sent_to(KALIANDA, "/reveals"))
            await ask_office(kotabumi.node, question, office=KALIANDA)  # as another process that had claimed it too
            await settle(simulation, 120)
            assert len(simulation.network.sent_to(KALIANDA, "/reveals")) == told
            with kotabumi.engine.begin() as connection:
                states = connection.exec_driver_sql("SELECT state FROM asked WHERE office = ?", (KALIANDA,)).all()
            assert [tuple(row) for row in states] == [("done",)]

    run_virtual(story())
