"""The facts of a case as they stand: answers, own and federated history, what cases share. Nothing of the person.

Of the histories only rows that are most likely this person count, and none that an officer said is not.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from office_node.guideline.facts import Fact, Facts, Prior, pattern_facts, prior_facts
from office_node.node import Node
from office_node.store import screenings
from office_node.store.transactions import Connection
from office_node.usecases.pattern_tokens import phones_elsewhere, shared
from office_node.usecases.save_answers import answer_facts
from office_node.usecases.verdicts import with_verdicts
from office_node.usecases.view_screening import history_shown, own_index_tokens
from office_node.usecases.visible import OwnCase
from shared_schemas.guideline import Pack
from shared_schemas.office import HistoryView

_TURNED_AWAY = frozenset({"postponed", "suspended", "refused"})
_IDENTITY = frozenset({"nik", "birth_date"})
PARALLEL_DAYS = 90
SCREENINGS = 5
"""The newest screenings of a case that are read."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The facts, and how many offices have not answered."""

    facts: Facts
    unknown_offices: int


def gather_facts(
    connection: Connection, node: Node, case: OwnCase, *, pack: Pack, others: bool, now: datetime
) -> Gathered:
    """All facts of a case; without `others` nothing that another office said, or that says of one."""
    ref = case.row.ref
    answered = answer_facts(connection, node, ref)
    rows, unknown = _history(connection, node, case, now=now)
    if not others:
        rows = [row for row in rows if row.office == node.office]
    counts = shared(connection, case, now=now, days=pack.pattern_days)
    tokens = own_index_tokens(node, case.keys)
    elsewhere = phones_elsewhere(connection, node, case, tokens=tokens, now=now) if others else (0, 0)
    found = {
        **pattern_facts(counts, phone_elsewhere=elsewhere),
        **prior_facts(_priors(node, rows)),
        **_parallel(rows, now=now),
        **_identity(rows),
        **answered,
    }
    return Gathered(Facts(found, minor=case.row.minor), unknown)


def _history(connection: Connection, node: Node, case: OwnCase, *, now: datetime) -> tuple[list[HistoryView], int]:
    """Rows that are most likely this person, each once, and the offices silent in the newest screening."""
    found: dict[tuple[str, str], HistoryView] = {}
    unknown = 0
    for screening in screenings.of_case(connection, case.row.ref)[-SCREENINGS:]:
        asked = screenings.asked(connection, screening)
        unknown = sum(one.outcome not in ("hit", "no_hit") for one in asked)
        shown, _ = history_shown(connection, node, case, screening=screening, asked=asked, now=now)
        found.update({(row.office, row.case): row for row in shown if row.zone in ("match", "possible")})
    rows = with_verdicts(connection, node, case, history=list(found.values()))
    return [row for row in rows if row.verdict is None or row.verdict.verdict != "not"], unknown


def _sure(row: HistoryView) -> bool:
    return row.zone == "match" or (row.verdict is not None and row.verdict.verdict == "same")


def _priors(node: Node, rows: Iterable[HistoryView]) -> list[Prior]:
    return [
        Prior(row.office, row.office == node.office, row.standing, row.decided_on or row.filed_on, sure=_sure(row))
        for row in rows
        if row.standing in _TURNED_AWAY
    ]


def _parallel(rows: Iterable[HistoryView], *, now: datetime) -> dict[str, Fact]:
    """Applications that are open beside this one."""
    since = (now - timedelta(days=PARALLEL_DAYS)).date()
    found = [row for row in rows if row.standing == "under_examination" and row.filed_on >= since]
    if not found:
        return {}
    note = "; ".join(f"{row.office}, {row.filed_on.isoformat()}" for row in found)
    return {"open_elsewhere": Fact(len(found), note=note, verified=all(map(_sure, found)))}


def _identity(rows: Iterable[HistoryView]) -> dict[str, Fact]:
    """Whether NIK or birth date differ from an earlier application of the same person."""
    changed = {
        (row.office, evidence.field)
        for row in rows
        if _sure(row)
        for evidence in row.evidence
        if evidence.field in _IDENTITY and not evidence.supports
    }
    if not changed:
        return {}
    note = "; ".join(f"{office}: {name}" for office, name in sorted(changed))
    return {"identity_changed": Fact(True, note=note)}
