"""What a person must look at and sign off, in the office API."""

from typing import Literal

from shared_schemas.base import Answer, Ask, Moment
from shared_schemas.history import Zone
from shared_schemas.ids import OfficeId, OfficerRef, Ref
from shared_schemas.office import FreeText


class AlertView(Answer):
    """Something a person must look at and sign off.

    `filings_near`: many near numbers, or birth dates of one name, were filed under one key or by one officer in a day.
    `inquiries_unusual`: an office asks far more about people unknown here than it used to. `count`: how many.
    `request_overdue`: an applicant has not been told in time what became of her request.
    `passport_unscreened`: passports (`count`) were issued on a day without a screening. `issued_list_missing`: no list
    of a working day has come. `webhook_disabled`: an office system took no events for five days, or wants none.
    """

    alert: Ref
    kind: Literal[
        "late_hit",
        "asked_about",
        "trace_confirmed",
        "log_contradicted",
        "own_log_contradicted",
        "own_log_damaged",
        "filings_near",
        "inquiries_unusual",
        "request_overdue",
        "passport_unscreened",
        "issued_list_missing",
        "webhook_disabled",
    ]
    case: Ref | None
    office: OfficeId
    zone: Zone | None = None
    count: int | None = None
    raised_at: Moment
    signed_at: Moment | None = None
    signed_by: OfficerRef | None = None


class SignAlert(Ask):
    """Body of `POST /office/v1/alerts/{alert}/signature`."""

    note: FreeText
