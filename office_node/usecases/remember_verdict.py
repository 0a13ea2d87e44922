"""Remembering what an officer says of two cases: *same*, *not* or *unsure*, with a reason. It decides nothing (rule 5).

Kept are the level codes of this node's own comparison and two references; each verdict has its entry in the log, so
one that is replaced is not lost.
"""

from datetime import datetime
from functools import partial

from office_node.node import Node
from office_node.store import cases, screenings, verdicts
from office_node.store.transactions import Connection
from office_node.store.verdicts import Pair, StoredVerdict
from office_node.usecases.asked_first import check_asked_first
from office_node.usecases.record import Act, enter
from office_node.usecases.refusals import CaseUnknownError, RowNotShownError
from office_node.usecases.renewed import open_renewed, write_renewed
from office_node.usecases.verdicts import compared_here, pair_of, verdict_view
from office_node.usecases.view_screening import history_shown
from office_node.usecases.visible import OwnCase
from shared_schemas.office import HistoryView, Judge, VerdictView
from shared_schemas.statement import Actor

_SEALED = "verdict.reason"


async def remember_verdict(node: Node, screening: str, judged: Judge, *, officer: Actor) -> VerdictView:
    """Keep it with its entry; the same once more by the same officer changes nothing.

    CaseUnknownError, QuestionFirstError; RowNotShownError if the screening does not show that row.
    """
    now = node.clock.now()
    remember = partial(_remember, node=node, screening=screening, judged=judged, officer=officer, now=now)
    return verdict_view(await write_renewed(node, remember))


def _remember(
    connection: Connection, *, node: Node, screening: str, judged: Judge, officer: Actor, now: datetime
) -> StoredVerdict:
    node.roster.check(connection)
    opened = screenings.find(connection, screening)
    if opened is None:
        raise CaseUnknownError
    check_asked_first(connection, opened.case_ref, officer=officer)
    case = open_renewed(node, cases.must_get(connection, opened.case_ref))
    row = _row(connection, node, case, screening=screening, judged=judged, now=now)
    pair = pair_of(node, case, row)
    found = compared_here(connection, node, case, row=row)
    before = verdicts.get(connection, pair)
    said = StoredVerdict(
        pair=pair,
        vector=found.vector if found else (),
        model=found.version if found else "",
        verdict=judged.verdict,
        reason_sealed=node.sealer.seal(_SEALED, _row_id(pair), judged.reason.encode()),
        decided_at=now,
        actor_office=officer.office,
        actor_role=officer.role,
        actor_officer=officer.officer,
        keep_until=_keep_until(connection, node, case, row=row),
    )
    if before is not None and _repeats(node, before, said=said, reason=judged.reason):
        return before
    verdicts.put(connection, said)
    _enter_verdict(connection, node, case, said=said, judged=judged, before=before, officer=officer, screening=opened)
    return said


def _row(
    connection: Connection, node: Node, case: OwnCase, *, screening: str, judged: Judge, now: datetime
) -> HistoryView:
    asked = screenings.asked(connection, screening)
    shown, _truncated = history_shown(connection, node, case, screening=screening, asked=asked, now=now)
    for row in shown:
        if (row.office, row.case) == (judged.office, judged.case):
            return row
    raise RowNotShownError


def _row_id(pair: Pair) -> str:
    return f"{pair.case_ref}/{pair.office}/{pair.other_case}"


def _keep_until(connection: Connection, node: Node, case: OwnCase, *, row: HistoryView) -> datetime:
    """It goes with its own case; of two own cases with the first that goes."""
    if row.office != node.office:
        return case.row.keep_until
    return min(case.row.keep_until, cases.must_get(connection, row.case).keep_until)


def _repeats(node: Node, before: StoredVerdict, *, said: StoredVerdict, reason: str) -> bool:
    """Whether the same officer says the same of the same comparison for the same reason."""
    if (before.verdict, before.vector, before.model) != (said.verdict, said.vector, said.model):
        return False
    if (before.actor_role, before.actor_officer) != (said.actor_role, said.actor_officer):
        return False
    return node.sealer.unseal(_SEALED, _row_id(before.pair), before.reason_sealed) == reason.encode()


def _enter_verdict(
    connection: Connection,
    node: Node,
    case: OwnCase,
    *,
    said: StoredVerdict,
    judged: Judge,
    before: StoredVerdict | None,
    officer: Actor,
    screening: screenings.Screening,
) -> None:
    """Who said what of which two cases, why, and what had been said before."""
    act = Act(
        type="verdict",
        at=said.decided_at,
        actor=officer,
        case_ref=case.row.ref,
        peer=judged.office if judged.office != node.office else None,
        inquiry=screening.id,
        purpose=screening.purpose,
        members={
            "case": case.row.ref,
            "other": {"office": judged.office, "case": judged.case},
            "verdict": judged.verdict,
            "before": before.verdict if before else None,
            "reason": judged.reason,
            "model": said.model,
            "vector": list(said.vector),
        },
    )
    enter(connection, node, act=act)
