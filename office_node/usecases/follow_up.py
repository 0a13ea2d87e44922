"""What is to be done after a session: whose it is, until when, and what came of it."""

from datetime import date

from office_node.domain.villages import find_village
from office_node.node import Node
from office_node.store import outreach_sessions
from office_node.store.outreach_sessions import StoredFollowUp
from office_node.store.transactions import Connection
from office_node.usecases.keep_mentors import name_of
from office_node.usecases.record import Act, enter
from office_node.usecases.record_session import WHAT
from office_node.usecases.refusals import AlreadyDecidedError, CaseUnknownError
from shared_schemas.outreach import DoneFollowUp, FollowUpView
from shared_schemas.statement import Actor

SHOWN = 500
_OUTCOME = "outreach_follow_up.outcome"


async def open_follow_ups(node: Node) -> list[FollowUpView]:
    """Those that nobody has done, those due first in front; at most 500."""
    today = node.workdays.today(node.clock.now())
    return await node.run.read(
        lambda connection: [
            _view(node, one, today=today) for one in outreach_sessions.open_follow_ups(connection, limit=SHOWN)
        ]
    )


async def finish_follow_up(node: Node, id: str, told: DoneFollowUp, *, by: Actor) -> FollowUpView:
    """Commit what came of it. CaseUnknownError, AlreadyDecidedError."""
    now = node.clock.now()

    def finish(connection: Connection) -> FollowUpView:
        if outreach_sessions.get_follow_up(connection, id) is None:
            raise CaseUnknownError
        outcome = node.sealer.seal(_OUTCOME, id, told.outcome.encode())
        if not outreach_sessions.done(connection, id, at=now, role=by.role, officer=by.officer, outcome=outcome):
            raise AlreadyDecidedError
        enter(connection, node, act=Act("pimpasa-follow-up-done", now, by, {"follow_up": id}))
        one = outreach_sessions.get_follow_up(connection, id)
        assert one is not None
        return _view(node, one, today=node.workdays.today(now))

    return await node.run.write(finish)


def _view(node: Node, one: StoredFollowUp, *, today: date) -> FollowUpView:
    outcome = None
    if one.outcome_sealed is not None:
        outcome = node.sealer.unseal(_OUTCOME, one.id, one.outcome_sealed).decode()
    return FollowUpView(
        follow_up=one.id, session=one.session, village=one.village, name=name_of(find_village(one.village)),
        what=node.sealer.unseal(WHAT, one.id, one.what_sealed).decode(), owner=one.owner, due_on=one.due_on,
        overdue=one.done_at is None and one.due_on < today, done_at=one.done_at, done_by=one.done_officer,
        outcome=outcome,
    )  # fmt: skip
