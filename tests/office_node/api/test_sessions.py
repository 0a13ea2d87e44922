"""Officers log in at their own node: what lets them in, what ends it, and what a hostile browser is told."""

import asyncio
import io
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from sqlalchemy import Connection, text

from office_node import logs
from office_node.domain.authenticators import code_at
from office_node.domain.throttle import FREE
from office_node.store import entries, officers
from office_node.usecases.hash_passwords import MOST_WAITING
from office_node.usecases.log_in import log_in
from office_node.usecases.officer_accounts import make_officer, reset_officer, set_roles, set_state
from office_node.usecases.sweep import sweep
from office_node.usecases.verify_officer import Claim
from tests.desk import COOKIE, GOOD, ORIGIN, OTHER, Browser, desk_in

pytestmark = pytest.mark.anyio
NODE = "/office/v1/node"
ENDED, REFUSED, LOCKED = (401, "session-ended"), (401, "login-refused"), (429, "login-locked")


async def test_from_a_temporary_password_to_a_session_that_the_office_api_takes(
    tmp_path: Path, migrated_url: str
) -> None:
    async with desk_in(tmp_path, migrated_url) as desk:
        temporary = await make_officer(desk.node, "o-17", name="Sari Utami", roles=("counter",), by=desk.by)
        browser = desk.browser()
        first = (await browser.log_in("o-17", temporary)).json()
        assert (first["unfinished"], first["name"], first["roles"]) == (
            ["password", "authenticator"], "Sari Utami", ["counter"],
        )  # fmt: skip
        assert await browser.told("GET", "/office/v1/alerts") == (403, "account-unfinished")
        sari = await desk.officer("o-18", "counter")
        browser = await desk.logged_in(sari)
        assert (await browser.call("GET", "/office/v1/alerts")).json() == []
        view = (await browser.call("GET", "/session/v1")).json()
        assert (view["officer"], view["method"], view.get("unfinished")) == ("o-18", "password", [])
        written = await desk.written()
        assert written[:3] == ["officer-made", "login", "officer-made"]
        assert written[-3:] == ["authenticator-enrolled", "logout", "login"]


async def test_the_cookie_is_for_this_host_alone_and_no_script_reads_it(
    tmp_path: Path, migrated_sqlite_url: str
) -> None:
    async with desk_in(tmp_path, migrated_sqlite_url) as desk:
        browser = await desk.logged_in(await desk.officer("o-17"))
        line = browser.last.headers["set-cookie"]
        assert line.startswith(f"{COOKIE}=")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=strict"} <= set(line.split("; "))
        assert "domain" not in line.lower()
        assert "max-age" not in line.lower()
        assert browser.last.headers["cache-control"] == "no-store"
        await browser.call("DELETE", "/session/v1")
        assert COOKIE not in browser.cookies
        assert "cache" in browser.last.headers["clear-site-data"]


async def test_nothing_tells_which_part_was_wrong(tmp_path: Path, migrated_url: str) -> None:
    async with desk_in(tmp_path, migrated_url) as desk:
        sari = await desk.officer("o-17")
        await desk.officer("o-18")
        await set_state(desk.node, "o-18", state="disabled", by=desk.by)
        code = desk.code(sari)
        said = set()
        for officer, password, given in (
            ("o-17", OTHER, code), ("o-17", GOOD, "000000"), ("o-17", GOOD, None), ("o-99", GOOD, code),
            ("o-18", GOOD, code), ("' OR 1=1 --", GOOD, code), ("o-17", GOOD, "aaaa-bbbb-cccc-dddd"),
        ):  # fmt: skip
            answer = await desk.browser().log_in(officer, password, given)
            assert "set-cookie" not in answer.headers
            said.add((answer.status_code, answer.text))
            if officer == "o-17":
                desk.clock.pass_by(minutes=16)
        assert [(status, "login-refused" in body) for status, body in said] == [(401, True)]


async def test_an_unknown_name_costs_the_same_work_as_a_known_one(tmp_path: Path, migrated_sqlite_url: str) -> None:
    async with desk_in(tmp_path, migrated_sqlite_url) as desk:
        await desk.officer("o-17")
        done: list[str] = []
        run = desk.node.run

        class Counting:
            """Says what is asked of the runner."""

            def __getattr__(self, name: str) -> object:
                done.append(name)
                return getattr(run, name)

        node = desk.app.state.node = desk.node.__class__(**{**vars(desk.node), "run": Counting()})
        works = []
        for name in ("o-17", "o-99"):
            done.clear()
            with pytest.raises(Exception, match="login-refused"):
                await log_in(node, Claim(name, OTHER, "123456", "10.0.0.1"))
            works.append(list(done))
        assert works[0] == works[1] == ["write", "compute", "write"]
        assert (await desk.written())[-2:] == ["login-refused"] * 2


async def test_a_code_counts_once_and_so_does_a_recovery_code(tmp_path: Path, migrated_url: str) -> None:
    async with desk_in(tmp_path, migrated_url) as desk:
        sari = await desk.officer("o-17")
        code = desk.code(sari)
        spent = sari.recovery[0]
        answers = [
            (await desk.browser().log_in("o-17", GOOD, given)).status_code
            for given in (code, code, spent, spent, spent.upper(), sari.recovery[1].replace("-", " ").upper())
        ]
        assert answers == [200, 401, 200, 401, 401, 200]
        desk.clock.pass_by(seconds=-40)
        early = code_at(sari.secret, desk.clock.now())
        desk.clock.pass_by(seconds=40)
        assert (await desk.browser().log_in("o-17", GOOD, early)).status_code == 401
        assert "recovery-code-used" in await desk.written()


async def test_of_ten_log_ins_at_once_with_one_code_one_succeeds(tmp_path: Path, migrated_url: str) -> None:
    async with desk_in(tmp_path, migrated_url) as desk:
        sari = await desk.officer("o-17")
        code = desk.code(sari)
        answers = await asyncio.gather(*(desk.browser().log_in("o-17", GOOD, code) for _ in range(10)))
        assert {answer.status_code for answer in answers} <= {200, 401, 429}
        assert [answer.status_code for answer in answers].count(200) == 1


async def test_ten_officers_log_in_at_once(tmp_path: Path, migrated_url: str) -> None:
    async with desk_in(tmp_path, migrated_url) as desk:
        everybody = [await desk.officer(f"o-{number}") for number in range(10)]
        browsers = [desk.browser() for _ in everybody]
        answers = await asyncio.gather(
            *(one.log_in(who.ref, GOOD, desk.code(who)) for one, who in zip(browsers, everybody, strict=True))
        )
        assert [answer.status_code for answer in answers] == [200] * 10
        assert len({one.cookies[COOKIE] for one in browsers}) == 10


async def test_guessing_is_slowed_by_name_and_the_right_password_waits_too(tmp_path: Path, migrated_url: str) -> None:
    async with desk_in(tmp_path, migrated_url) as desk:
        sari = await desk.officer("o-17")

        async def guess(name: str, source: str) -> tuple[int, str]:
            browser = desk.browser(source=source)
            answer = await browser.log_in(name, OTHER)
            return answer.status_code, answer.json()["code"]

        for name in ("o-17", "o-99"):  # whether there is such an officer or not
            tries = [await guess(name, f"10.0.1.{number}") for number in range(7)]
            assert tries == [REFUSED] * FREE["name"] + [LOCKED] * 2
        locked = await desk.browser().log_in("O-17 ", GOOD, desk.code(sari))
        assert (locked.status_code, locked.headers["retry-after"]) == (429, "30")
        desk.clock.pass_by(seconds=30)
        assert await guess("o-17", "10.0.1.1") == REFUSED
        again = await desk.browser().log_in("o-17", GOOD, desk.code(sari))
        assert (again.status_code, again.headers["retry-after"]) == (429, "60")
        desk.clock.pass_by(seconds=60)
        assert (await desk.browser().log_in("o-17", GOOD, desk.code(sari))).status_code == 200
        assert await guess("o-17", "10.0.1.1") == REFUSED  # and from the beginning


async def test_a_source_that_tries_many_names_is_slowed_too(tmp_path: Path, migrated_sqlite_url: str) -> None:
    async with desk_in(tmp_path, migrated_sqlite_url) as desk:
        sari = await desk.officer("o-17")
        browser = desk.browser(source="10.9.9.9")
        for number in range(FREE["source"]):
            assert (await browser.log_in(f"x-{number}", OTHER)).status_code == 401
        assert (await browser.log_in("o-17", GOOD, desk.code(sari))).status_code == 429
        assert (await desk.browser().log_in("o-17", GOOD, desk.code(sari))).status_code == 200


async def test_a_hundred_guesses_at_once_are_no_better_than_one_after_the_other(
    tmp_path: Path, migrated_url: str
) -> None:
    async with desk_in(tmp_path, migrated_url) as desk:
        await desk.officer("o-17")
        answers = await asyncio.gather(*(desk.browser().log_in("o-17", OTHER) for _ in range(30)))
        assert [answer.status_code for answer in answers].count(401) == FREE["name"]


async def test_a_restart_does_not_help_who_guesses(tmp_path: Path, migrated_url: str) -> None:
    async with desk_in(tmp_path, migrated_url) as desk:
        await desk.officer("o-17")
        for _ in range(FREE["name"]):
            await desk.browser().log_in("o-17", OTHER)
        clock = desk.clock
    async with desk_in(tmp_path, migrated_url, clock=clock, seed="2") as desk:
        assert (await desk.browser().log_in("o-17", OTHER)).status_code == 429


async def test_a_log_in_that_is_cut_off_leaves_nothing_half_done(tmp_path: Path, migrated_url: str) -> None:
    async with desk_in(tmp_path, migrated_url) as desk:
        sari = await desk.officer("o-17")
        for turn in range(4):
            claim = Claim("o-17", GOOD, desk.code(sari), "10.0.0.7")
            work = asyncio.create_task(log_in(desk.node, claim))
            for _ in range(turn * 5):
                await asyncio.sleep(0)
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            desk.clock.pass_by(seconds=31)
        await desk.node.run.write(lambda connection: None)
        assert (await desk.logged_in(sari)).csrf


async def test_who_is_disabled_while_she_logs_in_has_no_session(tmp_path: Path, migrated_url: str) -> None:
    async with desk_in(tmp_path, migrated_url) as desk:
        sari = await desk.officer("o-17")
        for turn in range(6):
            await set_state(desk.node, "o-17", state="active", by=desk.by)
            browser = desk.browser()

            async def disable(turn: int = turn) -> None:
                await asyncio.sleep(turn * 0.02)
                await set_state(desk.node, "o-17", state="disabled", by=desk.by)

            answer, _ = await asyncio.gather(browser.log_in("o-17", GOOD, desk.code(sari)), disable())
            assert answer.status_code in (200, 401)
            assert await browser.told("GET", "/session/v1") == ENDED
            desk.clock.pass_by(minutes=16)


async def test_a_change_in_one_process_ends_the_session_in_another(tmp_path: Path, migrated_url: str) -> None:
    async with desk_in(tmp_path, migrated_url) as one, desk_in(tmp_path, migrated_url, seed="2") as other:
        browser = await one.logged_in(await one.officer("o-17"))
        there = Browser(other.app, cookies=dict(browser.cookies), csrf=browser.csrf)
        other.clock.at = one.clock.at
        assert (await there.call("GET", "/session/v1")).status_code == 200
        await set_roles(one.node, "o-17", roles=("counter",), by=one.by)
        assert await there.told("GET", "/session/v1") == ENDED


async def test_more_passwords_than_can_wait_are_sent_away(tmp_path: Path, migrated_sqlite_url: str) -> None:
    async with desk_in(tmp_path, migrated_sqlite_url) as desk:
        desk.node.hashing.waiting = MOST_WAITING
        answer = await desk.browser().log_in("o-17", GOOD)
        assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "login-busy", "2")
        desk.node.hashing.waiting = 0
        assert (await desk.browser().log_in("o-17", GOOD)).status_code == 401


async def test_a_session_ends_when_it_is_idle_and_after_a_working_day(tmp_path: Path, migrated_url: str) -> None:
    async with desk_in(tmp_path, migrated_url) as desk:
        sari = await desk.officer("o-17")
        idle = await desk.logged_in(sari)
        desk.clock.pass_by(minutes=15)
        assert await idle.told("GET", "/session/v1") == ENDED
        assert (await desk.written())[-1] == "session-ended"
        busy = await desk.logged_in(sari)
        for _ in range(59):
            desk.clock.pass_by(minutes=10)
            assert (await busy.call("GET", NODE)).status_code != 401
        desk.clock.pass_by(minutes=10)
        assert await busy.told("GET", NODE) == ENDED


async def test_logging_in_gives_a_new_id_whatever_the_browser_brings(tmp_path: Path, migrated_url: str) -> None:
    async with desk_in(tmp_path, migrated_url) as desk:
        sari, mallory = await desk.officer("o-17"), await desk.officer("o-66")
        planted = (await desk.logged_in(mallory)).cookies[COOKIE]
        browser = desk.browser(cookies={COOKIE: planted})
        await browser.log_in("o-17", GOOD, desk.code(sari))
        assert browser.cookies[COOKIE] != planted
        assert await desk.browser(cookies={COOKIE: planted}).told("GET", "/session/v1") == ENDED
        made_up = desk.browser(cookies={COOKIE: "a" * 64})
        assert await made_up.told("GET", "/session/v1") == ENDED
        desk.clock.pass_by(seconds=31)
        await made_up.log_in("o-17", GOOD, desk.code(sari))
        assert made_up.cookies[COOKIE] != "a" * 64


@pytest.mark.parametrize(
    ("origin", "headers"),
    [
        ("https://evil.test", {}),
        (None, {}),
        ("null", {}),
        (f"{ORIGIN}.evil.test", {}),
        (ORIGIN.replace("https", "http"), {}),
        (ORIGIN, {"Jejak-Csrf": "0" * 64}),
        (ORIGIN, {"Jejak-Csrf": ""}),
        (ORIGIN, {"Sec-Fetch-Site": "cross-site"}),
        (ORIGIN, {"Sec-Fetch-Site": "same-site"}),
    ],
)
async def test_another_sites_page_changes_nothing(
    tmp_path: Path, migrated_sqlite_url: str, origin: str | None, headers: dict[str, str]
) -> None:
    async with desk_in(tmp_path, migrated_sqlite_url) as desk:
        browser = await desk.logged_in(await desk.officer("o-17", "administrator"))
        browser.origin = origin
        body = {"officer": "o-9", "name": "Orang Lain", "roles": ["administrator"]}
        answer = await browser.call("POST", "/session/v1/officers", json=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "foreign-request")
        assert await desk.node.run.read(lambda connection: officers.get(connection, "o-9")) is None


async def test_nobody_is_logged_in_from_another_sites_page(tmp_path: Path, migrated_sqlite_url: str) -> None:
    async with desk_in(tmp_path, migrated_sqlite_url) as desk:
        sari = await desk.officer("o-17")
        answer = await desk.browser(origin="https://evil.test").log_in("o-17", GOOD, desk.code(sari))
        assert (answer.status_code, answer.json()["code"]) == (403, "foreign-request")


async def test_a_page_of_another_site_cannot_even_look(tmp_path: Path, migrated_sqlite_url: str) -> None:
    async with desk_in(tmp_path, migrated_sqlite_url) as desk:
        browser = await desk.logged_in(await desk.officer("o-17"))
        answer = await browser.call("GET", NODE, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.json()["code"] == "foreign-request"
        assert (await browser.call("GET", "/session/v1", headers={"Sec-Fetch-Site": "same-origin"})).status_code == 200


async def test_the_console_may_have_an_address_of_its_own(tmp_path: Path, migrated_sqlite_url: str) -> None:
    async with desk_in(tmp_path, migrated_sqlite_url, console_url="https://jejak.kalianda.test:8443") as desk:
        temporary = await make_officer(desk.node, "o-17", name="Sari", roles=("counter",), by=desk.by)
        assert (await desk.browser().log_in("o-17", temporary)).status_code == 403
        ours = desk.browser(origin="https://jejak.kalianda.test:8443")
        assert (await ours.log_in("o-17", temporary)).status_code == 200


async def test_whatever_changes_her_account_ends_her_sessions(tmp_path: Path, migrated_url: str) -> None:
    async with desk_in(tmp_path, migrated_url) as desk:
        await desk.officer("o-1", "administrator")
        sari = await desk.officer("o-17", "counter", "interview")
        other, browser = await desk.logged_in(sari), await desk.logged_in(sari)
        changed = await browser.call("POST", "/session/v1/password", json={"old": GOOD, "new": OTHER})
        browser.csrf, sari.password = changed.json()["csrf"], OTHER
        assert await other.told("GET", "/session/v1") == ENDED
        assert (await browser.call("GET", "/session/v1")).status_code == 200
        await set_roles(desk.node, "o-17", roles=("counter",), by=desk.by)
        assert await browser.told("GET", "/session/v1") == ENDED
        browser = await desk.logged_in(sari)
        await set_state(desk.node, "o-17", state="disabled", by=desk.by)
        assert await browser.told("GET", NODE) == ENDED
        await set_state(desk.node, "o-17", state="active", by=desk.by)
        assert await browser.told("GET", NODE) == ENDED  # it does not come back to life
        browser = await desk.logged_in(sari)
        await reset_officer(desk.node, "o-17", by=desk.by)
        assert await browser.told("GET", NODE) == ENDED
        assert (await desk.browser().log_in("o-17", OTHER, desk.code(sari))).status_code == 401


async def test_logging_out_everywhere_ends_every_session(tmp_path: Path, migrated_url: str) -> None:
    async with desk_in(tmp_path, migrated_url) as desk:
        sari = await desk.officer("o-17")
        one, two = await desk.logged_in(sari), await desk.logged_in(sari)
        kept = dict(one.cookies)
        assert (await one.call("DELETE", "/session/v1/all")).status_code == 204
        assert await two.told("GET", "/session/v1") == ENDED
        assert await desk.browser(cookies=kept).told("GET", "/session/v1") == ENDED


async def test_a_temporary_password_is_good_for_three_days(tmp_path: Path, migrated_sqlite_url: str) -> None:
    async with desk_in(tmp_path, migrated_sqlite_url) as desk:
        temporary = await make_officer(desk.node, "o-17", name="Sari", roles=("counter",), by=desk.by)
        desk.clock.pass_by(days=3)
        assert (await desk.browser().log_in("o-17", temporary)).status_code == 401


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"officer": "o-17", "password": "x" * 1025}, "invalid-input"),
        ({"officer": "o-17", "password": "é" * 600}, "invalid-input"),
        ({"officer": "o-17", "password": ""}, "invalid-input"),
        ({"officer": "o-17", "password": ["x"]}, "invalid-input"),
        ({"officer": "x" * 81, "password": GOOD}, "invalid-input"),
        ({"officer": "o-17", "password": GOOD, "role": "administrator"}, "invalid-input"),
        ({"officer": "o-17"}, "invalid-input"),
    ],
)
async def test_a_body_that_is_no_log_in_is_refused_and_not_repeated(
    tmp_path: Path, migrated_sqlite_url: str, body: dict[str, object], code: str
) -> None:
    async with desk_in(tmp_path, migrated_sqlite_url) as desk:
        answer = await desk.browser().call("POST", "/session/v1", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
        assert GOOD not in answer.text
        assert "xxxx" not in answer.text


async def test_raw_bytes_are_refused(tmp_path: Path, migrated_sqlite_url: str) -> None:
    async with desk_in(tmp_path, migrated_sqlite_url) as desk:
        headers = {"Content-Type": "application/json"}
        for content, status in (
            (b"{", 400), (b"\xff\xfe", 400), (b'{"officer": "o-1", "password": "\\ud800"}', 422), (b"[" * 70_000, 413),
        ):  # fmt: skip
            answer = await desk.browser().call("POST", "/session/v1", content=content, headers=headers)
            assert answer.status_code == status, content[:20]


async def test_a_password_is_the_same_however_a_keyboard_composes_it(tmp_path: Path, migrated_sqlite_url: str) -> None:
    composed, decomposed, wide = "ménara-batu-lima-puluh", "me\u0301nara-batu-lima-puluh", "ménara-batu-lima-ｐuluh"
    async with desk_in(tmp_path, migrated_sqlite_url) as desk:
        sari = await desk.officer("o-17", password=composed)
        for typed in (decomposed, wide, composed):
            assert (await desk.browser().log_in("ｏ-17", typed, desk.code(sari))).status_code == 200
            desk.clock.pass_by(seconds=31)


@pytest.mark.parametrize(
    "new",
    ["pendek", "kalianda-kanim", "password1234", "qwertyuiopas", "o-17o-17o-17", "Sari Utami 12", "aaaaaaaaaaaa", GOOD],
)
async def test_a_password_that_anybody_would_try_cannot_be_chosen(
    tmp_path: Path, migrated_sqlite_url: str, new: str
) -> None:
    async with desk_in(tmp_path, migrated_sqlite_url) as desk:
        browser = await desk.logged_in(await desk.officer("o-17"))
        body = {"old": GOOD, "new": new}
        assert await browser.told("POST", "/session/v1/password", body) == (422, "password-unfit")
        assert await browser.told("POST", "/session/v1/password", {"old": "x", "new": OTHER}) == REFUSED


async def test_another_authenticator_takes_a_code_of_the_old_one(tmp_path: Path, migrated_sqlite_url: str) -> None:
    async with desk_in(tmp_path, migrated_sqlite_url) as desk:
        sari = await desk.officer("o-17")
        browser = await desk.logged_in(sari)
        assert await browser.told("POST", "/session/v1/authenticator", {"password": GOOD}) == REFUSED
        body = {"password": GOOD, "code": desk.code(sari)}
        begun = (await browser.call("POST", "/session/v1/authenticator", json=body)).json()
        assert begun["secret"] in begun["uri"]
        assert await browser.told("POST", "/session/v1/authenticator/confirmation", {"code": "000000"}) == REFUSED
        confirmation = {"code": code_at(begun["secret"], desk.clock.now())}
        assert (
            await browser.call("POST", "/session/v1/authenticator/confirmation", json=confirmation)
        ).status_code == 200
        assert await browser.told("POST", "/session/v1/authenticator/confirmation", confirmation) == (
            403,
            "foreign-request",
        )
        desk.clock.pass_by(seconds=31)
        assert (await desk.browser().log_in("o-17", GOOD, desk.code(sari))).status_code == 401


async def test_a_session_says_who_she_is_and_nobody_else(tmp_path: Path, migrated_sqlite_url: str) -> None:
    async with desk_in(tmp_path, migrated_sqlite_url) as desk:
        browser = await desk.logged_in(await desk.officer("o-17", "counter", "interview"))

        async def told(**headers: str) -> tuple[int, str]:
            answer = await browser.call(
                "GET", "/office/v1/alerts", headers={f"Jejak-{n}": v for n, v in headers.items()}
            )
            return answer.status_code, "" if answer.status_code == 200 else answer.json()["code"]

        assert await told(Role="counter") == (200, "")
        assert await told(Role="counter", Officer="o-17") == (200, "")
        assert await told(Role="counter", Officer="o-18") == (401, "access-denied")
        assert await told(Role="kakanim") == (401, "access-denied")
        assert await told() == (422, "invalid-input")  # she has two


async def test_a_role_that_may_not_is_refused_and_written_down(tmp_path: Path, migrated_url: str) -> None:
    async with desk_in(tmp_path, migrated_url) as desk:
        case = "/office/v1/cases/" + "0" * 32
        refused = (403, "role-not-allowed")
        for role, path, wanted in (
            ("auditor", case, (404, "not-found")), ("auditor", f"{case}/person?purpose=supervision", refused),
            ("administrator", "/office/v1/alerts", refused), ("pimpasa", "/office/v1/alerts", refused),
            ("counter", "/session/v1/officers", refused), ("administrator", "/office/v1/node", (503, "roster-missing")),
            ("auditor", "/office/v1/screenings/" + "0" * 32, refused),
        ):  # fmt: skip
            browser = await desk.logged_in(await desk.officer(f"o-{role}-{len(path)}", role))  # type: ignore[arg-type] # from the list above
            assert await browser.told("GET", path) == wanted, (role, path)
            assert ((await desk.written())[-1] == "role-refused") == (wanted == refused)


async def test_a_bearer_key_is_looked_at_before_a_cookie(tmp_path: Path, migrated_sqlite_url: str) -> None:
    async with desk_in(tmp_path, migrated_sqlite_url) as desk:
        browser = await desk.logged_in(await desk.officer("o-17"))
        answer = await browser.call("GET", NODE, headers={"Authorization": "Bearer jejak_wrong"})
        assert answer.json()["code"] == "access-denied"
        assert (await desk.browser(cookies={COOKIE: "short"}).told("GET", NODE)) == ENDED


async def test_administrators_keep_accounts_and_never_their_own_rights(tmp_path: Path, migrated_url: str) -> None:
    async with desk_in(tmp_path, migrated_url) as desk:
        browser = await desk.logged_in(await desk.officer("o-1", "administrator"))
        officers_at = "/session/v1/officers"
        made = await browser.call(
            "POST", officers_at, json={"officer": "o-2", "name": "Budi Santoso", "roles": ["kakanim"]}
        )
        assert made.status_code == 201
        assert await browser.told("POST", officers_at, {"officer": "o-2", "name": "Lagi", "roles": ["counter"]}) == (
            409, "officer-exists",
        )  # fmt: skip
        node_role = {"officer": "o-3", "name": "Mesin", "roles": ["node"]}
        assert await browser.told("POST", officers_at, node_role) == (403, "role-not-allowed")
        for path, body in (("o-1/roles", {"roles": ["kakanim"]}), ("o-1/disable", None), ("o-1/reset", None)):
            assert await browser.told("POST", f"{officers_at}/{path}", body) == (409, "own-account")
        assert await browser.told("POST", f"{officers_at}/o-9/disable") == (404, "not-found")
        budi = await desk.officer("o-2", temporary=made.json()["password"])
        desks = await desk.logged_in(budi)
        assert (await browser.call("DELETE", f"{officers_at}/o-2/sessions")).status_code == 204
        assert await desks.told("GET", "/session/v1") == ENDED
        assert await browser.told("POST", f"{officers_at}/o-2/roles", {"roles": ["supervisor"]}) == (204, "")
        assert await browser.told("POST", f"{officers_at}/o-2/disable") == (204, "")
        assert await browser.told("POST", f"{officers_at}/o-2/enable") == (204, "")
        assert "password" in (await browser.call("POST", f"{officers_at}/o-2/reset")).json()
        listed = {one["officer"]: one for one in (await browser.call("GET", officers_at)).json()}
        assert (listed["o-2"]["roles"], listed["o-2"]["must_change"], listed["o-2"]["authenticator"]) == (
            ["supervisor"], True, False,
        )  # fmt: skip
        assert not {"password", "secret", "hash"} & set(listed["o-2"])


async def test_no_secret_reaches_log_database_entry_or_error(tmp_path: Path, migrated_url: str) -> None:
    stream = io.StringIO()
    logs.configure(stream)
    try:
        async with desk_in(tmp_path, migrated_url) as desk:
            sari = await desk.officer("o-17", "administrator")
            browser = await desk.logged_in(sari)
            made = (await browser.call("POST", "/session/v1/officers", json={
                "officer": "o-2", "name": "Budi Santoso", "roles": ["counter"],
            })).json()  # fmt: skip
            await desk.browser().log_in(GOOD, OTHER)  # the password in the field of the name
            await browser.log_in("o-17", OTHER, sari.recovery[0])
            secrets = [
                GOOD, OTHER, sari.secret, made["password"], browser.cookies[COOKIE], browser.csrf, "Sari Utami",
                "Budi Santoso", *sari.recovery,
            ]  # fmt: skip
            kept = await desk.node.run.read(_everything)
            told = "".join(str(answer) for answer in (browser.last.text, browser.last.headers))
            assert [one for one in secrets if one in stream.getvalue() + kept + told] == []
            bodies = await desk.node.run.read(entries.listed)
            opened = b"".join(
                desk.node.sealer.unseal("entry", one.leaf.hex(), one.body_sealed) for one in bodies if one.body_sealed
            ).decode()
            assert [one for one in secrets if one in opened] == []
            assert "o-17" in opened
    finally:
        structlog.reset_defaults()


def _everything(connection: Connection) -> str:
    """Every column of every table, octets as hex and as text."""
    told: list[str] = []
    for table in (
        "officer_account",
        "officer_recovery",
        "officer_session",
        "officer_proof",
        "login_failure",
        "stranger",
    ):
        for row in connection.execute(text(f"SELECT * FROM {table}")):
            for value in row:
                told += [value.hex(), value.decode("latin-1")] if isinstance(value, bytes) else [str(value)]
    return "|".join(told)


async def test_what_has_ended_goes(tmp_path: Path, migrated_url: str) -> None:
    async with desk_in(tmp_path, migrated_url) as desk:
        await desk.officer("o-1", "administrator")
        await desk.logged_in(await desk.officer("o-17"))
        await desk.browser().log_in("o-99", OTHER)
        await set_state(desk.node, "o-17", state="disabled", by=desk.by)
        desk.clock.pass_by(days=2)
        await sweep(desk.node)

        def counted(connection: Connection) -> list[int]:
            tables = ("officer_session", "login_failure", "officer_account", "officer_recovery")
            return [int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()) for table in tables]

        assert await desk.node.run.read(counted) == [0, 0, 2, 20]
        desk.clock.at += timedelta(days=740)
        await sweep(desk.node)
        assert await desk.node.run.read(counted) == [0, 0, 1, 10]
