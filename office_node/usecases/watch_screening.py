"""How far a screening has come, for whoever waits in front of it: who has answered, nothing of what was answered.

Not entered as a reading, like the events that an office system follows: no person, no case of another office.
"""

from functools import partial

from office_node.node import Node
from office_node.store import screenings
from office_node.store.transactions import Connection
from office_node.usecases.refusals import CaseUnknownError
from office_node.usecases.view_screening import check_followed
from shared_schemas.office import Progress
from shared_schemas.statement import Actor


async def watch_screening(node: Node, screening: str, *, officer: Actor) -> Progress:
    """Who has answered. CaseUnknownError, QuestionFirstError."""
    return await node.run.read(partial(_look, screening=screening, officer=officer))


def _look(connection: Connection, *, screening: str, officer: Actor) -> Progress:
    check_followed(connection, screening=screening, officer=officer)
    row = screenings.find(connection, screening)
    if row is None:
        raise CaseUnknownError
    asked = screenings.asked(connection, screening)
    return Progress(
        case=row.case_ref,
        settled=row.settled_at is not None,
        answered=tuple(one.office for one in asked if one.outcome in ("hit", "no_hit")),
        waiting=tuple(one.office for one in asked if one.outcome not in ("hit", "no_hit")),
    )
