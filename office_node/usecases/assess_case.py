"""What the guideline in force makes of a case now: level, reasons, questions. It decides nothing (rule 5).

The result is kept sealed with the version of the pack and entered into the log whenever it changes; each look is
entered as well. An interviewer who has not yet asked about other offices is shown what is known without them, and that
is kept nowhere.
"""

from datetime import datetime

from office_node.guideline.engine import Assessment, evaluate
from office_node.node import Node
from office_node.store import assessments, cases
from office_node.store.transactions import Connection
from office_node.usecases.asked_first import may_see_others
from office_node.usecases.case_flags import raise_flag
from office_node.usecases.gather_facts import gather_facts
from office_node.usecases.guideline_in_force import pack_in_force
from office_node.usecases.record import Act, enter
from office_node.usecases.refusals import CaseUnknownError
from office_node.usecases.renewed import open_renewed, write_renewed
from office_node.usecases.visible import OwnCase
from shared_schemas.assessment import AssessmentView, ProtectiveView, QuestionView, ReasonView
from shared_schemas.guideline import Level
from shared_schemas.statement import Actor

_SEALED = "assessment"


async def assess_case(node: Node, case_ref: str, *, officer: Actor) -> AssessmentView:
    """Gather, evaluate, keep. CaseUnknownError."""
    now = node.clock.now()
    return await write_renewed(node, lambda connection: _assess(connection, node, case_ref, officer=officer, now=now))


def _assess(connection: Connection, node: Node, case_ref: str, *, officer: Actor, now: datetime) -> AssessmentView:
    node.roster.check(connection)
    row = cases.get(connection, case_ref)
    if row is None:
        raise CaseUnknownError
    return _look(connection, node, open_renewed(node, row), officer=officer, now=now)


def assess_now(connection: Connection, node: Node, case: OwnCase, *, officer: Actor, now: datetime) -> Level:
    """The level by everything that is known now, whatever an interviewer may be shown; in the caller's transaction."""
    return _look(connection, node, case, officer=officer, now=now, everything=True).level


def _look(
    connection: Connection, node: Node, case: OwnCase, *, officer: Actor, now: datetime, everything: bool = False
) -> AssessmentView:
    case_ref = case.row.ref
    pack = pack_in_force(connection, on=now.date())
    others = everything or may_see_others(connection, case_ref, officer=officer)
    gathered = gather_facts(connection, node, case, pack=pack, others=others, now=now)
    found = evaluate(pack, gathered.facts, on=now.date())
    view = _view(found, case_ref=case_ref, unknown=gathered.unknown_offices, withheld=not others, now=now)
    changed = others and _keep(connection, node, view)
    act = Act(
        type="assessment" if changed else "assessment-read", at=now, actor=officer, case_ref=case_ref,
        members={
            "case": case_ref, "guideline": pack.version, "level": view.level, "withheld": view.withheld,
            "reasons": [reason.code for reason in view.reasons if reason.counted],
        },
    )  # fmt: skip
    enter(connection, node, act=act)
    return view


def _keep(connection: Connection, node: Node, view: AssessmentView) -> bool:
    """Keep it if it says something else than what is kept; whether it did."""
    before = assessments.get(connection, view.case)
    if before is not None:
        held = AssessmentView.model_validate_json(node.sealer.unseal(_SEALED, view.case, before.sealed))
        if held.model_copy(update={"assessed_at": view.assessed_at}) == view:
            return False
    sealed = node.sealer.seal(_SEALED, view.case, view.model_dump_json().encode())
    one = assessments.StoredAssessment(view.case, view.guideline_version, view.level, sealed, view.assessed_at)
    assessments.put(connection, one)
    if view.level != "HIJAU":
        raise_flag(connection, node, view.case, level=view.level, source="guideline", now=view.assessed_at)
    return True


def _view(found: Assessment, *, case_ref: str, unknown: int, withheld: bool, now: datetime) -> AssessmentView:
    return AssessmentView.model_validate(
        {
            "case": case_ref,
            "level": found.level,
            "points": found.points,
            "guideline": found.name,
            "guideline_version": found.version,
            "assessed_at": now,
            "unknown_offices": unknown,
            "withheld": withheld,
            "held_back": found.held_back,
            "reasons": tuple(ReasonView.model_validate(one, from_attributes=True) for one in found.reasons),
            "protective": tuple(ProtectiveView.model_validate(one, from_attributes=True) for one in found.protective),
            "questions": tuple(QuestionView.model_validate(one, from_attributes=True) for one in found.questions),
        }
    )
