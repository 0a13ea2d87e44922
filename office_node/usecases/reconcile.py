"""Issued passports are compared with screenings: whoever was issued one without a question shows up here.

A passport counts as screened if a case with that application number was screened before the day ended; one case stands
for one passport. The list replaces an earlier one of the same day, but what was once found without a screening stays to
be explained, also if the list has it no more.
"""

import hashlib
import json
from collections.abc import Collection, Iterable
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
    listed = {_token(node, one) for one in told.passports}
    issued_lists.free(connection, day, listed=listed)
    missing = [one for one in told.passports if not _is_screened(connection, node, one, day=day, before=ends)]
    added = _keep(connection, node, day, listed=listed, missing=missing, now=now)
    revision = 1 if held is None else held.revision + 1
    kept = issued_lists.IssuedList(day, now, revision, len(told.passports), len(missing), digest)
    issued_lists.put(connection, kept)
    members = {
        "day": day.isoformat(), "revision": revision, "listed": kept.listed, "unscreened": kept.unscreened,
        "digest": digest.hex(),
    }  # fmt: skip
    enter(connection, node, act=Act("issued-list", now, officer, members))
    if added:
        about = f"{day} {revision}"
        alert = alerts.NewAlert(node.new_ref(), "passport_unscreened", "", node.office, about, None, now, added)
        alerts.raise_alert(connection, alert)
    return _view(connection, kept)


def _is_screened(connection: Connection, node: Node, one: IssuedPassport, *, day: date, before: datetime) -> bool:
    """Whether a case of this very application was screened in time, and stands for no other passport."""
    refs = cases.with_token(connection, application_tokens(node, one.application_no))
    token = _token(node, one)
    return any(
        one.case in (None, ref)
        and screenings.any_before(connection, ref, moment=before)
        and issued_lists.stands_for(connection, ref, day=day, token=token)
        for ref in refs
    )


def _token(node: Node, one: IssuedPassport) -> int:
    return signed_token(node.local_key, _KIND, one.passport_no)


def _keep(
    connection: Connection, node: Node, day: date, *, listed: Collection[int], missing: Iterable[IssuedPassport],
    now: datetime,
) -> int:  # fmt: skip
    """The day's unscreened ones, and how many are new. What the list has no more is to be explained all the same."""
    wanted = {_token(node, one): one for one in missing}
    held = {one.token: one for one in issued_lists.of_day(connection, day)}
    for token, before in held.items():
        if token not in listed:
            issued_lists.remove(connection, before.id, at=before.removed_at or now)
        elif token in wanted:
            issued_lists.remove(connection, before.id, at=None)
        elif before.explained_at is None:
            issued_lists.drop(connection, before.id)
    new = [token for token in wanted if token not in held]
    for token in new:
        one, ref = wanted[token], node.new_ref()
        said = json.dumps({"passport_no": one.passport_no, "application_no": one.application_no}).encode()
        row = issued_lists.Unscreened(ref, day, token, node.sealer.seal(_SEALED, ref, said), now)
        issued_lists.add(connection, row, keep_until=now + KEPT)
    return len(new)


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
        ref=one.id, **said, found_at=one.found_at, removed_at=one.removed_at,
        explained_at=one.explained_at, role=one.explained_role, officer=one.explained_officer, note=note,
    )  # fmt: skip
