"""Steps of a case over HTTP: who may take which, what two sign, what is written down, and what peers are told."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from office_node.usecases.access import make_access_key
from office_node.usecases.sweep import sweep
from services.simulator import acts
from services.simulator.acts import ActRefusedError, Fields, decide, file, move, settle, view
from services.simulator.federation import Office, simulate
from services.simulator.loop import run_virtual
from shared_schemas.statement import Role
from tests.federation.cast import BANDAR, KALIANDA, STRANGER


@pytest.mark.parametrize(("roles", "refused"), [(("interview",), True), (("interview", "supervisor"), False)])
def test_the_second_officers_role_must_be_one_of_the_keys_too(
    tmp_path: Path, roles: tuple[str, ...], refused: bool
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, offices=(KALIANDA,)) as simulation:
            await settle(simulation)
            office = simulation[KALIANDA]
            case = (await file(office, STRANGER)).case
            await move(office, case, {"transition": "receive"}, role="counter")
            _, office.secret = await make_access_key(office.node, label="interviews", roles=roles)
            said = None
            try:
                await decide(office, case, "postponed", reason_group="A")
            except ActRefusedError as error:
                said = (error.status, error.code)
            assert said == ((401, "access-denied") if refused else None)

    run_virtual(story())


POSTPONE: Fields = {
    "transition": "postpone", "reason_code": "B1", "reason": "Tujuan belum jelas", "condition": ["Surat Disnaker"],
    "minutes": 20, "second": {"role": "supervisor", "officer": "o-2"},
}  # fmt: skip
TO_ADJUDICATION: tuple[tuple[Fields, Role], ...] = (
    ({"transition": "receive", "minutes": 5}, "counter"),
    ({"transition": "take_biometrics"}, "counter"),
    ({"transition": "begin_interview"}, "interview"),
    ({"transition": "adjudicate", "minutes": 15}, "interview"),
)


async def refused(office: Office, case: str, body: Fields, *, role: Role = "interview") -> str | None:
    try:
        await move(office, case, body, role=role)
    except ActRefusedError as error:
        return error.code
    return None


async def taken_to_adjudication(office: Office, *, person: Fields = STRANGER, key: str = "request-0001") -> str:
    case = (await file(office, person, key=key)).case
    for body, role in TO_ADJUDICATION:
        await move(office, case, body, role=role)
    return case


async def get(office: Office, path: str, *, role: Role = "supervisor") -> Any:
    response = await office.call("GET", f"/office/v1{path}", role=role)
    assert response.status_code == 200, response.text
    return response.json()


def test_a_case_goes_its_whole_way_and_every_step_is_told_and_logged(
    tmp_path: Path, urls: Sequence[str | None]
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            await settle(simulation)
            office = simulation[KALIANDA]
            case = await taken_to_adjudication(office)
            await settle(simulation)
            seen = await view(office, case)
            assert (seen.state, seen.step, seen.minutes) == ("adjudication", 4, 20)
            assert seen.due_at is not None
            assert (await move(office, case, {"transition": "approve"})).due_at == seen.due_at
            await move(office, case, {"transition": "issue"}, role="counter")
            done = await move(office, case, {"transition": "hand_out"}, role="counter")
            assert (done.state, done.standing, done.due_at, done.until) == ("handed_over", "cleared", None, None)
            await settle(simulation)
            assert acts.held(simulation[BANDAR], KALIANDA)[case].standing == "cleared"
            steps = await get(office, f"/cases/{case}/steps?purpose=passport_application")
            assert [one["transition"] for one in steps] == [
                "receive", "take_biometrics", "begin_interview", "adjudicate", "approve", "issue", "hand_out",
            ]  # fmt: skip
            kinds = [one.type for one in acts.acted(office) if one.case_ref == case]
            assert (kinds.count("step"), kinds.count("decision"), kinds.count("steps-read")) == (5, 2, 1)

    run_virtual(story())


def test_a_postponement_is_lifted_by_two_and_the_case_is_screened_anew(
    tmp_path: Path, urls: Sequence[str | None]
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            await settle(simulation)
            office = simulation[KALIANDA]
            case = await taken_to_adjudication(office)
            postponed = await move(office, case, POSTPONE)
            assert (postponed.standing, postponed.reason_group, postponed.state) == ("postponed", "B", "postponed")
            assert postponed.next == ("postpone", "withdraw", "resume")
            resume: Fields = {"transition": "resume", "reason": "Surat Disnaker sudah ada"}
            assert await refused(office, case, resume) == "second-officer-needed"
            resumed = await move(office, case, resume | {"second": POSTPONE["second"]})
            assert (resumed.state, resumed.standing, resumed.decided_at) == ("interview", "under_examination", None)
            assert len(resumed.screenings) == 2
            await settle(simulation)
            assert acts.held(simulation[BANDAR], KALIANDA)[case].standing == "under_examination"
            told = await get(office, f"/cases/{case}/steps?purpose=passport_application")
            assert told[4]["condition"] == ["Surat Disnaker"]
            assert (told[4]["second_officer"], told[4]["legal_basis"]) == ("o-2", "SE-IMI-1308-2024")

    run_virtual(story())


def test_what_may_not_be_done_is_refused_and_written_down(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            office = simulation[KALIANDA]
            case = (await file(office, STRANGER)).case
            assert await refused(office, case, {"transition": "approve"}) == "step-impossible"
            assert await refused(office, case, {"transition": "receive"}, role="interview") == "role-not-allowed"
            await move(office, case, {"transition": "receive"}, role="counter")
            assert await refused(office, case, {k: v for k, v in POSTPONE.items() if k != "second"}) == (
                "second-officer-needed"
            )
            assert await refused(office, case, POSTPONE | {"second": {"role": "supervisor", "officer": "o-1"}}) == (
                "same-officer"
            )
            assert await refused(office, case, POSTPONE | {"condition": []}) == "decision-invalid"
            assert await refused(office, case, POSTPONE | {"after": 0}) == "case-changed"
            assert await refused(office, "0" * 32, POSTPONE) == "not-found"
            assert await refused(office, case, POSTPONE | {"minutes": 601}) == "invalid-input"
            told = [acts.said(office, one) for one in acts.acted(office, type="step-refused")]
            assert [(one["transition"], one["refused"]) for one in told] == [
                ("approve", "step-impossible"), ("receive", "role-not-allowed"), ("postpone", "second-officer-needed"),
                ("postpone", "same-officer"),
            ]  # fmt: skip
            assert (await view(office, case)).step == 1

    run_virtual(story())


def test_an_approval_without_everybody_accounted_for_takes_a_supervisor_and_her_reason(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await simulation.stop(simulation[BANDAR])
            office = simulation[KALIANDA]
            await settle(simulation)
            case = await taken_to_adjudication(office)
            await settle(simulation)
            assert await refused(office, case, {"transition": "approve", "reason": "Lengkap"}) == "supervisor-needed"
            assert await refused(office, case, {"transition": "approve"}, role="supervisor") == "decision-invalid"
            body: Fields = {"transition": "approve", "reason": "Kantor itu mati; berkas lengkap dan jelas"}
            assert (await move(office, case, body, role="supervisor")).state == "approved"
            refusals = [acts.said(office, one)["refused"] for one in acts.acted(office, type="step-refused")]
            assert refusals == ["supervisor-needed"]
            [entry] = [one for one in acts.acted(office, type="step") if acts.said(office, one)["state"] == "approved"]
            assert acts.said(office, entry)["level"] == "HIJAU"

    run_virtual(story())


def test_the_same_request_twice_is_one_step_and_of_two_at_once_one_is_taken(
    tmp_path: Path, urls: Sequence[str | None]
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            await settle(simulation)
            office = simulation[KALIANDA]
            case = (await file(office, STRANGER)).case
            path, headers = f"/office/v1/cases/{case}/transitions", {"Idempotency-Key": "step-000001"}
            sent = [await office.call("POST", path, json={"transition": "receive"}, headers=headers) for _ in range(2)]
            assert [(one.status_code, one.json()["step"]) for one in sent] == [(200, 1), (200, 1)]
            other = await office.call("POST", path, json={"transition": "take_biometrics"}, headers=headers)
            assert other.json()["code"] == "idempotency-mismatch"
            both = await asyncio.gather(
                *(office.call("POST", path, json={"transition": "take_biometrics", "after": 1}) for _ in range(2))
            )
            assert sorted(one.status_code for one in both) == [200, 409]

    run_virtual(story())


def test_lists_show_what_is_due_first_page_by_page(tmp_path: Path, urls: Sequence[str | None]) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            await settle(simulation)
            office = simulation[KALIANDA]
            one = await taken_to_adjudication(office)
            people = [STRANGER | {"name": f"Orang Lain {word}"} for word in ("Satu", "Dua", "Tiga")]
            filed = [(await file(office, who, key=f"other-{n:05}")).case for n, who in enumerate(people)]
            query = "/cases?state=filed&state=adjudication&limit=2"
            first = await get(office, query)
            assert first["cases"][0]["case"] == one
            second = await get(office, f"{query}&after={first['next']}")
            assert {row["case"] for page in (first, second) for row in page["cases"]} == {one, *filed}
            assert second.get("next") is None
            wrong = await office.call("GET", "/office/v1/cases?state=lost")
            assert wrong.status_code == 422

    run_virtual(story())


def test_a_flag_ends_with_what_proved_true_of_it_or_as_not_known(tmp_path: Path, urls: Sequence[str | None]) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            await settle(simulation)
            office = simulation[KALIANDA]
            cases = [
                (await file(office, STRANGER | {"name": f"Orang {word}"}, key=f"flagged-{word}")).case
                for word in ("Satu", "Dua")
            ]
            for case in cases:
                for body, role in TO_ADJUDICATION:
                    await move(office, case, body, role=role)
                flagged = await move(office, case, {"transition": "examine", "reason": "Rute tidak lazim"})
                assert flagged.flag is not None
                assert (flagged.flag.level, flagged.flag.source, flagged.flag.outcome) == ("KUNING", "officer", None)
            path = f"/office/v1/cases/{cases[0]}/flag/outcome"
            body = {"outcome": "unfounded", "note": "Rombongan umrah yang sah"}
            assert (await office.call("POST", path, json=body, role="supervisor")).json()["flag"][
                "outcome"
            ] == "unfounded"
            nothing = (await file(office, STRANGER, key="flag-none")).case
            missing = await office.call("POST", f"/office/v1/cases/{nothing}/flag/outcome", json=body)
            assert missing.status_code == 404
            office.clock.skew = timedelta(days=366)
            await sweep(office.node)
            ended = [(await view(office, case)).flag for case in cases]
            assert [one.outcome for one in ended if one is not None] == ["unfounded", "not_known"]

    run_virtual(story())


def test_documents_are_kept_sealed_and_say_what_is_lacking(tmp_path: Path, urls: Sequence[str | None]) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            await settle(simulation)
            office = simulation[KALIANDA]
            case = (await file(office, STRANGER)).case
            path = f"/office/v1/cases/{case}/documents"
            shown = [
                {"kind": "ktp", "status": "original_seen", "number": "1801043007890001"},
                {"kind": "diploma", "status": "does_not_agree", "note": "Nama ibu berbeda"},
            ]
            answers = [await office.call("PUT", path, json={"documents": shown}) for _ in range(2)]
            assert [one.json()["lacking"] for one in answers] == [["kk", "birth_certificate"]] * 2
            assert len(acts.acted(office, type="documents-saved")) == 1
            more = [{"kind": "diploma", "status": "verified"}, {"kind": "kk", "status": "copy_seen"}]
            saved = await office.call("PUT", path, json={"documents": more})
            assert saved.json()["lacking"] == []
            read = await get(office, f"/cases/{case}/documents?purpose=passport_application")
            assert {one["kind"]: (one["status"], one["number"]) for one in read} == {
                "ktp": ("original_seen", "1801043007890001"), "diploma": ("verified", None), "kk": ("copy_seen", None),
            }  # fmt: skip
            with office.engine.begin() as connection:
                assert "1801043007890001" not in str(connection.exec_driver_sql("SELECT * FROM case_document").all())
            for wrong in ([], [shown[0], shown[0]], [{"kind": "diploma", "status": "does_not_agree"}]):
                assert (await office.call("PUT", path, json={"documents": wrong})).json()["code"] == "invalid-input"
            nobody = await office.call("PUT", path.replace(case, "0" * 32), json={"documents": shown})
            assert nobody.json()["code"] == "not-found"

    run_virtual(story())
