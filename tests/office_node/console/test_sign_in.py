"""Signing in at the console: forms without a script, what ends a session, and what a hostile page is told."""

import re
from pathlib import Path
from urllib.parse import urlencode

import pytest

from office_node.console.pages import POLICY
from office_node.domain.authenticators import code_at
from office_node.domain.throttle import FREE
from office_node.usecases.officer_accounts import make_officer
from tests.console_desk import FORM, Pages, hidden_of, policy_of, words_of
from tests.desk import GOOD, Desk, desk_in

pytestmark = pytest.mark.anyio


async def test_from_a_temporary_password_to_the_queue(tmp_path: Path, migrated_url: str) -> None:
    async with desk_in(tmp_path, migrated_url) as desk:
        temporary = await make_officer(desk.node, "o-17", name="Sari Utami", roles=("counter",), by=desk.by)
        pages = Pages(desk.browser())
        assert await pages.open("/") == "/console/sign-in"
        assert await pages.send("/console/sign-in", officer="o-17", password=temporary) == "/console/account"
        assert await pages.open("/console/cases") == "/console/account"
        await pages.send("/console/account/password", old=temporary, new=GOOD, again=GOOD)
        assert "Pasang autentikator" in words_of(pages.text)
        await pages.send("/console/account/authenticator", password=GOOD)
        secret = "".join(words_of(pages.text).split("sekali. ")[1].split(" Jenis")[0].split())
        await pages.send("/console/account/confirmation", code=code_at(secret, desk.clock.now()))
        assert pages.text.count("<code>") == 10
        assert await pages.open("/console") == "/console/cases"
        assert "Sari Utami" in pages.text


async def test_what_was_wrong_is_not_told_and_nothing_secret_comes_back(
    tmp_path: Path, migrated_sqlite_url: str
) -> None:
    async with desk_in(tmp_path, migrated_sqlite_url) as desk:
        sari = await desk.officer("o-17", "counter")
        told = set()
        for officer, password in (("o-17", "salah salah salah"), ("o-99", GOOD)):
            pages = Pages(desk.browser())
            await pages.send("/console/sign-in", officer=officer, password=password, code=desk.code(sari))
            assert pages.status == 401
            assert password not in pages.text
            told.add(words_of(pages.text))
        assert len(told) == 1


async def test_who_tries_too_often_is_told_how_long_to_wait(tmp_path: Path, migrated_sqlite_url: str) -> None:
    async with desk_in(tmp_path, migrated_sqlite_url) as desk:
        pages = Pages(desk.browser())
        for _ in range(FREE["name"] + 2):
            await pages.send("/console/sign-in", officer="o-17", password="salah salah salah")
        assert pages.status == 429
        assert "Coba lagi dalam" in words_of(pages.text)


async def signed_in(desk: Desk, *roles: str) -> Pages:
    pages = Pages(desk.browser())
    await pages.sign_in(await desk.officer("o-17", *roles), desk)  # type: ignore[arg-type]
    assert "__Host-jejak" in pages.browser.cookies
    return pages


async def test_signing_out_ends_the_session_and_what_the_browser_keeps(tmp_path: Path, migrated_url: str) -> None:
    async with desk_in(tmp_path, migrated_url) as desk:
        pages = await signed_in(desk, "counter")
        kept = dict(pages.browser.cookies)
        csrf = hidden_of(pages.text, "csrf")
        await pages.browser.call("POST", "/console/sign-out", content=f"csrf={csrf}".encode(), headers=FORM)
        assert pages.browser.last.headers["clear-site-data"] == '"cache", "storage"'
        pages.browser.cookies = kept
        assert await pages.open("/console/cases") == "/console/sign-in?ended=1"
        assert "Sesi sudah berakhir" in words_of(pages.text)


async def test_a_session_ends_and_a_form_sent_after_that_says_that_nothing_was_kept(
    tmp_path: Path, migrated_url: str
) -> None:
    async with desk_in(tmp_path, migrated_url) as desk:
        pages = await signed_in(desk, "counter")
        desk.clock.pass_by(minutes=16)
        await pages.send("/console/desk", role="counter", purpose="correction")
        assert pages.status == 401
        assert "belum tersimpan" in words_of(pages.text)
        assert (await desk.written())[-1] == "session-ended"


async def test_a_forged_form_is_refused_and_counted(tmp_path: Path, migrated_url: str) -> None:
    async with desk_in(tmp_path, migrated_url) as desk:
        pages = await signed_in(desk, "counter")
        csrf = hidden_of(pages.text, "csrf")
        good, body = pages.browser.origin, f"csrf={csrf}&role=counter&purpose=correction".encode()
        for origin, sent, headers in (
            ("https://evil.test", body, FORM), ("null", body, FORM), (None, body, FORM),
            (good, b"role=counter&purpose=correction", FORM), (good, body.replace(csrf.encode(), b"0" * 64), FORM),
            (good, body, {"Content-Type": "text/plain"}), (good, body, FORM | {"Sec-Fetch-Site": "cross-site"}),
        ):  # fmt: skip
            pages.browser.origin = origin
            answer = await pages.browser.call("POST", "/console/desk", content=sent, headers=headers)
            assert answer.status_code == 403, (origin, headers)
            assert "set-cookie" not in answer.headers
        pages.browser.origin = good
        answer = await pages.browser.call("POST", "/console/desk", content=body, headers=FORM)
        assert answer.status_code == 303


async def test_another_site_cannot_end_her_session(tmp_path: Path, migrated_sqlite_url: str) -> None:
    """Its requests come without the strict cookie, but what is set in the answer would count."""
    async with desk_in(tmp_path, migrated_sqlite_url) as desk:
        pages = await signed_in(desk, "counter")
        pages.browser.cookies = {}
        for method, origin in (("GET", None), ("POST", "https://evil.test"), ("POST", "null")):
            pages.browser.origin = origin
            answer = await pages.browser.call(method, "/console/desk", content=b"role=counter", headers=FORM)
            assert answer.status_code == (303 if method == "GET" else 403)
            assert "set-cookie" not in answer.headers
            assert "clear-site-data" not in answer.headers


async def test_role_and_purpose_are_hers_to_choose_and_no_others(tmp_path: Path, migrated_sqlite_url: str) -> None:
    async with desk_in(tmp_path, migrated_sqlite_url) as desk:
        pages = await signed_in(desk, "counter", "supervisor")
        await pages.send("/console/desk", role="supervisor", purpose="correction")
        assert "Penyelia, koreksi data" in words_of(pages.text)
        await pages.send("/console/desk", role="kakanim", purpose="gossip")
        assert "Penyelia, koreksi data" in words_of(pages.text)
        pages.browser.cookies["__Host-jejak-role"] = "kakanim"
        await pages.open("/console/cases")
        assert "Kepala kantor" not in words_of(pages.text)


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("auditor", "/console/cases/new"), ("administrator", "/console/cases"), ("administrator", "/console/alerts"),
        ("pimpasa", "/console/peers"), ("supervisor", "/console/officers"),
        ("auditor", f"/console/cases/{'0' * 32}/interview"),
    ],
)  # fmt: skip
async def test_what_her_role_may_not_do_is_refused_and_written_down(
    tmp_path: Path, migrated_sqlite_url: str, role: str, path: str
) -> None:
    async with desk_in(tmp_path, migrated_sqlite_url) as desk:
        pages = await signed_in(desk, role)
        await pages.open(path)
        assert pages.status == 403
        assert (await desk.written())[-1] == "role-refused"


async def test_every_page_has_the_policy_and_is_not_kept(tmp_path: Path, migrated_sqlite_url: str) -> None:
    async with desk_in(tmp_path, migrated_sqlite_url) as desk:
        pages = await signed_in(desk, "counter")
        for path in ("/console/sign-in", "/console/cases", "/console/none", "/console/cases/new", "/console/cases/x"):
            answer = await pages.browser.call("GET", path)
            assert policy_of(answer) == POLICY
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["content-type"].startswith("text/html")
        assert "unsafe" not in POLICY
        assert "*" not in POLICY


async def test_the_whole_console_speaks_english_to_who_wants_it(tmp_path: Path, migrated_sqlite_url: str) -> None:
    async with desk_in(tmp_path, migrated_sqlite_url) as desk:
        pages = Pages(desk.browser())
        await pages.open("/console/sign-in")
        assert '<html lang="id">' in pages.text
        assert await pages.send("/console/language", language="en", back="/console/sign-in") == "/console/sign-in"
        assert '<html lang="en">' in pages.text
        assert "Authenticator code" in words_of(pages.text)
        for back in (
            "https://evil.test/",
            "//evil.test",
            "/console\\evil",
            "/console\r\nSet-Cookie: a=b",
            "/console/é",
        ):
            body = urlencode({"language": "xx", "back": back}).encode()
            answer = await pages.browser.call("POST", "/console/language", content=body, headers=FORM)
            assert (answer.headers["location"], "set-cookie" in answer.headers) == ("/console", False)


async def test_a_training_node_says_so_on_every_page(tmp_path: Path, migrated_sqlite_url: str) -> None:
    async with desk_in(tmp_path, migrated_sqlite_url, training=True) as desk:
        pages = Pages(desk.browser())
        for path in ("/console/sign-in", "/console/none"):
            await pages.open(path)
            assert "LATIHAN" in pages.text


async def test_an_administrator_keeps_accounts_and_a_temporary_password_is_shown_once(
    tmp_path: Path, migrated_url: str
) -> None:
    async with desk_in(tmp_path, migrated_url) as desk:
        pages = await signed_in(desk, "administrator")
        assert await pages.open("/console") == "/console/officers"
        await pages.send("/console/officers", officer="O 20", name="Ratna Dewi")
        assert pages.status == 422
        assert "Pilih sedikitnya satu peran" in words_of(pages.text)
        await pages.send("/console/officers", officer="o-20", name="Ratna Dewi", **{"role-interview": "on"})
        temporary = secret_of(pages.text)
        assert "Ratna Dewi Petugas wawancara aktif belum selesai" in words_of(pages.text)
        await pages.open("/console/officers")
        assert temporary not in pages.text
        hers = Pages(desk.browser())
        assert await hers.send("/console/sign-in", officer="o-20", password=temporary) == "/console/account"
        await pages.send("/console/officers/o-20/disable")
        assert "dinonaktifkan" in words_of(pages.text)
        assert await hers.open("/console/account") == "/console/sign-in?ended=1"
        await pages.send("/console/officers/o-20/enable")
        await pages.send("/console/officers/o-20/reset")
        assert secret_of(pages.text) not in ("", temporary)
        for act in ("disable", "burn"):
            await pages.send(f"/console/officers/o-17/{act}")
            assert pages.status in (409, 422)
        assert {"officer-made", "officer-disabled", "officer-reset"} <= set(await desk.written())


def secret_of(page: str) -> str:
    found = re.search(r'class="secret">([^<]+)<', page)
    return found[1] if found else ""


async def test_a_browser_that_comes_from_the_provider_in_vain_is_shown_a_page(
    tmp_path: Path, migrated_sqlite_url: str
) -> None:
    async with desk_in(tmp_path, migrated_sqlite_url) as desk:
        browser = desk.browser()
        for path in ("/session/v1/oidc", "/session/v1/oidc/return?state=x&code=y"):
            answer = await browser.call("GET", path, headers={"Accept": "text/html"})
            assert (answer.status_code, policy_of(answer)) == (404, POLICY)
            assert 'href="/console"' in answer.text
            answer = await browser.call("GET", path)
            assert answer.json()["code"] == "not-found"
