"""An old register becomes cases of this office; its visible rows get notices like any other case."""

from collections.abc import Iterable
from datetime import timedelta
from functools import partial

from office_node.domain.person_keys import PersonKeys
from office_node.domain.standings import Visibility, is_minor, visibility
from office_node.node import Node
from office_node.store import cases
from office_node.store.transactions import Connection
from office_node.usecases.file_case import KEEP_DAYS, local_tokens, stretch_person
from office_node.usecases.publish_notice import Standing, publish_notice
from office_node.usecases.trusting import write_trusting
from office_node.usecases.visible import seal_case
from shared_schemas.office import RegisterRow
from shared_schemas.statement import Actor

NO_KEYS = PersonKeys(index=(), fields=(), stretched={})


async def import_register(node: Node, rows: Iterable[RegisterRow], *, actor: Actor) -> int:
    """Commit every row; how many are visible to peers."""
    visible = 0
    for row in rows:
        seen = visibility(
            row.standing,
            since=row.decided_at or row.filed_at,
            minor=is_minor(row.person.birth_date, today=row.filed_at.date()),
            ends=row.until,
        )
        shown = seen.until is not None and seen.until > node.clock.now()
        keys = await stretch_person(node, row.person) if shown else NO_KEYS
        await write_trusting(
            node,
            partial(_insert, node=node, row=row, seen=seen, keys=keys, shown=shown, actor=actor),
        )
        visible += shown
    return visible


def _insert(
    connection: Connection, node: Node, row: RegisterRow, *, seen: Visibility, keys: PersonKeys, shown: bool,
    actor: Actor,
) -> None:  # fmt: skip
    node.roster.check(connection)
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
            keep_until=row.filed_at + timedelta(days=KEEP_DAYS),
            updated_at=now,
        ),
        local_tokens=local_tokens(node, row.person),
    )
    if shown:
        publish_notice(
            connection, node, case_ref=ref, keys=keys, standing=Standing(row.standing, row.reason_group, seen),
            actor=actor, now=now,
        )  # fmt: skip
