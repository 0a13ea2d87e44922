"""A fourth office joins a federation with history: it gets the live notices first, then it sees what the others see."""

import base64
import json
import sqlite3
from pathlib import Path
from typing import Any

from office_node.store.engine import open_engine
from office_node.store.migrate import upgrade
from office_node.usecases.refresh_roster import refresh_roster
from services.simulator.acts import clear, file, postpone
from services.simulator.federation import LAMPUNG, Office, Simulation, new_settings, simulate
from services.simulator.loop import VirtualClock, run_virtual, seeded
from services.stewards.drafts_members import with_office
from services.stewards.roster_maker import next_version
from tests.federation.cast import AGAIN, BANDAR, FIRST, KALIANDA, KOTABUMI

METRO = "kanim-metro"
CLEARED = FIRST | {"name": "Bambang Purnomo", "sex": "M", "mother_name": "Painah", "birth_date": "1971-06-02"}
OTHER = FIRST | {"name": "Rohmat Hidayat", "sex": "M", "mother_name": "Sukarsih", "birth_date": "1988-09-23"}


async def view(office: Office, screening: str) -> dict[str, Any]:
    seen: dict[str, Any] = (await office.call("GET", f"/office/v1/screenings/{screening}")).json()
    return seen


async def make_history(simulation: Simulation) -> dict[str, str]:
    """One postponed and one cleared case in Kalianda, one postponed in Kotabumi; the cases by name."""
    kalianda, kotabumi = simulation[KALIANDA], simulation[KOTABUMI]
    await kalianda.clock.sleep(2)
    cases = {
        "postponed": (await file(kalianda, FIRST, key="history-0001")).case,
        "cleared": (await file(kalianda, CLEARED, key="history-0002")).case,
        "other": (await file(kotabumi, OTHER, key="history-0003")).case,
    }
    await kalianda.clock.sleep(3)
    await postpone(kalianda, cases["postponed"])
    await clear(kalianda, cases["cleared"])
    await postpone(kotabumi, cases["other"])
    await kalianda.clock.sleep(120)
    return cases


def admit(simulation: Simulation) -> Office:
    """The stewards publish a roster with Metro; its node is made and not yet started."""
    now = simulation[KOTABUMI].clock.now()
    folder = simulation.folder
    settings, request = new_settings(
        METRO, folder=folder, random=seeded("metro"), now=now, root_fingerprint=simulation.federation.fingerprint
    )
    simulation.federation = next_version(
        simulation.federation, with_office(request, now=now), now=now, random=seeded("boxes")
    )
    engine = open_engine(settings.sqlalchemy_url)
    upgrade(engine)
    simulation.offices[METRO] = Office(METRO, folder / METRO, VirtualClock(), engine, settings)
    return simulation[METRO]


async def wait_ready(office: Office, *, seconds: float) -> list[str]:
    """Until it is ready; what it said before."""
    said: list[str] = []
    for _ in range(round(seconds / 0.1)):
        response = await office.call("GET", "/readyz")
        if response.status_code == 200:
            return said
        said.append(response.json()["code"])
        await office.clock.sleep(0.1)
    raise AssertionError(f"not ready after {seconds} s: {said[-1]}")


def held(office: Office) -> dict[tuple[str, str], dict[str, Any]]:
    """The notices in the office's database by issuer and case."""
    with sqlite3.connect(office.folder / "node.sqlite") as connection:
        rows = connection.execute("SELECT issuer, case_ref, payload FROM notice").fetchall()
    connection.close()
    return {(issuer, case): json.loads(payload) for issuer, case, payload in rows}


def traces(seen: dict[str, Any]) -> set[tuple[str, ...]]:
    return {(t["office"], t["case"], t["standing"], t["zone"]) for t in seen["traces"]}


def test_a_fourth_office_gets_the_live_notices_first_and_then_sees_the_same(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, offices=LAMPUNG) as simulation:
            cases = await make_history(simulation)
            await simulation.stop(simulation[KALIANDA])
            metro = admit(simulation)
            for office in (KOTABUMI, BANDAR):
                await refresh_roster(simulation[office].node)
            simulation.network.latency_s = 0.5
            await simulation.start(metro)
            said = await wait_ready(metro, seconds=60)
            simulation.network.latency_s = 0.02
            assert len(said) > 10
            check_what_it_holds(held(metro), cases=cases)
            assert "roster-missing" in said
            await see_the_same(simulation)

    run_virtual(story())


def check_what_it_holds(notices: dict[tuple[str, str], dict[str, Any]], *, cases: dict[str, str]) -> None:
    """The live notices of all, the silent issuer's too; of the cleared case at most the bare tombstone."""
    assert notices[KALIANDA, cases["postponed"]]["standing"] == "postponed"
    assert notices[KOTABUMI, cases["other"]]["standing"] == "postponed"
    tombstone = notices.get((KALIANDA, cases["cleared"]), {"standing": "cleared", "tokens": None})
    assert (tombstone["standing"], tombstone["tokens"]) == ("cleared", None)


async def see_the_same(simulation: Simulation) -> None:
    """Kalianda silent: Metro and Kotabumi learn the same from their traces. Kalianda back: Metro gets the history."""
    metro, kotabumi, kalianda = simulation[METRO], simulation[KOTABUMI], simulation[KALIANDA]
    there = await file(kotabumi, AGAIN, key="request-0001")
    here = await file(metro, AGAIN, key="request-0002")
    await metro.clock.sleep(5)
    mine, theirs = await view(metro, here.screening), await view(kotabumi, there.screening)
    of_kalianda = {t for t in traces(mine) if t[0] == KALIANDA}
    assert of_kalianda == {t for t in traces(theirs) if t[0] == KALIANDA}
    assert {(t[0], t[2], t[3]) for t in of_kalianda} == {(KALIANDA, "postponed", "possible")}
    for seen in (mine, theirs):
        silent = next(row for row in seen["coverage"] if row["office"] == KALIANDA)
        assert silent["outcome"] == "unknown"
        assert silent["covered_to"] is not None
        assert seen["complete"] is True
    await simulation.start(kalianda)
    await metro.clock.sleep(900)
    seen = await view(metro, here.screening)
    assert KALIANDA in [row["office"] for row in seen["history"]]
    assert {row["office"]: row["outcome"] for row in seen["coverage"]} == {
        KALIANDA: "hit", KOTABUMI: "hit", BANDAR: "no_hit",
    }  # fmt: skip


def test_the_others_send_it_new_notices_and_what_is_cleared_goes_there_too(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, offices=LAMPUNG) as simulation:
            cases = await make_history(simulation)
            metro = admit(simulation)
            for office in LAMPUNG:
                await refresh_roster(simulation[office].node)
            await simulation.start(metro)
            await wait_ready(metro, seconds=30)
            simulation.network.carried.clear()
            new = await file(simulation[BANDAR], AGAIN, key="request-0001")
            await metro.clock.sleep(3)
            await postpone(simulation[BANDAR], new.case)
            await metro.clock.sleep(3)
            pushed = [body for body in simulation.network.sent_to(METRO, "/notices") if body]
            assert [read(body)["case"] for body in pushed] == [new.case]
            assert held(metro)[BANDAR, new.case]["standing"] == "postponed"
            await clear(simulation[KALIANDA], cases["postponed"])
            await metro.clock.sleep(3)
            gone = held(metro)[KALIANDA, cases["postponed"]]
            assert (gone["standing"], gone["tokens"]) == ("cleared", None)

    run_virtual(story())


def read(body: bytes) -> dict[str, Any]:
    """The notice in a pushed message."""
    notice: dict[str, Any] = json.loads(base64.b64decode(json.loads(body)["notice"]["payload"]))
    return notice


def test_an_office_that_the_others_do_not_know_yet_catches_up_by_itself(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, offices=LAMPUNG) as simulation:
            cases = await make_history(simulation)
            metro = admit(simulation)
            await simulation.start(metro)
            await metro.clock.sleep(5)
            early = await file(metro, AGAIN, key="request-0001")
            await metro.clock.sleep(5)
            seen = await view(metro, early.screening)
            assert {(row["outcome"], row["cause"]) for row in seen["coverage"]} == {("unknown", "unknown-key")}
            assert seen["complete"] is False
            await metro.clock.sleep(900)  # their rosters are looked for every five minutes
            await wait_ready(metro, seconds=1)
            check_what_it_holds(held(metro), cases=cases)
            late = await view(metro, early.screening)
            assert {row["outcome"] for row in late["coverage"]} == {"hit", "no_hit"}
            assert late["complete"] is True

    run_virtual(story())
