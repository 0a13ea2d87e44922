"""A new roster, with a member less and an epoch more, reaches running nodes; nothing in between stops them."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from office_node.store import screenings
from office_node.store.cases import must_get
from office_node.usecases.refresh_roster import refresh_roster
from office_node.usecases.reissue_notices import reissue_notices
from office_node.usecases.renew_keys import renew_keys
from office_node.usecases.visible import open_case
from services.simulator.acts import (
    Held,
    acted,
    alerts,
    ask_again,
    clear,
    coverage,
    file,
    held,
    postpone,
    screening,
    settle,
)
from services.simulator.federation import LAMPUNG, Simulation, simulate
from services.simulator.loop import START, run_virtual, seeded
from services.stewards.drafts import with_epoch, without_epoch
from services.stewards.drafts_members import without_office
from services.stewards.roster_maker import next_version
from shared_schemas.office import CaseFiled
from shared_schemas.trace import Notice
from tests.federation.cast import AGAIN, BANDAR, FIRST, KALIANDA, KOTABUMI, STRANGER, postponed_in_kalianda

# Every kind has a value, names and phones several.
MANY_VALUES: dict[str, Any] = {
    "name": "Sri Wahyuni Rahayu Lestari",
    "nik": "1801045703940003",
    "birth_date": "1994-03-17",
    "birth_place": "Kalianda",
    "sex": "F",
    "mother_name": "Suparmi Ningsih",
    "village": "18.01.04.2001",
    "phones": ["081234567801", "085398765402", "082187654303"],
}


def test_running_nodes_take_the_new_epoch_from_the_directory(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            node = simulation["kanim-kotabumi"].node
            await refresh_roster(node)
            assert set(node.roster.epoch_keys) == {"2026"}
            now = START + timedelta(seconds=30)
            simulation.federation = next_version(
                simulation.federation,
                without_office("kanim-kalianda", now=now),
                with_epoch(opens_at=now, random=seeded("epoch")),
                now=now,
                random=seeded("boxes"),
            )
            await refresh_roster(node)
            assert node.roster.current().version == 2
            assert set(node.roster.epoch_keys) == {"2026", "2026a"}

    run_virtual(story())


def test_a_hit_under_two_live_epochs_is_proved_once_for_each_kind(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            await open_epoch(simulation)
            first = await file(simulation["kanim-kalianda"], MANY_VALUES)
            await postpone(simulation["kanim-kalianda"], first.case)
            again = await file(simulation["kanim-kotabumi"], MANY_VALUES)
            await settle(simulation)
            seen = await screening(simulation["kanim-kotabumi"], again.screening)
            assert {row.office: row.outcome for row in seen.coverage}["kanim-kalianda"] == "hit"
            assert [row.zone for row in seen.history] == ["match"]

    run_virtual(story())


async def open_epoch(simulation: Simulation, *, of: Iterable[str] = LAMPUNG) -> None:
    """A second epoch opens now; these offices learn of it."""
    now = next(iter(simulation.offices.values())).clock.now()
    simulation.federation = next_version(
        simulation.federation, with_epoch(opens_at=now, random=seeded("epoch")), now=now, random=seeded("boxes")
    )
    for office in of:
        await refresh_roster(simulation[office].node)


@asynccontextmanager
async def filed_before_an_epoch(folder: Path, **settings: Any) -> AsyncIterator[tuple[Simulation, CaseFiled]]:
    """Kalianda has filed her application, and only then a second epoch opens."""
    async with simulate(folder, **settings) as simulation:
        await settle(simulation)
        filed = await file(simulation[KALIANDA], FIRST)
        await settle(simulation)
        await open_epoch(simulation)
        yield simulation, filed


def test_a_case_filed_before_an_epoch_opened_is_found_by_and_finds_what_came_after(
    tmp_path: Path, database_url: str
) -> None:
    async def story() -> None:
        async with filed_before_an_epoch(tmp_path, urls=[None, database_url, None]) as (simulation, first):
            later = await file(simulation[BANDAR], AGAIN)
            await postpone(simulation[BANDAR], later.case)  # from here on its tokens are of the new epoch only
            await settle(simulation)
            again = await ask_again(simulation[KALIANDA], first.case)
            await settle(simulation)
            seen = await screening(simulation[KALIANDA], again)
            assert {row.office: row.outcome for row in seen.coverage} == {BANDAR: "hit", KOTABUMI: "no_hit"}
            assert [(row.office, row.zone) for row in seen.history] == [(BANDAR, "match")]
            assert [(row.office, row.standing) for row in seen.traces] == [(BANDAR, "postponed")]

    run_virtual(story())


def test_who_asked_before_it_heard_of_an_epoch_asks_anew_once_and_is_answered(
    tmp_path: Path, database_url: str
) -> None:
    """Bandar Lampung's row has tokens of the new epoch only; Kotabumi's question has none of it."""

    async def story() -> None:
        urls = [None, None, database_url]
        async with simulate(tmp_path, urls=urls, longest_backoff_s=60, roster_refresh_s=1e6) as simulation:
            await settle(simulation)
            await open_epoch(simulation, of=(BANDAR, KALIANDA))
            row = await file(simulation[BANDAR], FIRST)
            await postpone(simulation[BANDAR], row.case)
            kotabumi = simulation[KOTABUMI]
            asked = await file(kotabumi, AGAIN)
            await settle(simulation)
            told = await coverage(kotabumi, asked.screening)
            assert {one.cause for one in told.values()} == {"epoch-missing"}
            await refresh_roster(kotabumi.node)
            await settle(simulation, 130)
            with kotabumi.engine.begin() as connection:
                of_case = screenings.of_case(connection, asked.case)
            assert of_case[0] == asked.screening
            assert len(of_case) == 2
            assert {o: c.outcome for o, c in (await coverage(kotabumi, of_case[1])).items()} == {
                BANDAR: "hit", KALIANDA: "no_hit",
            }  # fmt: skip
            assert ("late_hit", BANDAR) in [(one.kind, one.office) for one in await alerts(kotabumi)]
            before = len(acted(simulation[KALIANDA], type="answer"))
            await settle(simulation, 400)
            assert len(acted(simulation[KALIANDA], type="answer")) == before, "nobody is asked for ever"

    run_virtual(story())


def test_a_case_of_an_earlier_epoch_is_decided_under_the_present_one(tmp_path: Path) -> None:
    async def story() -> None:
        async with filed_before_an_epoch(tmp_path) as (simulation, first):
            await postpone(simulation[KALIANDA], first.case)
            await settle(simulation)
            notice = Notice.model_validate_json(held(simulation[BANDAR], KALIANDA)[first.case].payload)
            assert notice.tokens is not None
            assert (notice.standing, notice.tokens.epoch) == ("postponed", "2026a")

    run_virtual(story())


def test_an_open_screening_is_seen_with_the_traces_of_a_new_epoch(tmp_path: Path) -> None:
    async def story() -> None:
        async with filed_before_an_epoch(tmp_path) as (simulation, first):
            simulation.network.down(KALIANDA)  # so that no hit tells, only the notice
            later = await file(simulation[BANDAR], AGAIN)
            await postpone(simulation[BANDAR], later.case)
            simulation.network.heal(KALIANDA)
            await settle(simulation, 60)
            seen = await screening(simulation[KALIANDA], first.screening)
            assert [(row.office, row.zone) for row in seen.traces] == [(BANDAR, "possible")]

    run_virtual(story())


def test_a_question_of_before_the_epoch_is_never_answered_no_hit_after_it(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            simulation.network.down(BANDAR)
            first = await file(simulation[KALIANDA], FIRST)
            await settle(simulation)
            simulation.network.heal(BANDAR)
            await open_epoch(simulation)
            await settle(simulation, 60)
            row = (await coverage(simulation[KALIANDA], first.screening))[BANDAR]
            assert row.outcome == "unknown"
            with simulation[KALIANDA].engine.begin() as connection:
                [old, new] = screenings.of_case(connection, first.case)
            assert old == first.screening
            assert (await coverage(simulation[KALIANDA], new))[BANDAR].outcome == "no_hit"

    run_virtual(story())


def test_an_office_that_knows_an_epoch_which_the_asker_does_not_know_cannot_say_no_hit(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path, roster_refresh_s=86400) as simulation:
            await settle(simulation)
            await open_epoch(simulation, of=[BANDAR])
            first = await file(simulation[KALIANDA], FIRST)
            await settle(simulation)
            rows = await coverage(simulation[KALIANDA], first.screening)
            assert {row.office: (row.outcome, row.cause) for row in rows.values()} == {
                BANDAR: ("unknown", "epoch-missing"),
                KOTABUMI: ("no_hit", None),
            }

    run_virtual(story())


def test_when_an_epoch_opens_all_visible_cases_get_its_keys_once(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            office = simulation[KALIANDA]
            await settle(simulation)
            cases = [(await file(office, one, key=f"request-000{n}")).case for n, one in enumerate((FIRST, STRANGER))]
            await clear(office, cases[1])
            assert await renew_keys(office.node) == 0
            await open_epoch(simulation)
            await settle(simulation)
            with office.engine.begin() as connection:
                kept = [set(open_case(office.node, must_get(connection, one)).keys.stretched) for one in cases]
            assert kept == [{"2026", "2026a"}, {"2026"}]
            assert await renew_keys(office.node) == 0

    run_virtual(story())


def test_notices_are_issued_anew_under_a_new_epoch_so_that_the_old_one_can_be_retired(
    tmp_path: Path, database_url: str
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=[database_url, None, None]) as simulation:
            await settle(simulation)
            case = await postponed_in_kalianda(simulation)
            before = held(simulation[BANDAR], KALIANDA)[case]
            await open_epoch(simulation)
            await settle(simulation, 60)
            after = held(simulation[BANDAR], KALIANDA)[case]
            assert (epoch_of(before), epoch_of(after)) == ("2026", "2026a")
            assert after.revision == before.revision + 1
            assert without_tokens(after) == without_tokens(before)
            await retire_epoch(simulation)
            again = await file(simulation[KOTABUMI], AGAIN)
            await settle(simulation)
            seen = await screening(simulation[KOTABUMI], again.screening)
            assert [(row.office, row.zone, row.standing) for row in seen.history] == [(KALIANDA, "match", "postponed")]
            assert [(row.office, row.confirmed) for row in seen.traces] == [(KALIANDA, True)]

    run_virtual(story())


def test_a_cleared_case_and_one_of_this_epoch_are_not_issued_anew(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            gone = await postponed_in_kalianda(simulation)
            await clear(simulation[KALIANDA], gone)
            await open_epoch(simulation)
            new = (await file(simulation[KALIANDA], STRANGER, key="request-0002")).case
            await settle(simulation, 60)
            assert await reissue_notices(simulation[KALIANDA].node) == 0
            kept = held(simulation[BANDAR], KALIANDA)
            assert {one: kept[one].revision for one in (gone, new)} == {gone: 3, new: 1}

    run_virtual(story())


def test_while_notices_are_issued_anew_a_person_is_found_in_every_moment(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await settle(simulation)
            await postponed_in_kalianda(simulation)
            await open_epoch(simulation)
            for number in range(
                8
            ):  # the asker knows the epoch from the first moment on, the others' turn comes between
                filed = await file(simulation[KOTABUMI], AGAIN, key=f"request-1{number:03d}")
                await settle(simulation, 3)
                seen = await screening(simulation[KOTABUMI], filed.screening)
                assert KALIANDA in {row.office for row in seen.history}, number

    run_virtual(story())


def epoch_of(one: Held) -> str | None:
    tokens = Notice.model_validate_json(one.payload).tokens
    return None if tokens is None else tokens.epoch


def without_tokens(one: Held) -> dict[str, Any]:
    """What a notice says of a case, apart from who and when and by which tokens."""
    notice = Notice.model_validate_json(one.payload)
    return notice.model_dump(include={"case", "standing", "reason_group", "until", "lapses_at"})


async def retire_epoch(simulation: Simulation) -> None:
    """The first epoch is live no more, and every office knows."""
    now = next(iter(simulation.offices.values())).clock.now()
    simulation.federation = next_version(
        simulation.federation, without_epoch("2026"), now=now, random=seeded("boxes-again")
    )
    for office in LAMPUNG:
        await refresh_roster(simulation[office].node)
        assert set(simulation[office].node.roster.epoch_keys) == {"2026a"}
