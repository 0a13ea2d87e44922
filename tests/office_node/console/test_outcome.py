"""The word on top of a case: what makes it, and that silence and strangers never make it milder."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from office_node.console.outcome import outlook
from shared_schemas.assessment import AssessmentView
from shared_schemas.office import HistoryView, ScreeningView, TraceView, VerdictView

NOW = datetime(2026, 11, 24, tzinfo=UTC)
CASE = "c" * 32


def assessment(level: str = "HIJAU", *, withheld: bool = False) -> AssessmentView:
    told = {
        "case": CASE, "level": level, "points": 0.0, "guideline": "2026-11", "guideline_version": 1, "assessed_at": NOW,
        "unknown_offices": 0, "withheld": withheld, "held_back": (), "reasons": (), "protective": (), "questions": (),
    }  # fmt: skip
    return AssessmentView.model_validate(told)


def row(zone: str, *, judged: bool = False) -> HistoryView:
    verdict = VerdictView(verdict="not", office="kanim-a", role="counter", decided_at=NOW) if judged else None
    told: dict[str, Any] = {
        "office": "kanim-b", "case": "b" * 32, "standing": "postponed", "filed_on": date(2026, 1, 2), "until": NOW,
        "zone": zone, "probability": 0.9, "model": "m", "verdict": verdict,
    }  # fmt: skip
    return HistoryView.model_validate(told)


def trace(*, confirmed: bool) -> TraceView:
    told = {"office": "kanim-b", "case": "d" * 32, "standing": "refused", "until": NOW, "zone": "possible"}
    return TraceView.model_validate(told | {"confirmed": confirmed})


def screening(*, state: str = "settled", complete: bool = True, **parts: Any) -> ScreeningView:
    told = {
        "screening": "e" * 32, "case": CASE, "state": state, "complete": complete, "started_at": NOW, "elapsed_ms": 1,
        "asked": 2, "answered": 1, "unknown": 1, "roster_stage": "valid", "coverage": (), "history": (), "traces": (),
        "patterns": (),
    }  # fmt: skip
    return ScreeningView.model_validate(told | parts)


@pytest.mark.parametrize(
    ("level", "word"), [("HIJAU", "Lanjut"), ("KUNING", "Perlu pendalaman"), ("MERAH", "Rujuk penyelia")]
)
def test_the_word_follows_the_level(level: str, word: str) -> None:
    told = outlook(assessment(level), screening())
    assert told is not None
    assert (told.word, told.zone, told.complete) == (word, None, True)


@pytest.mark.parametrize(
    "parts", [{"history": (row("match"),)}, {"history": (row("possible"),)}, {"traces": (trace(confirmed=False),)}]
)
def test_what_nobody_has_looked_at_wants_a_closer_look(parts: dict[str, Any]) -> None:
    told = outlook(assessment(), screening(**parts))
    assert told is not None
    assert told.outcome == "look_closer"
    assert told.zone in ("match", "possible")


def test_what_was_judged_or_is_nobody_alike_changes_no_word() -> None:
    told = outlook(
        assessment(), screening(history=(row("match", judged=True), row("related")), traces=(trace(confirmed=True),))
    )
    assert told is not None
    assert (told.outcome, told.zone, told.unjudged, told.unconfirmed) == ("go_on", "match", 0, 0)


def test_nothing_found_never_makes_a_level_milder() -> None:
    for level in ("KUNING", "MERAH"):
        alone = outlook(assessment(level), None)
        found = outlook(assessment(level), screening(history=(row("possible"),)))
        assert alone is not None
        assert found is not None
        assert alone.outcome == found.outcome


def test_incomplete_is_said_beside_the_word() -> None:
    told = outlook(assessment(), screening(complete=False))
    assert told is not None
    assert (told.outcome, told.complete) == ("go_on", False)


def test_while_offices_are_asked_and_before_she_has_asked_there_is_no_verdict_yet() -> None:
    running = outlook(assessment("MERAH"), screening(state="running"))
    before = outlook(assessment("KUNING", withheld=True), None)
    assert running is not None
    assert before is not None
    assert (running.outcome, before.outcome) == ("waiting", "ask_first")
    assert outlook(None, screening()) is None
