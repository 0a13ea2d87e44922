"""An approval that must be a supervisor's: not everybody is accounted for, or the guideline says MERAH.

A level forbids nothing. It says that somebody with more time than the counter has looked, and why she approves.
"""

from datetime import datetime

from office_node.node import Node
from office_node.store.transactions import Connection
from office_node.usecases.assess_case import assess_now
from office_node.usecases.coverage_now import is_complete
from office_node.usecases.refusals import DecisionInvalidError, SupervisorNeededError
from office_node.usecases.visible import OwnCase
from shared_schemas.cases import MoveCase
from shared_schemas.statement import Actor

_MAY = frozenset({"supervisor", "kakanim"})


def check_approval(
    connection: Connection, node: Node, case: OwnCase, *, move: MoveCase, officer: Actor, now: datetime
) -> str | None:
    """The level that the case has while it is approved; None for any other step.

    SupervisorNeededError unless a supervisor or the head of the office approves or signs with her, where coverage is
    incomplete or the level is MERAH; DecisionInvalidError if they give no reason.
    """
    if move.transition != "approve":
        return None
    level = assess_now(connection, node, case, officer=officer, now=now)
    if level != "MERAH" and is_complete(connection, node, case, now=now):
        return level
    signing = {officer.role} | ({move.second.role} if move.second is not None else set())
    if not signing & _MAY:
        raise SupervisorNeededError
    if move.reason is None:
        raise DecisionInvalidError("reason-missing")
    return level
