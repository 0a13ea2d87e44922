"""Taking a case over from an office that leaves, or whose region has moved here: the roster alone says who may give.

A case that this office had itself handed over may come back, and is then its own again. What the giver was still
asking others, this office asks in its place, so that a late hit alerts whoever decides.
"""

from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from office_node.domain.case_states import standing_of, state_of
from office_node.domain.person_keys import PersonKeys
from office_node.domain.standings import Visibility
from office_node.domain.succession import goes_to
from office_node.errors import WrongAudienceError
from office_node.node import Node
from office_node.store import cases, counters, deliveries, screenings
from office_node.store.transactions import Connection
from office_node.usecases.accept import Carried, read_body, to_statement
from office_node.usecases.admit import admit
from office_node.usecases.file_case import KEEP_DAYS
from office_node.usecases.greet import own_facts
from office_node.usecases.own_tokens import case_tokens
from office_node.usecases.publish_notice import Standing, publish_notice
from office_node.usecases.record import Act, enter
from office_node.usecases.refusals import NotSuccessorError
from office_node.usecases.renewed import write_stretched
from office_node.usecases.screen_case import follow, open_screening
from office_node.usecases.visible import seal_case
from shared_schemas.cases import State
from shared_schemas.handover import Handover, HandoverSent


class _Taken(NamedTuple):
    """What the giver is told, and the screening that goes on with its questions."""

    answer: dict[str, Any]
    screening: str | None


async def take_handover(node: Node, sent: HandoverSent, *, carried: Carried) -> dict[str, Any]:
    """Commit the case and this office's own notice of it; HandoverTaken as JSON. The same one again changes nothing.

    NotSuccessorError unless the roster says that it belongs here; StatementError.
    """
    statement = to_statement(sent.handover)
    given = read_body(node, statement, model=Handover, issuer=carried.office, now=carried.arrived_at)
    if given.audience != node.office:
        raise WrongAudienceError(statement.keyid)
    taken = await write_stretched(
        node, given.person, partial(_take, node=node, given=given, digest=statement.digest, carried=carried)
    )
    if taken.screening is not None:
        await follow(node, taken.screening)
    return taken.answer


def _take(
    connection: Connection, keys: PersonKeys, *, node: Node, given: Handover, digest: str, carried: Carried
) -> _Taken:
    now = carried.arrived_at
    values = admit(connection, node, carried)
    _check(node, given, giver=carried.office, now=now)
    held = cases.get(connection, given.case)
    fresh = given.until > now and (held is None or held.handed_to is not None)
    screening = _keep(connection, node, given, held=held, keys=keys, now=now) if fresh else None
    members = {"digest": digest, "case": given.case, "of": carried.office, "fresh": fresh}
    leaf = enter(
        connection,
        node,
        act=Act("handover-taken", now, node.machine, members, case_ref=given.case, peer=carried.office),
    )
    last = counters.read(connection).get("notice_number", values.get("notice_number", 0))
    others = [m.id for m in node.roster.current().offices(now) if m.id not in (node.office, carried.office)]
    answer = {
        "leaf": leaf.hex(),
        "delivered": not deliveries.is_owed(connection, given.case, among=others),
        "hello": own_facts(connection, node, now=now, last_number=last),
    }
    return _Taken(answer, screening)


def _check(node: Node, given: Handover, *, giver: str, now: datetime) -> None:
    roster = node.roster.current()
    before, after = roster.member(giver), roster.member(node.office)
    if before is None or after is None:
        raise NotSuccessorError
    if not goes_to(before, after, village=given.person.village, today=now.date()):
        raise NotSuccessorError


def _keep(
    connection: Connection, node: Node, given: Handover, *, held: cases.OfficeCase | None, keys: PersonKeys,
    now: datetime,
) -> str | None:  # fmt: skip
    """The case and its notice; the screening that asks whom the giver was still asking."""
    case = _case(node, given, held=held, keys=keys, now=now)
    tokens = case_tokens(node, given.person, application_no=given.application_no)
    if held is None:
        cases.insert(connection, case, local_tokens=tokens)
    else:
        cases.take_back(connection, case, local_tokens=tokens)
    seen = Visibility(given.until, given.lapses_at)
    notice = publish_notice(
        connection, node, case_ref=given.case, keys=keys, standing=Standing(given.standing, given.reason_group, seen),
        actor=node.machine, now=now,
    )  # fmt: skip
    if given.asking is None:
        return None
    screening = open_screening(
        connection, node, case_ref=given.case, notice=notice, keys=keys, purpose=given.asking, actor=node.machine,
        now=now,
    )  # fmt: skip
    screenings.settle(connection, screening, now=now)  # nobody looks at it as it comes: every hit is a late one
    return screening


def _state(given: Handover) -> State:
    """Where the case goes on; a state that contradicts the standing, which its notice tells, does not count."""
    ends = given.standing == "suspended"
    if given.state is not None and standing_of(given.state, has_end=ends) == given.standing:
        return given.state
    return state_of(given.standing)


def _case(
    node: Node, given: Handover, *, held: cases.OfficeCase | None, keys: PersonKeys, now: datetime
) -> cases.OfficeCase:
    ref, condition = given.case, given.condition
    sealed = None if condition is None else node.sealer.seal("office_case.condition", ref, condition.encode())
    return cases.OfficeCase(
        ref=ref,
        sealed=seal_case(node, ref=ref, person=given.person, application_no=given.application_no, keys=keys),
        filed_at=given.filed_at,
        standing=given.standing,
        reason_group=given.reason_group,
        until=given.until,
        lapses_at=given.lapses_at,
        decided_at=given.decided_at,
        revision=0 if held is None else held.revision,
        number=0 if held is None else held.number,
        minor=given.minor,
        condition_sealed=sealed,
        keep_until=min(given.keep_until, now + timedelta(days=KEEP_DAYS)),
        updated_at=now,
        state=_state(given),
        step=0 if held is None else held.step,
        since=now,
        due_at=given.due_at,
    )
