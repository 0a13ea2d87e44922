"""An officer says once whether two cases are one person: it is remembered without names, shown, and never decides."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from office_node.usecases.export_verdicts import export_verdicts
from services.recognition import told
from services.simulator import acts
from services.simulator.acts import ActRefusedError, Fields, file, judge, screening, settle
from services.simulator.federation import Office, simulate
from services.simulator.loop import run_virtual
from shared_schemas.office import HistoryView, Verdict
from tests.federation.cast import AGAIN, FIRST, KALIANDA, KOTABUMI, postponed_in_kalianda

REASON = "Foto Sri Wahyuni tampak sama"


async def rows(office: Office, reference: str) -> list[HistoryView]:
    return list((await screening(office, reference)).history)


async def row(office: Office, reference: str) -> HistoryView:
    [only] = await rows(office, reference)
    return only


def kept(office: Office) -> list[tuple[object, ...]]:
    with office.engine.begin() as connection:
        return [tuple(one) for one in connection.exec_driver_sql("SELECT * FROM verdict").all()]


@pytest.mark.parametrize("verdict", ["same", "not"])
def test_a_verdict_is_shown_in_every_later_screening_and_changes_nothing_else(
    tmp_path: Path, urls: Sequence[str | None], verdict: Verdict
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            office = simulation[KOTABUMI]
            await postponed_in_kalianda(simulation)
            again = await file(office, AGAIN)
            await settle(simulation)
            before = await row(office, again.screening)
            assert before.verdict is None
            said = await judge(office, again.screening, before, verdict, reason=REASON)
            assert (said.verdict, said.office, said.role) == (verdict, KOTABUMI, "counter")
            assert await row(office, again.screening) == before.model_copy(update={"verdict": said})
            later = await acts.ask_again(office, again.case)
            await settle(simulation)
            assert (await row(office, later)).verdict == said

    run_virtual(story())


def test_two_own_cases_are_judged_once_for_both(tmp_path: Path, urls: Sequence[str | None]) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            office = simulation[KALIANDA]
            await settle(simulation)
            one = await file(office, FIRST)
            two = await file(office, AGAIN, key="request-0002")
            await settle(simulation)
            said = await judge(office, two.screening, await row(office, two.screening), "same")
            for filed in (one, two):
                assert (await row(office, filed.screening)).verdict == said
            assert len(kept(office)) == 1

    run_virtual(story())


def test_the_same_once_more_changes_nothing_and_another_verdict_is_logged_beside_it(
    tmp_path: Path, urls: Sequence[str | None]
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            office = simulation[KOTABUMI]
            case = await postponed_in_kalianda(simulation)
            again = await file(office, AGAIN)
            await settle(simulation)
            shown = await row(office, again.screening)
            first = await judge(office, again.screening, shown, "same", reason=REASON)
            await settle(simulation)
            assert await judge(office, again.screening, shown, "same", reason=REASON) == first
            assert len(acts.acted(office, type="verdict")) == 1
            changed = await judge(office, again.screening, shown, "not", reason="Sidik jari lain", officer="o-2")
            assert (await row(office, again.screening)).verdict == changed
            told = [acts.said(office, entry) for entry in acts.acted(office, type="verdict", peer=KALIANDA)]
            assert [(one["verdict"], one["before"], one["actor"]["officer"]) for one in told] == [
                ("same", None, "o-1"),
                ("not", "same", "o-2"),
            ]
            assert told[0]["reason"] == REASON
            assert told[0]["other"] == {"office": KALIANDA, "case": case}

    run_virtual(story())


def test_unsure_is_asked_again_only_when_the_comparison_says_something_else(
    tmp_path: Path, urls: Sequence[str | None]
) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            office = simulation[KOTABUMI]
            await postponed_in_kalianda(simulation)
            again = await file(office, AGAIN)
            await settle(simulation)
            said = await judge(office, again.screening, await row(office, again.screening), "unsure")
            assert (await row(office, again.screening)).verdict == said
            with office.engine.begin() as connection:  # as if it had said so of what was known then
                connection.exec_driver_sql("UPDATE verdict SET vector = '[\"name:unclear\"]'")
            shown = await row(office, again.screening)
            assert shown.verdict is None
            anew = await judge(office, again.screening, shown, "unsure")
            assert (await row(office, again.screening)).verdict == anew

    run_virtual(story())


def test_what_the_screening_does_not_show_cannot_be_judged(tmp_path: Path) -> None:
    async def story() -> None:
        async with simulate(tmp_path) as simulation:
            office = simulation[KOTABUMI]
            await postponed_in_kalianda(simulation)
            again = await file(office, AGAIN)
            await settle(simulation)
            shown = await row(office, again.screening)
            strange: list[Fields] = [{"case": "0" * 32}, {"office": KOTABUMI}]
            for wrong in strange:
                with pytest.raises(ActRefusedError, match="404 row-not-shown"):
                    await judge(office, again.screening, shown.model_copy(update=wrong), "same")
            with pytest.raises(ActRefusedError, match="404 not-found"):
                await judge(office, "0" * 32, shown, "same")
            with pytest.raises(ActRefusedError, match="422 invalid-input"):
                await judge(office, again.screening, shown, "same", reason=" ")
            assert kept(office) == []

    run_virtual(story())


def test_what_is_exported_is_what_learning_reads(tmp_path: Path, urls: Sequence[str | None]) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            office = simulation[KOTABUMI]
            await postponed_in_kalianda(simulation)
            again = await file(office, AGAIN)
            await settle(simulation)
            await judge(office, again.screening, await row(office, again.screening), "not")
            exported = await export_verdicts(office.node, actor=office.node.machine)
            written = tmp_path / "verdicts.jsonl"
            written.write_text("".join(f"{line}\n" for line in exported.lines), encoding="utf-8")
            found = told.read([written])
            assert found.same == [0]
            assert found.vectors == [tuple(json.loads(exported.lines[0])["vector"])]
            assert found.counts == {"same": 0, "not": 1, "unsure": 0, "foreign": 0}

    run_virtual(story())


def test_neither_table_nor_training_data_hold_a_name(tmp_path: Path, urls: Sequence[str | None]) -> None:
    async def story() -> None:
        async with simulate(tmp_path, urls=urls) as simulation:
            office = simulation[KOTABUMI]
            case = await postponed_in_kalianda(simulation)
            again = await file(office, AGAIN)
            await settle(simulation)
            await judge(office, again.screening, await row(office, again.screening), "same", reason=REASON)
            exported = await export_verdicts(office.node, actor=office.node.machine)
            assert exported.left_out == 0
            [line] = exported.lines
            told = json.loads(line)
            assert set(told) == {"vector", "model", "verdict"}
            assert "name:respelled" in {":".join(one.split(":")[:2]) for one in told["vector"]}
            for value in (case, again.case, KALIANDA, "o-1", "counter"):
                assert value not in line
            words = [word for name in (FIRST["name"], AGAIN["name"], FIRST["mother_name"]) for word in name.split()]
            plain = (line + repr(kept(office))).lower()
            assert [word for word in words if word.lower() in plain] == []
            assert len(acts.acted(office, type="verdicts-exported")) == 1

    run_virtual(story())
