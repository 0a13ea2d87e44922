"""A case that has moved is one case with one owner: no decision is lost, it is told once, and it can come back."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from office_node.usecases.refusals import NotSuccessorError
from services.simulator import acts
from services.simulator.acts import ActRefusedError, settle
from services.simulator.federation import Simulation, simulate
from services.simulator.loop import run_virtual, seeded
from services.simulator.lying import body_of
from services.stewards.drafts import Change, with_epoch
from services.stewards.drafts_members import with_regions, with_successor, without_office
from services.stewards.roster_maker import suspend
from shared_schemas.cases import CaseView
from shared_schemas.roster import Region
from tests.federation.cast import AGAIN, BANDAR, FIRST, KALIANDA, KOTABUMI, STRANGER, postponed_in_kalianda
from tests.federation.moving import found_in, hand, hand_all, publish
from tests.federation.sending import inquiry, notice, send, tokens_of

LONG = date(2020, 1, 1)


async def case_at(simulation: Simulation, office: str, case: str) -> CaseView:
    response = await simulation[office].call("GET", f"/office/v1/cases/{case}")
    return CaseView.model_validate_json(response.content)


def moves(today: date, *, giver: str, taker: str) -> list[Change]:
    """The regency of the people here is another office's from today on."""
    return [
        with_regions(giver, [Region(code="18.01", valid_from=LONG, valid_until=today)]),
        with_regions(taker, [Region(code="18.01", valid_from=today)]),
    ]


def test_from_the_first_sending_on_the_successor_alone_decides(tmp_path: Path, urls: Sequence[str | None]) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls, longest_backoff_s=20) as simulation:
            case = await postponed_in_kalianda(simulation)
            await publish(simulation, with_successor(KALIANDA, successor=BANDAR))
            simulation.network.down(KOTABUMI)
            assert (await hand(simulation)).waiting == 1
            for standing in ("cleared", "withdrawn"):
                with pytest.raises(ActRefusedError, match="409 case-moved"):
                    await acts.decide(simulation[KALIANDA], case, standing)
            assert (await case_at(simulation, KALIANDA, case)).moved_to == BANDAR
            await acts.decide(simulation[BANDAR], case, "refused", reason_group="B")
            assert (await hand(simulation)).waiting == 1
            simulation.network.heal(KOTABUMI)
            await settle(simulation, 90)
            assert (await hand(simulation)).ended == 1
            await settle(simulation, 10)
            assert await found_in(simulation, key="after-0001") == {BANDAR: "refused"}
            with pytest.raises(ActRefusedError, match="409 case-moved"):
                await acts.decide(simulation[KALIANDA], case, "cleared")
            seen = await case_at(simulation, BANDAR, case)
            assert (seen.standing, seen.moved_to) == ("refused", None)

    run_virtual(story())


def test_an_office_that_stays_after_all_decides_on_what_nobody_took(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            case = await postponed_in_kalianda(simulation)
            await publish(simulation, with_successor(KALIANDA, successor=BANDAR))
            simulation.network.down(BANDAR)
            assert (await hand(simulation)).failed == 1
            await publish(simulation, with_successor(KALIANDA, successor=None))
            simulation.network.heal(BANDAR)
            assert (await case_at(simulation, KALIANDA, case)).moved_to is None
            await acts.decide(simulation[KALIANDA], case, "cleared")
            await settle(simulation, 30)
            assert await found_in(simulation, key="after-0001") == {}

    run_virtual(story())


def test_a_case_that_comes_back_is_found_at_every_moment(tmp_path: Path, urls: Sequence[str | None]) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            case = await postponed_in_kalianda(simulation)
            today = simulation[BANDAR].clock.now().date()
            await publish(simulation, *moves(today, giver=KALIANDA, taker=BANDAR))
            assert (await hand_all(simulation)).ended == 1
            assert await found_in(simulation, key="there-0001") == {BANDAR: "postponed"}
            await acts.decide(simulation[BANDAR], case, "refused", reason_group="A")
            await publish(simulation, *moves(today, giver=BANDAR, taker=KALIANDA))
            assert (await hand(simulation, BANDAR)).waiting == 1
            assert set(await found_in(simulation, key="between-01")) == {KALIANDA}
            await settle(simulation, 10)
            assert (await hand_all(simulation, BANDAR)).ended == 1
            assert await found_in(simulation, key="back-00001") == {KALIANDA: "refused"}
            seen = await case_at(simulation, KALIANDA, case)
            assert (seen.standing, seen.moved_to) == ("refused", None)
            await acts.decide(simulation[KALIANDA], case, "cleared")
            await settle(simulation, 10)
            assert await found_in(simulation, key="over-00001") == {}

    run_virtual(story())


def test_one_application_is_told_once_while_two_offices_have_it(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            case = await postponed_in_kalianda(simulation)
            await publish(simulation, with_successor(KALIANDA, successor=BANDAR))
            await hand(simulation)
            await settle(simulation, 10)
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation, 5)
            view = await acts.screening(simulation[KOTABUMI], filed.screening)
            assert {row.office: row.outcome for row in view.coverage} == {KALIANDA: "hit", BANDAR: "hit"}
            assert [(row.office, row.case) for row in view.history] == [(BANDAR, case)]
            assert [(trace.office, trace.confirmed) for trace in view.traces] == [(BANDAR, True)]
            assert {row.office: row.goes_on_for for row in view.coverage} == {KALIANDA: (), BANDAR: (KALIANDA,)}
            own = await acts.ask_again(simulation[BANDAR], case)
            await settle(simulation, 5)
            told = await acts.screening(simulation[BANDAR], own)
            assert {(row.office, row.case) for row in told.history} == {(KOTABUMI, filed.case)}
            assert {trace.office for trace in told.traces} == {KOTABUMI}
            simulation.network.down(BANDAR)
            alone = await acts.file(simulation[KOTABUMI], AGAIN, key="alone-0001")
            await settle(simulation, 5)
            view = await acts.screening(simulation[KOTABUMI], alone.screening)
            assert [(row.office, row.case) for row in view.history if row.office != KOTABUMI] == [(KALIANDA, case)]

    run_virtual(story())


def test_who_uses_the_reference_of_anothers_case_hides_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            case = await postponed_in_kalianda(simulation)
            liar = simulation[BANDAR]
            own = notice(liar, case=case, number=90, tokens=tokens_of(liar, KALIANDA, case))
            question = inquiry(liar, own)
            for asked, told in ((KALIANDA, "hits"), (KOTABUMI, "traces")):
                response = await send(simulation, liar, asked, "/inquiries", inquiry=question, notice=own)
                assert [one["case"] for one in body_of(response.json()["answer"])[told]] == [case]
            gone = notice(liar, case=case, number=91, revision=2, standing="cleared", until=None, tokens=None)
            assert (await send(simulation, liar, KOTABUMI, "/notices", notice=gone)).status_code == 200
            assert await found_in(simulation, key="after-0001") == {KALIANDA: "postponed"}

    run_virtual(story())


def test_offices_that_exchanged_regions_hide_nothing_of_one_another(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            today = simulation[BANDAR].clock.now().date()
            ended, new = {"valid_from": LONG, "valid_until": today}, {"valid_from": today}
            await publish(
                simulation,
                with_regions(KALIANDA, [Region(code="18.01", **ended), Region(code="18.02", **new)]),
                with_regions(BANDAR, [Region(code="18.02", **ended), Region(code="18.01", **new)]),
            )
            await hand_all(simulation)
            assert await found_in(simulation, key="after-0001") == {BANDAR: "postponed"}
            filed = await acts.file(simulation[KOTABUMI], AGAIN, key="after-0002")
            simulation.network.down(BANDAR)
            await settle(simulation, 5)
            view = await acts.screening(simulation[KOTABUMI], filed.screening)
            assert [trace.office for trace in view.traces] == [BANDAR]

    run_virtual(story())


def test_a_late_hit_alerts_the_office_that_goes_on(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, longest_backoff_s=20) as simulation:
            await settle(simulation)
            first = await acts.file(simulation[KOTABUMI], FIRST)
            await acts.postpone(simulation[KOTABUMI], first.case)
            await settle(simulation, 5)
            simulation.network.down(KOTABUMI)
            filed = await acts.file(simulation[KALIANDA], AGAIN)
            await settle(simulation, 5)
            await publish(simulation, with_successor(KALIANDA, successor=BANDAR))
            assert (await hand(simulation)).waiting == 1
            await simulation.stop(simulation[KALIANDA])
            simulation.network.heal(KOTABUMI)
            await settle(simulation, 90)
            late = [(one.case, one.office) for one in await acts.alerts(simulation[BANDAR]) if one.kind == "late_hit"]
            assert late == [(filed.case, KOTABUMI)]

    run_virtual(story())


def test_who_is_suspended_or_gone_need_not_be_told(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            await publish(simulation, with_successor(KALIANDA, successor=BANDAR))
            simulation.network.down(KOTABUMI)
            assert (await hand(simulation)).waiting == 1
            now = simulation[BANDAR].clock.now()
            simulation.federation = suspend(simulation.federation, KOTABUMI, now=now, reason="misconduct")
            await publish(simulation)
            assert (await hand(simulation)).ended == 1

    run_virtual(story())


def test_while_the_successor_is_not_there_nothing_is_done(tmp_path: Path) -> None:
    """An administrator who reads *stay here* would let the stewards end the membership."""

    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            await publish(simulation, with_successor(KALIANDA, successor=BANDAR))
            now = simulation[BANDAR].clock.now()
            simulation.federation = suspend(simulation.federation, BANDAR, now=now, reason="misconduct")
            await publish(simulation)
            done = await hand(simulation)
            assert (done.failed, done.kept, done.ended) == (1, 0, 0)

    run_virtual(story())


def test_what_goes_to_one_office_can_be_handed_over_alone(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            await acts.file(simulation[KALIANDA], {**STRANGER, "village": "18.02.01.2001"}, key="other-0001")
            await settle(simulation, 5)
            with pytest.raises(NotSuccessorError):
                await hand(simulation, to=BANDAR)
            today = simulation[BANDAR].clock.now().date()
            ended = [Region(code=code, valid_from=LONG, valid_until=today) for code in ("18.01", "18.02")]
            await publish(
                simulation,
                with_regions(KALIANDA, ended),
                with_regions(BANDAR, [Region(code="18.01", valid_from=today)]),
                with_regions(KOTABUMI, [Region(code="18.02", valid_from=today)]),
            )
            one = await hand(simulation, to=BANDAR)
            assert (one.waiting, one.kept) == (1, 1)
            await settle(simulation, 10)
            one = await hand(simulation)
            assert (one.ended, one.waiting) == (1, 1)

    run_virtual(story())


def test_the_trace_of_an_office_that_is_gone_is_ended_by_its_successor(
    tmp_path: Path, urls: Sequence[str | None]
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            case = await postponed_in_kalianda(simulation)
            await simulation.stop(simulation[KALIANDA])
            told = {"reason": "Syarat sudah dipenuhi", "second": {"role": "supervisor", "officer": "o-2"}}
            path = f"/office/v1/traces/{KALIANDA}/{case}/clearance"

            async def clear(office: str, path: str = path) -> tuple[int, str | None]:
                response = await simulation[office].call("POST", path, json=told, role="interview")
                return response.status_code, response.json()["code"] if response.content else None

            assert await clear(BANDAR) == (403, "not-successor")
            now = simulation[BANDAR].clock.now()
            epoch = with_epoch(opens_at=now, random=seeded("burned"))
            await publish(simulation, without_office(KALIANDA, now=now, successor=BANDAR), epoch)
            await settle(simulation, 5)
            filed = await acts.file(simulation[KOTABUMI], AGAIN)
            await settle(simulation, 5)
            view = await acts.screening(simulation[KOTABUMI], filed.screening)
            assert [(trace.office, trace.confirmed) for trace in view.traces] == [(KALIANDA, False)]
            assert await clear(KOTABUMI) == (403, "not-successor")
            assert await clear(BANDAR, path.replace(case, "ab" * 16)) == (404, "not-found")
            told["second"] = {"role": "supervisor", "officer": "o-1"}
            assert await clear(BANDAR) == (409, "same-officer")
            told["second"] = {"role": "supervisor", "officer": "o-2"}
            assert await clear(BANDAR) == (204, None)
            assert await clear(BANDAR) == (409, "already-decided")
            await settle(simulation, 10)
            again = await acts.file(simulation[KOTABUMI], AGAIN, key="after-0001")
            await settle(simulation, 5)
            assert (await acts.screening(simulation[KOTABUMI], again.screening)).traces == ()
            assert [entry.case_ref for entry in acts.acted(simulation[BANDAR], type="trace-cleared")] == [case]

    run_virtual(story())
