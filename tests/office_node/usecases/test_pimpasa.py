"""PIMPASA: what a phone sends is kept once, nobody is looked up, and a recruiter's report is for few eyes."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from office_node.store.resealing import SEALED, left, move
from office_node.store.sealing import Sealer
from office_node.usecases.sweep import sweep
from shared_schemas.statement import Role
from tests.field import HAJIMENA, REPORT, SESSION, TASK, VISIT, Field, field_in

pytestmark = pytest.mark.anyio
TABLES = ("outreach_visit", "outreach_session", "outreach_follow_up", "recruiter_report")
HEARD: dict[str, Any] = {
    "village": HAJIMENA,
    "recruiter": "Bang Somad Karyawangsa",
    "company": "PT Bintang Selat",
    "phones": ["0812-9911-2233"],
    "offer": "domestic_work",
    "destination": "SA",
    "told": "Menjanjikan umrah lalu bekerja, paspor dipegang dia",
}


def plan(field: Field, **more: Any) -> dict[str, Any]:
    return {"village": HAJIMENA, "day": field.day(3), "officers": ["p-3"], "note": "Balai desa, pukul 9"} | more


async def test_a_session_is_accepted_once_however_often_it_is_sent(tmp_path: Path, migrated_url: str) -> None:
    async with field_in(tmp_path, migrated_url) as field:
        first = await field.call("PUT", f"sessions/{SESSION}", field.held())
        assert (first["attended"], first["name"]) == (25, "Hajimena")
        assert (first["pre_right_permille"], first["post_right_permille"]) == (100, 431)
        field.desk.clock.pass_by(hours=5)
        assert await field.call("PUT", f"sessions/{SESSION}", field.held()) == first
        other = await field.call("PUT", f"sessions/{SESSION}", field.held(topics=["passport"]))
        assert other["code"] == "idempotency-mismatch"
        taken = await field.call("PUT", f"sessions/{'9' * 32}", field.held())
        assert taken["code"] == "idempotency-mismatch"
        assert await field.call("GET", f"sessions/{SESSION}", role="supervisor") == first
        listed = await field.call("GET", f"sessions?first={field.day(-1)}&last={field.day()}&village={HAJIMENA}")
        assert [one["session"] for one in listed] == [SESSION]
        assert (await field.desk.written()).count("pimpasa-session") == 1


async def test_a_form_that_contradicts_itself_is_refused(tmp_path: Path, migrated_sqlite_url: str) -> None:
    async with field_in(tmp_path, migrated_sqlite_url) as field:
        wrong: list[tuple[str, dict[str, Any]]] = [
            ("village-unknown", {"village": "18.01.04.2999"}),
            ("outreach-day", {"day": field.day(1), "follow_ups": []}),
            ("outreach-day", {"day": field.day(-400)}),
            ("test-unknown", {"test": "1999-01"}),
            ("test-unknown", {"pre": {"takers": 3, "right": {"q9": 1}}}),
            ("invalid-input", {"test": None}),
            ("invalid-input", {"pre": {"takers": 3, "right": {"q1": 4}}}),
            ("invalid-input", {"attendance": [{"sex": "F", "age": "25_34", "count": 1}] * 2}),
            ("invalid-input", {"attendance": []}),
            ("invalid-input", {"names": ["Sari"]}),
            ("invalid-input", {"follow_ups": [{"id": TASK, "what": "abc", "owner": "p-3", "due_on": field.day(-1)}]}),
        ]
        for code, part in wrong:
            answer = await field.call("PUT", f"sessions/{SESSION}", field.held(**part))
            assert answer["code"] == code, part
        assert await field.call("GET", f"sessions?first={field.day(-400)}&last={field.day(2)}") == []


async def test_a_visit_is_planned_changed_held_and_stands_in_the_calendar(tmp_path: Path, migrated_url: str) -> None:
    async with field_in(tmp_path, migrated_url) as field:
        await field.call("PUT", f"visits/{VISIT}", plan(field))
        changed = await field.call("PUT", f"visits/{VISIT}", plan(field, day=field.day(), topics=["passport"]))
        assert (changed["state"], changed["note"], changed["topics"]) == (
            "planned",
            "Balai desa, pukul 9",
            ["passport"],
        )
        assert (await field.call("PUT", f"visits/{'1' * 32}", plan(field, day=field.day(-1))))["code"] == "outreach-day"
        other = "a" * 32
        await field.call("PUT", f"visits/{other}", plan(field))
        assert await field.call("POST", f"visits/{other}/cancellation") == 204
        assert (await field.call("POST", f"visits/{other}/cancellation"))["code"] == "already-decided"
        await field.call("PUT", f"sessions/{SESSION}", field.held(visit=VISIT))
        assert (await field.call("PUT", f"visits/{VISIT}", plan(field)))["code"] == "already-decided"
        days = await field.call("GET", f"calendar?first={field.day()}&last={field.day(30)}")
        assert [(one["visit"], one["state"], one["session"]) for one in days] == [
            (VISIT, "held", SESSION), (other, "cancelled", None),
        ]  # fmt: skip
        assert (await field.call("GET", f"calendar?first={field.day()}&last={field.day(400)}"))[
            "code"
        ] == "outreach-day"


async def test_a_follow_up_has_an_owner_and_a_day_and_is_done_once(tmp_path: Path, migrated_url: str) -> None:
    async with field_in(tmp_path, migrated_url) as field:
        mentored = {"officer": "p-3", "since": field.day(-90)}
        assert await field.call("PUT", f"villages/{HAJIMENA}", mentored, role="supervisor") == 204
        await field.call("PUT", f"sessions/{SESSION}", field.held())
        [task] = await field.call("GET", "follow-ups")
        assert (task["owner"], task["overdue"], task["what"]) == ("p-3", False, "Kirim leaflet ke balai desa")
        [village] = await field.call("GET", "villages")
        assert (village["open_follow_ups"], village["sessions"], village["district"]) == (1, 1, "Natar")
        field.desk.clock.pass_by(days=9)
        assert [one["overdue"] for one in await field.call("GET", "follow-ups")] == [True]
        done = await field.call("POST", f"follow-ups/{TASK}/done", {"outcome": "Sudah dikirim"})
        assert (done["overdue"], done["done_by"], done["outcome"]) == (False, "p-3", "Sudah dikirim")
        again = await field.call("POST", f"follow-ups/{TASK}/done", {"outcome": "Sudah dikirim"})
        assert again["code"] == "already-decided"
        assert await field.call("GET", "follow-ups") == []


async def test_officers_and_villages_are_kept_by_those_who_answer_for_them(tmp_path: Path, migrated_url: str) -> None:
    async with field_in(tmp_path, migrated_url) as field:
        mentor = {"appointed_on": field.day(-30)}
        assert await field.call("PUT", "officers/p-3", mentor, role="kakanim") == 204
        await field.call("PUT", f"villages/{HAJIMENA}", {"officer": "p-3", "since": field.day()}, role="supervisor")
        [officer] = await field.call("GET", "officers")
        assert (officer["officer"], officer["villages"]) == ("p-3", [HAJIMENA])
        ended = {"appointed_on": field.day(), "ended_on": field.day(-1)}
        assert (await field.call("PUT", "officers/p-3", ended, role="kakanim"))["code"] == "invalid-input"
        assert (await field.call("PUT", "officers/p-9", mentor))["code"] == "role-not-allowed"
        place = await field.call("GET", "places/18.01.04")
        assert {"code": HAJIMENA, "name": "Hajimena", "below": []} in place["below"]
        assert (await field.call("GET", "places/99"))["code"] == "not-found"
        test = await field.call("GET", "test")
        assert all(sum(choice["right"] for choice in one["choices"]) == 1 for one in test["questions"])
        assert {[choice["right"] for choice in one["choices"]].index(True) for one in test["questions"]} == {0, 1, 2}


async def test_a_report_of_a_recruiter_is_sealed_and_read_only_by_those_who_examine_it(
    tmp_path: Path, migrated_url: str
) -> None:
    async with field_in(tmp_path, migrated_url) as field:
        path, heard = f"recruiter-reports/{REPORT}", HEARD | {"day": field.day()}
        taken = await field.call("PUT", path, heard)
        assert set(taken) == {"report", "received_at"}
        assert await field.call("PUT", path, heard) == taken
        assert (await field.call("PUT", path, heard | {"offer": "study"}))["code"] == "idempotency-mismatch"
        read = f"{path}?purpose=examination"
        for role in ("pimpasa", "supervisor", "counter", "interview", "data_protection", "auditor", "administrator"):
            assert (await field.call("GET", read, role=role))["code"] == "role-not-allowed", role
        assert (await field.call("GET", path, role="inteldakim"))["code"] == "invalid-input"
        shown = await field.call("GET", read, role="inteldakim")
        assert (shown["told"]["recruiter"], shown["officer"]) == (HEARD["recruiter"], "p-3")
        [line] = await field.call("GET", "recruiter-reports", role="auditor")
        assert "told" not in line
        note = {"outcome": "confirmed", "note": "Diteruskan ke Polda dengan surat"}
        assert (await field.call("POST", f"{path}/outcome", note, role="inteldakim"))["outcome"] == "confirmed"
        assert (await field.call("POST", f"{path}/outcome", note, role="kakanim"))["code"] == "already-decided"
        assert await field.call("GET", "recruiter-reports", role="kakanim") == []
        assert [one["report"] for one in await field.call("GET", "recruiter-reports?all=true", role="kakanim")] == [
            REPORT
        ]
        written = await field.desk.written()
        assert [written.count(f"recruiter-report{part}") for part in ("", "-read", "-settled")] == [1, 1, 1]
        assert "Somad" not in await everything(field)


@pytest.mark.parametrize("role", ["counter", "interview", "data_protection", "administrator", "steward", "node"])
async def test_who_is_not_in_the_field_sees_nothing_of_it(role: Role, tmp_path: Path, migrated_sqlite_url: str) -> None:
    async with field_in(tmp_path, migrated_sqlite_url) as field:
        for path in ("villages", "follow-ups", "officers", "test", "recruiter-reports"):
            assert (await field.call("GET", path, role=role))["code"] == "role-not-allowed"
        assert (await field.call("PUT", f"sessions/{SESSION}", field.held(), role=role))["code"] == "role-not-allowed"


async def test_everything_goes_when_its_time_is_over(tmp_path: Path, migrated_url: str) -> None:
    async with field_in(tmp_path, migrated_url) as field:
        await fill(field)
        assert sum([await count(field, table) for table in TABLES]) == 4
        field.desk.clock.pass_by(days=400)
        await sweep(field.desk.node)
        assert sum([await count(field, table) for table in TABLES]) == 4
        field.desk.clock.pass_by(days=400)
        await sweep(field.desk.node)
        assert [await count(field, table) for table in TABLES] == [0, 1, 1, 1]
        field.desk.clock.pass_by(days=5 * 366)
        await sweep(field.desk.node)
        assert [await count(field, table) for table in TABLES] == [0, 0, 0, 0]


async def test_nothing_written_in_words_is_readable_at_rest_and_all_of_it_moves_to_a_new_key(
    tmp_path: Path, migrated_url: str
) -> None:
    async with field_in(tmp_path, migrated_url) as field:
        await fill(field)
        await field.call("POST", f"follow-ups/{TASK}/done", {"outcome": "Sudah dikirim"})
        settled = {"outcome": "unfounded", "note": "Perusahaan berizin"}
        await field.call("POST", f"recruiter-reports/{REPORT}/outcome", settled, role="inteldakim")
        kept = await everything(field)
        for word in ("Somad", "Bintang", "9911", "umrah", "leaflet", "calo", "dikirim", "berizin", "Balai"):
            assert word not in kept
        held = {**field.desk.node.keys.keys["storage"], "next": b"n" * 32}
        sealer = Sealer(held, current="next", random=field.desk.node.random)
        ours = [one for one in SEALED if one.table in TABLES]
        assert len(ours) == 6
        for one in ours:
            moving = partial(move, sealed=one, sealer=sealer, after=None, limit=10)
            assert await field.desk.node.run.write(moving) == (1, None)
            assert await field.desk.node.run.read(partial(left, sealed=one, sealer=sealer)) == 0


async def fill(field: Field) -> None:
    """One row of each."""
    await field.call("PUT", f"visits/{VISIT}", plan(field))
    await field.call("PUT", f"sessions/{SESSION}", field.held())
    await field.call("PUT", f"recruiter-reports/{REPORT}", HEARD | {"day": field.day()})


async def rows(field: Field, table: str) -> list[tuple[str, ...]]:
    """All of them as they stand in the database."""

    def read(connection: Connection) -> list[tuple[str, ...]]:
        return [tuple(map(str, row)) for row in connection.exec_driver_sql(f"SELECT * FROM {table}")]

    return await field.desk.node.run.read(read)


async def count(field: Field, table: str) -> int:
    return len(await rows(field, table))


async def everything(field: Field) -> str:
    return str([await rows(field, table) for table in TABLES])
