"""An old register becomes cases of this office; its visible rows get notices like any other case.

A row is known by its application number (a look-up token under the office's local key): importing the register again
takes over only what is not here yet. So a run that was killed goes on where it stopped, and one at a time runs.
No more than one batch of rows is in memory.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import NamedTuple

from office_node.domain.case_states import state_of
from office_node.domain.findings import birth_date_in_future
from office_node.domain.person_keys import NO_KEYS, PersonKeys
from office_node.domain.standings import MAX_SUSPENSION_MONTHS, Visibility, add_months, is_minor, visibility
from office_node.errors import NodeNotReadyError
from office_node.node import Node
from office_node.store import cases, leases
from office_node.store.transactions import Connection
from office_node.usecases.file_case import KEEP_DAYS
from office_node.usecases.own_tokens import case_tokens, register_token, register_tokens
from office_node.usecases.publish_notice import Standing, publish_notice
from office_node.usecases.renewed import write_stretched
from office_node.usecases.trusting import write_trusting
from office_node.usecases.visible import seal_case
from shared_schemas.office import RegisterRow
from shared_schemas.statement import Actor

_NAMED = 20
AT_ONCE = 50
"""Rows that are read and looked for together; those that peers do not see are committed together."""
DUTY = "import"
DUTY_S = 10.0
"""A run holds its duty for so long at a time; after a kill the next one waits for that."""


@dataclass(frozen=True)
class Imported:
    """How a run ended: cases taken over, how many of these peers can see, rows that were here already.

    `over`: rows older than a case is kept. `refused`: which rows, from 1, are dated in the future, or born there.
    """

    new: int
    visible: int
    known: int
    over: int = 0
    refused: tuple[int, ...] = ()

    def __str__(self) -> str:
        """For the administrator; names rows by their place only."""
        new = f"{self.new} {'case' if self.new == 1 else 'cases'}, {self.visible} visible to peers"
        known = f"; {_were(self.known)} here already" if self.known else ""
        over = f"; {_are(self.over)} older than a case is kept" if self.over else ""
        rows = ", ".join(map(str, self.refused[:_NAMED])) + (" …" if len(self.refused) > _NAMED else "")
        which = "row" if len(self.refused) == 1 else "rows"
        refused = f"; {len(self.refused)} refused, dated in the future: {which} {rows}" if self.refused else ""
        return new + known + over + refused

    def __add__(self, other: "Imported") -> "Imported":
        """Both together."""
        counts = (self.new + other.new, self.visible + other.visible, self.known + other.known, self.over + other.over)
        return Imported(*counts, refused=self.refused + other.refused)


class _New(NamedTuple):
    """A row that is not here yet, the token it is known by, and what peers see of it."""

    row: RegisterRow
    token: int
    seen: Visibility

    def shown(self, now: datetime) -> bool:
        return self.seen.until is not None and self.seen.until > now


def _were(count: int) -> str:
    return f"{count} {'was' if count == 1 else 'were'}"


def _are(count: int) -> str:
    return f"{count} {'is' if count == 1 else 'are'}"


async def import_register(
    node: Node, rows: Iterable[RegisterRow | None], *, actor: Actor, at_once: int = AT_ONCE,
    progress: Callable[[int], None] = lambda _read: None,
) -> Imported:  # fmt: skip
    """Commit every row that is not here yet, `at_once` rows at a time; `progress` is told after each how many are read.

    None holds the place of a row that could not be read, so that refused ones are named by their place in the file.
    NodeNotReadyError while another process of this office imports.
    """
    await _begin(node)
    done, read = Imported(0, 0, 0), 0
    source = iter(rows)
    while batch := list(islice(source, at_once)):
        done += await _take(node, batch, after=read, actor=actor)
        read += len(batch)
        progress(read)
    await node.run.write(lambda connection: _take_duty(connection, node, seconds=0.0))
    return done


async def _take(node: Node, batch: Sequence[RegisterRow | None], *, after: int, actor: Actor) -> Imported:
    """One batch, whose first row is the register's number `after` + 1."""
    now = node.clock.now()
    rows = [(place, row) for place, row in enumerate(batch, start=after + 1) if row is not None]
    refused = tuple(place for place, row in rows if _in_future(row, now=now))
    left = {register_token(node, row.application_no): row for place, row in rows if place not in refused}
    here = await node.run.read(partial(_here, node=node, rows=left))
    known = len(rows) - len(refused) - len(left) + len(here)  # an application twice in a batch is known, too
    for token in here:
        del left[token]
    new = [_New(row, token, _visible(row)) for token, row in left.items()]
    kept = [one for one in new if one.shown(now) or _kept_until(one.row) > now]
    shown = [one for one in kept if one.shown(now)]
    hidden = [one for one in kept if not one.shown(now)]
    if hidden:
        await write_trusting(node, partial(_insert_hidden, node=node, rows=hidden))
    for one in shown:  # stretching takes a hundred times longer than a commit
        await write_stretched(node, one.row.person, partial(_insert_shown, node=node, one=one, actor=actor))
    return Imported(len(kept), len(shown), known, len(new) - len(kept), refused)


def _here(connection: Connection, *, node: Node, rows: Mapping[int, RegisterRow]) -> list[int]:
    """The tokens of those that are known."""
    return [
        token
        for token, row in rows.items()
        if cases.find_local(connection, register_tokens(node, row.application_no), limit=1).refs
    ]


def _in_future(row: RegisterRow, *, now: datetime) -> bool:
    """A row that says what has not happened yet; its standing would be seen longer than any may."""
    dated = max(row.filed_at, row.decided_at or row.filed_at)
    return dated > now or birth_date_in_future(row.person.birth_date, today=now.date())


def _kept_until(row: RegisterRow) -> datetime:
    return row.filed_at + timedelta(days=KEEP_DAYS)


def _visible(row: RegisterRow) -> Visibility:
    """As for any other case. Only a suspension has an end of its own, and it lasts no longer than one may."""
    since = row.decided_at or row.filed_at
    ends = None
    if row.standing == "suspended" and row.until is not None:
        ends = min(row.until, add_months(since, MAX_SUSPENSION_MONTHS))
    minor = is_minor(row.person.birth_date, today=row.filed_at.date())
    return visibility(row.standing, since=since, minor=minor, ends=ends)


async def _begin(node: Node) -> None:
    for _ in range(round(DUTY_S) + 1):
        if await node.run.write(lambda connection: _take_duty(connection, node)):
            return
        await node.clock.sleep(1.0)
    raise NodeNotReadyError("another-import-runs")


def _take_duty(connection: Connection, node: Node, *, seconds: float = DUTY_S) -> bool:
    now = node.clock.now()
    return leases.take(connection, DUTY, holder=node.process, now=now, until=now + timedelta(seconds=seconds))


def _insert_hidden(connection: Connection, *, node: Node, rows: Iterable[_New]) -> None:
    """All of them or none; peers see none of them."""
    _check(connection, node)
    for one in rows:
        _insert(connection, node, one, keys=NO_KEYS)


def _insert_shown(connection: Connection, keys: PersonKeys, *, node: Node, one: _New, actor: Actor) -> None:
    """The case and its notice."""
    _check(connection, node)
    ref = _insert(connection, node, one, keys=keys)
    publish_notice(
        connection, node, case_ref=ref, keys=keys, standing=Standing(one.row.standing, one.row.reason_group, one.seen),
        actor=actor, now=node.clock.now(),
    )  # fmt: skip


def _check(connection: Connection, node: Node) -> None:
    node.roster.check(connection)
    if not _take_duty(connection, node):
        raise NodeNotReadyError("another-import-runs")


def _insert(connection: Connection, node: Node, one: _New, *, keys: PersonKeys) -> str:
    """The case; its reference."""
    row, seen, ref, condition = one.row, one.seen, node.new_ref(), one.row.condition
    cases.insert(
        connection,
        cases.OfficeCase(
            ref=ref,
            sealed=seal_case(node, ref=ref, person=row.person, application_no=row.application_no, keys=keys),
            filed_at=row.filed_at,
            standing=row.standing,
            reason_group=row.reason_group,
            until=seen.until,
            lapses_at=seen.lapses_at,
            decided_at=row.decided_at,
            revision=0,
            number=0,
            minor=is_minor(row.person.birth_date, today=row.filed_at.date()),
            condition_sealed=None
            if condition is None
            else node.sealer.seal("office_case.condition", ref, condition.encode()),
            keep_until=_kept_until(row),
            updated_at=node.clock.now(),
            state=state_of(row.standing),
        ),
        local_tokens=[*case_tokens(node, row.person, application_no=row.application_no), one.token],
    )
    return ref
