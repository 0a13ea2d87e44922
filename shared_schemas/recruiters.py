"""The restricted form: what was heard in a village of somebody who recruits. It is never about who might be recruited.

Who told it is not asked. It is read by those who examine it, with a purpose, and every reading is in the log.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from shared_schemas.base import Answer, Ask, Moment
from shared_schemas.ids import OfficerRef, Ref, VillageCode
from shared_schemas.office import FreeText
from shared_schemas.outreach import Day, LongText
from shared_schemas.statement import Role

Offer = Literal["domestic_work", "factory", "plantation", "fishing", "online_work", "pilgrimage", "study", "other"]
ReportOutcome = Literal["confirmed", "unfounded", "handed_on"]
ReadingPurpose = Literal["examination", "handing_on", "case_interview", "data_request", "audit"]
"""Why a report is read; on every reading."""

_Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=120)]


class ReportRecruiter(Ask):
    """Body of `PUT /office/v1/pimpasa/recruiter-reports/{report}`: what was heard, and of whom if that is known."""

    village: VillageCode
    day: Day
    session: Ref | None = None
    recruiter: _Short | None = None
    company: _Short | None = None
    phones: Annotated[tuple[_Short, ...], Field(max_length=5)] = ()
    offer: Offer
    destination: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    told: LongText


class ReportTaken(Answer):
    """The report is committed. Nothing of it is repeated."""

    report: Ref
    received_at: Moment


class ReportLine(Answer):
    """A report in a list: where and when, and what became of it; nobody is named."""

    report: Ref
    village: VillageCode
    name: str
    day: date
    received_at: Moment
    outcome: ReportOutcome | None = None
    settled_at: Moment | None = None


class ReportView(ReportLine):
    """A report in its words."""

    told: ReportRecruiter
    role: Role
    officer: OfficerRef | None = None
    settled_role: Role | None = None
    settled_officer: OfficerRef | None = None
    note: str | None = None


class SettleReport(Ask):
    """Body of `POST /office/v1/pimpasa/recruiter-reports/{report}/outcome`.

    `handed_on`: to whoever is competent, such as police or BP3MI; the note says to whom.
    """

    outcome: ReportOutcome
    note: FreeText
