"""The queue: cases by the work that a role has with them, those due first in front. No person is in it."""

from collections.abc import Mapping
from typing import Annotated, cast

from fastapi import APIRouter, Query, Request, Response

from office_node.console.catalogues import N_
from office_node.console.desk import AtDesk
from office_node.console.page_route import PageRoute
from office_node.console.pages import go_to, page
from office_node.domain.duties import CASEWORK
from office_node.usecases.view_case import list_cases
from shared_schemas.cases import State
from shared_schemas.statement import Role

router = APIRouter(route_class=PageRoute, include_in_schema=False)
PER_PAGE = 50
WORK: Mapping[str, tuple[str, tuple[State, ...]]] = {
    "counter": (N_("Loket"), ("filed", "incomplete", "received", "biometrics")),
    "interview": (N_("Wawancara"), ("biometrics", "interview")),
    "deep": (N_("Pendalaman dan adjudikasi"), ("examination", "adjudication")),
    "issue": (N_("Penerbitan"), ("approved", "issued")),
    "held": (N_("Ditunda, ditangguhkan, ditolak"), ("postponed", "suspended", "refused")),
    "over": (N_("Selesai"), ("handed_over", "withdrawn", "cancelled", "annulled")),
}
_FIRST: Mapping[Role, str] = {
    "interview": "interview", "supervisor": "deep", "inteldakim": "deep", "kakanim": "deep", "data_protection": "held",
}  # fmt: skip


@router.get("/console")
async def get_home(at: AtDesk) -> Response:
    """To where her work is."""
    if at.role in CASEWORK or at.may("GET", "/office/v1/cases"):
        return go_to("/console/cases")
    if at.role == "administrator":
        return go_to("/console/officers")
    return go_to("/console/account")


@router.get("/console/cases")
async def get_cases(
    request: Request,
    at: AtDesk,
    work: Annotated[str | None, Query(pattern=r"^[a-z]{1,12}$")] = None,
    after: Annotated[str | None, Query(pattern=r"^[0-9]{1,16}:[0-9a-f]{32}$")] = None,
) -> Response:
    """One queue, a page of it."""
    await at.acts("GET", "/office/v1/cases")
    chosen = work if work in WORK else _FIRST.get(at.role, "counter")
    shown = await list_cases(at.node, WORK[cast(str, chosen)][1], after=after, limit=PER_PAGE)
    now = at.node.clock.now()
    late = {one.case for one in shown.cases if one.due_at is not None and one.due_at < now}
    context = {"queues": WORK, "chosen": chosen, "shown": shown, "late": late, "first": after is None}
    return page(request, "queue.html", at.frame | context)
