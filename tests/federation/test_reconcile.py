"""Passports issued without a question, and cases that were taken on paper while the node could not be reached."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from office_node.usecases.sweep import sweep
from services.simulator import acts
from services.simulator.acts import Fields, settle
from services.simulator.federation import Office, simulate
from services.simulator.loop import run_virtual
from shared_schemas.base import rfc3339
from shared_schemas.statement import Role
from tests.federation.cast import BANDAR, FIRST, KALIANDA, STRANGER

PURPOSE = "purpose=passport_application"


async def call(
    office: Office, method: str, path: str, *, body: Any = None, role: Role = "supervisor", key: str = ""
) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    response = await office.call(method, f"/office/v1{path}", json=body, role=role, headers=headers)
    return response.json() if response.content else response.status_code


async def filed(office: Office, number: str, *, key: str, person: Fields = STRANGER, **more: Any) -> Any:
    body = {"application_no": number, "person": person} | more
    return await call(office, "POST", "/cases", body=body, role="counter", key=key)


def issued(*pairs: tuple[str, str], **more: str) -> Fields:
    return {"passports": [{"passport_no": passport, "application_no": number} | more for passport, number in pairs]}


def today(office: Office) -> str:
    return office.node.workdays.today(office.clock.now()).isoformat()


def test_what_was_issued_without_a_screening_is_an_alert_until_somebody_explains_it(
    tmp_path: Path, urls: Sequence[str | None]
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            await settle(simulation)
            office = simulation[KALIANDA]
            await filed(office, "APP-1", key="screened-1")
            await settle(simulation)
            day = today(office)
            path = f"/issued-passports/{day}"
            told = issued(("C1234567", "APP-1"), ("C7654321", "APP-2"), ("C1111111", "APP-3"))
            seen = await call(office, "PUT", path, body=told)
            assert (seen["listed"], seen["unscreened"], seen["unexplained"], seen["revision"]) == (3, 2, 2, 1)
            assert (await call(office, "PUT", path, body=told)) == seen
            [alert] = [one for one in await acts.alerts(office) if one.kind == "passport_unscreened"]
            assert (alert.count, alert.case) == (2, None)
            rows = await call(office, "GET", f"{path}?{PURPOSE}")
            assert {row["passport_no"] for row in rows} == {"C7654321", "C1111111"}
            first = next(row["ref"] for row in rows if row["application_no"] == "APP-2")
            note = {"note": "Paspor dinas, dicetak di pusat"}
            denied = await call(office, "POST", f"{path}/{first}/explanation", body=note, role="counter")
            assert denied["code"] == "role-not-allowed"
            assert await call(office, "POST", f"{path}/{first}/explanation", body=note) == 204
            assert (await call(office, "POST", f"{path}/{first}/explanation", body=note))["code"] == "already-decided"
            later = await call(office, "PUT", path, body=issued(("C1234567", "APP-1")))
            assert (later["revision"], later["unscreened"], later["unexplained"]) == (2, 0, 1)
            gone = [row for row in await call(office, "GET", f"{path}?{PURPOSE}") if row["removed_at"]]
            assert {row["passport_no"] for row in gone} == {"C7654321", "C1111111"}
            assert [one["day"] for one in await call(office, "GET", "/issued-passports")] == [day]
            with office.engine.begin() as connection:
                kept = str(connection.exec_driver_sql("SELECT * FROM unscreened_passport").all())
            assert "C7654321" not in kept

    run_virtual(story())


def test_one_case_stands_for_one_passport_of_its_own_application_and_every_new_one_alerts(
    tmp_path: Path, urls: Sequence[str | None]
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            await settle(simulation)
            office = simulation[KALIANDA]
            case = (await filed(office, "APP-1", key="screened-1"))["case"]
            await settle(simulation)
            path = f"/issued-passports/{today(office)}"
            first = [("C1234567", "APP-1"), ("C2222222", "APP-2")]
            assert (await call(office, "PUT", path, body=issued(*first)))["unscreened"] == 1
            [alert] = [one for one in await acts.alerts(office) if one.kind == "passport_unscreened"]
            await call(office, "POST", f"/alerts/{alert.alert}/signature", body={"note": "Diperiksa"})
            again = [("C3333333", "APP-1"), ("C1234567", "APP-1"), *first[1:]]
            seen = await call(office, "PUT", path, body=issued(*again))
            assert (seen["unscreened"], seen["unexplained"]) == (2, 2)
            shown = await call(office, "GET", f"{path}?{PURPOSE}")
            assert {row["passport_no"] for row in shown} == {"C2222222", "C3333333"}
            borrowed = {"passport_no": "C4444444", "application_no": "APP-4", "case": case}
            more = issued(*again)["passports"] + [borrowed]
            assert (await call(office, "PUT", path, body={"passports": more}))["unscreened"] == 3
            counts = [one.count for one in await acts.alerts(office) if one.kind == "passport_unscreened"]
            assert counts == [1, 1]
            office.clock.skew = timedelta(days=1)
            next_day = f"/issued-passports/{today(office)}"
            assert (await call(office, "PUT", next_day, body=issued(("C5555555", "APP-1"))))["unscreened"] == 1

    run_virtual(story())


def test_wrong_lists_are_refused_and_a_list_that_does_not_come_is_noticed(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            office = simulation[KALIANDA]
            tomorrow = (office.clock.now() + timedelta(days=2)).date().isoformat()
            assert (await call(office, "PUT", f"/issued-passports/{tomorrow}", body=issued()))["code"] == "list-day"
            assert (await call(office, "PUT", "/issued-passports/2020-01-02", body=issued()))["code"] == "list-day"
            twice = issued(("C1234567", "APP-1"), ("C1234567", "APP-2"))
            path = f"/issued-passports/{today(office)}"
            assert (await call(office, "PUT", path, body=twice))["code"] == "invalid-input"
            assert (await call(office, "PUT", path, body=issued(("1234567", "A-1"))))["code"] == "invalid-input"
            assert (await call(office, "PUT", path, body={"passports": ["x" * 600_000]}))["code"] == "too-large"
            assert (await call(office, "GET", f"{path}?{PURPOSE}"))["code"] == "not-found"
            await sweep(office.node)
            assert await acts.alerts(office) == []
            assert (await call(office, "PUT", path, body=issued()))["listed"] == 0
            office.clock.skew = timedelta(days=6)
            for _ in range(2):
                await sweep(office.node)
            assert [one.kind for one in await acts.alerts(office)] == ["issued_list_missing"]

    run_virtual(story())


def test_a_case_from_paper_keeps_its_time_is_screened_now_and_counts_as_screened_only_then(
    tmp_path: Path, urls: Sequence[str | None]
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            await settle(simulation)
            office = simulation[KALIANDA]
            then = office.clock.now() - timedelta(days=3)
            paper = {"taken_at": rfc3339(then), "because": "power_cut"}
            made = await filed(office, "APP-9", key="on-paper-1", person=FIRST, paper=paper)
            await settle(simulation)
            seen = await acts.view(office, made["case"])
            assert (seen.filed_at, seen.entered_at) == (then, acts.acted(office, type="paper-entered")[0].at)
            assert (await acts.screening(office, made["screening"])).complete
            assert acts.held(simulation[BANDAR], KALIANDA)[made["case"]].standing == "under_examination"
            day = office.node.workdays.today(then).isoformat()
            told = issued(("C1234567", "APP-9"))
            assert (await call(office, "PUT", f"/issued-passports/{day}", body=told))["unscreened"] == 1
            assert (await call(office, "PUT", f"/issued-passports/{today(office)}", body=told))["unscreened"] == 0
            for days in (-1, 31):
                paper["taken_at"] = rfc3339(office.clock.now() - timedelta(days=days))
                wrong = await filed(office, "APP-8", key=f"on-paper-{days}00", paper=paper)
                assert wrong["code"] == "paper-time"

    run_virtual(story())
