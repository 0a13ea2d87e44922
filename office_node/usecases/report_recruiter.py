"""What was heard of a recruiter: taken from the field, read and settled only by those who examine it.

Whoever sends it cannot read it again, so that a lost phone or a curious colleague shows nothing.
"""

from datetime import timedelta
from functools import partial

from office_node.domain.standings import add_months
from office_node.domain.villages import find_village
from office_node.node import Node
from office_node.store import recruiter_reports
from office_node.store.recruiter_reports import Settled, StoredReport
from office_node.store.transactions import Connection
from office_node.usecases.keep_mentors import check_village, name_of
from office_node.usecases.outreach_refusals import OutreachDayError
from office_node.usecases.record import Act, enter
from office_node.usecases.refusals import AlreadyDecidedError, CaseUnknownError, IdempotencyMismatchError
from shared_schemas.recruiters import ReportLine, ReportRecruiter, ReportTaken, ReportView, SettleReport
from shared_schemas.statement import Actor

UNSETTLED_MONTHS, SETTLED_MONTHS = 60, 24
OLDEST = timedelta(days=366)
SHOWN = 500
_TOLD, _NOTE = "recruiter_report", "recruiter_report.note"


async def report_recruiter(node: Node, report: str, told: ReportRecruiter, *, by: Actor) -> ReportTaken:
    """Commit it; the same once more changes nothing.

    VillageUnknownError, OutreachDayError; IdempotencyMismatchError if the id was used for another.
    """
    check_village(told.village)
    today = node.workdays.today(node.clock.now())
    if not today - OLDEST <= told.day <= today:
        raise OutreachDayError
    return await node.run.write(partial(_take, node=node, report=report, told=told, by=by))


def _take(connection: Connection, *, node: Node, report: str, told: ReportRecruiter, by: Actor) -> ReportTaken:
    held = recruiter_reports.get(connection, report)
    if held is not None:
        if _told(node, held) != told:
            raise IdempotencyMismatchError
        return ReportTaken(report=report, received_at=held.received_at)
    now = node.clock.now()
    sealed = node.sealer.seal(_TOLD, report, told.model_dump_json().encode())
    one = StoredReport(report, told.village, told.day, now, sealed, by.role, by.officer)
    recruiter_reports.add(connection, one, keep_until=add_months(now, UNSETTLED_MONTHS))
    members = {"report": report, "village": told.village, "day": told.day.isoformat()}
    enter(connection, node, act=Act("recruiter-report", now, by, members))
    return ReportTaken(report=report, received_at=now)


async def list_reports(node: Node, *, everything: bool) -> list[ReportLine]:
    """Those that nobody has settled, the oldest first; or all, the newest first. At most 500, and nobody is named."""
    return await node.run.read(
        lambda connection: [
            _line(one) for one in recruiter_reports.listed(connection, everything=everything, limit=SHOWN)
        ]
    )


async def read_report(node: Node, report: str, *, purpose: str, by: Actor) -> ReportView:
    """A report in its words; the reading is in the log. CaseUnknownError."""

    def read(connection: Connection) -> ReportView:
        one = recruiter_reports.get(connection, report)
        if one is None:
            raise CaseUnknownError
        members = {"report": report, "purpose": purpose}
        enter(connection, node, act=Act("recruiter-report-read", node.clock.now(), by, members, purpose=purpose))
        return _view(node, one)

    return await node.run.write(read)


async def settle_report(node: Node, report: str, told: SettleReport, *, by: Actor) -> ReportLine:
    """Commit what became of it, once. CaseUnknownError, AlreadyDecidedError."""
    now = node.clock.now()

    def settle(connection: Connection) -> ReportLine:
        if recruiter_reports.get(connection, report) is None:
            raise CaseUnknownError
        note = node.sealer.seal(_NOTE, report, told.note.encode())
        settled = Settled(told.outcome, now, by.role, by.officer, note)
        until = add_months(now, SETTLED_MONTHS)
        if not recruiter_reports.settle(connection, report, settled=settled, keep_until=until):
            raise AlreadyDecidedError
        members = {"report": report, "outcome": told.outcome}
        enter(connection, node, act=Act("recruiter-report-settled", now, by, members))
        one = recruiter_reports.get(connection, report)
        assert one is not None
        return _line(one)

    return await node.run.write(settle)


def _told(node: Node, one: StoredReport) -> ReportRecruiter:
    return ReportRecruiter.model_validate_json(node.sealer.unseal(_TOLD, one.id, one.sealed))


def _line(one: StoredReport) -> ReportLine:
    return ReportLine(
        report=one.id, village=one.village, name=name_of(find_village(one.village)), day=one.day,
        received_at=one.received_at, outcome=one.outcome, settled_at=one.settled_at,
    )  # fmt: skip


def _view(node: Node, one: StoredReport) -> ReportView:
    note = None if one.note_sealed is None else node.sealer.unseal(_NOTE, one.id, one.note_sealed).decode()
    return ReportView(
        **_line(one).model_dump(), told=_told(node, one), role=one.role, officer=one.officer,
        settled_role=one.settled_role, settled_officer=one.settled_officer, note=note,
    )  # fmt: skip
