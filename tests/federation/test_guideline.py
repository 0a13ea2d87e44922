"""The guideline at work in offices: answers, what a case is assessed as, and what an interviewer is shown when."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from services.simulator import acts
from services.simulator.acts import Fields, file, settle
from services.simulator.federation import Office, simulate
from services.simulator.loop import run_virtual
from shared_schemas.assessment import AssessmentView
from tests.federation.cast import AGAIN, FIRST, KALIANDA, KOTABUMI, STRANGER, postponed_in_kalianda

NOTE = "Surat dari Sukarsih tidak ada"


async def assess(office: Office, case: str, *, role: str = "supervisor") -> AssessmentView:
    response = await office.call("GET", f"/office/v1/cases/{case}/assessment", role=role)
    assert response.status_code == 200, response.text
    assert response.headers["cache-control"] == "no-store"
    return AssessmentView.model_validate_json(response.content)


async def answer(office: Office, case: str, *answers: Fields, role: str = "interview", **more: Any) -> Any:
    body = {"answers": list(answers), **more}
    return await office.call("PUT", f"/office/v1/cases/{case}/answers", json=body, role=role)


def said(code: str, value: object, *, note: str = NOTE, verified: bool = True) -> Fields:
    return {"code": code, "value": value, "note": note, "verified": verified}


def rows(office: Office, sql: str) -> list[tuple[object, ...]]:
    with office.engine.begin() as connection:
        return [tuple(one) for one in connection.exec_driver_sql(sql).all()]


def codes(view: AssessmentView) -> list[str]:
    return [reason.code for reason in view.reasons]


def test_a_history_that_was_not_declared_is_a_reason_and_one_that_was_is_none(
    tmp_path: Path, urls: Sequence[str | None]
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            office = simulation[KOTABUMI]
            await postponed_in_kalianda(simulation)
            case = (await file(office, AGAIN)).case
            await settle(simulation)
            before = await assess(office, case)
            assert (before.level, before.withheld, codes(before)) == ("HIJAU", False, [])
            asked = {question.code: question.because for question in before.questions}
            assert asked["applied_elsewhere"] == ("RW-02",)
            await answer(office, case, said("applied_elsewhere", False, note=""))
            denied = await assess(office, case)
            assert (denied.level, codes(denied)) == ("KUNING", ["RW-02"])
            assert KALIANDA in denied.reasons[0].evidence[0]
            await answer(office, case, said("broker_coached", True))
            assert (await assess(office, case)).level == "MERAH"
            await answer(office, case, said("applied_elsewhere", True, note=""))
            declared = await assess(office, case)
            assert (declared.level, codes(declared)) == ("KUNING", ["PK-02"])

    run_virtual(story())


def test_the_interviewer_asks_before_she_is_shown_what_other_offices_said(
    tmp_path: Path, urls: Sequence[str | None]
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            office = simulation[KOTABUMI]
            await postponed_in_kalianda(simulation)
            filed = await file(office, AGAIN)
            await settle(simulation)
            paths = [f"/office/v1/screenings/{filed.screening}{end}" for end in ("", "/events")]
            for path in paths:
                refused = await office.call("GET", path, role="interview")
                assert (refused.status_code, refused.json()["code"]) == (409, "question-first")
            judged = {"office": KALIANDA, "case": filed.case, "verdict": "same", "reason": "Foto"}
            refused = await office.call("POST", f"{paths[0]}/verdicts", json=judged, role="interview")
            assert refused.json()["code"] == "question-first"
            shown = await assess(office, filed.case, role="interview")
            assert shown.withheld
            assert KALIANDA not in shown.model_dump_json()
            assert not [question for question in shown.questions if question.because]
            assert rows(office, "SELECT * FROM assessment") == []
            counts = [
                len((await simulation[KALIANDA].call("GET", "/office/v1/alerts", role=role)).json())
                for role in ("interview", "supervisor")
            ]
            assert counts == [0, 1]
            feed = await office.call("GET", "/office/v1/events", role="interview")
            assert feed.json()["code"] == "role-not-allowed"
            assert (await office.call("GET", paths[0], role="supervisor")).status_code == 200
            await answer(office, filed.case, said("applied_elsewhere", False, note=""))
            assert (await office.call("GET", paths[0], role="interview")).status_code == 200
            assert not (await assess(office, filed.case, role="interview")).withheld

    run_virtual(story())


def test_answers_are_sealed_replaced_and_logged_once(tmp_path: Path, urls: Sequence[str | None]) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            office = simulation[KALIANDA]
            await settle(simulation)
            case = (await file(office, STRANGER)).case
            links = {"payer": "Haji Mansur", "email": "mansur@example.id"}
            for _ in range(2):
                saved = await answer(office, case, said("debt_bond", True), said("destination", "MY"), links=links)
                assert saved.json() == {"case": case, "answered": ["debt_bond", "destination"]}
            await assess(office, case)
            await assess(office, case)
            entries = [row[0] for row in rows(office, "SELECT type FROM entry ORDER BY id")]
            assert entries.count("answers-saved") == 1
            assert (entries.count("assessment"), entries.count("assessment-read")) == (1, 1)
            await answer(office, case, said("debt_bond", False))
            assert codes(await assess(office, case)) == []
            for table in ("case_answer", "pattern_token", "assessment", "entry"):
                held = repr(rows(office, f"SELECT * FROM {table}"))
                assert len(held) > 20
                assert not [word for word in ("Sukarsih", "Mansur", "mansur@") if word in held]

    run_virtual(story())


@pytest.mark.parametrize(
    ("answers", "status", "code"),
    [
        ([said("no_such_question", True)], 422, "answer-invalid"),
        ([said("debt_bond", "MY")], 422, "answer-invalid"),
        ([said("debt_bond", 1)], 422, "answer-invalid"),
        ([said("destination", True)], 422, "answer-invalid"),
        ([said("own_postponed", False)], 422, "answer-invalid"),
        ([said("debt_bond", True), said("debt_bond", False)], 422, "invalid-input"),
        ([said("debt_bond", None)], 422, "invalid-input"),
        ([said("debt_bond", True, note="x" * 601)], 422, "invalid-input"),
    ],
)
def test_what_is_no_answer_is_refused_and_nothing_of_it_is_kept(
    tmp_path: Path, answers: list[Fields], status: int, code: str
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, offices=(KALIANDA,)) as simulation:
            office = simulation[KALIANDA]
            await settle(simulation)
            case = (await file(office, STRANGER)).case
            refused = await answer(office, case, said("work_intent", True), *answers)
            assert (refused.status_code, refused.json()["code"]) == (status, code)
            assert rows(office, "SELECT * FROM case_answer") == []
            assert (await answer(office, "0" * 32, said("work_intent", True))).json()["code"] == "not-found"

    run_virtual(story())


def test_values_that_cases_share_are_counted_by_person_without_being_readable(
    tmp_path: Path, urls: Sequence[str | None]
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            office = simulation[KALIANDA]
            await settle(simulation)
            cases = []
            for number, name in enumerate(("Bagus Prakoso Wibowo", "Lukman Hakim Saputra", "Teguh Santoso Aji")):
                person = {**STRANGER, "name": name, "mother_name": f"{name} Ibu", "phones": ["081377700011"]}
                case = (await file(office, person, key=f"request-1{number:03}")).case
                spelled = ("Jl. Raya Rajabasa No 7", "jl raya rajabasa, no. 7", "RAJABASA Raya Jl no 7")[number]
                await answer(office, case, links={"payer": "H. Mansur Syah", "address": spelled})
                cases.append(case)
            await settle(simulation)
            found = await assess(office, cases[-1])
            assert {"PL-01", "PL-02", "PL-04"} <= set(codes(found))
            assert found.level == "KUNING"
            assert "one-group" in found.held_back
            again = (await file(office, {**STRANGER, "phones": ["081377700099"]}, key="request-2000")).case
            await file(office, {**STRANGER, "phones": ["081377700099"]}, key="request-2001")
            assert "PL-01" not in codes(await assess(office, again))
            await answer(office, cases[-1], said("contact_explained", True), said("payer_explained", True))
            assert set(codes(await assess(office, cases[-1]))) == {"PL-02"}

    run_virtual(story())


def test_a_phone_in_other_offices_traces_is_a_pattern_unless_it_is_the_same_person(
    tmp_path: Path, urls: Sequence[str | None]
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            await settle(simulation)
            phone = FIRST["phones"]
            await file(simulation["kanim-bandarlampung"], {**STRANGER, "phones": phone}, key="request-3000")
            other = {"name": "Lukman Hakim Saputra", "birth_date": "1991-01-09", "mother_name": "Ngatinem Wagiyo"}
            await file(simulation[KALIANDA], {**other, "phones": phone}, key="request-3001")
            await settle(simulation)
            case = (await file(simulation[KOTABUMI], FIRST)).case
            await settle(simulation)
            found = await assess(simulation[KOTABUMI], case)
            assert [(r.code, r.verified, r.points) for r in found.reasons] == [("PL-01", False, 1.5)]
            assert found.level == "HIJAU"

    run_virtual(story())


def test_swapping_what_is_never_scored_changes_nothing(tmp_path: Path) -> None:
    """Sex, age among adults, village and birth place: every such person is assessed alike."""

    async def story() -> None:
        async with simulate(tmp_path, offices=(KALIANDA,)) as simulation:
            office = simulation[KALIANDA]
            await settle(simulation)
            told = set()
            swaps: list[Fields] = [
                {}, {"sex": "M"}, {"birth_date": "1961-05-02"}, {"birth_date": "2005-05-02"},
                {"village": "18.07.02.2003"}, {"birth_place": "Cirebon"},
            ]  # fmt: skip
            for number, swap in enumerate(swaps):
                person = {**FIRST, "phones": [], **swap}
                case = (await file(office, person, key=f"request-4{number:03}")).case
                await answer(office, case, said("work_intent", True), said("documents_held", True))
                await answer(office, case, said("work_procedure_begun", False), said("applied_elsewhere", True))
                view = await assess(office, case)
                own = {"RW-03", "RW-01"}
                told.add((view.level, tuple(code for code in codes(view) if code not in own)))
            assert told == {("MERAH", ("PK-03", "TJ-04"))}

    run_virtual(story())


def test_offices_that_are_silent_are_counted_and_never_taken_for_no(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            await simulation.stop(simulation[KALIANDA])
            case = (await file(simulation[KOTABUMI], STRANGER)).case
            await settle(simulation)
            assert (await assess(simulation[KOTABUMI], case)).unknown_offices == 1

    run_virtual(story())


def test_the_guideline_in_force_is_given_out(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, offices=(KALIANDA,)) as simulation:
            response = await simulation[KALIANDA].call("GET", "/office/v1/guideline")
            pack = json.loads(response.content)
            assert (response.status_code, pack["name"], len(pack["indicators"])) == (200, "2026-11", 40)
            await settle(simulation)
            assert await acts.alerts(simulation[KALIANDA]) == []

    run_virtual(story())
