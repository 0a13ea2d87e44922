"""Offices are closed, merged and split: their history is found under the successor, at every moment."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from office_node.domain.succession import goes_to
from office_node.store import questions, screenings
from office_node.usecases.refresh_roster import refresh_roster
from services.simulator import acts
from services.simulator.acts import settle
from services.simulator.federation import simulate
from services.simulator.loop import run_virtual, seeded
from services.stewards.drafts import StewardError, lifting, with_epoch
from services.stewards.drafts_members import with_regions, with_successor, without_office
from services.stewards.roster_maker import suspend
from shared_schemas.base import rfc3339
from shared_schemas.roster import Member, Region
from tests.federation.cast import BANDAR, KALIANDA, KOTABUMI, STRANGER, postponed_in_kalianda
from tests.federation.moving import found_in, hand, publish
from tests.federation.sending import send, stated


def test_a_closed_offices_history_is_found_under_its_successor(tmp_path: Path, urls: Sequence[str | None]) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            case = await postponed_in_kalianda(simulation)
            assert await found_in(simulation, key="before-001") == {KALIANDA: "postponed"}
            await publish(simulation, with_successor(KALIANDA, successor=BANDAR))
            first = await hand(simulation)
            assert (first.waiting, first.failed) == (1, 0)
            assert await found_in(simulation, key="between-01") == {BANDAR: "postponed"}  # one case, told once
            await settle(simulation, 10)
            second = await hand(simulation)
            assert (second.ended, second.waiting, second.failed) == (1, 0, 0)
            await settle(simulation, 10)
            assert await found_in(simulation, key="after-0001") == {BANDAR: "postponed"}
            now = simulation[BANDAR].clock.now()
            epoch = with_epoch(opens_at=now, random=seeded("left"))
            await publish(simulation, without_office(KALIANDA, now=now, successor=BANDAR), epoch)
            await simulation.stop(simulation[KALIANDA])
            await settle(simulation, 400)
            assert await found_in(simulation, key="closed-001") == {BANDAR: "postponed"}
            assert set(await acts.coverage(simulation[KOTABUMI], (await acts.file(
                simulation[KOTABUMI], STRANGER, key="asked-0001"
            )).screening)) == {BANDAR}  # fmt: skip
            assert acts.held(simulation[KOTABUMI], KALIANDA)[case].standing == "cleared"

    run_virtual(story())


def test_who_was_suspended_or_joins_later_hears_from_others_what_an_office_said_before_it_left(
    tmp_path: Path, urls: Sequence[str | None]
) -> None:
    """Kotabumi is suspended while Kalianda ends one case and leaves with another; neither can be asked of it again."""

    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            ended = await postponed_in_kalianda(simulation)
            await settle(simulation, 10)
            assert acts.held(simulation[KOTABUMI], KALIANDA)[ended].standing == "postponed"
            now = simulation[BANDAR].clock.now()
            simulation.federation = suspend(simulation.federation, KOTABUMI, now=now, reason="misconduct")
            for office in simulation.offices.values():
                await refresh_roster(office.node)
            await acts.decide(simulation[KALIANDA], ended, "cleared")
            kept = (await acts.file(simulation[KALIANDA], STRANGER, key="kept-0001")).case
            await settle(simulation, 30)
            now = simulation[BANDAR].clock.now()
            await publish(simulation, without_office(KALIANDA, now=now, successor=BANDAR))
            await simulation.stop(simulation[KALIANDA])
            digests = simulation.federation.suspension_digests
            await publish(simulation, lifting(digests))
            await settle(simulation, 200)
            held = acts.held(simulation[KOTABUMI], KALIANDA)
            assert {ref: one.standing for ref, one in held.items()} == {ended: "cleared", kept: "under_examination"}

    run_virtual(story())


def test_a_question_to_an_office_that_left_unanswered_is_asked_anew_of_those_who_are_there(
    tmp_path: Path, urls: Sequence[str | None]
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls, longest_backoff_s=60) as simulation:
            await settle(simulation, 10)
            await simulation.stop(simulation[KALIANDA])
            filed = await acts.file(simulation[KOTABUMI], STRANGER, key="asked-0001")
            await settle(simulation, 10)
            assert (await acts.coverage(simulation[KOTABUMI], filed.screening))[KALIANDA].outcome == "unknown"
            now = simulation[BANDAR].clock.now()
            await publish(simulation, without_office(KALIANDA, now=now, successor=BANDAR))
            await settle(simulation, 130)
            with simulation[KOTABUMI].engine.begin() as connection:
                [old, new] = screenings.of_case(connection, filed.case)
                assert questions.due_offices(connection, now=now + timedelta(days=1)) == []
            assert old == filed.screening
            assert {o: c.outcome for o, c in (await acts.coverage(simulation[KOTABUMI], new)).items()} == {
                BANDAR: "no_hit"
            }

    run_virtual(story())


def test_the_successor_can_decide_what_it_took_over(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            case = await postponed_in_kalianda(simulation)
            await publish(simulation, with_successor(KALIANDA, successor=BANDAR))
            await hand(simulation)
            await settle(simulation, 10)
            await hand(simulation)
            await acts.decide(simulation[BANDAR], case, "cleared")
            await settle(simulation, 10)
            assert await found_in(simulation, key="after-0001") == {}

    run_virtual(story())


def test_what_the_successor_has_not_told_everybody_the_giver_does_not_end(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, longest_backoff_s=30) as simulation:
            await postponed_in_kalianda(simulation)
            await publish(simulation, with_successor(KALIANDA, successor=BANDAR))
            simulation.network.down(KOTABUMI)
            for _ in range(3):
                assert (await hand(simulation)).waiting == 1
                await settle(simulation, 20)
            simulation.network.heal(KOTABUMI)
            simulation.network.down(BANDAR)
            assert (await hand(simulation)).failed == 1
            assert await found_in(simulation, key="between-01") == {KALIANDA: "postponed"}
            simulation.network.heal(BANDAR)
            await settle(simulation, 120)
            assert (await hand(simulation)).ended == 1

    run_virtual(story())


def test_of_a_split_office_only_the_cases_of_the_region_that_has_moved_go(tmp_path: Path) -> None:
    """Hers is in the regency that has moved (18.01), the other's is not."""

    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            other = await acts.file(simulation[KALIANDA], {**STRANGER, "village": "18.02.01.2001"}, key="other-0001")
            await settle(simulation, 5)
            today = simulation[BANDAR].clock.now().date()
            long = today - timedelta(days=900)
            await publish(
                simulation,
                with_regions(KALIANDA, [
                    Region(code="18.01", valid_from=long, valid_until=today), Region(code="18.02", valid_from=long),
                ]),
                with_regions(BANDAR, [Region(code="18.01", valid_from=today)]),
            )  # fmt: skip
            await hand(simulation)
            await settle(simulation, 10)
            done = await hand(simulation)
            await settle(simulation, 10)
            assert (done.kept, done.waiting, done.failed) == (1, 0, 0)
            assert await found_in(simulation, key="after-0001") == {BANDAR: "postponed"}
            held = acts.held(simulation[KOTABUMI], KALIANDA)[other.case]
            assert held.standing == "under_examination"

    run_virtual(story())


@pytest.mark.parametrize("successor", [None, KOTABUMI])
def test_who_is_not_the_successor_is_given_nothing_and_takes_nothing(tmp_path: Path, successor: str | None) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            case = await postponed_in_kalianda(simulation)
            if successor is not None:
                await publish(simulation, with_successor(KALIANDA, successor=successor))
            else:
                assert (await hand(simulation)).kept == 1
            kalianda = simulation[KALIANDA]
            now = kalianda.clock.now()
            when = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
            later = (now + timedelta(days=90)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            said: dict[str, Any] = {
                "audience": BANDAR, "case": "ab" * 16, "application_no": "KLD-1", "minor": False, "filed_at": when,
                "standing": "postponed", "reason_group": "B", "decided_at": when, "until": later, "lapses_at": None,
                "condition": None, "keep_until": later,
                "person": {
                    "name": "Sri Wahyuni", "aliases": [], "birth_date": "1994-03-17", "birth_place": None, "sex": None,
                    "nik": None, "kk": None, "passport_no": None, "mother_name": None, "village": None, "phones": [],
                },
            }  # fmt: skip
            sent = await send(
                simulation, kalianda, BANDAR, "/handovers", handover=stated(kalianda, "handover", **said)
            )  # fmt: skip
            assert (sent.status_code, sent.json()["code"]) == (403, "not-successor")
            for wrong in ({"standing": "cleared"}, {"until": when}, {"until": later.replace("20", "21", 1)}):
                bad = stated(kalianda, "handover", **{**said, **wrong})
                answer = await send(simulation, kalianda, BANDAR, "/handovers", handover=bad)
                assert answer.json()["code"] == "malformed-statement"
            other = await send(
                simulation, kalianda, KOTABUMI, "/handovers", handover=stated(kalianda, "handover", **said)
            )  # fmt: skip
            assert other.json()["code"] == "wrong-audience"
            assert acts.held(simulation[KOTABUMI], KALIANDA)[case].standing == "postponed"

    run_virtual(story())


def test_the_case_goes_on_where_it_was_unless_what_the_giver_says_contradicts_itself(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            case = await postponed_in_kalianda(simulation)
            before = await acts.view(simulation[KALIANDA], case)
            await publish(simulation, with_successor(KALIANDA, successor=BANDAR))
            await hand(simulation)
            taken = await acts.view(simulation[BANDAR], case)
            assert (taken.state, taken.standing, taken.due_at) == ("postponed", "postponed", before.due_at)
            assert (await acts.view(simulation[KALIANDA], case)).next == ()
            kalianda = simulation[KALIANDA]
            now = rfc3339(kalianda.clock.now())
            said: dict[str, Any] = {
                "audience": BANDAR, "case": "ab" * 16, "application_no": "KLD-1", "minor": False, "filed_at": now,
                "standing": "postponed", "reason_group": "B", "state": "approved",
                "until": rfc3339(kalianda.clock.now() + timedelta(days=90)),
                "keep_until": rfc3339(kalianda.clock.now() + timedelta(days=90)), "person": STRANGER,
            }  # fmt: skip
            sent = await send(simulation, kalianda, BANDAR, "/handovers", handover=stated(kalianda, "handover", **said))
            assert sent.status_code == 200, sent.text
            assert (await acts.view(simulation[BANDAR], "ab" * 16)).state == "postponed"

    run_virtual(story())


def test_a_successor_is_another_office_that_stays(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            draft = with_successor(BANDAR, successor=KOTABUMI)(simulation.federation.draft)
            for office, successor in ((KALIANDA, KALIANDA), (KALIANDA, BANDAR), (KALIANDA, "kanim-nowhere")):
                with pytest.raises(StewardError):
                    with_successor(office, successor=successor)(draft)

    run_virtual(story())


def member(office: str, *regions: Region, successor: str | None = None, role: str = "office") -> Member:
    said: dict[str, Any] = {"id": office, "role": role, "regions": regions, "successor": successor}
    return Member.model_construct(**said)


def test_where_a_case_goes() -> None:
    today = date(2026, 11, 27)
    past, future = today - timedelta(days=9), today + timedelta(days=9)
    moved = Region(code="18.03", valid_from=date(2020, 1, 1), valid_until=today)
    taker = member("kanim-b", Region(code="18.03", valid_from=today))
    for giver, to, village, goes in (
        (member("kanim-a", moved), taker, "18.03.01.2001", True),
        (member("kanim-a", moved), taker, "18.04.01.2001", False),
        (member("kanim-a", moved), taker, None, False),
        (member("kanim-a", moved), member("kanim-b", Region(code="18.03", valid_from=future)), "18.03.01.2001", False),
        (member("kanim-a", moved), member("kanim-b", moved), "18.03.01.2001", False),
        (member("kanim-a"), taker, "18.03.01.2001", False),
        (member("kanim-a", Region(code="18.03", valid_from=past)), taker, "18.03.01.2001", False),
        (member("kanim-a", successor="kanim-b"), taker, None, True),
        (member("kanim-a", moved, successor="kanim-c"), taker, "18.03.01.2001", False),
        (member("kanim-b", successor="kanim-b"), taker, None, False),
        (member("kanim-a", successor="kanim-b"), member("kanim-b", role="dashboard"), None, False),
    ):
        assert goes_to(giver, to, village=village, today=today) is goes
