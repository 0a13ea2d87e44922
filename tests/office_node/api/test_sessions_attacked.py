"""What somebody gains who sits at an officer's open session, or knows her password, and tries codes: nothing."""

from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest

from office_node.domain.authenticators import code_at
from office_node.domain.throttle import FREE
from office_node.usecases.account_refusals import SessionEndedError
from office_node.usecases.log_in import change_password, confirm_authenticator
from office_node.usecases.officer_accounts import end_officer_sessions, make_officer
from office_node.usecases.officer_sessions import find_session
from tests.desk import COOKIE, GOOD, OTHER, Browser, Desk, desk_in

pytestmark = pytest.mark.anyio
LOCKED = (429, "login-locked")
CONFIRMATION = "/session/v1/authenticator/confirmation"


async def enrolling(desk: Desk) -> tuple[Browser, str]:
    """Somebody who was shown the secret of her first authenticator and has not confirmed it yet."""
    temporary = await make_officer(desk.node, "o-17", name="Sari Utami", roles=("interview",), by=desk.by)
    browser = desk.browser()
    assert (await browser.log_in("o-17", temporary)).status_code == 200
    begun = await browser.call("POST", "/session/v1/authenticator", json={"password": temporary})
    return browser, begun.json()["secret"]


async def test_codes_of_a_new_authenticator_cannot_be_tried_without_end(tmp_path: Path, migrated_url: str) -> None:
    async with desk_in(tmp_path, migrated_url) as desk:
        browser, secret = await enrolling(desk)
        tried = [await browser.told("POST", CONFIRMATION, {"code": "000000"}) for _ in range(FREE["name"] + 1)]
        assert tried[-1] == LOCKED
        assert await browser.told("POST", CONFIRMATION, {"code": code_at(secret, desk.clock.now())}) == LOCKED
        assert (await desk.written()).count("login-refused") == FREE["name"]
        desk.clock.pass_by(seconds=60)
        code = {"code": code_at(secret, desk.clock.now())}
        assert (await browser.call("POST", CONFIRMATION, json=code)).status_code == 200


async def test_a_password_alone_does_not_forgive_codes_that_were_guessed(tmp_path: Path, migrated_url: str) -> None:
    async with desk_in(tmp_path, migrated_url) as desk:
        browser = await desk.logged_in(await desk.officer("o-17"))
        for _ in range(FREE["name"] - 1):
            assert (await desk.browser(source="10.0.0.9").log_in("o-17", GOOD, "000000")).status_code == 401
        changed = await browser.call("POST", "/session/v1/password", json={"old": GOOD, "new": OTHER})
        assert changed.status_code == 200
        assert (await desk.browser(source="10.0.0.9").log_in("o-17", OTHER, "000000")).status_code == 401
        assert (await desk.browser(source="10.0.0.9").log_in("o-17", OTHER, "000000")).status_code == 429


@pytest.mark.parametrize("change", ["password", "authenticator"])
async def test_a_session_that_was_ended_meanwhile_opens_no_other(
    tmp_path: Path, migrated_url: str, change: str
) -> None:
    async with desk_in(tmp_path, migrated_url) as desk:
        sari = await desk.officer("o-17")
        browser = await desk.logged_in(sari)
        present = await find_session(desk.node, browser.cookies[COOKIE])
        body = {"password": GOOD, "code": desk.code(sari)}
        secret = (await browser.call("POST", "/session/v1/authenticator", json=body)).json()["secret"]
        await end_officer_sessions(desk.node, "o-17", by=desk.by)
        code = code_at(secret, desk.clock.now())
        if change == "password":
            late: Coroutine[Any, Any, object] = change_password(
                desk.node, present, old=GOOD, new=OTHER, source="10.0.0.9"
            )
        else:
            late = confirm_authenticator(desk.node, present, code, source="10.0.0.9")
        with pytest.raises(SessionEndedError):
            await late
        assert {"password-changed", "authenticator-enrolled"} & set((await desk.written())[-3:]) == set()
