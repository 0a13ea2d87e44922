"""A request is answered, with the reason that the applicant is told, and then she is told.

What is granted happens in the same transaction: a correction puts the person right, an objection ends the decision. Who
took that decision does not answer the objection to it.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from office_node.domain.case_states import STANDINGS
from office_node.domain.person_keys import PersonKeys
from office_node.domain.standings import ADVERSE
from office_node.node import Node
from office_node.store import case_requests, case_steps, cases
from office_node.store.access_keys import AccessKey
from office_node.store.transactions import Connection
from office_node.usecases.account_refusals import RoleNotAllowedError
from office_node.usecases.correct_person import Correction, changed_fields, correct_person, merged, takes_two
from office_node.usecases.make_request import asked_for, line_of, seal_answer
from office_node.usecases.move_case import take_step
from office_node.usecases.moved import moved_to
from office_node.usecases.record import Act, enter
from office_node.usecases.refusals import (
    AlreadyDecidedError,
    CaseChangedError,
    CaseMovedError,
    CaseUnknownError,
    DecisionInvalidError,
    SameOfficerError,
    SecondOfficerNeededError,
)
from office_node.usecases.refused import refusals_written
from office_node.usecases.renewed import write_renewed, write_stretched
from office_node.usecases.screen_case import follow
from office_node.usecases.second_signature import Signed, check_second, sign_second
from office_node.usecases.visible import open_case
from shared_schemas.cases import MoveCase
from shared_schemas.person import Person
from shared_schemas.requests import AnswerRequest, RequestLine, ToldApplicant
from shared_schemas.statement import Actor

_ANSWERING = frozenset({"supervisor", "kakanim", "data_protection"})
_LIFTING = frozenset({"supervisor", "kakanim"})


@dataclass(frozen=True)
class _Answering:
    """One answer as it is given."""

    request: str
    told: AnswerRequest
    officer: Actor
    key: AccessKey
    now: datetime


async def answer_request(
    node: Node, request: str, told: AnswerRequest, *, officer: Actor, key: AccessKey
) -> RequestLine:
    """Commit the answer and what follows from it. Refusals as named in `refusals`; RoleNotAllowedError."""
    answering = _Answering(request, told, officer, key, node.clock.now())
    one = await node.run.read(lambda connection: _open(connection, request))
    members = {"case": one.case_ref, "request": request, "outcome": told.outcome}
    async with refusals_written(node, "answer-refused", officer=officer, members=members, case_ref=one.case_ref):
        if told.second is not None:
            check_second(told.second, officer=officer)
        screening = await _carried_out(node, one, answering)
    if screening is not None:
        await follow(node, screening)
    return await node.run.read(lambda connection: line_of(_known(connection, request)))


async def _carried_out(node: Node, one: case_requests.StoredRequest, answering: _Answering) -> str | None:
    """Commit it; a correction needs the keys of whom she is then."""
    asked = asked_for(node, one)
    if asked.wanted is not None and answering.told.outcome == "granted":
        person = await node.run.read(lambda connection: _corrected(connection, node, one))
        return await write_stretched(node, person, partial(_correct, node=node, person=person, answering=answering))
    return await write_renewed(node, partial(_answer, node=node, answering=answering))


async def tell_applicant(node: Node, request: str, told: ToldApplicant, *, officer: Actor) -> RequestLine:
    """She knows what became of it. CaseUnknownError, AlreadyDecidedError, DecisionInvalidError before an answer."""
    now = node.clock.now()
    at = told.at or now

    def tell(connection: Connection) -> RequestLine:
        one = _known(connection, request)
        if one.decided_at is None or not one.decided_at <= at <= now:
            raise DecisionInvalidError("told-before-answered" if one.decided_at is None else "told-at-out-of-range")
        if not case_requests.told(connection, request, at=at, how=told.how):
            raise AlreadyDecidedError
        members = {"case": one.case_ref, "request": request, "how": told.how}
        enter(connection, node, act=Act("applicant-told", now, officer, members, case_ref=one.case_ref))
        return line_of(_known(connection, request))

    return await node.run.write(tell)


def _known(connection: Connection, request: str) -> case_requests.StoredRequest:
    one = case_requests.get(connection, request)
    if one is None:
        raise CaseUnknownError
    return one


def _open(connection: Connection, request: str) -> case_requests.StoredRequest:
    one = _known(connection, request)
    if one.outcome is not None:
        raise AlreadyDecidedError
    return one


def _corrected(connection: Connection, node: Node, one: case_requests.StoredRequest) -> Person:
    """Who she is with this correction. CaseChangedError if another one has changed the same fields since."""
    asked = asked_for(node, one)
    assert asked.wanted is not None  # only a correction that is granted comes here
    assert asked.base is not None
    current = open_case(node, cases.must_get(connection, one.case_ref)).person
    return merged(current, base=asked.base, wanted=asked.wanted)


def _correct(
    connection: Connection, keys: PersonKeys, *, node: Node, person: Person, answering: _Answering
) -> str | None:
    """The correction that is granted, with everything that follows from it; `keys` are that person's."""
    one, told = _open(connection, answering.request), answering.told
    if answering.officer.role not in _ANSWERING:
        raise RoleNotAllowedError
    case = open_case(node, cases.must_get(connection, one.case_ref))  # with the keys that it was found by
    if moved_to(node, case, now=answering.now) is not None:
        raise CaseMovedError
    if _corrected(connection, node, one) != person:
        raise CaseChangedError
    changed = changed_fields(case.person, person)
    if told.second is None and takes_two(connection, case, changed=changed):
        raise SecondOfficerNeededError
    second = _signed(connection, answering, one=one)
    _keep(connection, node, answering, one=one, second=second)
    correction = Correction(case, person, keys, one.id, answering.officer, answering.now)
    return correct_person(connection, node, correction)


def _answer(connection: Connection, *, node: Node, answering: _Answering) -> str | None:
    """Any other answer; a granted objection takes the step that ends the decision."""
    one, told, officer = _open(connection, answering.request), answering.told, answering.officer
    objects = one.kind in ("objection", "appeal")
    lifts = objects and told.outcome == "granted"
    if lifts != (told.lift is not None):
        raise DecisionInvalidError("lift-missing" if lifts else "lift-not-for-this")
    if told.outcome != "withdrawn" and officer.role not in (_LIFTING if objects else _ANSWERING):
        raise RoleNotAllowedError
    if objects:
        _check_other_officers(connection, one.case_ref, answering)
    if told.lift is None:
        second = _signed(connection, answering, one=one)
        _keep(connection, node, answering, one=one, second=second)
        return None
    signed = None if told.second is None else {"role": told.second.role, "officer": told.second.officer}
    _keep(connection, node, answering, one=one, second=signed)
    move = MoveCase(transition=told.lift, reason=told.reason, second=told.second)
    return take_step(
        connection, node=node, case_ref=one.case_ref, move=move, officer=officer, key=answering.key, once=None,
        now=answering.now,
    )  # fmt: skip


def _check_other_officers(connection: Connection, case_ref: str, answering: _Answering) -> None:
    """SameOfficerError if who signed the decision would answer the objection to it, or say that it was withdrawn."""
    if cases.must_get(connection, case_ref).standing not in ADVERSE:
        return
    steps = [one for one in case_steps.of_case(connection, case_ref) if STANDINGS[one.after_state] in ADVERSE]
    signed = {steps[-1].actor_officer, steps[-1].second_officer} - {None} if steps else set[str | None]()
    second = answering.told.second
    if {answering.officer.officer, None if second is None else second.officer} & signed:
        raise SameOfficerError


def _signed(
    connection: Connection, answering: _Answering, *, one: case_requests.StoredRequest
) -> dict[str, Any] | None:
    second = answering.told.second
    if second is None:
        return None
    signed = Signed(one.case_ref, "answer", one.id)
    return sign_second(connection, answering.key, second, signed=signed, now=answering.now)


def _keep(
    connection: Connection, node: Node, answering: _Answering, *, one: case_requests.StoredRequest,
    second: dict[str, Any] | None,
) -> None:  # fmt: skip
    told, officer, now = answering.told, answering.officer, answering.now
    answered = case_requests.Answered(
        outcome=told.outcome,
        at=now,
        role=officer.role,
        officer=officer.officer,
        second_role=(second or {}).get("role"),
        second_officer=(second or {}).get("officer"),
        sealed=seal_answer(node, one.id, told.reason),
    )
    if not case_requests.answer(connection, one.id, answered):
        raise AlreadyDecidedError
    members = {
        "case": one.case_ref, "request": one.id, "kind": one.kind, "outcome": told.outcome, "reason": told.reason,
        "second": second,
    }  # fmt: skip
    enter(connection, node, act=Act("request-answered", now, officer, members, case_ref=one.case_ref))
