"""What an officer may not do about a case is refused, and that she tried is written down."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from office_node.node import Node
from office_node.store.transactions import Connection
from office_node.usecases.account_refusals import ProofRefusedError, RoleNotAllowedError
from office_node.usecases.record import Act, enter
from office_node.usecases.refusals import (
    AccessDeniedError,
    SameOfficerError,
    SecondOfficerNeededError,
    StepImpossibleError,
    SupervisorNeededError,
)
from shared_schemas.statement import Actor

_WRITTEN = (
    AccessDeniedError,
    ProofRefusedError,
    RoleNotAllowedError,
    SameOfficerError,
    SecondOfficerNeededError,
    StepImpossibleError,
    SupervisorNeededError,
)


@asynccontextmanager
async def refusals_written(
    node: Node, what: str, *, officer: Actor, members: dict[str, Any], case_ref: str | None = None
) -> AsyncIterator[None]:
    """Around a use case: a refusal for who she is, or who signs with her, becomes an entry `what`, and goes on."""
    try:
        yield
    except _WRITTEN as error:
        act = Act(what, node.clock.now(), officer, {**members, "refused": error.code}, case_ref=case_ref)

        def write(connection: Connection) -> None:
            enter(connection, node, act=act)

        await node.run.write(write)
        raise
