"""Bad input at the office API and at the federation API: a stable code, both languages, no echo, nothing lost."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pytest

from office_node.signing.canonical import canonical
from office_node.signing.messages import sign_question
from office_node.store import rosters
from services.simulator.federation import Office, Simulation, simulate
from services.simulator.loop import run_virtual

KALIANDA, KOTABUMI, BANDAR = "kanim-kalianda", "kanim-kotabumi", "kanim-bandarlampung"
PERSON: dict[str, Any] = {"name": "Dewi Lestari Putri", "birth_date": "1999-02-03", "mother_name": "Sukarsih"}
INQUIRIES = f"https://{KALIANDA}.test/federation/v1/inquiries"


async def post_case(office: Office, person: dict[str, Any], *, key: str = "request-0001") -> httpx.Response:
    body = {"application_no": "A-1", "person": person}
    return await office.call("POST", "/office/v1/cases", json=body, headers={"Idempotency-Key": key})


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"nik": "180107570498900"}, 422),
        ({"nik": "1807079904989001"}, 201),
        ({"name": "D"}, 201),
        ({"name": "ᮓᮦᮝᮤ"}, 201),
        ({"name": "Dewi\u0007"}, 422),
        ({"name": "Dewi 😀"}, 422),
        ({"name": "D" * 300}, 422),
        ({"birth_date": "2999-01-01"}, 422),
        ({"favourite_colour": "blue"}, 422),
    ],
)
def test_odd_people_are_refused_or_accepted_with_a_finding(tmp_path: Path, change: dict[str, Any], status: int) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await simulation[KALIANDA].clock.sleep(3)
            response = await post_case(simulation[KALIANDA], PERSON | change)
            assert response.status_code == status
            if status == 201:
                assert response.json()["findings"]
            else:
                problem = response.json()
                assert problem["code"] in ("invalid-input", "birth-date-in-future")
                assert set(problem["titles"]) == {"id", "en"}
                assert str(next(iter(change.values()))) not in response.text

    run_virtual(story())


def test_the_same_request_twice_files_one_case_and_another_body_is_refused(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            office = simulation[KALIANDA]
            await office.clock.sleep(3)
            first, again = await post_case(office, PERSON), await post_case(office, PERSON)
            other = await post_case(office, PERSON | {"name": "Orang Lain"})
            assert first.json()["case"] == again.json()["case"]
            assert (other.status_code, other.json()["code"]) == (409, "idempotency-mismatch")

    run_virtual(story())


def test_harm_takes_two_distinct_officers(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            office = simulation[KALIANDA]
            await office.clock.sleep(3)
            case = (await post_case(office, PERSON)).json()["case"]
            path = f"/office/v1/cases/{case}/transitions"
            assert (await office.call("POST", path, json={"transition": "receive"})).status_code == 200
            step: dict[str, Any] = {
                "transition": "postpone", "reason_code": "B1", "reason": "Belum jelas", "condition": ["Surat Disnaker"],
            }  # fmt: skip
            codes = []
            for second in (None, {"role": "supervisor", "officer": "o-1"}, {"role": "supervisor", "officer": "o-2"}):
                body = step | ({"second": second} if second else {})
                response = await office.call("POST", path, json=body)
                codes.append(response.json().get("code", response.status_code))
            assert codes == ["second-officer-needed", "same-officer", 200]
            lift = {"transition": "withdraw", "reason": "Selesai"}
            lifted = await office.call("POST", path, json=lift)
            assert lifted.json()["code"] == "second-officer-needed"

    run_virtual(story())


def test_a_wrong_access_key_or_role_gets_nowhere(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            office = simulation[KALIANDA]
            role = await office.call("GET", "/office/v1/alerts", role="data_protection")
            office.secret = "jejak_" + "0" * 64
            key = await office.call("GET", "/office/v1/alerts")
            assert [(one.status_code, one.json()["code"]) for one in (role, key)] == [(401, "access-denied")] * 2

    run_virtual(story())


async def _send(simulation: Simulation, *, headers: dict[str, str], body: bytes) -> httpx.Response:
    request = httpx.Request("POST", INQUIRIES, headers=headers, content=body)
    response = await simulation.network.handle_async_request(request)
    await response.aread()
    return response


def _signed(
    simulation: Simulation, body: bytes, *, office: str = KOTABUMI, shift_s: int = 0, uri: str = INQUIRIES
) -> Any:
    sender = simulation[office]
    now = int(sender.clock.now().timestamp()) + shift_s
    key = sender.node.keys.signing
    nonce = sender.node.random(16).hex()
    return sign_question("POST", uri, content_type="application/json", body=body, key=key, now=now, nonce=nonce)


def test_every_bad_carriage_is_named_and_a_known_members_refusal_is_evidence(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await simulation[KALIANDA].clock.sleep(3)
            body = canonical({"inquiry": {}, "notice": {}})
            plain = {"Content-Type": "application/json"}
            good = _signed(simulation, body)
            seen = [
                await _send(simulation, headers=plain, body=body),
                await _send(simulation, headers=good, body=body + b" "),
                await _send(simulation, headers=_signed(simulation, body, shift_s=-900), body=body),
                await _send(simulation, headers=_signed(simulation, body, shift_s=900), body=body),
                await _send(simulation, headers=plain, body=b"x" * 70_000),
                await _send(simulation, headers=good, body=body),
                await _send(simulation, headers=_signed(simulation, b"{"), body=b"{"),
            ]
            assert [one.json()["code"] for one in seen] == [
                "unsigned", "bad-digest", "expired", "not-yet-valid", "too-large", "invalid-input", "malformed-json",
            ]  # fmt: skip
            assert seen[2].json()["skew_s"] < -800
            assert "signature" in seen[5].headers
            with sqlite3.connect(simulation[KALIANDA].folder / "node.sqlite") as connection:
                refused = connection.execute("SELECT peer FROM entry WHERE type = 'refusal'").fetchall()
            assert refused == [(KOTABUMI,), (KOTABUMI,)]

    run_virtual(story())


def test_a_replayed_inquiry_is_refused_and_leaves_one_trace(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await simulation[KALIANDA].clock.sleep(3)
            captured: list[httpx.Request] = []
            original = simulation.network.apps[f"{KALIANDA}.test"]

            async def keep(request: httpx.Request) -> httpx.Response:
                captured.append(request)
                return await original(request)

            simulation.network.apps[f"{KALIANDA}.test"] = keep
            await post_case(simulation[KOTABUMI], PERSON)
            await simulation[KALIANDA].clock.sleep(3)
            asked = next(one for one in captured if one.url.path.endswith("/inquiries"))
            again = await original(httpx.Request("POST", asked.url, headers=asked.headers, content=asked.content))
            assert json.loads(await again.aread())["code"] == "replayed"
            with sqlite3.connect(simulation[KALIANDA].folder / "node.sqlite") as connection:
                traces = connection.execute("SELECT count(*) FROM notice WHERE issuer = ?", (KOTABUMI,)).fetchone()
            assert traces == (1,)

    run_virtual(story())


def test_an_office_without_a_hit_stores_nothing_readable_about_the_person(tmp_path: Path) -> None:
    person = PERSON | {"nik": "1801074302999001", "phones": ["081234509876"], "village": "18.01.04.2001"}

    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await simulation[KALIANDA].clock.sleep(3)
            assert (await post_case(simulation[KALIANDA], person)).status_code == 201
            await simulation[KALIANDA].clock.sleep(5)

    run_virtual(story())
    words = ["dewi", "lestari", "sukarsih", "1801074302999001", "081234509876", "81234509876", "18.01.04.2001"]
    for office in (KALIANDA, KOTABUMI, BANDAR):
        for file in (tmp_path / office).glob("node.sqlite*"):
            data = file.read_bytes().lower()
            for word in words:
                for spelled in (word.encode(), word.encode("utf-16-le"), word.encode().hex().encode()):
                    assert spelled not in data


def test_a_member_denied_by_another_process_is_refused_at_once(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            kalianda = simulation[KALIANDA].node
            await simulation[KALIANDA].clock.sleep(3)
            # The database alone is told, as when `jejak node deny` runs beside the serving process.
            await kalianda.run.write(
                lambda connection: rosters.deny(connection, KOTABUMI, now=kalianda.clock.now(), reason="uji")
            )
            filed = (await post_case(simulation[KOTABUMI], PERSON)).json()
            await simulation[KALIANDA].clock.sleep(3)
            view = (await simulation[KOTABUMI].call("GET", f"/office/v1/screenings/{filed['screening']}")).json()
            row = next(one for one in view["coverage"] if one["office"] == KALIANDA)
            assert (row["outcome"], row["cause"]) == ("unknown", "revoked-key")
            with sqlite3.connect(simulation[KALIANDA].folder / "node.sqlite") as connection:
                kinds = {row[0] for row in connection.execute("SELECT type FROM entry WHERE peer = ?", (KOTABUMI,))}
                traces = connection.execute("SELECT count(*) FROM notice WHERE issuer = ?", (KOTABUMI,)).fetchone()
            assert "refusal" in kinds
            assert "answer" not in kinds
            assert traces == (0,)

    run_virtual(story())
