"""A list of applications is filed and screened in the background, once each, also when the node is killed meanwhile."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from services.simulator import acts
from services.simulator.acts import Fields, file, settle
from services.simulator.federation import Office, simulate
from services.simulator.loop import run_virtual
from shared_schemas.statement import Role
from tests.federation.cast import AGAIN, KALIANDA, KOTABUMI, STRANGER, postponed_in_kalianda

NAMES = ("Satu", "Dua", "Tiga", "Empat", "Lima")


def applications(*people: Fields) -> Fields:
    return {"applications": [{"application_no": f"L-{n}", "person": who} for n, who in enumerate(people)]}


STRANGERS = tuple(STRANGER | {"name": f"Orang {name} Lain", "mother_name": f"Ibu {name}"} for name in NAMES)


async def post(office: Office, body: Fields, *, key: str = "list-000001", path: str = "") -> Any:
    headers = {"Idempotency-Key": key} if not path else {}
    response = await office.call("POST", f"/office/v1/screening-lists{path}", json=body, headers=headers)
    return response.json()


async def progress(office: Office, ref: str, *, role: Role = "supervisor") -> Any:
    return (await office.call("GET", f"/office/v1/screening-lists/{ref}", role=role)).json()


def test_every_row_becomes_a_case_and_shows_what_has_come_so_far(tmp_path: Path, urls: Sequence[str | None]) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            office = simulation[KOTABUMI]
            await postponed_in_kalianda(simulation)
            body = {"application_no": "L-1", "person": STRANGERS[1]}
            headers = {"Idempotency-Key": "known-00001"}
            known = (await office.call("POST", "/office/v1/cases", json=body, headers=headers)).json()["case"]
            taken = await post(office, applications(AGAIN, STRANGERS[1], STRANGERS[2]))
            assert (taken["total"], taken["waiting"]) == (3, 3)
            assert (await post(office, applications(AGAIN, STRANGERS[1], STRANGERS[2])))["list"] == taken["list"]
            other = await post(office, applications(STRANGERS[0]))
            assert other["code"] == "idempotency-mismatch"
            await settle(simulation, 10)
            seen = await progress(office, taken["list"])
            assert (seen["waiting"], seen["filed"], seen["known"], seen["refused"]) == (0, 2, 1, 0)
            first, second, third = seen["rows"]
            assert (first["asked"], first["answered"], first["hits"]) == (2, 2, 1)
            assert (second["case"], third["hits"]) == (known, 0)
            asking = await progress(office, taken["list"], role="interview")
            assert [row["hits"] for row in asking["rows"]] == [None, None, None]
            with office.engine.begin() as connection:
                left = connection.exec_driver_sql(
                    "SELECT count(*) FROM screening_list_row WHERE filing_sealed IS NOT NULL"
                )
                assert left.scalar_one() == 0

    run_virtual(story())


def test_a_kill_and_a_cancellation_lose_and_double_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, list_every_s=2) as simulation:
            await settle(simulation)
            office = simulation[KALIANDA]
            taken = await post(office, applications(*STRANGERS))
            await settle(simulation, 4)
            await simulation.stop(office)
            await simulation.start(office)
            await settle(simulation, 240)  # the killed process leaves its duty after two minutes
            seen = await progress(office, taken["list"])
            assert (seen["filed"], len({row["case"] for row in seen["rows"]})) == (5, 5)
            again = [{"application_no": f"M-{n}", "person": who} for n, who in enumerate(STRANGERS)]
            other = await post(office, {"applications": again}, key="list-000002")
            gone = await post(office, {}, path=f"/{other['list']}/cancellation")
            assert gone["waiting"] == 0
            assert (await post(office, {}, path=f"/{other['list']}/cancellation"))["code"] == "already-decided"
            assert (await progress(office, "0" * 32))["code"] == "not-found"

    run_virtual(story())


def test_a_row_that_cannot_be_filed_is_refused_by_itself(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            office = simulation[KALIANDA]
            unborn = STRANGERS[0] | {"birth_date": "2031-01-01"}
            taken = await post(office, applications(unborn, STRANGERS[1]))
            await settle(simulation, 8)
            rows = (await progress(office, taken["list"]))["rows"]
            assert [(row["state"], row["problem"]) for row in rows] == [
                ("refused", "birth-date-in-future"), ("filed", None),
            ]  # fmt: skip
            assert (await post(office, {"applications": []}))["code"] == "invalid-input"
            filed = await file(office, STRANGERS[3])
            assert (await acts.view(office, filed.case)).state == "filed"

    run_virtual(story())
