"""The main job, on virtual time: postponed in Kalianda, filed again in Kotabumi with a respelled name."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from services.simulator.federation import Office, Simulation, simulate
from services.simulator.loop import run_virtual

KALIANDA, KOTABUMI, BANDAR = "kanim-kalianda", "kanim-kotabumi", "kanim-bandarlampung"
FIRST: dict[str, Any] = {
    "name": "Sri Wahyuni Rahayu",
    "birth_date": "1994-03-17",
    "birth_place": "Kalianda",
    "sex": "F",
    "mother_name": "Suparmi",
    "village": "18.01.04.2001",
    "phones": ["081234567801"],
}
AGAIN = {**FIRST, "name": "Sri Wahjuni Rahaju", "phones": ["085398765402"]}


async def file(office: Office, person: dict[str, Any], *, key: str = "request-0001") -> dict[str, Any]:
    response = await office.call(
        "POST",
        "/office/v1/cases",
        json={"application_no": "A-1", "person": person},
        headers={"Idempotency-Key": key},
    )
    assert response.status_code == 201, response.text
    body: dict[str, Any] = response.json()
    return body


async def postpone(office: Office, case: str) -> None:
    path = f"/office/v1/cases/{case}/transitions"
    received = await office.call("POST", path, json={"transition": "receive"})
    assert received.status_code == 200, received.text
    response = await office.call(
        "POST",
        path,
        role="interview",
        json={
            "transition": "postpone",
            "reason_code": "B1",
            "condition": ["Surat rekomendasi Disnaker"],
            "reason": "Tujuan belum jelas",
            "second": {"role": "supervisor", "officer": "o-2"},
        },
    )
    assert response.status_code == 200, response.text


async def screening(office: Office, reference: str) -> dict[str, Any]:
    response = await office.call("GET", f"/office/v1/screenings/{reference}")
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


async def alerts(office: Office) -> list[dict[str, Any]]:
    response = await office.call("GET", "/office/v1/alerts")
    body: list[dict[str, Any]] = response.json()
    return body


async def settle(simulation: Simulation, seconds: float = 3.0) -> None:
    await next(iter(simulation.offices.values())).clock.sleep(seconds)


def test_a_respelled_name_is_recognised_at_the_next_office(tmp_path: Path, urls: Sequence[str | None]) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            await settle(simulation)
            first = await file(simulation[KALIANDA], FIRST)
            await settle(simulation)
            await postpone(simulation[KALIANDA], first["case"])
            await settle(simulation)
            again = await file(simulation[KOTABUMI], AGAIN)
            await settle(simulation)
            seen = await screening(simulation[KOTABUMI], again["screening"])
            assert seen["state"] == "settled"
            assert seen["complete"] is True
            assert {row["office"]: row["outcome"] for row in seen["coverage"]} == {
                KALIANDA: "hit",
                BANDAR: "no_hit",
            }
            assert [row["office"] for row in seen["history"]] == [KALIANDA]
            assert seen["history"][0]["zone"] in ("match", "possible")
            assert seen["history"][0]["standing"] == "postponed"
            assert seen["traces"][0]["confirmed"] is True
            told = await alerts(simulation[KALIANDA])
            assert [(one["kind"], one["office"]) for one in told] == [("asked_about", KOTABUMI)]

    run_virtual(story())


def test_with_the_owner_down_the_trace_speaks_and_the_history_follows(
    tmp_path: Path, urls: Sequence[str | None]
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            await settle(simulation)
            first = await file(simulation[KALIANDA], FIRST)
            await postpone(simulation[KALIANDA], first["case"])
            await settle(simulation)
            await simulation.stop(simulation[KALIANDA])
            again = await file(simulation[KOTABUMI], AGAIN)
            await settle(simulation)
            seen = await screening(simulation[KOTABUMI], again["screening"])
            silent = next(row for row in seen["coverage"] if row["office"] == KALIANDA)
            assert silent["outcome"] == "unknown"
            assert silent["covered_to"] is not None
            assert seen["complete"] is True
            assert [(t["office"], t["standing"], t["confirmed"]) for t in seen["traces"]] == [
                (KALIANDA, "postponed", False)
            ]
            await simulation.start(simulation[KALIANDA])
            await settle(simulation, 30)
            seen = await screening(simulation[KOTABUMI], again["screening"])
            assert [row["office"] for row in seen["history"]] == [KALIANDA]
            assert seen["traces"][0]["confirmed"] is True
            assert [one["kind"] for one in await alerts(simulation[KOTABUMI])] == ["late_hit"]

    run_virtual(story())


def test_a_hit_after_the_officer_saw_a_settled_result_alerts_even_within_the_soft_limit(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, soft_limit_s=20) as simulation:
            await settle(simulation)
            first = await file(simulation[KALIANDA], FIRST)
            await postpone(simulation[KALIANDA], first["case"])
            await settle(simulation)
            await simulation.stop(simulation[KALIANDA])
            again = await file(simulation[KOTABUMI], AGAIN)
            await settle(simulation, 1)
            assert (await screening(simulation[KOTABUMI], again["screening"]))["state"] == "settled"
            await simulation.start(simulation[KALIANDA])
            await settle(simulation, 5)
            seen = await screening(simulation[KOTABUMI], again["screening"])
            assert [(row["office"], row["late"]) for row in seen["coverage"] if row["outcome"] == "hit"] == [
                (KALIANDA, True)
            ]
            assert [one["kind"] for one in await alerts(simulation[KOTABUMI])] == ["late_hit"]

    run_virtual(story())
