"""Down, slow, lost, twice, changed on the way: every fault of the network ends as *unknown* and is made good."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from services.simulator import acts
from services.simulator.acts import settle
from services.simulator.federation import Office, Simulation, simulate
from services.simulator.loop import run_virtual
from services.simulator.network import (
    Dripping,
    Fault,
    Handler,
    cut,
    deliver_twice,
    endless,
    first,
    lose_answer,
    on,
    refuse,
    slow,
    slow_back,
    tamper,
)
from tests.federation.cast import AGAIN, KALIANDA, KOTABUMI, STRANGER, postponed_in_kalianda


def traces_of_kotabumi(simulation: Simulation, office: str) -> int:
    return len(acts.held(simulation[office], KOTABUMI))


def test_an_office_that_is_down_is_unknown_and_asked_until_it_answers(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            simulation.network.down(KALIANDA)
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation, 90)
            row = (await acts.coverage(simulation[KOTABUMI], filed.screening))[KALIANDA]
            assert (row.outcome, row.cause) == ("unknown", "peer-unreachable")
            assert row.covered_to is not None
            simulation.network.heal(KALIANDA)
            await settle(simulation, 300)
            assert (await acts.coverage(simulation[KOTABUMI], filed.screening))[KALIANDA].outcome == "hit"
            assert len(set(simulation.network.sent_to(KALIANDA, "/inquiries"))) == 1
            assert traces_of_kotabumi(simulation, KALIANDA) == 1

    run_virtual(story())


async def in_back_off(office: Office, peer: str) -> None:
    """Until a pause has just begun; at most ten minutes."""
    for _ in range(600):
        until = (await acts.peers(office))[peer].backoff_until
        if until is not None and until - office.clock.now() > timedelta(seconds=3):
            return
        await office.clock.sleep(1)
    raise AssertionError(peer)


def test_an_office_in_back_off_costs_the_next_screening_no_time_and_is_asked_when_it_is_heard(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            simulation.network.faults[KALIANDA] = slow(60)
            await acts.file(simulation[KOTABUMI], STRANGER)
            await settle(simulation, 11)
            await in_back_off(simulation[KOTABUMI], KALIANDA)
            filed = await acts.file(simulation[KOTABUMI], AGAIN, key="request-0002")
            await settle(simulation, 1)
            view = await acts.screening(simulation[KOTABUMI], filed.screening)
            row = next(one for one in view.coverage if one.office == KALIANDA)
            assert (view.state, row.outcome, row.cause) == ("settled", "unknown", "back-off")
            assert view.elapsed_ms < 1000
            simulation.network.heal(KALIANDA)
            await settle(simulation, 120)
            assert (await acts.coverage(simulation[KOTABUMI], filed.screening))[KALIANDA].outcome == "hit"

    run_virtual(story())


def test_an_answer_after_the_soft_limit_is_late_and_its_hit_alerts(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            simulation.network.faults[KALIANDA] = on("/inquiries", slow(4))
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation)
            view = await acts.screening(simulation[KOTABUMI], filed.screening)
            assert (view.state, view.unknown) == ("settled", 1)
            assert not await acts.alerts(simulation[KOTABUMI])
            await settle(simulation)
            view = await acts.screening(simulation[KOTABUMI], filed.screening)
            hit = next(row for row in view.coverage if row.office == KALIANDA)
            assert (hit.outcome, hit.late) == ("hit", True)
            assert [row.office for row in view.history] == [KALIANDA]
            told = await acts.alerts(simulation[KOTABUMI])
            assert [(one.kind, one.office, one.case) for one in told] == [("late_hit", KALIANDA, filed.case)]
            assert len(simulation.network.sent_to(KALIANDA, "/inquiries")) == 1

    run_virtual(story())


@pytest.mark.parametrize(
    ("fault", "cause"),
    [(lose_answer, "peer-unreachable"), (slow_back(15), "peer-timeout"), (slow(15), "peer-timeout")],
    ids=["lost", "too-late-back", "too-late-there"],
)
def test_a_lost_answer_is_asked_for_again_under_the_same_inquiry_and_leaves_one_trace(
    tmp_path: Path, fault: Fault, cause: str
) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            simulation.network.faults[KALIANDA] = on("/inquiries", first(1, fault))
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation, 11)
            row = (await acts.coverage(simulation[KOTABUMI], filed.screening))[KALIANDA]
            assert row.outcome == "unknown" or fault is lose_answer
            await settle(simulation, 60)
            view = await acts.screening(simulation[KOTABUMI], filed.screening)
            assert [one.office for one in view.history] == [KALIANDA]
            asked = simulation.network.sent_to(KALIANDA, "/inquiries")
            assert len(asked) >= 2
            assert len(set(asked)) == 1
            inquiries = {one.inquiry for one in acts.acted(simulation[KALIANDA], type="answer", peer=KOTABUMI)}
            assert inquiries == {filed.screening}
            assert traces_of_kotabumi(simulation, KALIANDA) == 1
            assert acts.causes(simulation[KOTABUMI], filed.screening, of=KALIANDA) == [cause]

    run_virtual(story())


def test_a_request_that_arrives_twice_has_one_effect_and_the_second_is_refused_and_noted(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            simulation.network.faults[KALIANDA] = deliver_twice
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation, 150)
            view = await acts.screening(simulation[KOTABUMI], filed.screening)
            assert [one.office for one in view.history] == [KALIANDA]
            assert len(acts.acted(simulation[KALIANDA], type="answer", peer=KOTABUMI)) == 1
            assert len(acts.acted(simulation[KALIANDA], type="history", peer=KOTABUMI)) == 1
            assert traces_of_kotabumi(simulation, KALIANDA) == 1
            assert [one.kind for one in await acts.alerts(simulation[KALIANDA])] == ["asked_about"]
            assert acts.counted(simulation[KALIANDA], KOTABUMI)["replayed"] >= 2

    run_virtual(story())


def test_a_replay_is_refused_after_a_restart_too(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            captured: list[httpx.Request] = []

            async def keep(request: httpx.Request, handler: Handler) -> httpx.Response:
                captured.append(request)
                return await handler(request)

            simulation.network.faults[KALIANDA] = on("/inquiries", keep)
            await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation)
            await simulation.stop(simulation[KALIANDA])
            await simulation.start(simulation[KALIANDA])
            before = acts.held(simulation[KALIANDA], KOTABUMI)
            again = httpx.Request("POST", captured[0].url, headers=captured[0].headers, content=captured[0].content)
            answer = await simulation.network.apps[f"{KALIANDA}.test"](again)
            assert json.loads(await answer.aread())["code"] == "replayed"
            assert acts.held(simulation[KALIANDA], KOTABUMI) == before

    run_virtual(story())


def _one_byte(body: bytes) -> bytes:
    middle = len(body) // 2
    return body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :]


@pytest.mark.parametrize(
    ("change", "cause"),
    [(_one_byte, "bad-digest"), (lambda body: body[:-1], "bad-digest"), (lambda _body: b"", "bad-digest")],
    ids=["one-bit", "one-byte-less", "nothing-left"],
)
def test_a_changed_answer_is_unknown_and_its_person_is_not_revealed(
    tmp_path: Path, change: Callable[[bytes], bytes], cause: str
) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            simulation.network.faults[KALIANDA] = on("/inquiries", tamper(change))
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation, 10)
            row = (await acts.coverage(simulation[KOTABUMI], filed.screening))[KALIANDA]
            assert (row.outcome, row.cause) == ("unknown", cause)
            assert not simulation.network.sent_to(KALIANDA, "/reveals")
            simulation.network.heal(KALIANDA)
            await settle(simulation, 60)
            assert (await acts.coverage(simulation[KOTABUMI], filed.screening))[KALIANDA].outcome == "hit"

    run_virtual(story())


def test_a_history_that_does_not_arrive_leaves_the_hit_and_is_fetched_again(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            simulation.network.faults[KALIANDA] = on("/reveals", refuse)
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation)
            view = await acts.screening(simulation[KOTABUMI], filed.screening)
            row = next(one for one in view.coverage if one.office == KALIANDA)
            assert (row.outcome, row.cause, view.history) == ("hit", "peer-unreachable", ())
            simulation.network.heal(KALIANDA)
            await settle(simulation, 60)
            view = await acts.screening(simulation[KOTABUMI], filed.screening)
            assert [one.zone for one in view.history] in (["match"], ["possible"])
            assert [one.kind for one in await acts.alerts(simulation[KOTABUMI])] == ["late_hit"]

    run_virtual(story())


def test_an_answer_that_drips_ends_at_the_deadline(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)

            async def drip(request: httpx.Request, handler: Handler) -> httpx.Response:
                whole = await handler(request)
                body = await whole.aread()
                return httpx.Response(
                    whole.status_code, headers=whole.headers, stream=Dripping(cut(body, 1), 1.0), request=request
                )

            simulation.network.faults[KALIANDA] = on("/inquiries", drip)
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation, 11)
            row = (await acts.coverage(simulation[KOTABUMI], filed.screening))[KALIANDA]
            assert (row.outcome, row.cause) == ("unknown", "peer-timeout")

    run_virtual(story())


def test_an_answer_without_end_is_cut_off_at_the_cap(tmp_path: Path) -> None:
    bodies: list[Dripping] = []

    async def flood(request: httpx.Request, _handler: Handler) -> httpx.Response:
        bodies.append(Dripping(endless(b"x" * 4096), 0.0))
        return httpx.Response(200, stream=bodies[-1], request=request)

    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            simulation.network.faults[KALIANDA] = flood
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation)
            row = (await acts.coverage(simulation[KOTABUMI], filed.screening))[KALIANDA]
            assert (row.outcome, row.cause) == ("unknown", "peer-too-large")
            assert max(body.given for body in bodies) <= 64 * 1024 + 4096

    run_virtual(story())


@pytest.mark.parametrize(("pause_s", "code"), [(1.0, "too-slow"), (0.1, "too-large")])
def test_a_question_that_drips_or_does_not_end_is_refused_and_leaves_nothing(
    tmp_path: Path, pause_s: float, code: str
) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            body = Dripping(endless(b"x" * 4096), pause_s)
            request = httpx.Request("POST", f"https://{KALIANDA}.test/federation/v1/inquiries", content=body)
            answer = await simulation.network.apps[f"{KALIANDA}.test"](request)
            assert json.loads(await answer.aread())["code"] == code
            assert body.given <= 64 * 1024 + 4096
            assert traces_of_kotabumi(simulation, KALIANDA) == 0

    run_virtual(story())
