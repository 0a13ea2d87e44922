"""PIMPASA in the office API: officers, desa binaan, calendar, sessions, follow-ups, reports of recruiters.

No route looks up a person. What a phone sends has an id of its own making and is accepted once under it.
"""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from office_node.api.caller import CallerDep
from office_node.api.keyed_route import KeyedRoute
from office_node.api.office import REFUSALS, Reference
from office_node.usecases.follow_up import finish_follow_up, open_follow_ups
from office_node.usecases.keep_mentors import list_mentors, list_villages, put_mentor, put_village, view_place
from office_node.usecases.plan_visit import calendar, cancel_visit, plan_visit
from office_node.usecases.record_session import list_sessions, literacy_test, read_session, record_session
from office_node.usecases.report_recruiter import list_reports, read_report, report_recruiter, settle_report
from shared_schemas.ids import OfficerRef, VillageCode
from shared_schemas.outreach import (
    DoneFollowUp,
    FollowUpView,
    HoldSession,
    LiteracyTest,
    Mentor,
    MentorView,
    MentorVillage,
    PlaceView,
    PlanVisit,
    SessionLine,
    SessionView,
    VillageView,
    VisitView,
)
from shared_schemas.recruiters import (
    ReadingPurpose,
    ReportLine,
    ReportRecruiter,
    ReportTaken,
    ReportView,
    SettleReport,
)

router = APIRouter(prefix="/office/v1/pimpasa", route_class=KeyedRoute, tags=["pimpasa"], responses=REFUSALS)
Officer = Annotated[OfficerRef, Path()]
VillagePath = Annotated[VillageCode, Path()]
FirstDay = Annotated[date, Query(description="The first day that is meant, in the office's zone")]
LastDay = Annotated[date, Query(description="The last day that is meant")]


@router.get("/officers")
async def get_officers(by: CallerDep) -> list[MentorView]:
    """List the PIMPASA officers with their villages."""
    return await list_mentors(by.node)


@router.put("/officers/{officer}", status_code=204)
async def put_officer(officer: Officer, told: Mentor, by: CallerDep) -> None:
    """Say who is a PIMPASA officer, and until when.

    For supervisors and the head of the office; answers 204 without a body. The account is another matter.
    """
    await put_mentor(by.node, officer, told, by=by.officer)


@router.get("/villages")
async def get_villages(by: CallerDep) -> list[VillageView]:
    """List the desa binaan with their last session and what is open."""
    return await list_villages(by.node)


@router.put("/villages/{village}", status_code=204)
async def put_mentored_village(village: VillagePath, told: MentorVillage, by: CallerDep) -> None:
    """Say that a village is a desa binaan, and whose.

    For supervisors and the head of the office; answers 204 without a body.
    """
    await put_village(by.node, village, told, by=by.officer)


@router.get("/places/{place}")
async def get_place(place: Annotated[str, Path(pattern=r"^[0-9.]{2,13}$")], by: CallerDep) -> PlaceView:
    """Show a place by its Kemendagri code and what lies in it.

    From the shipped table: `18` has its regencies, `18.01` its sub-districts, `18.01.04` its villages.
    """
    del by
    return view_place(place)


@router.put("/visits/{visit}")
async def put_visit(visit: Reference, told: PlanVisit, by: CallerDep) -> VisitView:
    """Plan a visit, or change the plan."""
    return await plan_visit(by.node, visit, told, by=by.officer)


@router.post("/visits/{visit}/cancellation", status_code=204)
async def post_visit_cancellation(visit: Reference, by: CallerDep) -> None:
    """Cancel a planned visit; answers 204 without a body."""
    await cancel_visit(by.node, visit, by=by.officer)


@router.get("/calendar")
async def get_calendar(first: FirstDay, last: LastDay, by: CallerDep) -> list[VisitView]:
    """Show the calendar of visits from one day to another, a year at most."""
    return await calendar(by.node, first=first, last=last)


@router.put("/sessions/{session}")
async def put_session(session: Reference, told: HoldSession, by: CallerDep) -> SessionView:
    """Record a session that was held.

    `session` is an id that the phone makes; the same body under it once more changes nothing and gets the same answer,
    another body gets 409. Groups are counted and tests are anonymous: nobody of the village is named.
    """
    return await record_session(by.node, session, told, by=by.officer)


@router.get("/sessions")
async def get_sessions(
    first: FirstDay, last: LastDay, by: CallerDep, village: Annotated[VillageCode | None, Query()] = None
) -> list[SessionLine]:
    """List sessions that were held, the newest first.

    At most 500; with `village`, only that one's.
    """
    return await list_sessions(by.node, first=first, last=last, village=village)


@router.get("/sessions/{session}")
async def get_session(session: Reference, by: CallerDep) -> SessionView:
    """Show a session as it was recorded."""
    return await read_session(by.node, session)


@router.get("/test")
async def get_test(by: CallerDep) -> LiteracyTest:
    """Show the questions of the anonymous test before and after a session."""
    del by
    return literacy_test()


@router.get("/follow-ups")
async def get_follow_ups(by: CallerDep) -> list[FollowUpView]:
    """List what is to be done after sessions, those due first in front."""
    return await open_follow_ups(by.node)


@router.post("/follow-ups/{follow_up}/done")
async def post_follow_up_done(follow_up: Reference, told: DoneFollowUp, by: CallerDep) -> FollowUpView:
    """Say what came of a follow-up, once."""
    return await finish_follow_up(by.node, follow_up, told, by=by.officer)


@router.put("/recruiter-reports/{report}")
async def put_report(report: Reference, told: ReportRecruiter, by: CallerDep) -> ReportTaken:
    """Hand in what was heard of a recruiter.

    Accepted once under the id that the phone makes. Nothing of it is repeated, and who sends it cannot read it again.
    """
    return await report_recruiter(by.node, report, told, by=by.officer)


@router.get("/recruiter-reports")
async def get_reports(
    by: CallerDep, everything: Annotated[bool, Query(alias="all")] = False
) -> list[ReportLine]:  # fmt: skip
    """List reports of recruiters that nobody has settled, without naming anybody; with `all`, every one."""
    return await list_reports(by.node, everything=everything)


@router.get("/recruiter-reports/{report}")
async def get_report(report: Reference, purpose: ReadingPurpose, by: CallerDep, response: Response) -> ReportView:
    """Show a report of a recruiter in its words.

    For those who examine it. The reading is written to the log with officer, role and purpose.
    """
    response.headers["cache-control"] = "no-store"
    return await read_report(by.node, report, purpose=purpose, by=by.officer)


@router.post("/recruiter-reports/{report}/outcome")
async def post_report_outcome(report: Reference, told: SettleReport, by: CallerDep) -> ReportLine:
    """Say what became of a report of a recruiter, once."""
    return await settle_report(by.node, report, told, by=by.officer)
