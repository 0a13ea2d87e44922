"""Who tries numbers is named to the supervisor by a count, and honest work names nobody."""

from datetime import timedelta
from functools import partial
from pathlib import Path

from office_node.store import enumeration as store
from office_node.usecases import enumeration
from office_node.usecases.enumeration import NEAR
from services.simulator import acts
from services.simulator.acts import Fields, file, settle
from services.simulator.federation import Office, simulate
from services.simulator.loop import run_virtual
from shared_schemas.alerts import AlertView
from tests.federation.cast import BANDAR, FIRST, KALIANDA, KOTABUMI, STRANGER
from tests.federation.sending import inquiry, notice, send

NIK = "180101570394"


def with_nik(nik: str, number: int) -> Fields:
    return {
        **STRANGER,
        "name": f"Bagus {'ABCDEFGHIJKLMN'[number]}kbar",
        "birth_date": "1994-03-17",
        "sex": "F",
        "nik": nik,
    }


async def filed(office: Office, people: list[Fields]) -> list[AlertView]:
    for number, person in enumerate(people):
        await file(office, person, key=f"request-{number:04d}")
    return [one for one in await acts.alerts(office) if one.kind == "filings_near"]


def test_a_running_serial_is_an_alert_with_a_count_and_no_number(tmp_path: Path, database_url: str) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=[None, database_url, None]) as simulation:
            await settle(simulation)
            kalianda = simulation[KALIANDA]
            people = [with_nik(f"{NIK}{number + 1:04d}", number) for number in range(NEAR + 1)]
            assert not await filed(kalianda, people[: NEAR - 1])
            found = await filed(kalianda, people)
            assert [one.count for one in found] == [NEAR + 1] * 2  # by the key and by the officer
            said = [acts.said(kalianda, entry) for entry in acts.acted(kalianda, type="enumeration")]
            assert [(one["rule"], one["count"]) for one in said] == [("nik-serial", NEAR)] * 2
            with kalianda.engine.begin() as connection:
                kept = connection.exec_driver_sql("SELECT * FROM filed_near").all()
            assert not any(NIK[:6] in str(value) for row in kept for value in row)

    run_virtual(story())


def test_one_name_with_many_birth_dates_and_one_serial_in_many_regions(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            dates = [{**FIRST, "birth_date": f"1994-03-{day:02d}"} for day in range(1, NEAR + 1)]
            assert len(await filed(simulation[KALIANDA], dates)) == 2
            regions = [with_nik(f"1801{number + 1:02d}5703940001", number) for number in range(NEAR)]
            assert len(await filed(simulation[BANDAR], regions)) == 2

    run_virtual(story())


def test_the_same_person_again_is_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            assert not await filed(simulation[KALIANDA], [with_nik(f"{NIK}0001", 0)] * (2 * NEAR))

    run_virtual(story())


def test_what_was_filed_another_day_does_not_count(tmp_path: Path, database_url: str) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=[None, None, database_url]) as simulation:
            node = simulation[KOTABUMI].node
            now = node.clock.now()
            counts = [
                await node.run.write(
                    partial(store.filed, actor="key a", code=7, value=day, now=at, since=at - enumeration.WINDOW)
                )
                for day in range(4)
                for at in [now + day * timedelta(hours=13)]
            ]
            assert counts == [1, 2, 2, 2]
            await node.run.write(partial(enumeration.forget, now=now + timedelta(days=40)))
            assert not await node.run.read(lambda c: c.exec_driver_sql("SELECT * FROM filed_near").all())

    run_virtual(story())


def test_an_office_that_asks_far_more_than_usual_is_named_and_another_is_not(tmp_path: Path, database_url: str) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=[None, database_url, None]) as simulation:
            await settle(simulation)
            bandar, kalianda = simulation[BANDAR], simulation[KALIANDA]
            await file(simulation[KOTABUMI], FIRST)
            index = [{"kind": "nik/1", "token": "ab" * 8, "nonce": "cd" * 16}]
            for number in range(enumeration.LEAST):
                tokens = {"epoch": "2026", "index": index, "fields": []}
                about = notice(bandar, case=f"{number:032x}", number=number + 1, tokens=tokens)
                asked = inquiry(bandar, about, reference=f"{number:032x}")
                sent = await send(simulation, bandar, KALIANDA, "/inquiries", inquiry=asked, notice=about)
                assert sent.status_code == 200, sent.text
            await settle(simulation, 200)
            found = [one for one in await acts.alerts(kalianda) if one.kind == "inquiries_unusual"]
            assert [(one.office, one.count) for one in found] == [(BANDAR, enumeration.LEAST)]
            [entry] = acts.acted(kalianda, type="enumeration")
            assert acts.said(kalianda, entry)["usual"] == 0
            await settle(simulation, 200)
            assert len(acts.acted(kalianda, type="enumeration")) == 1

    run_virtual(story())
