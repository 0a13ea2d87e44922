"""One member that is slow, large and endless, within every rule: it keeps nobody waiting but itself."""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from structlog.testing import capture_logs

from office_node.errors import PeerTimeoutError
from office_node.signing.messages import QuestionRef, sign_answer
from office_node.signing.statements import sign_statement
from office_node.usecases.refresh_roster import refresh_roster
from office_node.usecases.view_node import view_node
from services.simulator import acts
from services.simulator.acts import settle
from services.simulator.federation import Office, Simulation, simulate
from services.simulator.loop import run_virtual, seeded
from services.simulator.lying import Json, restate
from services.simulator.network import Fault, Handler, on, refuse, slow
from services.stewards.roster_maker import next_version
from shared_schemas.base import rfc3339
from tests.federation.cast import AGAIN, BANDAR, KALIANDA, KOTABUMI, STRANGER, postponed_in_kalianda

ENDLESS = 2**50
"""A last number that no feed reaches."""


def signed(office: Office, type: str, **members: object) -> Json:
    """A statement of an office about itself, as its node would sign it."""
    body: Json = {
        "type": type, "version": 2, "issuer": office.id, "generation": 1, "issued_at": rfc3339(office.clock.now()),
        "actor": {"office": office.id, "role": "node", "officer": None}, "leaf": "00" * 32, **members,
    }  # fmt: skip
    envelope: Json = sign_statement(body, type=type, key=office.signing).to_dict()
    return envelope


def page(liar: Office, after: int) -> Json:
    """One more true notice of its own, and the promise of more than anybody can take."""
    until = rfc3339(liar.clock.now() + timedelta(days=100))
    notice = signed(
        liar, "notice", case=f"{after:032x}", revision=1, number=after + 1, standing="postponed", reason_group="B",
        until=until, lapses_at=None, tokens={"epoch": "2026", "index": [], "fields": []}, before=(), replaces=[],
    )  # fmt: skip
    facts = {
        "at": rfc3339(liar.clock.now()), "generation": 1, "last_number": ENDLESS, "live": None, "checkpoint": None,
    }  # fmt: skip
    hello = signed(liar, "hello", facts=facts, roster_version=1)
    return {"issuer": liar.id, "notices": [notice], "hello": hello, "next_after": after + 1}


def endless_feed(liar: Office, pages: list[int], *, pause_s: float) -> Fault:
    """Its feed comes one notice a page, each so late; every other message passes."""

    async def fault(request: httpx.Request, handler: Handler) -> httpx.Response:
        if request.method != "GET" or not request.url.path.endswith("/notices"):
            return await handler(request)
        await asyncio.sleep(pause_s)
        after = int(request.url.params["after"])
        pages.append(after)
        body = json.dumps(page(liar, after)).encode()
        question = QuestionRef(request.method, str(request.url), request.headers["signature"])
        headers = sign_answer(
            200, content_type="application/json", body=body, question=question, key=liar.signing,
            now=int(liar.clock.now().timestamp()), nonce=secrets.token_hex(16),
        )  # fmt: skip
        return httpx.Response(200, headers=headers, content=body, request=request)

    return fault


def has_heard_of_more(office: Office, liar: Office) -> None:
    """The office remembers a hello by which the liar's feed goes on."""
    with office.engine.begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE peer SET hello_last_number = {ENDLESS}, hello_at = hello_at + 86400000 WHERE office = '{liar.id}'"
        )


def bodies(simulation: Simulation, office: str, path: str) -> int:
    """How many messages with a body went there."""
    return sum(1 for body in simulation.network.sent_to(office, path) if body)


async def until(simulation: Simulation, true: Callable[[], Awaitable[bool]], *, within_s: int) -> None:
    for _ in range(within_s):
        if await true():
            return
        await settle(simulation, 1)
    raise AssertionError(f"not within {within_s} s")


@pytest.mark.parametrize("pause_s", [0.05, 9.0], ids=["quick", "slow"])
def test_an_endless_feed_holds_up_no_alert_no_hello_no_roster_and_no_sweep(tmp_path: Path, pause_s: float) -> None:
    async def story() -> None:
        async with simulate(tmp_path, roster_refresh_s=60, hello_every_s=60) as simulation:
            await postponed_in_kalianda(simulation)
            liar, owner, pages = simulation[BANDAR], simulation[KALIANDA], list[int]()
            await liar.node.errands.close()
            simulation.network.faults[BANDAR] = endless_feed(liar, pages, pause_s=pause_s)
            has_heard_of_more(owner, liar)
            simulation.network.faults[KALIANDA] = on("/reveals", refuse)
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation, 5)
            assert (await acts.coverage(simulation[KOTABUMI], filed.screening))[KALIANDA].outcome == "hit"
            with owner.engine.begin() as connection:
                connection.exec_driver_sql("UPDATE hit_given SET alert_due_at = 1")
                connection.exec_driver_sql("UPDATE nonce SET expires_at = 1")
            simulation.network.carried.clear()
            pages.clear()
            await settle(simulation, 200)
            assert [one.kind for one in await acts.alerts(owner)] == ["asked_about"]
            assert bodies(simulation, KOTABUMI, "/hello") >= 2
            assert len(simulation.network.sent_to("directory", "/timestamp.json")) >= 2
            with owner.engine.begin() as connection:
                old = "SELECT count(*) FROM nonce WHERE expires_at = 1"
                assert connection.exec_driver_sql(old).scalar_one() == 0
            assert 0 < len(pages) <= 4 * 500

    run_virtual(story())


def test_after_a_restart_an_endless_feed_holds_up_neither_questions_nor_notices_nor_readiness(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            liar, office, pages = simulation[BANDAR], simulation[KALIANDA], list[int]()
            await liar.node.errands.close()
            simulation.network.down(KOTABUMI)
            filed = await acts.file(office, STRANGER)
            await settle(simulation, 5)
            await acts.postpone(office, filed.case)
            await simulation.stop(office)
            simulation.network.faults[BANDAR] = endless_feed(liar, pages, pause_s=9.0)
            has_heard_of_more(office, liar)
            simulation.network.heal(KOTABUMI)
            await simulation.start(office)

            async def all_arrived() -> bool:
                told = acts.held(simulation[KOTABUMI], KALIANDA).get(filed.case)
                row = (await acts.coverage(office, filed.screening))[KOTABUMI]
                return row.outcome == "no_hit" and told is not None and told.standing == "postponed"

            # a question that was under way when the node ended is asked again when its claim has run out
            await until(simulation, all_arrived, within_s=45)
            with capture_logs() as lines:

                async def ready() -> bool:
                    return (await office.call("GET", "/readyz")).status_code == 200

                await until(simulation, ready, within_s=150)
            assert {one["peer"] for one in lines if one["event"] == "feed-missing"} == {BANDAR}
            assert (await view_node(office.node)).feeds_missing == (BANDAR,)
            assert pages

    run_virtual(story())


def test_a_mirror_that_breaks_in_an_unforeseen_way_holds_up_no_newer_roster(tmp_path: Path) -> None:
    async def broken(request: httpx.Request, handler: Handler) -> httpx.Response:
        raise RuntimeError("what nobody has thought of")

    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            office = simulation[KALIANDA]
            before = office.node.roster.current().roster.version
            simulation.federation = next_version(simulation.federation, now=office.clock.now(), random=seeded("next"))
            for mirror in (BANDAR, KOTABUMI):
                simulation.network.faults[mirror] = on("/timestamp.json", broken)
            with capture_logs() as lines:
                assert await refresh_roster(office.node)
            assert office.node.roster.current().roster.version == before + 1
            failed = [one["error"] for one in lines if one["event"] == "roster-mirror-failed"]
            assert failed == ["RuntimeError"] * 2

    run_virtual(story())


def test_a_mirror_that_gives_ever_so_slowly_holds_up_no_later_round(tmp_path: Path) -> None:
    """It leads from root to root, each just in time; the round ends all the same, and the next ones come."""

    async def dripping(request: httpx.Request, handler: Handler) -> httpx.Response:
        await asyncio.sleep(9.5)
        return await handler(request)

    async def story() -> None:
        async with simulate(tmp_path, roster_refresh_s=60) as simulation:
            await settle(simulation)
            office = simulation[KALIANDA]
            for mirror in (BANDAR, KOTABUMI):
                simulation.network.faults[mirror] = on(("root.json", "timestamp.json", "/suspensions"), dripping)
            simulation.federation = next_version(simulation.federation, now=office.clock.now(), random=seeded("next"))
            simulation.network.carried.clear()
            await settle(simulation, 300)
            assert office.node.roster.current().version == simulation.federation.roster.version
            rounds = len(simulation.network.sent_to("directory", "/timestamp.json"))
            assert rounds >= 3 * 3

    run_virtual(story())


def names_traces_that_nobody_has(liar: Office) -> Fault:
    def named(body: Json) -> None:
        body["traces"] = [
            {"issuer": KOTABUMI, "case": f"{n:032x}", "revision": 1, "number": 1000 + n} for n in range(1, 21)
        ]

    return restate(liar, named)


def test_an_answer_that_names_many_traces_served_late_holds_up_no_other_members_notice(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            liar, office = simulation[BANDAR], simulation[KALIANDA]
            answers, late = names_traces_that_nobody_has(liar), on("/notices", slow(9.5), method="GET")

            async def fault(request: httpx.Request, handler: Handler) -> httpx.Response:
                lies = request.url.path.endswith("/inquiries")
                return await (answers if lies else late)(request, handler)

            simulation.network.faults[BANDAR] = fault
            filed = await acts.file(office, STRANGER)
            await settle(simulation, 60)
            asked = len(simulation.network.sent_to(BANDAR, "/inquiries"))
            assert (await acts.coverage(office, filed.screening))[BANDAR].outcome == "unknown"
            assert asked >= 3
            await acts.postpone(office, filed.case)

            async def arrived() -> bool:
                return acts.held(simulation[KOTABUMI], KALIANDA)[filed.case].standing == "postponed"

            await until(simulation, arrived, within_s=3)

    run_virtual(story())


def test_a_member_that_acknowledges_late_is_sent_a_few_at_a_time_and_the_others_at_once(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            office, under_way, most = simulation[KALIANDA], 0, 0

            async def late(request: httpx.Request, handler: Handler) -> httpx.Response:
                nonlocal under_way, most
                under_way += 1
                most = max(most, under_way)
                try:
                    await asyncio.sleep(9.5)
                    return await handler(request)
                finally:
                    under_way -= 1

            filed = [await acts.file(office, person(n), key=f"request-{n:04}") for n in range(20)]
            await settle(simulation, 3)
            simulation.network.faults[BANDAR] = late
            for one in filed:
                await acts.postpone(office, one.case)
            await settle(simulation, 3)
            assert {one.standing for one in acts.held(simulation[KOTABUMI], KALIANDA).values()} == {"postponed"}
            await settle(simulation, 300)
            assert {one.standing for one in acts.held(simulation[BANDAR], KALIANDA).values()} == {"postponed"}
            assert 1 < most <= office.settings.max_parallel_per_peer

    run_virtual(story())


def person(number: int) -> Json:
    return {
        **STRANGER,
        "birth_date": f"19{60 + number}-07-30",
        "mother_name": f"Endang {'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[number]}astari",
    }


def test_questions_to_one_office_wait_for_each_other_and_for_no_longer_than_one_may_take(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, max_parallel_per_peer=2) as simulation:
            await settle(simulation)
            node, clock = simulation[KALIANDA].node, simulation[KALIANDA].clock
            simulation.network.faults[BANDAR] = slow(4.0)
            before = clock.monotonic()

            async def ask(office: str) -> tuple[str, float]:
                try:
                    await node.peers.get(office, f"/federation/v1/notices?issuer={office}&after=0", timeout_s=10.0)
                except PeerTimeoutError:
                    return "timeout", round(clock.monotonic() - before)
                return "answer", round(clock.monotonic() - before)

            *slow_ones, other = await asyncio.gather(*(ask(BANDAR) for _ in range(6)), ask(KOTABUMI))
            assert slow_ones == [("answer", 4)] * 2 + [("answer", 8)] * 2 + [("timeout", 10)] * 2
            assert other == ("answer", 0)

    run_virtual(story())


def test_a_member_that_answers_is_greeted_four_times_an_hour_and_one_that_does_not_each_minute(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation, 200)
            simulation.network.carried.clear()
            simulation.network.down(KOTABUMI)
            await settle(simulation, 3600)
            assert 6 <= bodies(simulation, BANDAR, "/hello") <= 10  # of two others; the one that is down says none
            assert bodies(simulation, KOTABUMI, "/hello") >= 60
            simulation.network.heal(KOTABUMI)
            simulation.network.carried.clear()
            await settle(simulation, 100)
            assert bodies(simulation, KOTABUMI, "/hello") >= 2

    run_virtual(story())
