"""Issued passports are compared with screenings: whoever was issued one without a question shows up here.

A passport counts as screened if a case with that application number, or that reference, was screened before the day
ended. The list replaces an earlier one of the same day; what a supervisor has explained stays explained.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import partial

from office_node.domain.workdays import Workdays
from office_node.node import Node
from office_node.store import alerts, cases, issued_lists, screenings
from office_node.store.transactions import Connection
from office_node.usecases.account_refusals import RoleNotAllowedError
from office_node.usecases.own_tokens import application_tokens, signed_token
from office_node.usecases.record import Act, enter
from office_node.usecases.refusals import AlreadyDecidedError, CaseUnknownError, ListAheadError
from office_node.usecases.refused import refusals_written
from shared_schemas.lists import Explain, IssuedList, IssuedPassport, Reconciliation, UnscreenedPassport
from shared_schemas.statement import Actor

OLDEST = timedelta(days=90)
KEPT = timedelta(days=2 * 366)
SHOWN = 62
_SEALED, _NOTE, _KIND = "unscreened_passport", "unscreened_passport.note", "passport/1"
_EXPLAINING = frozenset({"supervisor", "kakanim"})


async def take_list(node: Node, day: date, told: IssuedList, *, officer: Actor) -> Reconciliation:
    """Commit the list and what it shows; the same list again changes nothing. ListAheadError."""
    now = node.clock.now()
    today = node.workdays.today(now)
    if not today - OLDEST <= day <= today:
        raise ListAheadError
    return await node.run.write(partial(_take, node=node, day=day, told=told, officer=officer, now=now))


def _take(
    connection: Connection, *, node: Node, day: date, told: IssuedList, officer: Actor, now: datetime
) -> Reconciliation:
    digest = hashlib.sha256(told.model_dump_json().encode()).digest()
    held = issued_lists.get(connection, day)
    if held is not None and held.digest == digest:
        return _view(connection, held)
    ends = datetime.combine(day, time.max, node.workdays.clock)
    missing = [one for one in told.passports if not _is_screened(connection, node, one, before=ends)]
    _keep(connection, node, day, missing=missing, now=now)
    revision = 1 if held is None else held.revision + 1
    kept = issued_lists.IssuedList(day, now, revision, len(told.passports), len(missing), digest)
    issued_lists.put(connection, kept)
    members = {
        "day": day.isoformat(), "revision": revision, "listed": kept.listed, "unscreened": kept.unscreened,
        "digest": digest.hex(),
    }  # fmt: skip
    enter(connection, node, act=Act("issued-list", now, officer, members))
    view = _view(connection, kept)
    if view.unexplained:
        alert = alerts.NewAlert(
            node.new_ref(), "passport_unscreened", "", node.office, day.isoformat(), None, now, view.unexplained
        )
        alerts.raise_alert(connection, alert)
    return view


def _is_screened(connection: Connection, node: Node, one: IssuedPassport, *, before: datetime) -> bool:
    refs = cases.with_token(connection, application_tokens(node, one.application_no))
    return any(
        screenings.any_before(connection, ref, moment=before)
        for ref in dict.fromkeys([*refs, *([] if one.case is None else [one.case])])
    )


def _keep(connection: Connection, node: Node, day: date, *, missing: Iterable[IssuedPassport], now: datetime) -> None:
    """The day's unscreened ones are these: new ones are added, others that nobody has explained go."""
    wanted = {signed_token(node.local_key, _KIND, one.passport_no): one for one in missing}
    held = {one.token: one for one in issued_lists.of_day(connection, day)}
    for token, gone in held.items():
        if token not in wanted and gone.explained_at is None:
            issued_lists.drop(connection, gone.id)
    for token, one in wanted.items():
        if token in held:
            continue
        ref = node.new_ref()
        said = json.dumps({"passport_no": one.passport_no, "application_no": one.application_no}).encode()
        row = issued_lists.Unscreened(ref, day, token, node.sealer.seal(_SEALED, ref, said), now)
        issued_lists.add(connection, row, keep_until=now + KEPT)


async def list_days(node: Node) -> list[Reconciliation]:
    """The newest days of which a list has come, the last one first."""

    def read(connection: Connection) -> list[Reconciliation]:
        return [_view(connection, one) for one in issued_lists.newest(connection, limit=SHOWN)]

    return await node.run.read(read)


async def read_unscreened(node: Node, day: date, *, purpose: str, officer: Actor) -> list[UnscreenedPassport]:
    """The passports of a day without a screening; the reading is in the log. CaseUnknownError without a list."""

    def read(connection: Connection) -> list[UnscreenedPassport]:
        if issued_lists.get(connection, day) is None:
            raise CaseUnknownError
        members = {"day": day.isoformat(), "purpose": purpose}
        enter(connection, node, act=Act("issued-list-read", node.clock.now(), officer, members, purpose=purpose))
        return [_shown(node, one) for one in issued_lists.of_day(connection, day)]

    return await node.run.write(read)


async def explain(node: Node, day: date, ref: str, told: Explain, *, officer: Actor) -> None:
    """A supervisor says how it came. RoleNotAllowedError, CaseUnknownError, AlreadyDecidedError."""
    now = node.clock.now()
    members = {"day": day.isoformat(), "ref": ref}
    async with refusals_written(node, "explanation-refused", officer=officer, members=members):
        if officer.role not in _EXPLAINING:
            raise RoleNotAllowedError

    def say(connection: Connection) -> None:
        row = issued_lists.get_row(connection, ref)
        if row is None or row.day != day:
            raise CaseUnknownError
        note = node.sealer.seal(_NOTE, ref, told.note.encode())
        if not issued_lists.explain(connection, ref, at=now, role=officer.role, officer=officer.officer, note=note):
            raise AlreadyDecidedError
        enter(connection, node, act=Act("issued-explained", now, officer, members))

    await node.run.write(say)


def alert_missing(connection: Connection, node: Node, *, now: datetime) -> int:
    """A working day whose list has not come by the end of the next working day is an alert; how many.

    Only of an office that has sent a list before: one that never does is shown by its administrator's settings, not
    by an alert each day.
    """
    first = issued_lists.first_day(connection)
    day = _expected(node.workdays, now)
    if first is None or day < first or issued_lists.get(connection, day) is not None:
        return 0
    alert = alerts.NewAlert(node.new_ref(), "issued_list_missing", "", node.office, day.isoformat(), None, now)
    alerts.raise_alert(connection, alert)
    return 0


def _expected(days: Workdays, now: datetime) -> date:
    """The newest working day whose list should be here: the one before the last working day that has ended."""
    return days.before(days.before(days.today(now)))


def _view(connection: Connection, one: issued_lists.IssuedList) -> Reconciliation:
    rows = issued_lists.of_day(connection, one.day)
    return Reconciliation(
        day=one.day, received_at=one.received_at, revision=one.revision, listed=one.listed, unscreened=one.unscreened,
        unexplained=sum(row.explained_at is None for row in rows),
    )  # fmt: skip


def _shown(node: Node, one: issued_lists.Unscreened) -> UnscreenedPassport:
    said = json.loads(node.sealer.unseal(_SEALED, one.id, one.sealed))
    note = None if one.note_sealed is None else node.sealer.unseal(_NOTE, one.id, one.note_sealed).decode()
    return UnscreenedPassport(
        ref=one.id, **said, found_at=one.found_at, explained_at=one.explained_at, role=one.explained_role,
        officer=one.explained_officer, note=note,
    )  # fmt: skip
