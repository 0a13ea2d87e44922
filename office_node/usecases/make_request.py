"""What an applicant asks about her case is recorded with the time by which she must have an answer.

A request that comes after its time is recorded all the same, marked late: whether it is heard is for people to say.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from office_node.domain.findings import birth_date_in_future
from office_node.domain.standings import ADVERSE
from office_node.node import Node
from office_node.store import alerts, case_requests, cases
from office_node.store.transactions import Connection
from office_node.usecases.correct_person import changed_fields
from office_node.usecases.record import Act, enter
from office_node.usecases.refusals import (
    BirthDateInFutureError,
    CaseMovedError,
    CaseUnknownError,
    DecisionInvalidError,
)
from office_node.usecases.visible import open_case
from shared_schemas.person import Person
from shared_schemas.requests import MakeRequest, RequestLine, RequestView
from shared_schemas.statement import Actor

ANSWER_HOURS = 72
"""Corrections and access: 3 x 24 hours by the clock (UU 27/2022 Pasal 30 and 32)."""
OBJECT_DAYS, ANSWER_DAYS = 21, 10
"""Working days to object after a decision, and to answer an objection or an appeal (UU 30/2014)."""
APPEAL_DAYS = 10
_LATEST_RECEIVED = timedelta(days=60)
_ASKED, _ANSWER = "case_request.asked", "case_request.answer"
_AT_ONCE = 50
SHOWN = 500


async def make_request(node: Node, case_ref: str, asked: MakeRequest, *, officer: Actor) -> RequestLine:
    """Commit it. CaseUnknownError, CaseMovedError, DecisionInvalidError, BirthDateInFutureError."""
    now = node.clock.now()
    received = asked.received_at or now
    if not now - _LATEST_RECEIVED <= received <= now:
        raise DecisionInvalidError("received-at-out-of-range")
    if asked.person is not None and birth_date_in_future(asked.person.birth_date, today=now.date()):
        raise BirthDateInFutureError

    def make(connection: Connection) -> RequestLine:
        row = cases.get(connection, case_ref)
        if row is None:
            raise CaseUnknownError
        if row.handed_to is not None:
            raise CaseMovedError
        if asked.kind in ("objection", "appeal") and row.standing not in ADVERSE:
            raise DecisionInvalidError("nothing-to-object-to")
        one = case_requests.StoredRequest(
            id=node.new_ref(),
            case_ref=case_ref,
            kind=asked.kind,
            made_by=asked.made_by,
            received_at=received,
            due_at=_due_at(node, asked, received=received),
            late=_is_late(node, asked, decided_at=row.decided_at, received=received),
            asked_sealed=b"",
        )
        base = open_case(node, row).person
        if asked.person is not None and not changed_fields(base, asked.person):
            raise DecisionInvalidError("nothing-to-correct")
        return _keep(connection, node, one, asked=asked, base=base, officer=officer, now=now)

    return await node.run.write(make)


def _keep(
    connection: Connection, node: Node, one: case_requests.StoredRequest, *, asked: MakeRequest, base: Person,
    officer: Actor, now: datetime,
) -> RequestLine:  # fmt: skip
    person = None if asked.person is None else asked.person.model_dump(mode="json")
    then = None if asked.person is None else base.model_dump(mode="json")
    said = json.dumps({"text": asked.text, "person": person, "base": then}).encode()
    case_requests.add(connection, _with(one, sealed=node.sealer.seal(_ASKED, one.id, said)))
    members = {"case": one.case_ref, "request": one.id, "kind": one.kind, "made_by": one.made_by, "late": one.late}
    enter(connection, node, act=Act("request-made", now, officer, members, case_ref=one.case_ref))
    return line_of(one)


def _with(one: case_requests.StoredRequest, *, sealed: bytes) -> case_requests.StoredRequest:
    return case_requests.StoredRequest(
        one.id, one.case_ref, one.kind, one.made_by, one.received_at, one.due_at, one.late, sealed
    )


def _due_at(node: Node, asked: MakeRequest, *, received: datetime) -> datetime:
    if asked.kind in ("correction", "access"):
        return received + timedelta(hours=ANSWER_HOURS)
    return node.workdays.after(received, ANSWER_DAYS)


def _is_late(node: Node, asked: MakeRequest, *, decided_at: datetime | None, received: datetime) -> bool:
    if asked.kind not in ("objection", "appeal") or decided_at is None:
        return False
    days = OBJECT_DAYS if asked.kind == "objection" else OBJECT_DAYS + ANSWER_DAYS + APPEAL_DAYS
    return received > node.workdays.after(decided_at, days)


async def open_requests(node: Node) -> list[RequestLine]:
    """Those whose applicant does not know yet what became of them, those due first in front; at most 500."""
    return await node.run.read(
        lambda connection: [line_of(one) for one in case_requests.open_ones(connection, limit=SHOWN)]
    )


async def read_requests(node: Node, case_ref: str, *, purpose: str, officer: Actor) -> list[RequestView]:
    """All requests of a case in their words; the reading is in the log. CaseUnknownError."""

    def read(connection: Connection) -> list[RequestView]:
        if cases.get(connection, case_ref) is None:
            raise CaseUnknownError
        members = {"case": case_ref, "purpose": purpose}
        act = Act("requests-read", node.clock.now(), officer, members, case_ref=case_ref, purpose=purpose)
        enter(connection, node, act=act)
        return [_view(node, one) for one in case_requests.of_case(connection, case_ref)]

    return await node.run.write(read)


@dataclass(frozen=True)
class Asked:
    """The words of a request; for a correction the person as she should be, and as she was when it was made."""

    text: str
    wanted: Person | None
    base: Person | None

    @property
    def fields(self) -> tuple[str, ...]:
        """What a correction changes."""
        return () if self.wanted is None or self.base is None else changed_fields(self.base, self.wanted)


def asked_for(node: Node, one: case_requests.StoredRequest) -> Asked:
    """What a request says, unsealed."""
    plain = json.loads(node.sealer.unseal(_ASKED, one.id, one.asked_sealed))
    wanted, base = (None if plain[name] is None else Person.model_validate(plain[name]) for name in ("person", "base"))
    return Asked(plain["text"], wanted, base)


def seal_answer(node: Node, request: str, reason: str) -> bytes:
    """Why a request was answered so."""
    return node.sealer.seal(_ANSWER, request, reason.encode())


def alert_overdue(connection: Connection, node: Node, *, now: datetime) -> int:
    """Requests that nobody has answered in time are alerts, once each; how many."""
    due = case_requests.overdue(connection, now=now, limit=_AT_ONCE)
    for one in due:
        alert = alerts.NewAlert(node.new_ref(), "request_overdue", one.case_ref, node.office, one.id, None, now)
        alerts.raise_alert(connection, alert)
    return len(due)


def line_of(one: case_requests.StoredRequest) -> RequestLine:
    """A request as a list shows it."""
    return RequestLine(
        request=one.id, case=one.case_ref, kind=one.kind, made_by=one.made_by, received_at=one.received_at,
        due_at=one.due_at, late=one.late, outcome=one.outcome, decided_at=one.decided_at, told_at=one.told_at,
    )  # fmt: skip


def _view(node: Node, one: case_requests.StoredRequest) -> RequestView:
    asked, reason = asked_for(node, one), None
    if one.answer_sealed is not None:
        reason = node.sealer.unseal(_ANSWER, one.id, one.answer_sealed).decode()
    return RequestView(
        **line_of(one).model_dump(), text=asked.text, fields=asked.fields, reason=reason, role=one.decided_role,
        officer=one.decided_officer, second_role=one.second_role, second_officer=one.second_officer,
        told_how=one.told_how,
    )  # fmt: skip
