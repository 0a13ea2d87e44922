"""One administrator always stays, whoever else changes something at the same moment, in whatever process."""

import asyncio
from pathlib import Path

import pytest

from office_node.errors import JejakError
from office_node.usecases.officer_accounts import list_officers, make_officer, reset_officer, set_roles, set_state
from shared_schemas.statement import Actor
from tests.desk import OFFICE, Desk, desk_in

pytestmark = pytest.mark.anyio


async def administrators(desk: Desk) -> list[str]:
    found = await list_officers(desk.node, by=desk.by)
    return [one.officer for one in found if one.state == "active" and "administrator" in one.roles]


async def two(desk: Desk) -> None:
    for ref in ("o-1", "o-2"):
        await make_officer(desk.node, ref, name="Sari Utami", roles=("administrator",), by=desk.by)


async def test_the_last_administrator_stays(tmp_path: Path, migrated_url: str) -> None:
    async with desk_in(tmp_path, migrated_url) as desk:
        await make_officer(desk.node, "o-3", name="Budi", roles=("kakanim", "counter"), by=desk.by)
        await two(desk)
        await set_state(desk.node, "o-2", state="disabled", by=desk.by)
        for attempt in (
            set_state(desk.node, "o-1", state="disabled", by=desk.by),
            set_roles(desk.node, "o-1", roles=("kakanim",), by=desk.by),
        ):
            with pytest.raises(JejakError, match="last-administrator"):
                await attempt
        assert await administrators(desk) == ["o-1"]
        await reset_officer(desk.node, "o-1", by=desk.by)  # she logs in with the new password
        await set_roles(desk.node, "o-3", roles=("kakanim", "administrator"), by=desk.by)
        await set_state(desk.node, "o-1", state="disabled", by=desk.by)
        assert await administrators(desk) == ["o-3"]


async def test_two_administrators_who_disable_one_another_at_once_leave_one(tmp_path: Path, migrated_url: str) -> None:
    for turn in range(5):
        async with (
            desk_in(tmp_path, migrated_url, seed=f"a{turn}") as one,
            desk_in(tmp_path, migrated_url, seed=f"b{turn}") as other,
        ):
            if turn == 0:
                await two(one)
            outcomes = await asyncio.gather(
                set_state(
                    one.node, "o-2", state="disabled", by=Actor(office=OFFICE, role="administrator", officer="o-1")
                ),
                set_state(
                    other.node, "o-1", state="disabled", by=Actor(office=OFFICE, role="administrator", officer="o-2")
                ),
                return_exceptions=True,
            )
            assert [str(one) for one in outcomes if one is not None] == ["last-administrator"]
            left = await administrators(one)
            assert len(left) == 1
            for ref in ("o-1", "o-2"):
                await set_state(one.node, ref, state="active", by=one.by)


async def test_of_two_accounts_of_one_name_made_at_once_there_is_one(tmp_path: Path, migrated_url: str) -> None:
    async with desk_in(tmp_path, migrated_url) as one, desk_in(tmp_path, migrated_url, seed="2") as other:
        outcomes = await asyncio.gather(
            *(make_officer(desk.node, "o-1", name="Sari", roles=("counter",), by=desk.by) for desk in (one, other)),
            return_exceptions=True,
        )
        assert [str(outcome) for outcome in outcomes if isinstance(outcome, Exception)] == ["officer-exists"]


async def test_no_account_has_the_role_of_a_machine_or_a_steward(tmp_path: Path, migrated_sqlite_url: str) -> None:
    async with desk_in(tmp_path, migrated_sqlite_url) as desk:
        for roles in (("node",), ("steward", "counter"), ()):
            with pytest.raises(JejakError, match="role-not-allowed"):
                await make_officer(desk.node, "o-1", name="Sari", roles=roles, by=desk.by)
        assert await list_officers(desk.node, by=desk.by) == []


async def test_a_change_that_is_cut_off_is_whole_or_absent(tmp_path: Path, migrated_url: str) -> None:
    async with desk_in(tmp_path, migrated_url) as desk:
        await two(desk)
        sari = await desk.officer("o-17", "counter")
        browser = await desk.logged_in(sari)
        before = await desk.written()
        for turn in range(20):
            work = asyncio.create_task(reset_officer(desk.node, "o-17", by=desk.by))
            for _ in range(turn % 4):
                await asyncio.sleep(0)
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
        await desk.node.run.write(lambda connection: None)
        (account,) = [one for one in await list_officers(desk.node, by=desk.by) if one.officer == "o-17"]
        happened = (await desk.written())[len(before) :].count("officer-reset")
        assert account.must_change == (happened > 0)
        assert ((await browser.call("GET", "/session/v1")).status_code == 401) == (happened > 0)
