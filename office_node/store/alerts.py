"""Alerts: raised once for the same thing, open until a person signs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from office_node.store import office_events
from office_node.store.hot import HotStatement
from office_node.store.times import from_ms, from_ms_or_none, to_ms

_RAISE = HotStatement(
    "INSERT INTO alert (id, kind, case_ref, office, inquiry, zone, raised_at, count) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (kind, case_ref, office, inquiry) WHERE signed_at IS NULL"
    " DO UPDATE SET zone = coalesce(excluded.zone, alert.zone), count = coalesce(excluded.count, alert.count)"
    " RETURNING id"
)
_SIGNED_ZONES = HotStatement(
    "SELECT zone FROM alert WHERE kind = ? AND case_ref = ? AND office = ? AND inquiry = ? AND signed_at IS NOT NULL"
)
_STRENGTH = {None: 0, "none": 1, "related": 2, "possible": 3, "match": 4}
_COLUMNS = "id, kind, case_ref, office, inquiry, zone, raised_at, signed_at, signed_role, signed_officer, count"
_OPEN = HotStatement(f"SELECT {_COLUMNS} FROM alert WHERE signed_at IS NULL ORDER BY raised_at, id")
_ALL = HotStatement(f"SELECT {_COLUMNS} FROM alert ORDER BY raised_at, id")
_GET = HotStatement(f"SELECT {_COLUMNS} FROM alert WHERE id = ?")
_SIGN = HotStatement(
    "UPDATE alert SET signed_at = ?, signed_role = ?, signed_officer = ?, note_sealed = ?"
    " WHERE id = ? AND signed_at IS NULL"
)

_OF_CASE = HotStatement("SELECT 1 FROM alert WHERE case_ref = ? AND kind IN ('asked_about', 'late_hit') LIMIT 1")
_FORGET = HotStatement("DELETE FROM alert WHERE id IN (SELECT id FROM alert WHERE signed_at <= ? LIMIT ?)")


@dataclass(frozen=True, slots=True)
class NewAlert:
    """Something a person must look at; `count`: how many, where it is about a number."""

    id: str
    kind: str
    case_ref: str
    office: str
    inquiry: str
    zone: str | None
    raised_at: datetime
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert as it is kept."""

    id: str
    kind: Any
    case_ref: str
    office: str
    inquiry: str
    zone: Any
    raised_at: datetime
    signed_at: datetime | None
    signed_role: str | None
    signed_officer: str | None
    count: int | None


def raise_alert(connection: Connection, alert: NewAlert) -> bool:
    """Raise it, once per kind, case, office and inquiry; a zone or count learned later is added. Whether it is new.

    One that somebody has signed stays as she saw it: if it says more now, a new one opens.
    """
    signed = _SIGNED_ZONES.rows(connection, (alert.kind, alert.case_ref, alert.office, alert.inquiry))
    if signed and max(_STRENGTH[row[0]] for row in signed) >= _STRENGTH[alert.zone]:
        return False
    raised = _RAISE.row(
        connection,
        (
            alert.id, alert.kind, alert.case_ref, alert.office, alert.inquiry, alert.zone,
            to_ms(alert.raised_at), alert.count,
        ),
    )  # fmt: skip
    is_new = raised is not None and raised[0] == alert.id
    if is_new:
        detail = {"alert": alert.id, "alert_kind": alert.kind, "office": alert.office}
        office_events.add(
            connection, "alert_raised", at=alert.raised_at, case_ref=alert.case_ref or None, detail=detail
        )
    return is_new


def listed(connection: Connection, *, everything: bool) -> list[Alert]:
    """Open alerts, or all, the oldest first."""
    return [_alert(row) for row in (_ALL if everything else _OPEN).rows(connection)]


def any_of_case(connection: Connection, case_ref: str) -> bool:
    """Whether somebody has asked about this case, or was found for it later."""
    return _OF_CASE.row(connection, (case_ref,)) is not None


def get(connection: Connection, alert: str) -> Alert | None:
    """One alert."""
    row = _GET.row(connection, (alert,))
    return None if row is None else _alert(row)


def sign(connection: Connection, alert: str, *, now: datetime, role: str, officer: str, note_sealed: bytes) -> bool:
    """Close it; False if somebody was faster."""
    return _SIGN.run(connection, (to_ms(now), role, officer, note_sealed, alert)) == 1


def forget_signed(connection: Connection, *, before: datetime, limit: int = 500) -> int:
    """Drop alerts signed before then; how many. An open one stays until somebody signs it."""
    return _FORGET.run(connection, (to_ms(before), limit))


def _alert(row: tuple[Any, ...]) -> Alert:
    return Alert(
        id=row[0],
        kind=row[1],
        case_ref=row[2],
        office=row[3],
        inquiry=row[4],
        zone=row[5],
        raised_at=from_ms(row[6]),
        signed_at=from_ms_or_none(row[7]),
        signed_role=row[8],
        signed_officer=row[9],
        count=row[10],
    )
