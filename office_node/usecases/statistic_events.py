"""What each entry of the log adds to the statistics; who it is about stays here.

Kabupaten, destination and level are looked up in the case when its entry is counted, a minute or so after.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from office_node.domain.statistics import NONE, waited
from office_node.node import Node
from office_node.store import assessments, case_steps, cases, flags, outreach_sessions, recruiter_reports, screenings
from office_node.store.entries import Entry
from office_node.store.transactions import Connection
from office_node.usecases.save_answers import answer_facts
from office_node.usecases.visible import open_case
from shared_schemas.assessment import AssessmentView

OUTCOMES: Mapping[str, str] = {
    "issue": "issued",
    "postpone": "postponed",
    "suspend": "suspended",
    "refuse": "refused",
    "withdraw": "withdrawn",
    "close_incomplete": "not_completed",
    "cancel": "cancelled",
    "request_documents": "documents_requested",
    "examine": "examined",
    "resume": "resumed",
    "reopen": "reopened",
    "annul": "annulled",
    "cancel_passport": "passport_cancelled",
    "revoke_passport": "passport_revoked",
    "withdraw_passport": "passport_withdrawn",
    "postpone_departure": "departure_postponed",
}
"""By the step; the other steps decide nothing and are not counted."""
_DECIDED = ("issue", "postpone", "suspend", "refuse")
_REGENCY = 5


@dataclass(frozen=True, slots=True)
class Counted:
    """So much more in one cell of a family, on a day in the office's zone."""

    family: str
    values: tuple[str, ...]
    day: date
    amount: int = 1


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An entry and what it said."""

    entry: Entry
    said: Mapping[str, Any]
    day: date

    def one(self, family: str, *values: str, amount: int = 1) -> Counted:
        """It counts in this cell."""
        return Counted(family, values, self.day, amount)


Counter = Callable[[Connection, Node, Occurrence], list[Counted]]


def counted_of(connection: Connection, node: Node, entry: Entry) -> list[Counted]:
    """What this entry adds."""
    if entry.body_sealed is None:
        return []
    said = json.loads(node.sealer.unseal("entry", entry.leaf.hex(), entry.body_sealed))
    return COUNTERS[entry.type](connection, node, Occurrence(entry, said, node.workdays.today(entry.at)))


def _screening(connection: Connection, node: Node, what: Occurrence) -> list[Counted]:
    """The first one of a case is its filing."""
    ref, inquiry = what.entry.case_ref or "", what.entry.inquiry
    if screenings.of_case(connection, ref)[:1] != [inquiry]:
        return []
    return [what.one("filed", str(what.said["purpose"]), _regency(connection, node, ref))]


def _step(connection: Connection, node: Node, what: Occurrence) -> list[Counted]:
    ref, transition = what.entry.case_ref or "", what.said["transition"]
    level = _level(connection, ref)
    found = []
    if what.said.get("minutes"):
        found.append(what.one("minutes", level, amount=int(what.said["minutes"])))
    outcome = OUTCOMES.get(transition)
    if outcome is None:
        return found
    place, goes_to = _regency(connection, node, ref), _destination(connection, node, ref)
    found.append(what.one("outcomes", outcome, what.said.get("reason_group") or NONE, place, goes_to, level))
    if transition in _DECIDED and (filed := _decided_first(connection, ref, step=what.said["step"])) is not None:
        found.append(what.one("waiting", outcome, waited(filed, what.entry.at)))
    return found


def _decided_first(connection: Connection, ref: str, *, step: int) -> datetime | None:
    """When the case was filed, if nothing was decided on it before this step."""
    row = cases.get(connection, ref)
    before = [one for one in case_steps.of_case(connection, ref) if one.step < step and one.transition in _DECIDED]
    return None if row is None or before else row.filed_at


def _flag(connection: Connection, node: Node, what: Occurrence) -> list[Counted]:
    ref = what.entry.case_ref or ""
    place, goes_to = _regency(connection, node, ref), _destination(connection, node, ref)
    return [what.one("flags", what.said["level"], what.said["source"], place, goes_to)]


def _flag_outcome(connection: Connection, node: Node, what: Occurrence) -> list[Counted]:
    ref, outcome = what.entry.case_ref or "", what.said["outcome"]
    flag, kept = flags.get(connection, ref), assessments.get(connection, ref)
    found = [what.one("flag_outcomes", NONE if flag is None else flag.level, outcome)]
    if kept is not None:
        view = AssessmentView.model_validate_json(node.sealer.unseal("assessment", ref, kept.sealed))
        found += [what.one("indicators", one.code, outcome) for one in view.reasons if one.counted]
    return found


def _request(connection: Connection, node: Node, what: Occurrence) -> list[Counted]:
    del connection, node
    return [what.one("requests", what.said["kind"], what.said.get("outcome") or "made")]


def _session(connection: Connection, node: Node, what: Occurrence) -> list[Counted]:
    """By the day on which it was held."""
    del node
    one = outreach_sessions.get(connection, what.said["session"])
    if one is None:
        return []
    came = {"sessions": 1, "attended": one.attended}
    tests = {
        "pre_possible": one.pre_takers * one.questions,
        "pre_right": one.pre_right,
        "post_possible": one.post_takers * one.questions,
        "post_right": one.post_right,
    }
    place = one.village[:_REGENCY]
    return [
        Counted(family, (name, place), one.day, amount)
        for family, amounts in (("outreach", came), ("tests", tests))
        for name, amount in amounts.items()
        if amount
    ]


def _report(connection: Connection, node: Node, what: Occurrence) -> list[Counted]:
    del node
    one = recruiter_reports.get(connection, what.said["report"])
    state = what.said.get("outcome") or "received"
    return [] if one is None else [what.one("recruiters", state, one.village[:_REGENCY])]


COUNTERS: Mapping[str, Counter] = {
    "inquiry": _screening,
    "step": _step,
    "decision": _step,
    "flag-raised": _flag,
    "flag-outcome": _flag_outcome,
    "request-made": _request,
    "request-answered": _request,
    "pimpasa-session": _session,
    "recruiter-report": _report,
    "recruiter-report-settled": _report,
}


def _regency(connection: Connection, node: Node, ref: str) -> str:
    row = cases.get(connection, ref)
    village = None if row is None else open_case(node, row).person.village
    return village[:_REGENCY] if village else NONE


def _destination(connection: Connection, node: Node, ref: str) -> str:
    fact = answer_facts(connection, node, ref).get("destination")
    return fact.value if fact is not None and isinstance(fact.value, str) else NONE


def _level(connection: Connection, ref: str) -> str:
    kept = assessments.get(connection, ref)
    return NONE if kept is None else str(kept.level)
