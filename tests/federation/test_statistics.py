"""Statistics: counted from the log once each, exact for the dashboard alone, frozen and rounded for everybody else."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from office_node.domain.statistics import BASE, TABLES
from office_node.errors import PeerRefusedError
from office_node.store import stats
from office_node.usecases.count_statistics import count_statistics
from services.simulator import acts
from services.simulator.acts import file, settle
from services.simulator.federation import Office, Simulation, simulate
from services.simulator.loop import run_virtual
from shared_schemas.stats import ExactPage
from tests.federation.cast import AGAIN, BANDAR, FIRST, KALIANDA, KOTABUMI, STRANGER, postponed_in_kalianda
from tests.federation.sending import refused
from tests.federation.test_members_at_the_edge import make_dashboard

Cells = dict[tuple[str, str, tuple[str, ...]], int]
MONTH, WEEK = "2026-11", "2026-W45"


async def exact(
    simulation: Simulation, of: str, *, by: str = BANDAR, purpose: str = "oversight", limit: int = 0
) -> Cells:
    """Every cell that a dashboard is told, page by page; `limit`: stop after so many pages."""
    cells: Cells = {}
    after, pages = 0, 0
    while True:
        path = f"/stats/v1/exact?purpose={purpose}&after={after}"
        page = ExactPage.model_validate_json(await simulation[by].node.peers.get(of, path, timeout_s=5))
        cells |= {(one.period, one.table, one.key): one.value for one in page.cells}
        after, pages = page.next, pages + 1
        if not page.more or pages == limit:
            return cells


async def open_call(office: Office, path: str) -> Any:
    response = await office.call("GET", f"/stats/v1{path}", headers={"Authorization": ""})
    return response.json()


def in_month(cells: Cells, table: str, *, period: str = MONTH) -> dict[tuple[str, ...], int]:
    return {key: value for (when, name, key), value in cells.items() if (when, name) == (period, table)}


def test_every_figure_agrees_with_what_happened_and_no_two_things_are_mixed(
    tmp_path: Path, urls: Sequence[str | None]
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            case = await postponed_in_kalianda(simulation)
            kotabumi = simulation[KOTABUMI]
            again = await file(kotabumi, AGAIN, key="again-0001")
            await file(kotabumi, STRANGER, key="stranger-1")
            await settle(simulation, 5)
            flag = {"transition": "examine", "reason": "Perlu didalami"}
            for step in ("receive", "take_biometrics", "begin_interview"):
                await acts.move(kotabumi, again.case, {"transition": step, "minutes": 4}, role="supervisor")
            await acts.move(kotabumi, again.case, flag | {"minutes": 20})
            label = {"outcome": "possible_victim", "note": "Dirujuk ke BP3MI"}
            answer = await kotabumi.call("POST", f"/office/v1/cases/{again.case}/flag/outcome", json=label)
            assert answer.status_code == 200
            await acts.decide(simulation[KALIANDA], case, "cleared")
            await settle(simulation, 5)
            for office in simulation.offices.values():
                office.clock.skew = timedelta(hours=25)
            await make_dashboard(simulation, BANDAR)
            here, there = await exact(simulation, KALIANDA), await exact(simulation, KOTABUMI)
            assert in_month(here, "filed_by_regency") == {("18.01",): 1}
            assert in_month(there, "filed_by_regency") == {("18.01",): 1, ("-",): 1}
            assert in_month(there, "filed_by_regency", period=WEEK) == in_month(there, "filed_by_regency")
            assert in_month(here, "outcomes_by_regency") == {("postponed", "18.01"): 1, ("annulled", "18.01"): 1}
            assert in_month(here, "outcomes_by_reason") == {("postponed", "B"): 1, ("annulled", "-"): 1}
            assert in_month(here, "waiting") == {("postponed", "0-1"): 1}
            assert in_month(there, "flags_by_source") == {("KUNING", "officer"): 1}
            assert in_month(there, "flag_outcomes") == {("KUNING", "possible_victim"): 1}
            assert in_month(there, "minutes") == {("-",): 32}
            assert in_month(there, "hops") == {(KALIANDA,): 1}
            assert in_month(there, "answers") == {("hit",): 1, ("no_hit",): 3}
            assert in_month(there, "screenings") == {("complete",): 2}
            again_there = await exact(simulation, KOTABUMI)
            assert again_there == there
            reconciled(kotabumi, there)
            reconciled(simulation[KALIANDA], here)

    run_virtual(story())


def reconciled(office: Office, cells: Cells) -> None:
    """Steps and first screenings, counted another way: straight from the office's tables."""
    with office.engine.begin() as connection:
        steps = Counter(
            row[0] for row in connection.exec_driver_sql("SELECT transition FROM case_step WHERE step > 0").all()
        )
        cases = connection.exec_driver_sql("SELECT count(*) FROM office_case").scalar_one()
    outcomes = Counter[str]()
    for (outcome, _), value in in_month(cells, "outcomes_by_regency").items():
        outcomes[outcome] += value
    assert outcomes["postponed"] == steps["postpone"]
    assert outcomes["annulled"] == steps["annul"]
    assert outcomes["examined"] == steps["examine"]
    assert sum(in_month(cells, "filed_by_regency").values()) == cases
    for name, (family, table) in TABLES.items():
        totals = {sum(in_month(cells, one.name).values()) for one in family.tables}
        assert len(totals) == 1, name
        assert all(len(key) == len(table.dimensions) for key in in_month(cells, name))


def test_only_the_dashboard_is_told_exact_figures_and_each_reading_says_why(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            await postponed_in_kalianda(simulation)
            with pytest.raises(PeerRefusedError) as caught:
                await exact(simulation, KALIANDA, by=KOTABUMI)
            assert caught.value.refusal == "not-a-dashboard"
            assert refused(simulation[KALIANDA], by=KOTABUMI) == ["not-a-dashboard"]
            await make_dashboard(simulation, BANDAR)
            await exact(simulation, KALIANDA, purpose="evaluation")
            [entry] = acts.acted(simulation[KALIANDA], type="statistics-given", peer=BANDAR)
            assert (entry.purpose, acts.said(simulation[KALIANDA], entry)["purpose"]) == ("evaluation", "evaluation")
            for query in ("", "?purpose=curiosity", "?purpose=oversight&after=-1", "?purpose=oversight&case=1"):
                with pytest.raises(PeerRefusedError) as caught:
                    await simulation[BANDAR].node.peers.get(KALIANDA, f"/stats/v1/exact{query}", timeout_s=5)
                assert caught.value.refusal == "invalid-input"
            unsigned = await open_call(simulation[KALIANDA], "/exact?purpose=oversight")
            assert unsigned["code"] == "unsigned"

    run_virtual(story())


def test_a_month_is_frozen_rounded_once_and_what_comes_late_counts_later(
    tmp_path: Path, urls: Sequence[str | None]
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            await postponed_in_kalianda(simulation)
            office = simulation[KALIANDA]
            for number in range(12):
                person = STRANGER | {"name": f"Bagus Prakoso {'ABCDEFGHIJKL'[number] * 5}", "village": "18.07.01.2001"}
                await file(office, person, key=f"many-{number:04}")
            await settle(simulation, 60)
            await count_statistics(office.node)
            assert (await open_call(office, f"/rounded/{MONTH}"))["code"] == "not-found"
            assert (await open_call(office, "/months"))["months"] == []
            office.clock.skew = timedelta(days=30)
            await count_statistics(office.node)
            assert (await open_call(office, "/months"))["months"] == []
            office.clock.skew = timedelta(days=33)
            for _ in range(2):
                await count_statistics(office.node)
            assert (await open_call(office, "/months"))["months"] == [MONTH]
            told = await open_call(office, f"/rounded/{MONTH}")
            assert await open_call(office, f"/rounded/{MONTH}") == told
            tables = {one["table"]: {tuple(c["key"]): c["value"] for c in one["cells"]} for one in told["tables"]}
            assert all(value % BASE == 0 and value > 0 for cells in tables.values() for value in cells.values())
            assert abs(tables["filed_by_regency"].get(("18.07",), 0) - 12) < BASE
            for name in ("outcomes_by_regency", "outcomes_by_destination", "outcomes_by_level"):
                assert sum(tables[name].values()) == sum(tables["outcomes_by_reason"].values())
            assert "hops" not in tables
            assert "answers" not in tables
            before = frozen(office)
            await file(office, FIRST | {"name": "Sri Wahyuni Rahayu Dewi"}, key="late-0001")
            await settle(simulation, 60)
            await count_statistics(office.node)
            assert frozen(office) == before
            assert joint_rows(office, MONTH) == 0
            later = [
                cell for cell in everything(office) if cell.period == "2026-12" and cell.name == "filed_by_regency"
            ]
            assert [(cell.key, cell.value) for cell in later] == [(("18.01",), 1)]

    run_virtual(story())


def everything(office: Office) -> list[stats.Cell]:
    with office.engine.begin() as connection:
        return stats.changed_after(connection, 0, limit=10_000)


def frozen(office: Office) -> list[stats.Cell]:
    return sorted((cell for cell in everything(office) if cell.period == MONTH), key=lambda cell: (cell.name, cell.key))


def joint_rows(office: Office, month: str) -> int:
    with office.engine.begin() as connection:
        return sum(len(cells) for cells in stats.joint(connection, month).values())


def test_a_list_of_issued_passports_that_comes_anew_counts_as_it_is_now(
    tmp_path: Path, urls: Sequence[str | None]
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            await settle(simulation)
            office = simulation[KALIANDA]
            day = office.node.workdays.today(office.clock.now()).isoformat()
            for numbers in (("C1234567", "C7654321"), ("C1234567", "C7654321", "C1111111")):
                listed = {"passports": [{"passport_no": one, "application_no": f"APP-{one}"} for one in numbers]}
                await office.call("PUT", f"/office/v1/issued-passports/{day}", json=listed)
                await count_statistics(office.node)
            cells = {(cell.period, cell.key): cell.value for cell in everything(office) if cell.name == "issued"}
            assert cells == {
                (period, (state,)): 3 for period in (MONTH, WEEK) for state in ("listed", "unscreened")
            }  # fmt: skip

    run_virtual(story())


def test_statistics_hold_nobody(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            case = await postponed_in_kalianda(simulation)
            await count_statistics(simulation[KALIANDA].node)

            def read(connection: Connection) -> str:
                rows = [
                    connection.exec_driver_sql(f"SELECT * FROM {name}").all() for name in ("stat_cell", "stat_joint")
                ]
                return json.dumps([list(map(str, row)) for found in rows for row in found])

            kept = await simulation[KALIANDA].node.run.read(read)
            assert "18.01" in kept
            for word in (case, "Sri", "18.01.04", "1994", "o-1"):
                assert word not in kept

    run_virtual(story())
