"""A literacy session as it was held, accepted once under the id that the phone made, however often it is sent."""

from datetime import date, timedelta
from functools import partial

from office_node.domain.literacy_test import NEWEST, TESTS, is_of_test, right_permille
from office_node.domain.standings import add_months
from office_node.domain.villages import find_village
from office_node.node import Node
from office_node.store import outreach, outreach_sessions
from office_node.store.outreach_sessions import StoredFollowUp, StoredSession
from office_node.store.transactions import Connection
from office_node.usecases.keep_mentors import check_village, name_of
from office_node.usecases.outreach_refusals import OutreachDayError, TestUnknownError
from office_node.usecases.record import Act, enter
from office_node.usecases.refusals import CaseUnknownError, IdempotencyMismatchError
from shared_schemas.outreach import (
    Choice,
    HoldSession,
    LiteracyTest,
    SessionLine,
    SessionView,
    TestQuestion,
    TestTaken,
)
from shared_schemas.statement import Actor

KEPT_MONTHS = 60
OLDEST = timedelta(days=366)
SHOWN = 500
_TOLD, WHAT = "outreach_session", "outreach_follow_up.what"


async def record_session(node: Node, session: str, told: HoldSession, *, by: Actor) -> SessionView:
    """Commit it; the same once more changes nothing.

    VillageUnknownError, OutreachDayError, TestUnknownError; IdempotencyMismatchError if the id was used for another.
    """
    check_village(told.village)
    today = node.workdays.today(node.clock.now())
    if not today - OLDEST <= told.day <= today:
        raise OutreachDayError
    asked = frozenset(name for taken in (told.pre, told.post) if taken is not None for name in taken.right)
    if told.test is not None and not is_of_test(told.test, asked):
        raise TestUnknownError
    return await node.run.write(partial(_record, node=node, session=session, told=told, by=by))


def _record(connection: Connection, *, node: Node, session: str, told: HoldSession, by: Actor) -> SessionView:
    held = outreach_sessions.get(connection, session)
    if held is not None:
        if told_of(node, held) != told:
            raise IdempotencyMismatchError
        return _view(node, held, open_ones=_open(connection).get(session, 0))
    now = node.clock.now()
    one = StoredSession(
        id=session, village=told.village, day=told.day, audience=told.audience,
        attended=sum(group.count for group in told.attendance),
        questions=0 if told.test is None else len(TESTS[told.test]),
        pre_takers=_takers(told.pre), pre_right=_right(told.pre), post_takers=_takers(told.post),
        post_right=_right(told.post), sealed=node.sealer.seal(_TOLD, session, told.model_dump_json().encode()),
        recorded_at=now, role=by.role, officer=by.officer,
    )  # fmt: skip
    outreach_sessions.add(connection, one, keep_until=add_months(now, KEPT_MONTHS))
    for task in told.follow_ups:
        if outreach_sessions.get_follow_up(connection, task.id) is not None:
            raise IdempotencyMismatchError
        what = node.sealer.seal(WHAT, task.id, task.what.encode())
        new = StoredFollowUp(task.id, session, told.village, task.owner, task.due_on, what)
        outreach_sessions.add_follow_up(connection, new)
    if told.visit is not None:  # a plan that is gone or was cancelled hinders nothing: it was held
        outreach.visit_held(connection, told.visit, session=session, at=now)
    members = {"session": session, "village": told.village, "day": told.day.isoformat(), "attended": one.attended}
    enter(connection, node, act=Act("pimpasa-session", now, by, members))
    return _view(node, one, open_ones=len(told.follow_ups))


async def read_session(node: Node, session: str) -> SessionView:
    """A session as it was sent. CaseUnknownError."""

    def read(connection: Connection) -> SessionView:
        one = outreach_sessions.get(connection, session)
        if one is None:
            raise CaseUnknownError
        return _view(node, one, open_ones=_open(connection).get(session, 0))

    return await node.run.read(read)


async def list_sessions(node: Node, *, first: date, last: date, village: str | None = None) -> list[SessionLine]:
    """Those of these days, the newest first; at most 500."""

    def read(connection: Connection) -> list[SessionLine]:
        counts = _open(connection)
        found = outreach_sessions.listed(connection, first=first, last=last, limit=SHOWN, village=village)
        return [_line(one, open_ones=counts.get(one.id, 0)) for one in found]

    return await node.run.read(read)


def literacy_test() -> LiteracyTest:
    """The newest test, with its answers in an order that does not give the right one away."""
    return LiteracyTest(
        version=NEWEST,
        questions=tuple(
            TestQuestion(id=one.id, text_id=one.text_id, text_en=one.text_en, choices=_turned(one.choices, by=number))
            for number, one in enumerate(TESTS[NEWEST])
        ),
    )


def told_of(node: Node, one: StoredSession) -> HoldSession:
    """What was sent."""
    return HoldSession.model_validate_json(node.sealer.unseal(_TOLD, one.id, one.sealed))


def _turned(choices: tuple[tuple[str, str], ...], *, by: int) -> tuple[Choice, ...]:
    made = [Choice(text_id=said, text_en=meant, right=place == 0) for place, (said, meant) in enumerate(choices)]
    by %= len(made)
    return (*made[by:], *made[:by])


def _takers(taken: TestTaken | None) -> int:
    return 0 if taken is None else taken.takers


def _right(taken: TestTaken | None) -> int:
    return 0 if taken is None else sum(taken.right.values())


def _open(connection: Connection) -> dict[str, int]:
    return {session: count for session, _village, count in outreach_sessions.open_counts(connection)}


def _line(one: StoredSession, *, open_ones: int) -> SessionLine:
    return SessionLine(
        session=one.id, village=one.village, name=name_of(find_village(one.village)), day=one.day,
        audience=one.audience, attended=one.attended,
        pre_right_permille=right_permille(right=one.pre_right, takers=one.pre_takers, questions=one.questions),
        post_right_permille=right_permille(right=one.post_right, takers=one.post_takers, questions=one.questions),
        open_follow_ups=open_ones,
    )  # fmt: skip


def _view(node: Node, one: StoredSession, *, open_ones: int) -> SessionView:
    return SessionView(
        **_line(one, open_ones=open_ones).model_dump(), told=told_of(node, one), recorded_at=one.recorded_at,
        role=one.role, officer=one.officer,
    )  # fmt: skip
