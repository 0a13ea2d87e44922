"""The feed that office systems follow: everything once, in order, without gaps, and nothing of a person in it."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from office_node.usecases.sweep import sweep
from services.simulator import acts
from services.simulator.acts import file, settle
from services.simulator.federation import Office, simulate
from services.simulator.loop import run_virtual
from tests.federation.cast import AGAIN, FIRST, KALIANDA, KOTABUMI, STRANGER


async def read(office: Office, query: str = "") -> dict[str, Any]:
    response = await office.call("GET", f"/office/v1/events{query}")
    assert response.status_code == 200, response.text
    page: dict[str, Any] = response.json()
    return page


async def everything(office: Office, *, after: str = "0") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while (page := await read(office, f"?after={after}&limit=3"))["events"]:
        assert len(page["events"]) <= 3
        found += page["events"]
        after = page["next"]
    return found


def test_a_case_is_told_step_by_step_and_nobody_by_name(tmp_path: Path, urls: Sequence[str | None]) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            await settle(simulation)
            office, other = simulation[KALIANDA], simulation[KOTABUMI]
            assert (await read(office))["events"] == []
            case = (await file(office, FIRST)).case
            await settle(simulation)
            await acts.postpone(office, case)
            await file(other, AGAIN)
            await settle(simulation)
            told = await everything(office)
            assert [one["kind"] for one in told] == [
                "case_filed", "screening_opened", "screening_settled", "case_moved", "case_moved", "alert_raised",
            ]  # fmt: skip
            assert {one["case"] for one in told} == {case}
            assert [int(one["cursor"]) for one in told] == sorted({int(one["cursor"]) for one in told})
            moved = told[4]["detail"]
            assert (moved["transition"], moved["state"], moved["standing"]) == ("postpone", "postponed", "postponed")
            assert told[5]["detail"]["alert_kind"] == "asked_about"
            text = str(told)
            assert not any(str(value) in text for value in (FIRST["name"], FIRST["birth_date"], FIRST["phones"][0]))

    run_virtual(story())


def test_what_is_written_at_once_is_read_whole_and_in_order(tmp_path: Path, urls: Sequence[str | None]) -> None:
    async def story() -> None:
        async with simulate(tmp_path, offices=(KALIANDA,), urls=urls[:1]) as simulation:
            await settle(simulation)
            office = simulation[KALIANDA]
            seen: list[str] = []
            done = asyncio.Event()

            async def follow() -> None:
                after = "0"
                while not done.is_set():
                    page = await read(office, f"?after={after}&wait_s=0.5")
                    seen.extend(one["cursor"] for one in page["events"])
                    after = page["next"]

            reader = asyncio.create_task(follow())
            people = [STRANGER | {"name": f"Orang {'ABCDEFGHIJ'[n]} Lain"} for n in range(10)]
            await asyncio.gather(*(file(office, who, key=f"together-{n:03}") for n, who in enumerate(people)))
            await settle(simulation)
            done.set()
            await reader
            assert seen == [one["cursor"] for one in await everything(office)]
            assert len(seen) == 30

    run_virtual(story())


def test_it_waits_for_what_comes_and_says_when_something_is_missing(tmp_path: Path, urls: Sequence[str | None]) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            await settle(simulation)
            office = simulation[KALIANDA]
            start = (await read(office))["next"]
            waiting = asyncio.create_task(read(office, f"?after={start}&wait_s=20"))
            await settle(simulation, 5)
            assert not waiting.done()
            await file(office, STRANGER)
            assert (await waiting)["events"][0]["kind"] == "case_filed"
            before = office.clock.monotonic()
            last = (await read(office))["next"]
            assert (await read(office, f"?after={last}&wait_s=2"))["events"] == []
            assert office.clock.monotonic() - before >= 2
            unknown = await office.call("GET", "/office/v1/events?after=999999")
            assert (unknown.status_code, unknown.json()["code"]) == (410, "cursor-forgotten")
            office.clock.skew = timedelta(days=31)
            await sweep(office.node)
            old = await office.call("GET", f"/office/v1/events?after={start}")
            assert old.json()["code"] == "cursor-forgotten"
            newest = (await read(office))["next"]
            assert (await read(office, f"?after={newest}"))["events"] == []
            for wrong in ("?after=-1", "?after=x", "?limit=0", "?limit=501", "?wait_s=26"):
                assert (await office.call("GET", f"/office/v1/events{wrong}")).status_code == 422

    run_virtual(story())
