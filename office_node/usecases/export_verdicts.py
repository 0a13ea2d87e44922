"""Officers' verdicts as training data: level codes, model and verdict; no reference, officer, reason, date or order."""

import json
from typing import NamedTuple

from office_node.node import Node
from office_node.store import verdicts
from office_node.store.transactions import Connection
from office_node.usecases.record import Act, enter
from shared_schemas.statement import Actor


class Exported(NamedTuple):
    """JSON lines, and how many verdicts are not among them because they have no level codes."""

    lines: tuple[str, ...]
    left_out: int


async def export_verdicts(node: Node, *, actor: Actor) -> Exported:
    """All that can be learned from. That it was taken out is written to the log."""

    def export(connection: Connection) -> Exported:
        held = verdicts.taught(connection)
        lines = sorted(
            json.dumps({"vector": list(one.vector), "model": one.model, "verdict": one.verdict})
            for one in held
            if one.vector
        )
        act = Act(type="verdicts-exported", at=node.clock.now(), actor=actor, members={"count": len(lines)})
        enter(connection, node, act=act)
        return Exported(tuple(lines), len(held) - len(lines))

    return await node.run.write(export)
