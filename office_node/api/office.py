"""What office systems and officers ask of their own node (`/office/v1`); who calls says `api/caller.py`."""

import json
from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request, Response
from sse_starlette import EventSourceResponse

from office_node.api.caller import CallerDep
from office_node.api.keyed_route import KeyedRoute
from office_node.node import Node
from office_node.store import events
from office_node.usecases.clear_trace import clear_trace
from office_node.usecases.file_case import file_case
from office_node.usecases.give_receipt import give_receipt
from office_node.usecases.once import Once, request_hash
from office_node.usecases.remember_verdict import remember_verdict
from office_node.usecases.screen_case import screen_again
from office_node.usecases.sign_alert import list_alerts, sign_alert
from office_node.usecases.view_node import view_node
from office_node.usecases.view_peers import view_peers
from office_node.usecases.view_screening import check_followed, view_screening
from shared_schemas.alerts import AlertView, SignAlert
from shared_schemas.ids import OfficeId
from shared_schemas.inquiry import Purpose
from shared_schemas.office import (
    CaseFiled,
    ClearTrace,
    FileCase,
    Judge,
    NodeView,
    PeerView,
    ScreenAgain,
    ScreeningStarted,
    ScreeningView,
    VerdictView,
)
from shared_schemas.problem import Problem
from shared_schemas.receipt import Receipt

REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": "Problem (RFC 9457)"}
    for status in (400, 401, 403, 404, 408, 409, 410, 413, 422, 429, 503)
}
router = APIRouter(prefix="/office/v1", route_class=KeyedRoute, tags=["office"], responses=REFUSALS)
_POLL_S = 0.05
_EVENT = {
    "description": "One event; `data` is JSON with `office` and what became of it. The last one is `settled`.",
    "type": "object",
    "properties": {name: {"type": "string"} for name in ("id", "event", "data")},
    "required": ["id", "event", "data"],
}
IdempotencyKey = Annotated[str, Header(pattern=r"^[A-Za-z0-9._:-]{8,80}$")]
Reference = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


@router.post("/cases", status_code=201)
async def post_case(
    request: Request,
    filing: FileCase,
    by: CallerDep,
    idempotency_key: IdempotencyKey,
) -> CaseFiled:
    """File a passport application; its screening starts at once.

    The answer names the case, the screening to follow, and findings about the data that a person should look at. The
    same `Idempotency-Key` with the same body gives the same answer and files nothing again.
    """
    once = Once(by.key.id, idempotency_key, request_hash(await request.body()))
    return await file_case(by.node, filing, officer=by.officer, once=once)


@router.get("/cases/{case}/receipt")
async def get_receipt(case: Reference, purpose: Purpose, by: CallerDep, response: Response) -> Receipt:
    """Give a receipt of a case.

    One file with which anyone verifies offline which offices were asked when, what each answered, and that this
    office's entries stand in its witnessed log (`jejak verify`). It holds no name and no number of a person. That it
    was taken out is written to the log with officer, role and purpose.
    """
    response.headers["cache-control"] = "no-store"
    return await give_receipt(by.node, case, purpose=purpose, officer=by.officer)


@router.post("/cases/{case}/screenings", status_code=201)
async def post_screening(case: Reference, again: ScreenAgain, by: CallerDep) -> ScreeningStarted:
    """Ask all offices once more about a case.

    Opens a new screening under the case's present notice; earlier ones stay as they are.
    """
    screening = await screen_again(by.node, case, purpose=again.purpose, actor=by.officer)
    return ScreeningStarted(case=case, screening=screening)


@router.post("/traces/{office}/{case}/clearance", status_code=204)
async def post_clearance(
    office: Annotated[OfficeId, Path()], case: Reference, clearance: ClearTrace, by: CallerDep
) -> None:
    """End the trace of a case that nobody has any more.

    Its office has left without handing the case over, and the roster names this one to go on for it; or it is this
    office's own, and was lost with a disk. Answers 204 without a body; the trace then counts nowhere any more.
    """
    await clear_trace(by.node, office, case, clearance=clearance, officer=by.officer, key=by.key)


@router.get("/screenings/{screening}")
async def get_screening(screening: Reference, by: CallerDep, response: Response) -> ScreeningView:
    """Show a screening's result as it stands now.

    `coverage` has every office asked as hit, no_hit or unknown. `complete` says whether everybody is accounted for, and
    `own_history_truncated` whether more of this office's own cases are like this one than were compared. Nothing ever
    says *clean*. The reading is written to the log.
    """
    response.headers["cache-control"] = "no-store"
    return await view_screening(by.node, screening, officer=by.officer)


@router.post("/screenings/{screening}/verdicts")
async def post_verdict(screening: Reference, judged: Judge, by: CallerDep) -> VerdictView:
    """Remember whether a row is the same person.

    `office` and `case` name a row of this screening's history. What was said is shown with that row in every later
    screening of either case; it hides nothing and decides nothing. Another verdict replaces it; the log keeps both.
    After *unsure* the row is to be judged again once the comparison says something else.
    """
    return await remember_verdict(by.node, screening, judged, officer=by.officer)


@router.get(
    "/screenings/{screening}/events",
    response_class=EventSourceResponse,
    responses={200: {"content": {"text/event-stream": {"schema": _EVENT}}}},
)
async def get_events(
    screening: Reference,
    by: CallerDep,
    last_event_id: Annotated[int, Header(ge=0)] = 0,
) -> EventSourceResponse:
    """Follow a screening as server-sent events until it has settled.

    A stream that broke goes on after the event that `Last-Event-ID` names.
    """
    node = by.node
    await node.run.read(partial(check_followed, screening=screening, officer=by.officer))
    return EventSourceResponse(_events(node, screening, after=last_event_id))


async def _events(node: Node, screening: str, *, after: int) -> AsyncIterator[dict[str, Any]]:
    deadline = node.clock.monotonic() + node.settings.soft_limit_s + node.settings.peer_timeout_s
    while node.clock.monotonic() < deadline:
        for event in await node.run.read(partial(events.after, screening=screening, seq=after)):
            after = event.seq
            data = {"office": event.office, **event.detail}
            yield {"id": str(event.seq), "event": event.kind, "data": _compact(data)}
            if event.kind == "settled":
                return
        await node.clock.sleep(_POLL_S)


def _compact(data: dict[str, Any]) -> str:
    return json.dumps(data, separators=(",", ":"))


@router.get("/alerts")
async def get_alerts(by: CallerDep, everything: Annotated[bool, Query(alias="all")] = False) -> list[AlertView]:
    """List open alerts, the oldest first; with `all`, those that are signed too."""
    return await list_alerts(by.node, officer=by.officer, everything=everything)


@router.post("/alerts/{alert}/signature", status_code=204)
async def post_signature(alert: Reference, signature: SignAlert, by: CallerDep) -> None:
    """Sign an alert off, with a note.

    Answers 204 without a body. An alert is signed once.
    """
    await sign_alert(by.node, alert, signature, officer=by.officer)


@router.get("/peers")
async def get_peers(by: CallerDep) -> list[PeerView]:
    """List every other member as this node sees it.

    When it was heard, how long it is left alone, and whether all its notices are held here.
    """
    return await view_peers(by.node)


@router.get("/node")
async def get_node(by: CallerDep) -> NodeView:
    """Show this node: roster, clock, and whose notices are not all here."""
    return await view_node(by.node)
