"""The second signature is hers: own password and code, for one case, act and first officer, once, for five minutes."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from office_node.usecases.officer_accounts import make_officer, set_state
from services.simulator.acts import file, move, settle
from services.simulator.federation import Office, simulate
from services.simulator.loop import VirtualClock, run_virtual
from shared_schemas.statement import Actor, Role
from tests.desk import GOOD, Browser, Desk, Officer, StandingClock
from tests.federation.cast import KALIANDA, STRANGER

DECISION: dict[str, Any] = {
    "transition": "postpone", "reason_code": "B3", "reason": "Keterangan tidak benar", "condition": ["Surat Disnaker"],
}  # fmt: skip


class Seats(Desk):
    """A desk at a simulated office, with people at it."""

    async def sit(self, ref: str, *roles: Role) -> Officer:
        by = Actor(office=KALIANDA, role="administrator")
        temporary = await make_officer(self.node, ref, name="Sari Utami", roles=roles, by=by)
        return await self.officer(ref, *roles, temporary=temporary)


@dataclass
class Forward(StandingClock):
    """The simulated office's clock, which the test puts forward."""

    of: VirtualClock = field(default_factory=VirtualClock)

    def now(self) -> datetime:
        return self.of.now()

    def pass_by(self, **parts: float) -> None:
        self.of.skew += timedelta(**parts)


def seats(office: Office) -> Seats:
    assert office.app is not None
    return Seats(office.app, Forward(of=office.clock))


@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_a_decision_that_harms_takes_the_second_officers_own_proof(
    tmp_path: Path, database: str, request: pytest.FixtureRequest
) -> None:
    url = None if database == "sqlite" else request.getfixturevalue("migrated_postgres_url")

    async def story() -> None:
        async with simulate(tmp_path, offices=(KALIANDA,), urls=[url]) as simulation:
            await settle(simulation)
            desk = seats(simulation[KALIANDA])
            case = (await file(simulation[KALIANDA], STRANGER)).case
            await move(simulation[KALIANDA], case, {"transition": "receive"}, role="counter")
            other = (await file(simulation[KALIANDA], STRANGER | {"name": "Orang Lain Sekali"}, key="other-0001")).case
            await move(simulation[KALIANDA], other, {"transition": "receive"}, role="counter")
            await desk.sit("o-1", "administrator")
            budi = await desk.sit("o-2", "supervisor", "counter")
            browser = await desk.logged_in(await desk.sit("o-17", "interview"))
            third = await desk.logged_in(await desk.sit("o-18", "interview"))

            async def prove(seat: Browser, **changed: Any) -> tuple[int, dict[str, Any]]:
                desk.clock.pass_by(seconds=31)
                body = {
                    "officer": "o-2", "password": GOOD, "code": desk.code(budi), "role": "supervisor", "case": case,
                    "act": "decision", "of": "postpone", **changed,
                }  # fmt: skip
                answer = await seat.call("POST", "/session/v1/proofs", json=body)
                return answer.status_code, answer.json()

            async def decide(seat: Browser, of: str = case, **second: Any) -> tuple[int, str]:
                body = DECISION | ({"second": {"role": "supervisor", "officer": "o-2"} | second} if second else {})
                return await seat.told("POST", f"/office/v1/cases/{of}/transitions", body)

            refused = (403, "proof-refused")
            assert await decide(browser) == (409, "second-officer-needed")
            assert await decide(browser, officer="o-2") == refused  # named, as an office system would
            assert await decide(browser, proof="0" * 64) == refused
            for changed, code in (
                ({"password": "x"}, "login-refused"), ({"code": "000000"}, "login-refused"),
                ({"role": "counter"}, "role-not-allowed"), ({"role": "kakanim"}, "role-not-allowed"),
                ({"first": "o-2"}, "same-officer"), ({"first": "o-18"}, "proof-refused"),
            ):  # fmt: skip
                assert (await prove(browser, **changed))[1]["code"] == code, changed
                desk.clock.pass_by(minutes=2)
                for seat in (browser, third):
                    await seat.call("GET", "/session/v1")
            status, proof = await prove(browser)
            assert status == 201
            assert await decide(browser, other, proof=proof["proof"]) == refused
            _, proof = await prove(browser)
            assert await decide(third, proof=proof["proof"]) == refused
            _, proof = await prove(browser, act="clearance", of=None)
            assert await decide(browser, proof=proof["proof"]) == refused
            for wrong in ({"of": None}, {"of": case}, {"act": "answer"}, {"act": "clearance"}):
                assert (await prove(browser, **wrong))[1]["code"] == "invalid-input", wrong
            _, proof = await prove(browser, of="refuse")
            assert await decide(browser, proof=proof["proof"]) == refused
            _, proof = await prove(browser)
            desk.clock.pass_by(minutes=5)
            assert await decide(browser, proof=proof["proof"]) == refused
            _, proof = await prove(browser)
            await set_state(desk.node, "o-2", state="disabled", by=Actor(office=KALIANDA, role="administrator"))
            assert await decide(browser, proof=proof["proof"]) == refused
            await set_state(desk.node, "o-2", state="active", by=Actor(office=KALIANDA, role="administrator"))
            _, proof = await prove(browser)
            assert await decide(browser, proof=proof["proof"]) == (200, "")
            assert await decide(browser, proof=proof["proof"]) == refused
            types = await desk.written()
            assert types.index("officer-proved") < types.index("decision")

    run_virtual(story())


def test_she_can_sign_in_a_session_of_her_own_for_the_officer_whom_she_names(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, offices=(KALIANDA,)) as simulation:
            await settle(simulation)
            desk = seats(simulation[KALIANDA])
            case = (await file(simulation[KALIANDA], STRANGER)).case
            await move(simulation[KALIANDA], case, {"transition": "receive"}, role="counter")
            await desk.sit("o-1", "administrator")
            budi = await desk.sit("o-2", "kakanim")
            browser = await desk.logged_in(await desk.sit("o-17", "interview"))
            hers = await desk.logged_in(budi)
            body = {
                "officer": "o-2", "password": GOOD, "code": desk.code(budi), "role": "kakanim", "case": case,
                "act": "decision", "of": "postpone", "first": "o-17",
            }  # fmt: skip
            proof = (await hers.call("POST", "/session/v1/proofs", json=body)).json()["proof"]
            second = {"role": "kakanim", "officer": "o-2", "proof": proof}
            path = f"/office/v1/cases/{case}/transitions"
            assert await browser.told("POST", path, DECISION | {"second": second}) == (200, "")

    run_virtual(story())
