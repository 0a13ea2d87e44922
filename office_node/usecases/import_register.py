"""An old register becomes cases of this office; its visible rows get notices like any other case.

A row is known by its application number (a look-up token under the office's local key): importing the register again
takes over only what is not here yet. So a run that was killed goes on where it stopped, and one at a time runs.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from office_node.domain.findings import birth_date_in_future
from office_node.domain.person_keys import NO_KEYS, PersonKeys
from office_node.domain.standings import MAX_SUSPENSION_MONTHS, Visibility, add_months, is_minor, visibility
from office_node.domain.tokens import local_token
from office_node.errors import NodeNotReadyError
from office_node.node import Node
from office_node.store import cases, leases
from office_node.store.transactions import Connection
from office_node.usecases.file_case import KEEP_DAYS, local_tokens
from office_node.usecases.publish_notice import Standing, publish_notice
from office_node.usecases.renewed import write_stretched
from office_node.usecases.trusting import write_trusting
from office_node.usecases.visible import seal_case
from shared_schemas.office import RegisterRow
from shared_schemas.statement import Actor

_NAMED = 20
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


def _were(count: int) -> str:
    return f"{count} {'was' if count == 1 else 'were'}"


def _are(count: int) -> str:
    return f"{count} {'is' if count == 1 else 'are'}"


async def import_register(node: Node, rows: Iterable[RegisterRow], *, actor: Actor) -> Imported:
    """Commit every row that is not here yet. NodeNotReadyError while another process of this office imports."""
    await _begin(node)
    new = visible = known = over = 0
    refused: list[int] = []
    for place, row in enumerate(rows, start=1):
        if _in_future(row, now=node.clock.now()):
            refused.append(place)
            continue
        token = int.from_bytes(local_token(node.keys.local, "register/1", value=row.application_no), "big", signed=True)
        if (await node.run.read(partial(cases.find_local, tokens=[token], limit=1))).refs:
            known += 1
            continue
        seen = _visible(row)
        shown = seen.until is not None and seen.until > node.clock.now()
        if not shown and _kept_until(row) <= node.clock.now():
            over += 1
            continue
        insert = partial(_insert, node=node, row=row, token=token, seen=seen, shown=shown, actor=actor)
        if shown:
            await write_stretched(node, row.person, insert)
        else:
            await write_trusting(node, partial(insert, keys=NO_KEYS))
        new, visible = new + 1, visible + shown
    await node.run.write(lambda connection: _take_duty(connection, node, seconds=0.0))
    return Imported(new, visible, known, over, tuple(refused))


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


def _insert(
    connection: Connection, keys: PersonKeys, *, node: Node, row: RegisterRow, token: int, seen: Visibility,
    shown: bool, actor: Actor,
) -> None:  # fmt: skip
    node.roster.check(connection)
    if not _take_duty(connection, node):
        raise NodeNotReadyError("another-import-runs")
    now = node.clock.now()
    ref = node.new_ref()
    condition = row.condition
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
            updated_at=now,
        ),
        local_tokens=[*local_tokens(node, row.person), token],
    )
    if shown:
        publish_notice(
            connection, node, case_ref=ref, keys=keys, standing=Standing(row.standing, row.reason_group, seen),
            actor=actor, now=now,
        )  # fmt: skip
