"""The outcome word of a case, which tells the officer what to do next and decides nothing (rule 5).

It follows the guideline's level; a row of another case that nobody has judged yet always wants a closer look. That
offices are silent is said beside it and never makes it milder (rule 2).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from office_node.console.catalogues import N_
from shared_schemas.assessment import AssessmentView
from shared_schemas.office import ScreeningView

Outcome = Literal["go_on", "look_closer", "supervisor", "ask_first", "waiting"]
WORDS: Mapping[Outcome, str] = {
    "go_on": N_("Lanjut"),
    "look_closer": N_("Perlu pendalaman"),
    "supervisor": N_("Rujuk penyelia"),
    "ask_first": N_("Tanyakan dahulu"),
    "waiting": N_("Menunggu jawaban"),
}
_OF_LEVEL: Mapping[str, Outcome] = {"HIJAU": "go_on", "KUNING": "look_closer", "MERAH": "supervisor"}
_STRENGTH = ("match", "possible", "related", "none")


@dataclass(frozen=True)
class Outlook:
    """What stands at the top of a case's page."""

    outcome: Outcome
    word: str
    zone: str | None
    """The strongest identity zone of what was found; None if nothing was, which says nothing about the person."""
    unjudged: int
    unconfirmed: int
    complete: bool


def outlook(assessment: AssessmentView | None, screening: ScreeningView | None) -> Outlook | None:
    """By what this officer may see; None if she may see neither."""
    if assessment is None:
        return None
    history = () if screening is None else screening.history
    shown = [row for row in history if row.zone in ("match", "possible")]
    unjudged = sum(row.verdict is None for row in shown)
    traces = () if screening is None else screening.traces
    unconfirmed = sum(not trace.confirmed and trace.zone == "possible" for trace in traces)
    outcome = _OF_LEVEL[assessment.level]
    if outcome == "go_on" and (unjudged or unconfirmed):
        outcome = "look_closer"
    if screening is not None and screening.state == "running":
        outcome = "waiting"
    if assessment.withheld:
        outcome = "ask_first"
    zones = {str(row.zone) for row in history} | ({"possible"} if unconfirmed else set())
    zone = next((one for one in _STRENGTH if one in zones), None)
    complete = screening is not None and screening.complete
    return Outlook(outcome, WORDS[outcome], zone, unjudged, unconfirmed, complete)
