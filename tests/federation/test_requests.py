"""What applicants ask: due times, corrections that follow the row everywhere, objections, and that they are told."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from office_node.usecases.sweep import sweep
from services.simulator import acts
from services.simulator.acts import Fields, file, settle
from services.simulator.federation import Office, simulate
from services.simulator.loop import run_virtual
from shared_schemas.statement import Role
from shared_schemas.trace import Notice
from tests.federation.cast import BANDAR, FIRST, KALIANDA, KOTABUMI, STRANGER, postponed_in_kalianda

SECOND: Fields = {"role": "supervisor", "officer": "o-8"}
CORRECTED: Fields = FIRST | {"name": "Dewi Anggraini Lestari", "birth_date": "1996-11-02", "nik": "1801044211960003"}


async def post(office: Office, path: str, body: Fields, *, role: Role = "supervisor", officer: str = "o-7") -> Any:
    response = await office.call("POST", f"/office/v1{path}", json=body, role=role, officer=officer)
    return response.json() if response.content else {}


async def asks(office: Office, case: str, kind: str, **more: Any) -> Any:
    made = await post(office, f"/cases/{case}/requests", {"kind": kind, "text": "Data saya keliru"} | more)
    assert "request" in made, made
    return made


def test_a_correction_is_found_by_both_identities_for_ninety_days_and_then_by_the_new_one(
    tmp_path: Path, urls: Sequence[str | None]
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            office = simulation[KALIANDA]
            case = await postponed_in_kalianda(simulation)
            made = await asks(office, case, "correction", person=CORRECTED)
            answer: Fields = {"outcome": "granted", "reason": "KTP dan KK sudah diperbarui Dukcapil"}
            alone = await post(office, f"/requests/{made['request']}/answer", answer)
            assert alone["code"] == "second-officer-needed"
            counter = await post(office, f"/requests/{made['request']}/answer", answer, role="counter")
            assert counter["code"] == "role-not-allowed"
            done = await post(office, f"/requests/{made['request']}/answer", answer | {"second": SECOND})
            assert done["outcome"] == "granted"
            again = await post(office, f"/requests/{made['request']}/answer", answer | {"second": SECOND})
            assert again["code"] == "already-decided"
            await settle(simulation)
            held = acts.held(simulation[BANDAR], KALIANDA)[case]
            notice = Notice.model_validate_json(held.payload)
            assert len(notice.before) == 1
            assert len((await acts.view(office, case)).screenings) == 2
            by_old = await file(simulation[KOTABUMI], FIRST, key="old-000001")
            by_new = await file(simulation[BANDAR], CORRECTED, key="new-000001")
            await settle(simulation)
            old = await acts.screening(simulation[KOTABUMI], by_old.screening)
            new = await acts.screening(simulation[BANDAR], by_new.screening)
            for view in (old, new):
                assert [(row.case, row.zone) for row in view.history if row.office == KALIANDA] == [(case, "match")]
            office.clock.skew = timedelta(days=91)
            await sweep(office.node)
            office.clock.skew = timedelta()
            with office.engine.begin() as connection:
                assert connection.exec_driver_sql("SELECT count(*) FROM case_former").scalar_one() == 0
            entries = [acts.said(office, one) for one in acts.acted(office, type="person-corrected")]
            assert entries == [entries[0]]
            assert set(entries[0]["fields"]) == {"name", "birth_date", "nik"}

    run_virtual(story())


def test_a_second_correction_by_one_officer_loses_no_earlier_identity(
    tmp_path: Path, urls: Sequence[str | None]
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            office = simulation[KALIANDA]
            case = await postponed_in_kalianda(simulation)
            both: Fields = {"outcome": "granted", "reason": "KTP baru", "second": SECOND}
            made = await asks(office, case, "correction", person=CORRECTED)
            assert (await post(office, f"/requests/{made['request']}/answer", both))["outcome"] == "granted"
            await settle(simulation)
            phone = CORRECTED | {"phones": ["081299900011"]}
            made = await asks(office, case, "correction", person=phone)
            alone = {"outcome": "granted", "reason": "Nomor baru"}
            assert (await post(office, f"/requests/{made['request']}/answer", alone))["outcome"] == "granted"
            await settle(simulation)
            notice = Notice.model_validate_json(acts.held(simulation[BANDAR], KALIANDA)[case].payload)
            assert len(notice.before) == 2
            for number, (who, where) in enumerate(((FIRST, KOTABUMI), (CORRECTED, BANDAR), (phone, KOTABUMI))):
                filed = await file(simulation[where], who, key=f"found-{number:04}")
                await settle(simulation)
                view = await acts.screening(simulation[where], filed.screening)
                rows = [(row.case, row.zone) for row in view.history if row.office == KALIANDA]
                assert rows == [(case, "match")], who
            own = await file(office, FIRST, key="own-000001")
            await settle(simulation)
            assert case in {row.case for row in (await acts.screening(office, own.screening)).history}
            made = [
                await asks(office, case, "correction", person=phone | {"phones": [f"08129990002{n}"]}) for n in range(2)
            ]
            granted = [(await post(office, f"/requests/{one['request']}/answer", alone)).get("code") for one in made]
            assert granted == [None, "case-changed"]
            last = await asks(office, case, "correction", person=phone | {"phones": ["081299900030"]})
            told = await post(office, f"/requests/{last['request']}/answer", alone)
            assert told["code"] == "decision-invalid"  # as many identities as a notice names

    run_virtual(story())


def test_of_two_corrections_against_the_same_data_both_hold(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            office = simulation[KALIANDA]
            case = (await file(office, STRANGER)).case
            await settle(simulation)
            named = await asks(office, case, "correction", person=STRANGER | {"name": "Bagas Prakosa Wibawa"})
            called = await asks(office, case, "correction", person=STRANGER | {"phones": ["081299900011"]})
            same = {"kind": "correction", "text": "Tidak ada yang berubah", "person": STRANGER}
            assert (await post(office, f"/cases/{case}/requests", same))["code"] == "decision-invalid"
            for one in (named, called):
                answer = {"outcome": "granted", "reason": "Salah ketik"}
                done = await post(office, f"/requests/{one['request']}/answer", answer)
                assert done.get("outcome") == "granted", done
            read = await office.call("GET", f"/office/v1/cases/{case}/person?purpose=passport_application")
            assert (read.json()["name"], read.json()["phones"]) == ("Bagas Prakosa Wibawa", ["081299900011"])

    run_virtual(story())


def test_a_small_correction_takes_one_and_a_wrong_person_is_refused(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            office = simulation[KALIANDA]
            case = await postponed_in_kalianda(simulation)
            made = await asks(office, case, "correction", person=FIRST | {"phones": ["081299900011"]})
            done = await post(office, f"/requests/{made['request']}/answer", {"outcome": "granted", "reason": "Benar"})
            assert done["outcome"] == "granted"
            born = await post(
                office, f"/cases/{case}/requests",
                {"kind": "correction", "text": "Salah", "person": FIRST | {"birth_date": "2030-01-01"}},
            )  # fmt: skip
            assert born["code"] == "birth-date-in-future"
            for body in ({"kind": "access", "person": FIRST}, {"kind": "correction"}, {"kind": "else"}):
                assert (await post(office, f"/cases/{case}/requests", {"text": "Salah", **body}))[
                    "code"
                ] == "invalid-input"
            late = {"kind": "access", "text": "Siapa bertanya?", "received_at": "2020-01-01T00:00:00.000Z"}
            assert (await post(office, f"/cases/{case}/requests", late))["code"] == "decision-invalid"
            assert (await post(office, f"/cases/{'0' * 32}/requests", {"kind": "access", "text": "Apa?"}))["code"] == (
                "not-found"
            )

    run_virtual(story())


def test_an_objection_is_answered_by_others_and_what_it_ends_is_gone_everywhere(
    tmp_path: Path, urls: Sequence[str | None]
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            office = simulation[KALIANDA]
            case = await postponed_in_kalianda(simulation)
            made = await asks(office, case, "objection")
            path = f"/requests/{made['request']}/answer"
            grant: Fields = {"outcome": "granted", "reason": "Alasan tidak cukup", "lift": "annul", "second": SECOND}
            assert (await post(office, path, grant, officer="o-1"))["code"] == "same-officer"
            assert (await post(office, path, grant | {"second": SECOND | {"officer": "o-2"}}))["code"] == "same-officer"
            assert (await post(office, path, {k: v for k, v in grant.items() if k != "lift"}))["code"] == (
                "decision-invalid"
            )
            assert (await post(office, path, {k: v for k, v in grant.items() if k != "second"}))["code"] == (
                "second-officer-needed"
            )
            assert (await post(office, path, grant))["outcome"] == "granted"
            assert (await acts.view(office, case)).state == "annulled"
            await settle(simulation)
            assert acts.held(simulation[BANDAR], KALIANDA)[case].standing == "cleared"
            assert (await post(office, f"/cases/{case}/requests", {"kind": "objection", "text": "Lagi"}))["code"] == (
                "decision-invalid"
            )

    run_virtual(story())


def test_who_decided_on_a_passport_answers_no_objection_to_it_and_cannot_say_that_it_was_withdrawn(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            office = simulation[KALIANDA]
            case = (await file(office, STRANGER)).case
            await acts.decide(office, case, "cleared")
            cancel: Fields = {
                "transition": "cancel_passport", "reason_code": "A3", "reason": "Paspor lama masih berlaku",
                "second": {"role": "supervisor", "officer": "o-2"},
            }  # fmt: skip
            assert (await acts.move(office, case, cancel, role="supervisor")).standing == "postponed"
            made = await asks(office, case, "objection")
            path = f"/requests/{made['request']}/answer"
            grant: Fields = {"outcome": "granted", "reason": "Keliru", "lift": "annul", "second": SECOND}
            declined: Fields = {"outcome": "declined", "reason": "Tetap"}
            dropped: Fields = {"outcome": "withdrawn", "reason": "Dicabut"}
            for officer in ("o-1", "o-2"):
                for answer in (grant, declined, dropped):
                    assert (await post(office, path, answer, officer=officer))["code"] == "same-officer", answer
            told = [acts.said(office, one) for one in acts.acted(office, type="answer-refused")]
            assert [one["refused"] for one in told] == ["same-officer"] * 6
            assert (await post(office, path, grant))["outcome"] == "granted"

    run_virtual(story())


def test_due_times_are_kept_and_what_is_overdue_is_an_alert_once_until_the_person_is_told(
    tmp_path: Path, urls: Sequence[str | None]
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            office = simulation[KALIANDA]
            case = await postponed_in_kalianda(simulation)
            access = await asks(office, case, "access")
            await settle(simulation)
            objection = await asks(office, case, "objection")
            assert access["due_at"] < objection["due_at"]
            listed = (await office.call("GET", "/office/v1/requests", role="supervisor")).json()
            assert [one["request"] for one in listed] == [access["request"], objection["request"]]
            office.clock.skew = timedelta(hours=73)
            for _ in range(2):
                await sweep(office.node)
            kinds = [one.kind for one in await acts.alerts(office)]
            assert kinds.count("request_overdue") == 1
            early = await post(office, f"/requests/{access['request']}/told", {"how": "letter"})
            assert early["code"] == "decision-invalid"
            done = {"outcome": "granted", "reason": "Salinan data diserahkan"}
            assert (await post(office, f"/requests/{access['request']}/answer", done))["outcome"] == "granted"
            told = await post(office, f"/requests/{access['request']}/told", {"how": "in_person"})
            assert told["told_at"]
            assert (await post(office, f"/requests/{access['request']}/told", {"how": "letter"}))["code"] == (
                "already-decided"
            )
            gone = await post(
                office, f"/requests/{objection['request']}/answer", {"outcome": "withdrawn", "reason": "Dicabut"}
            )
            assert gone["outcome"] == "withdrawn"
            query = f"/office/v1/cases/{case}/requests?purpose=passport_application"
            seen = (await office.call("GET", query, role="supervisor")).json()
            assert [(one["kind"], one["outcome"], one["reason"]) for one in seen] == [
                ("access", "granted", "Salinan data diserahkan"), ("objection", "withdrawn", "Dicabut"),
            ]  # fmt: skip

    run_virtual(story())


def test_a_case_nobody_knows_of_is_corrected_by_one_and_hides_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            office = simulation[KALIANDA]
            case = (await file(office, STRANGER)).case
            await settle(simulation)
            made = await asks(office, case, "correction", person=STRANGER | {"name": "Bagas Prakosa Wibawa"})
            done = await post(
                office, f"/requests/{made['request']}/answer", {"outcome": "granted", "reason": "Salah ketik"}
            )
            assert done["outcome"] == "granted"
            read = await office.call("GET", f"/office/v1/cases/{case}/person?purpose=passport_application")
            assert read.json()["name"] == "Bagas Prakosa Wibawa"
            again = await file(office, STRANGER, key="again-00001")
            await settle(simulation)
            shown = await acts.screening(office, again.screening)
            assert [row.case for row in shown.history] == [case]

    run_virtual(story())
