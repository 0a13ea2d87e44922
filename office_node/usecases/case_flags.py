"""Flags: a case wants more questions. None is a decision, and each ends with what proved true of it.

The guideline raises one when a case reaches KUNING, an officer when she examines a case in depth. After a year without
an outcome it ends as *not known*, so that how often flags proved true is never counted over the known ones alone.
"""

from datetime import datetime, timedelta

from office_node.node import Node
from office_node.store import cases, flags
from office_node.store.transactions import Connection
from office_node.usecases.record import Act, enter
from office_node.usecases.refusals import CaseUnknownError
from shared_schemas.cases import FlagView, LabelFlag
from shared_schemas.guideline import Level
from shared_schemas.statement import Actor

OUTCOME_AFTER = timedelta(days=365)
_AT_ONCE = 100


def raise_flag(connection: Connection, node: Node, case_ref: str, *, level: Level, source: str, now: datetime) -> None:
    """Raise it, or its level; one that has its outcome stays as it is."""
    flag = flags.Flag(case_ref, level, source, now, now + OUTCOME_AFTER, None, None)
    if flags.hoist(connection, flag):
        members = {"case": case_ref, "level": level, "source": source}
        enter(connection, node, act=Act("flag-raised", now, node.machine, members, case_ref=case_ref))


async def label_flag(node: Node, case_ref: str, told: LabelFlag, *, officer: Actor) -> None:
    """Keep what proved true; said anew, the later word counts and the log has both. CaseUnknownError without a flag."""
    now = node.clock.now()

    def label(connection: Connection) -> None:
        if cases.get(connection, case_ref) is None or flags.get(connection, case_ref) is None:
            raise CaseUnknownError
        note = node.sealer.seal("case_flag.note", case_ref, told.note.encode())
        _label(connection, node, case_ref, outcome=told.outcome, by=officer, note=note, now=now)

    await node.run.write(label)


def end_flags(connection: Connection, node: Node, *, now: datetime) -> int:
    """Those that nobody could tell of in time end as not known; how many."""
    due = flags.open_ones(connection, raised_before=now - OUTCOME_AFTER, limit=_AT_ONCE)
    for flag in due:
        _label(connection, node, flag.case_ref, outcome="not_known", by=node.machine, note=None, now=now)
    return len(due)


def flag_view(connection: Connection, case_ref: str) -> FlagView | None:
    """A case's flag as it is shown."""
    flag = flags.get(connection, case_ref)
    if flag is None:
        return None
    return FlagView(
        level=flag.level, source=flag.source, raised_at=flag.raised_at, due_at=flag.due_at, outcome=flag.outcome,
        outcome_at=flag.outcome_at,
    )  # fmt: skip


def _label(
    connection: Connection, node: Node, case_ref: str, *, outcome: str, by: Actor, note: bytes | None, now: datetime
) -> None:
    flags.label(
        connection, case_ref, outcome=outcome, at=now, role=by.role, officer=by.officer, note_sealed=note
    )  # fmt: skip
    members = {"case": case_ref, "outcome": outcome}
    enter(connection, node, act=Act("flag-outcome", now, by, members, case_ref=case_ref))
