"""Nodes that are broken on purpose, to show that the checker would see it: SQL behind each of their transactions.

The product has no switch for any of this; the runner of transactions is a seam that the simulator hands in.
"""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection

from office_node.store.transactions import Inline, Runner
from services.simulator.federation import Office

T = TypeVar("T")
_FOREIGN = "SELECT id FROM notice WHERE issuer <> '{office}'"
SABOTAGE: dict[str, tuple[str, ...]] = {
    "no-trace": (
        f"DELETE FROM posting WHERE notice_id IN ({_FOREIGN})",
        "DELETE FROM notice WHERE issuer <> '{office}'",
    ),
    "drop-notice": (
        f"DELETE FROM posting WHERE notice_id IN ({_FOREIGN} AND revision > 1)",
        "DELETE FROM notice WHERE issuer <> '{office}' AND revision > 1",
    ),
    "error-as-no": (
        "UPDATE asked SET outcome = 'no_hit', state = 'done', cause = NULL, due_at = NULL WHERE outcome = 'unknown'",
    ),
    "accept-replay": ("DELETE FROM nonce",),
    "fork": (
        "DELETE FROM log_evidence",
        "DELETE FROM alert WHERE kind IN ('log_contradicted', 'own_log_contradicted')",
        "DELETE FROM witnessed",
        "UPDATE log_seen SET note = NULL, contested = NULL WHERE note IS NOT NULL",
    ),
}
"""What each sort undoes: a question's trace, a notice, *unknown*, the memory of nonces, the memory of others' logs."""


class _Sabotaged(Inline):
    """Every transaction ends with these statements."""

    def __init__(self, office: Office, statements: tuple[str, ...]) -> None:
        super().__init__(office.engine)
        self._statements = tuple(one.format(office=office.id) for one in statements)

    async def write(self, function: Callable[[Connection], T]) -> T:
        """Run it, and undo a part of what it did."""

        def undone(connection: Connection) -> T:
            result = function(connection)
            for statement in self._statements:
                connection.exec_driver_sql(statement)
            return result

        return await super().write(undone)


def runner(sort: str | None) -> Callable[[Office], Runner]:
    """What makes the runner of each office: whole, or broken in this way."""
    if sort is None:
        return lambda office: Inline(office.engine)
    statements = SABOTAGE[sort]
    return lambda office: _Sabotaged(office, statements)
