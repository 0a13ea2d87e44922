"""Who asks too much is told when to come again; it costs the others nothing, and the asker heeds it."""

from pathlib import Path

import httpx

from office_node.usecases.refuse import COUNTED_ENTRIES
from services.simulator import acts
from services.simulator.acts import file, settle
from services.simulator.federation import Office, simulate
from services.simulator.loop import run_virtual
from services.simulator.network import Handler, on
from tests.federation.cast import AGAIN, BANDAR, FIRST, KALIANDA, KOTABUMI, STRANGER, postponed_in_kalianda
from tests.federation.sending import inquiry, notice, refused, send


def test_a_member_that_floods_is_refused_signed_and_another_one_is_answered(tmp_path: Path, database_url: str) -> None:
    async def story() -> None:
        urls = [None, database_url, None]
        async with simulate(tmp_path, urls=urls, peer_rate_per_s=1, peer_burst=50) as simulation:
            await postponed_in_kalianda(simulation)
            bandar, kalianda = simulation[BANDAR], simulation[KALIANDA]
            seen = []
            for number in range(1000):
                about = notice(bandar, case=f"{number:032x}", number=number + 1)
                asked = inquiry(bandar, about, reference=f"{number:032x}")
                seen.append(await send(simulation, bandar, KALIANDA, "/inquiries", inquiry=asked, notice=about))
            busy = [one for one in seen if one.status_code == 429]
            assert len(busy) > 900
            assert {one.json()["code"] for one in busy} == {"too-many-requests"}
            assert all("signature" in one.headers for one in busy)
            assert all(int(one.headers["retry-after"]) == one.json()["retry_s"] >= 1 for one in busy)
            entered = refused(kalianda, by=BANDAR).count("too-many-requests")
            assert 0 < entered <= 2 * COUNTED_ENTRIES
            assert acts.counted(kalianda, BANDAR)["too-many-requests"] == len(busy)
            filed = await file(simulation[KOTABUMI], AGAIN)
            await settle(simulation)
            assert (await acts.coverage(simulation[KOTABUMI], filed.screening))[KALIANDA].outcome == "hit"

    run_virtual(story())


def test_a_refused_asker_asks_again_when_it_was_told_to_and_then_gets_its_answer(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, peer_rate_per_s=0.1, peer_burst=1) as simulation:
            asker = simulation[KOTABUMI]
            await settle(simulation, 60)
            filed = await file(asker, FIRST)
            again = await file(asker, STRANGER, key="request-0002")
            await settle(simulation, 1)
            causes = [
                row.cause
                for one in (filed, again)
                for row in (await acts.coverage(asker, one.screening)).values()
                if row.outcome == "unknown"
            ]
            assert "too-many-requests" in causes
            await settle(simulation, 300)
            for one in (filed, again):
                assert {row.outcome for row in (await acts.coverage(asker, one.screening)).values()} == {"no_hit"}

    run_virtual(story())


async def busy_for_years(request: httpx.Request, handler: Handler) -> httpx.Response:
    """Nobody else's word: an unsigned refusal that wants to be left alone for as long as it can be said."""
    return httpx.Response(429, json={"code": "too-many-requests", "retry_s": 86_400}, request=request)


def test_who_wants_to_be_left_alone_for_ever_is_asked_again_within_the_cap(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, longest_backoff_s=30, hello_every_s=14_400) as simulation:
            await settle(simulation)
            simulation.network.faults[KALIANDA] = on("/inquiries", busy_for_years)
            filed = await file(simulation[KOTABUMI], FIRST)
            await settle(simulation, 5)
            row = (await acts.coverage(simulation[KOTABUMI], filed.screening))[KALIANDA]
            assert (row.outcome, row.cause) == ("unknown", "too-many-requests")
            simulation.network.heal(KALIANDA)
            await settle(simulation, 60)
            assert (await acts.coverage(simulation[KOTABUMI], filed.screening))[KALIANDA].outcome == "no_hit"

    run_virtual(story())


async def codes(
    office: Office, count: int, *, officer: str, path: str = "/office/v1/screenings/" + "0" * 32
) -> list[int]:
    return [(await office.call("GET", path, officer=officer)).status_code for _ in range(count)]


def test_an_officer_above_her_rate_waits_and_others_go_on(tmp_path: Path, database_url: str) -> None:
    async def story() -> None:
        urls = [None, database_url, None]
        async with simulate(tmp_path, urls=urls, officer_rate_per_s=0.5, officer_burst=3) as simulation:
            await settle(simulation)
            kalianda = simulation[KALIANDA]
            assert await codes(kalianda, 4, officer="o-7") == [404, 404, 404, 429]
            assert await codes(kalianda, 1, officer="o-8") == [404]
            assert await codes(kalianda, 9, officer="o-7", path="/office/v1/node") == [200] * 9
            response = await kalianda.call("GET", "/office/v1/screenings/" + "0" * 32, officer="o-7")
            assert int(response.headers["retry-after"]) == response.json()["retry_s"] == 2
            await settle(simulation, 2.5)
            assert await codes(kalianda, 2, officer="o-7") == [404, 429]

    run_virtual(story())


def test_an_access_key_above_its_rate_waits_whoever_calls(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, key_rate_per_s=0.5, key_burst=3) as simulation:
            found = [(await codes(simulation[KALIANDA], 1, officer=f"o-{number}"))[0] for number in range(5)]
            assert found == [404, 404, 404, 429, 429]

    run_virtual(story())
