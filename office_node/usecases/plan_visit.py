"""The calendar of PIMPASA: what is planned, what was held, what was cancelled."""

from datetime import date, timedelta

from office_node.domain.villages import find_village
from office_node.node import Node
from office_node.store import outreach
from office_node.store.transactions import Connection
from office_node.usecases.keep_mentors import check_village, name_of
from office_node.usecases.outreach_refusals import OutreachDayError
from office_node.usecases.record import Act, enter
from office_node.usecases.refusals import AlreadyDecidedError, CaseUnknownError
from shared_schemas.outreach import PlanVisit, VisitView
from shared_schemas.statement import Actor

AHEAD = timedelta(days=366)
SPAN = timedelta(days=366)
SHOWN = 1000
_NOTE = "outreach_visit.note"


async def plan_visit(node: Node, visit: str, told: PlanVisit, *, by: Actor) -> VisitView:
    """Commit the plan in the place of an earlier one. VillageUnknownError, OutreachDayError, AlreadyDecidedError."""
    check_village(told.village)
    now = node.clock.now()
    today = node.workdays.today(now)
    if not today <= told.day <= today + AHEAD:
        raise OutreachDayError
    note = None if told.note is None else node.sealer.seal(_NOTE, visit, told.note.encode())
    one = outreach.Visit(visit, told.village, told.day, told.officers, told.audience, told.topics, note)

    def plan(connection: Connection) -> VisitView:
        held = outreach.get_visit(connection, visit)
        if held is not None and held.state != "planned":
            raise AlreadyDecidedError
        if held is not None and _view(node, held) == _view(node, one):
            return _view(node, one)
        outreach.put_visit(connection, one, at=now)
        members = {"visit": visit, "village": told.village, "day": told.day.isoformat(), "officers": told.officers}
        enter(connection, node, act=Act("pimpasa-visit", now, by, members))
        return _view(node, one)

    return await node.run.write(plan)


async def cancel_visit(node: Node, visit: str, *, by: Actor) -> None:
    """It will not be held. CaseUnknownError, AlreadyDecidedError."""
    now = node.clock.now()

    def cancel(connection: Connection) -> None:
        if outreach.get_visit(connection, visit) is None:
            raise CaseUnknownError
        if not outreach.cancel_visit(connection, visit, at=now):
            raise AlreadyDecidedError
        enter(connection, node, act=Act("pimpasa-visit-cancelled", now, by, {"visit": visit}))

    await node.run.write(cancel)


async def calendar(node: Node, *, first: date, last: date) -> list[VisitView]:
    """Every visit of these days, a year of them at most. OutreachDayError."""
    if not first <= last <= first + SPAN:
        raise OutreachDayError
    return await node.run.read(
        lambda connection: [
            _view(node, one) for one in outreach.visits(connection, first=first, last=last, limit=SHOWN)
        ]
    )


def _view(node: Node, one: outreach.Visit) -> VisitView:
    note = None if one.note_sealed is None else node.sealer.unseal(_NOTE, one.id, one.note_sealed).decode()
    return VisitView(
        visit=one.id, village=one.village, name=name_of(find_village(one.village)), day=one.day,
        officers=one.officers, audience=one.audience, topics=one.topics, note=note, state=one.state,
        session=one.session,
    )  # fmt: skip
