"""What the retention job did: added up in the database, and one entry of the log for each day on which anything went.

The job runs every minute; an entry for each of its rounds would itself be what grows most.
"""

from collections import Counter
from datetime import datetime

import orjson

from office_node.node import Node
from office_node.store import meta
from office_node.store.transactions import Connection
from office_node.usecases.record import Act, enter
from shared_schemas.base import rfc3339
from shared_schemas.office import RetentionView

_FACT = "retention"


def note_gone(connection: Connection, node: Node, gone: Counter[str], *, now: datetime) -> None:
    """Add a round's counts; the first round of a day (UTC) enters what went before it."""
    before = retained(connection)
    if before is None:
        before = RetentionView(since=now, at=now, removed={})
    elif before.since.date() != now.date():
        enter_gone(connection, node, before, now=now)
        before = RetentionView(since=now, at=now, removed={})
    view = RetentionView(since=before.since, at=now, removed=dict(Counter(before.removed) + gone))
    meta.put(connection, _FACT, value=view.model_dump_json())


def enter_gone(connection: Connection, node: Node, view: RetentionView, *, now: datetime) -> None:
    """The entry of what went between two times; none if nothing did."""
    if view.removed:
        members = {"since": rfc3339(view.since), "until": rfc3339(view.at), "removed": view.removed}
        enter(connection, node, act=Act("retention", now, node.machine, members))


def retained(connection: Connection) -> RetentionView | None:
    """What went today, as far as the job has run; None before its first round."""
    said = meta.get(connection, _FACT)
    return None if said is None else RetentionView.model_validate(orjson.loads(said))
