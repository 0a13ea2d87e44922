"""How a federation mends itself: feeds that lack something, pages over the cap, hellos of no worth, wrong clocks."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from sqlalchemy import Connection
from structlog.testing import capture_logs

from office_node.peers.client import MAX_BODY, MAX_PAGE
from office_node.store import counters, notices
from office_node.usecases.diagnose import FISHING, diagnose
from office_node.usecases.greet import MAX_LIVE, make_hello
from office_node.usecases.record import Act, issue
from office_node.usecases.take_notice import keep_trace
from office_node.usecases.view_node import view_node
from office_node.usecases.view_peers import view_peers
from services.simulator import acts
from services.simulator.acts import settle
from services.simulator.federation import Office, Simulation, simulate
from services.simulator.loop import run_virtual
from services.simulator.lying import Json, lie, restate
from services.simulator.network import Fault, Handler, on, refuse, tamper
from shared_schemas.base import rfc3339
from shared_schemas.office import PeerView
from shared_schemas.trace import Notice
from tests.federation.cast import AGAIN, BANDAR, FIRST, KALIANDA, KOTABUMI, STRANGER, postponed_in_kalianda

METRO = "kanim-metro"
FOUR = (BANDAR, KALIANDA, KOTABUMI, METRO)


async def is_ready(office: Office) -> bool:
    return (await office.call("GET", "/readyz")).status_code == 200


async def seen(office: Office, other: str) -> PeerView:
    return next(view for view in await view_peers(office.node) if view.office == other)


async def never_heard_of(office: Office, *issuers: str) -> None:
    """The office is stopped and forgets these feeds, as if it had just been installed."""
    for issuer in issuers:
        with office.engine.begin() as connection:
            connection.exec_driver_sql(f"DELETE FROM peer WHERE office = '{issuer}'")
            connection.exec_driver_sql(f"DELETE FROM notice WHERE issuer = '{issuer}'")


async def joins(simulation: Simulation, office: Office) -> None:
    """A new office starts, and is waited for until it says that it is ready."""
    await simulation.start(office)
    for _ in range(2000):
        if await is_ready(office):
            return
        await settle(simulation, 0.05)
    raise AssertionError("never ready")


def heavy_notice(connection: Connection, office: Office) -> None:
    """A notice of about 12 KB, the most that its limits allow: all tokens twice, 64 numbers replaced."""
    now, number = office.clock.now(), counters.next_number(connection)
    kind = "k" * 31 + "/9999"
    index = [{"kind": kind, "token": f"{number:08x}{i:08x}", "nonce": "ab" * 16} for i in range(24)]
    tokens = {"epoch": "2026", "index": index, "fields": [{"kind": kind, "token": f"{i:04x}"} for i in range(40)]}
    until = rfc3339(now + timedelta(days=90))
    members: dict[str, Any] = {
        "case": f"{number:032x}",
        "revision": 1,
        "number": number,
        "standing": "postponed",
        "reason_group": "B",
        "until": until,
        "lapses_at": None,
        "tokens": tokens,
        "before": [{"tokens": tokens, "until": until}],
        "replaces": [],
    }
    act = Act(type="notice", at=now, actor=office.node.machine, case_ref=members["case"], members=members)
    statement = issue(connection, office.node, act=act)
    keep_trace(connection, Notice.model_validate_json(statement.payload), statement, now=now)


async def heavy_feed(office: Office, count: int) -> None:
    for _ in range(count):
        await office.node.run.write(lambda connection: heavy_notice(connection, office))


@asynccontextmanager
async def without_metro(folder: Path, *, heavy: int = 0, **settings: Any) -> AsyncIterator[Simulation]:
    """Four offices, of which Metro is stopped; Kalianda then gives out so many heavy notices."""
    async with simulate(folder, offices=FOUR, **settings) as simulation:
        await settle(simulation)
        await simulation.stop(simulation[METRO])
        await heavy_feed(simulation[KALIANDA], heavy)
        yield simulation


def test_a_fourth_office_has_every_live_notice_before_it_says_that_it_is_ready(tmp_path: Path) -> None:
    async def story() -> None:
        async with without_metro(tmp_path) as simulation:
            case = await postponed_in_kalianda(simulation)
            await never_heard_of(simulation[METRO], KALIANDA, BANDAR, KOTABUMI)
            await joins(simulation, simulation[METRO])
            assert set(acts.held(simulation[METRO], KALIANDA)) == {case}
            assert (await seen(simulation[METRO], KALIANDA)).whole
            assert (await view_node(simulation[METRO].node)).feeds_missing == ()

    run_virtual(story())


def test_a_new_office_is_ready_without_whom_it_cannot_reach_and_names_them(tmp_path: Path) -> None:
    async def story() -> None:
        async with without_metro(tmp_path) as simulation:
            case = await postponed_in_kalianda(simulation)
            await never_heard_of(simulation[METRO], KALIANDA, BANDAR, KOTABUMI)
            simulation.network.down(KALIANDA)
            for relay in (BANDAR, KOTABUMI):
                simulation.network.faults[relay] = on("/federation/v1/notices", refuse)
            with capture_logs() as lines:
                await joins(simulation, simulation[METRO])
            assert {one["peer"] for one in lines if one["event"] == "feed-missing"} >= {KALIANDA}
            assert KALIANDA in (await view_node(simulation[METRO].node)).feeds_missing
            view = await seen(simulation[METRO], KALIANDA)
            assert (view.whole, view.covered_to) == (False, None)
            for office in (KALIANDA, BANDAR, KOTABUMI):
                simulation.network.heal(office)
            await settle(simulation, 150)
            assert set(acts.held(simulation[METRO], KALIANDA)) == {case}
            assert (await view_node(simulation[METRO].node)).feeds_missing == ()

    run_virtual(story())


def weighing(weights: list[int]) -> Fault:
    """Notes how many bytes every answer has."""

    def weigh(body: bytes) -> bytes:
        weights.append(len(body))
        return body

    return tamper(weigh)


def a_broken_line(_body: bytes) -> bytes:
    raise RuntimeError("what nobody has thought of")


def test_a_peer_that_breaks_a_pull_in_an_unforeseen_way_holds_up_no_other_feed(tmp_path: Path) -> None:
    async def story() -> None:
        async with without_metro(tmp_path) as simulation:
            await acts.file(simulation[BANDAR], STRANGER)
            case = await postponed_in_kalianda(simulation)
            await never_heard_of(simulation[METRO], KALIANDA, BANDAR, KOTABUMI)
            simulation.network.faults[BANDAR] = on("/federation/v1/notices", tamper(a_broken_line))
            await joins(simulation, simulation[METRO])
            assert set(acts.held(simulation[METRO], KALIANDA)) == {case}
            assert BANDAR in (await view_node(simulation[METRO].node)).feeds_missing

    run_virtual(story())


def test_a_feed_of_heavy_notices_is_given_in_pages_below_the_cap(tmp_path: Path) -> None:
    async def story() -> None:
        async with without_metro(tmp_path, heavy=40) as simulation:
            weights: list[int] = []
            simulation.network.faults[KALIANDA] = on("/federation/v1/notices", weighing(weights))
            await joins(simulation, simulation[METRO])
            held = acts.held(simulation[METRO], KALIANDA)
            assert [one.number for one in held.values()] == list(range(1, 41))
            assert len(weights) > 1
            assert max(weights) <= MAX_PAGE
            assert (await seen(simulation[METRO], KALIANDA)).whole

    run_virtual(story())


def test_a_feed_of_many_pages_costs_its_issuer_one_hello(tmp_path: Path) -> None:
    async def story() -> None:
        async with without_metro(tmp_path, heavy=40, sweep_every_s=3600) as simulation:
            await never_heard_of(simulation[METRO], KALIANDA)
            hellos = len(acts.acted(simulation[KALIANDA], type="hello"))
            await joins(simulation, simulation[METRO])
            assert (await seen(simulation[METRO], KALIANDA)).whole
            given = [acts.said(simulation[KALIANDA], one) for one in acts.acted(simulation[KALIANDA], peer=METRO)]
            assert sum(one["type"] == "notices-given" for one in given) > 1
            assert len(acts.acted(simulation[KALIANDA], type="hello")) == hellos + 1

    run_virtual(story())


def wide_pages_are_too_large(most: int) -> Fault:
    """A giver that does not mind the cap: a range of more numbers than this comes as 300 KB."""

    async def fault(request: httpx.Request, handler: Handler) -> httpx.Response:
        asked = parse_qs(request.url.query.decode())
        width = int(asked["until"][0]) - int(asked["after"][0]) if "until" in asked else 10**9
        if width > most:
            return httpx.Response(200, content=b"x" * 300_000, request=request)
        return await handler(request)

    return fault


@pytest.mark.parametrize("most", [5, 1])
def test_a_giver_of_pages_over_the_cap_is_asked_for_less_until_all_has_come(tmp_path: Path, most: int) -> None:
    async def story() -> None:
        async with without_metro(tmp_path, heavy=13) as simulation:
            for giver in (KALIANDA, BANDAR, KOTABUMI):
                simulation.network.faults[giver] = on("/federation/v1/notices", wide_pages_are_too_large(most))
            await joins(simulation, simulation[METRO])
            held = acts.held(simulation[METRO], KALIANDA)
            assert [one.number for one in held.values()] == list(range(1, 14))

    run_virtual(story())


def test_a_giver_whose_every_page_is_too_large_does_not_hold_a_node_up(tmp_path: Path) -> None:
    async def story() -> None:
        async with without_metro(tmp_path, heavy=3) as simulation:
            for giver in (KALIANDA, BANDAR, KOTABUMI):
                simulation.network.faults[giver] = on("/federation/v1/notices", wide_pages_are_too_large(0))
            await joins(simulation, simulation[METRO])
            assert KALIANDA in (await view_node(simulation[METRO].node)).feeds_missing

    run_virtual(story())


def test_a_relayed_hello_of_no_worth_does_not_spoil_the_notices_beside_it(tmp_path: Path) -> None:
    async def story() -> None:
        async with without_metro(tmp_path) as simulation:
            case = await postponed_in_kalianda(simulation)
            await settle(simulation, 80)
            await simulation.stop(simulation[KALIANDA])
            for relay in (BANDAR, KOTABUMI):
                with simulation[relay].engine.begin() as connection:
                    connection.exec_driver_sql(
                        f"UPDATE peer SET hello_keyid = 'kanim-kalianda/sign-1999' WHERE office = '{KALIANDA}'"
                    )
            await never_heard_of(simulation[METRO], KALIANDA)
            with capture_logs() as lines:
                await joins(simulation, simulation[METRO])
            assert set(acts.held(simulation[METRO], KALIANDA)) == {case}
            assert KALIANDA in (await view_node(simulation[METRO].node)).feeds_missing
            said = {(one["office"], one["code"]) for one in lines if one["event"] == "hello-left-out"}
            assert said == {(KALIANDA, "statement-unknown-key")}

    run_virtual(story())


def test_what_an_issuer_leaves_out_of_its_own_pages_is_no_longer_missing(tmp_path: Path) -> None:
    async def story() -> None:
        async with without_metro(tmp_path, heavy=9) as simulation:
            with simulation[KALIANDA].engine.begin() as connection:
                connection.exec_driver_sql(f"DELETE FROM notice WHERE issuer = '{KALIANDA}' AND number IN (1, 4, 9)")

            def say_nothing_of_the_living(body: Json) -> None:
                body["facts"]["live"] = None

            lied = restate(simulation[KALIANDA], say_nothing_of_the_living, member="hello")
            simulation.network.faults[KALIANDA] = on("/federation/v1/notices", lied)
            await joins(simulation, simulation[METRO])
            view = await seen(simulation[METRO], KALIANDA)
            assert (view.whole, view.missing_numbers) == (True, 0)

    run_virtual(story())


@pytest.mark.parametrize("error_s", [150, -150])
def test_a_node_whose_clock_is_wrong_says_so_itself_until_the_others_accept_it_again(
    tmp_path: Path, error_s: int
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, offices=FOUR) as simulation:
            wrong = simulation[KALIANDA]
            await settle(simulation)
            wrong.clock.skew = timedelta(seconds=error_s)
            with capture_logs() as lines:
                await settle(simulation, 150)
            view = await view_node(wrong.node)
            assert view.clock_wrong
            assert view.clock_ahead_s is not None
            assert abs(view.clock_ahead_s - error_s) < 5
            assert any(one["event"] == "own-clock-wrong" and one["office"] == KALIANDA for one in lines)
            causes = await diagnose(wrong.node)
            assert any(("ahead" if error_s > 0 else "behind") in cause for cause in causes)
            other = await seen(wrong, BANDAR)
            assert other.clock_disputed
            assert not (await view_node(simulation[BANDAR].node)).clock_wrong
            wrong.clock.skew = timedelta()
            await settle(simulation, 150)
            assert not (await view_node(wrong.node)).clock_wrong
            assert await diagnose(wrong.node) == []
            assert not (await seen(wrong, BANDAR)).clock_disputed

    run_virtual(story())


def test_one_peer_with_a_wrong_clock_of_its_own_blames_nobody_else(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            simulation[BANDAR].clock.skew = timedelta(seconds=-600)
            await settle(simulation, 150)
            assert (await seen(simulation[KALIANDA], BANDAR)).clock_disputed
            assert not (await view_node(simulation[KALIANDA].node)).clock_wrong
            assert (await view_node(simulation[BANDAR].node)).clock_wrong

    run_virtual(story())


def nobody_like_her(body: Json) -> None:
    for row in body["rows"]:
        row.update(zone="none", probability_permille=1, person=None, condition=None, agreeing=[], evidence=[])


def no_row_at_all(body: Json) -> None:
    body["rows"] = []


def somebody_else_as_possible(body: Json) -> None:
    for row in body["rows"]:
        row["person"].update(name="Bambang Sutrisno", birth_date="1971-01-09", mother_name="Kartini", sex="M")
        row["person"].update(birth_place="Bogor", village=None, phones=[])


@pytest.mark.parametrize("change", [nobody_like_her, no_row_at_all, somebody_else_as_possible])
def test_hits_whose_reveal_shows_nobody_like_her_are_counted_against_the_office(
    tmp_path: Path, change: Callable[[Json], None]
) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            simulation.network.faults[KALIANDA] = on(
                "/reveals", restate(simulation[KALIANDA], change, member="history")
            )
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation)
            for _ in range(FISHING - 1):
                await acts.ask_again(simulation[KOTABUMI], filed.case)
                await settle(simulation)
            view = await seen(simulation[KOTABUMI], KALIANDA)
            assert (view.hits_revealed, view.hits_unfounded) == (FISHING, FISHING)
            assert any(cause.startswith(f"{KALIANDA}: {FISHING} of its") for cause in await diagnose(
                simulation[KOTABUMI].node
            ))  # fmt: skip

    run_virtual(story())


def test_a_true_hit_speaks_for_its_office(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation)
            view = await seen(simulation[KOTABUMI], KALIANDA)
            assert (view.hits_revealed, view.hits_unfounded) == (1, 0)
            assert await diagnose(simulation[KOTABUMI].node) == []

    run_virtual(story())


def gives_nothing(_office: Office) -> Fault:
    return refuse


def gives_empty_pages(office: Office) -> Fault:
    return lie(office, lambda told: told.update(notices=[], next_after=None))


@pytest.mark.parametrize("withholding", [gives_nothing, gives_empty_pages])
def test_a_trace_that_is_named_but_not_given_leaves_the_answer_unknown(
    tmp_path: Path, withholding: Callable[[Office], Fault]
) -> None:
    async def story() -> None:
        async with without_metro(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            await simulation.stop(simulation[KALIANDA])
            for relay in (BANDAR, KOTABUMI):
                simulation.network.faults[relay] = on("/federation/v1/notices", withholding(simulation[relay]))
            await joins(simulation, simulation[METRO])
            filed = await acts.file(simulation[METRO], AGAIN)
            await settle(simulation)
            rows = await acts.coverage(simulation[METRO], filed.screening)
            assert {rows[office].outcome for office in (BANDAR, KOTABUMI)} == {"unknown"}
            simulation.network.heal(BANDAR)
            simulation.network.heal(KOTABUMI)
            await settle(simulation, 150)
            view = await acts.screening(simulation[METRO], filed.screening)
            assert {row.office: row.outcome for row in view.coverage} == {
                BANDAR: "no_hit", KOTABUMI: "no_hit", KALIANDA: "unknown",
            }  # fmt: skip
            assert [(one.office, one.standing) for one in view.traces] == [(KALIANDA, "postponed")]

    run_virtual(story())


def test_a_notice_that_expired_before_it_was_delivered_is_owed_no_more(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            simulation.network.down(BANDAR)
            case = await postponed_in_kalianda(simulation, person=FIRST)
            kalianda = simulation[KALIANDA]
            with kalianda.engine.begin() as connection:
                connection.exec_driver_sql(f"UPDATE notice SET until = 1 WHERE case_ref = '{case}'")
            await settle(simulation, 150)
            simulation.network.heal(BANDAR)
            await settle(simulation, 150)
            with kalianda.engine.begin() as connection:
                owed = connection.exec_driver_sql("SELECT count(*) FROM delivery WHERE due_at IS NOT NULL").scalar()
            assert notices.get(kalianda.engine.connect(), KALIANDA, case_ref=case) is None
            assert owed == 0

    run_virtual(story())


def test_a_tombstone_goes_when_nothing_that_it_covers_can_be_in_force(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            case = await postponed_in_kalianda(simulation)
            await acts.clear(simulation[KALIANDA], case)
            await settle(simulation)
            everybody = [simulation[office] for office in (BANDAR, KALIANDA, KOTABUMI)]
            assert [acts.held(one, KALIANDA)[case].standing for one in everybody] == ["cleared"] * 3
            await settle(simulation, 70)
            assert all(case in acts.held(one, KALIANDA) for one in everybody)
            for one in everybody:
                with one.engine.begin() as connection:
                    connection.exec_driver_sql("UPDATE notice SET arrived_at = arrived_at - 86400000 * 990")
            await settle(simulation, 150)
            assert not any(acts.held(one, KALIANDA) for one in everybody)
            for one in everybody[::2]:
                assert (await seen(one, KALIANDA)).missing_numbers == 0

    run_virtual(story())


def test_a_hello_fits_a_body_however_scattered_the_living_numbers_are(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, offices=(KALIANDA,)) as simulation:
            await settle(simulation)
            office = simulation[KALIANDA]
            said = []
            for numbers in (range(10**6, 10**6 + 200, 2), range(10**6 + 200, 10**6 + 14_000, 2)):
                with office.engine.begin() as connection:
                    connection.exec_driver_sql(
                        "INSERT INTO notice (issuer, case_ref, revision, number, generation, standing, arrived_at,"
                        " keyid, signature, payload) VALUES (?, ?, 1, ?, 1, 'cleared', ?, 'k', x'00', x'00')",
                        [(KALIANDA, f"{n:032x}", n, int(office.clock.now().timestamp() * 1000)) for n in numbers],
                    )
                hello = await office.node.run.write(lambda c: make_hello(c, office.node, now=office.clock.now()))
                said.append(hello.body()["facts"]["live"])
            assert said == [[[n, n] for n in range(10**6, 10**6 + 200, 2)], None]

    run_virtual(story())


def test_the_most_living_numbers_that_a_hello_names_fit_a_body() -> None:
    assert 4 * (MAX_LIVE + 1024) // 3 < MAX_BODY
