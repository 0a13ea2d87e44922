"""Following what happens in the office: a page at a time, waiting a while where nothing has come yet."""

from office_node.node import Node
from office_node.store import office_events
from office_node.store.transactions import Connection
from office_node.usecases.refusals import CursorForgottenError
from shared_schemas.events import EventPage, OfficeEvent

KEPT_DAYS = 30
_LOOK_S = 0.25


async def follow_events(node: Node, *, after: int | None, limit: int, wait_s: float) -> EventPage:
    """Events behind `after`, or with None from now on. CursorForgottenError if some behind it are not kept any more."""
    if after is None:
        newest = await node.run.read(office_events.last)
        return EventPage(events=(), next=str(newest))
    deadline = node.clock.monotonic() + wait_s
    while True:
        page = await node.run.read(lambda connection: _page(connection, after=after, limit=limit))
        if page.events or node.clock.monotonic() >= deadline:
            return page
        await node.clock.sleep(_LOOK_S)


def _page(connection: Connection, *, after: int, limit: int) -> EventPage:
    if after < office_events.forgotten(connection) or after > office_events.last(connection):
        raise CursorForgottenError
    found = [view_of(one) for one in office_events.after(connection, after, limit=limit)]
    return EventPage(events=tuple(found), next=found[-1].cursor if found else str(after))


def view_of(one: office_events.OfficeEvent) -> OfficeEvent:
    """An event as it is told."""
    return OfficeEvent(cursor=str(one.id), at=one.at, kind=one.kind, case=one.case_ref, detail=dict(one.detail))
